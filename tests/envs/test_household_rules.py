"""The rules of the house, in a room small enough to see at a glance."""

from __future__ import annotations

from envs.household import Game, HouseholdEnv
from envs.household.games import Receptacle, TaskType, Thing
from envs.household.room import Room

KITCHEN = (
    Receptacle(name="countertop 1", type="CounterTop", location=0),
    Receptacle(name="fridge 1", type="Fridge", location=1, openable=True),
    Receptacle(name="microwave 1", type="Microwave", location=2, openable=True),
    Receptacle(name="sinkbasin 1", type="SinkBasin", location=3),
    Receptacle(name="stoveburner 2", type="StoveBurner", location=4),
    Receptacle(name="stoveburner 1", type="StoveBurner", location=4),
)
COUNTER, FRIDGE, MICROWAVE, SINK, BURNER_2, BURNER_1 = range(6)


def thing(name: str, kind: str, *places: int) -> Thing:
    """Put a thing somewhere."""
    locations = tuple({KITCHEN[place].location for place in places})
    return Thing(name=name, type=kind, receptacles=places, locations=locations, pickupable=True)


THINGS = (
    thing("apple 2", "Apple", COUNTER),
    thing("apple 1", "Apple", FRIDGE),
    thing("cup 1", "Cup", COUNTER),
    Thing(name="desklamp 1", type="DeskLamp", receptacles=(COUNTER,), locations=(0,)),
    thing("knife 1", "Knife", COUNTER),
    thing("pan 1", "Pan", BURNER_2, BURNER_1),
    Thing(name="pen 1", type="Pen", outer=(2,)),
)


class Play:
    """A game being played, and what was last heard of it."""

    def __init__(self, task_type: TaskType, kind: str, target: str) -> None:
        game = Game(
            id="kitchen",
            task_type=task_type,
            object_type=kind,
            target_type=target,
            scene=1,
            goal="do it.",
            receptacles=KITCHEN,
            objects=THINGS,
        )
        self.environment = HouseholdEnv(Room(game))
        self.observation, info = self.environment.reset()
        self.commands: list[str] = info["admissible_commands"]
        self.won: bool = info["won"]

    def do(self, *commands: str) -> str:
        """Do commands that must all be admissible; return the last observation."""
        for command in commands:
            assert command in self.commands, command
            self.observation, _, _, _, info = self.environment.step(command)
            self.commands, self.won = info["admissible_commands"], info["won"]
        return self.observation

    def about(self, word: str) -> list[str]:
        """List the admissible commands that have a word in them."""
        return [command for command in self.commands if word in command.split()]


def play(task_type: TaskType = "pick_and_place_simple", kind: str = "Apple") -> Play:
    """Begin a game whose target is the stove, which holds no apple."""
    return Play(task_type, kind, "StoveBurner")


def test_closed_receptacles_hide() -> None:
    """What is behind a closed door can be neither seen nor taken, nor anything put there."""
    game = play()

    assert game.do("go to fridge 1") == "You arrive at fridge 1. The fridge 1 is closed."
    assert game.about("take") == []
    assert game.do("open fridge 1").endswith("The fridge 1 is open. In it, you see a apple 1.")
    assert game.about("take") == ["take apple 1 from fridge 1"]
    game.do("take apple 1 from fridge 1", "close fridge 1")
    assert game.about("move") == []


def test_one_thing_in_hand() -> None:
    """The hand holds one thing; only that can be put down or examined."""
    game = play()
    game.do("go to countertop 1")
    assert game.about("examine") == ["examine countertop 1"]

    game.do("take apple 2 from countertop 1")

    assert game.about("take") == []
    assert game.about("examine") == ["examine apple 2", "examine countertop 1"]
    assert game.do("inventory") == "You are carrying: a apple 2."


def test_a_receptacle_takes_what_fits() -> None:
    """Things go only where their kind may lie."""
    game = play()
    game.do("go to countertop 1", "take apple 2 from countertop 1", "go to stoveburner 1")

    assert game.about("move") == []


def test_heat_cool_and_clean() -> None:
    """The last of heating and cooling counts, cleanness stays, no door need be open."""
    game = play()
    game.do("go to countertop 1", "take apple 2 from countertop 1", "go to microwave 1")
    game.do("heat apple 2 with microwave 1")
    assert game.do("examine apple 2") == "This is a hot apple 2."

    game.do("go to sinkbasin 1", "clean apple 2 with sinkbasin 1")
    assert game.do("examine apple 2") == "This is a hot and clean apple 2."

    game.do("go to fridge 1", "cool apple 2 with fridge 1")
    assert game.do("examine apple 2") == "This is a cool and clean apple 2."


def test_slicing_reaches_into_closed_receptacles() -> None:
    """With a knife in hand, what lies here can be sliced, seen or not."""
    game = play()
    game.do("go to countertop 1", "take knife 1 from countertop 1", "go to fridge 1")

    assert game.do("slice apple 1 with knife 1") == "You sliced the apple 1 with the knife 1."


def test_containers_show_what_is_in_them() -> None:
    """A cup is described by its content only, whatever was done to it."""
    game = play()
    game.do("go to countertop 1", "take cup 1 from countertop 1", "go to sinkbasin 1")

    assert game.do("clean cup 1 with sinkbasin 1", "examine cup 1") == (
        "This is a normal cup 1. In it, you see a pen 1."
    )


def test_what_shares_a_location_is_reached_together() -> None:
    """Two receptacles of one place need one journey, and what lies on both stays on one."""
    game = play()
    game.do("go to stoveburner 1")
    assert game.about("examine") == ["examine stoveburner 1", "examine stoveburner 2"]
    assert not [command for command in game.about("go") if "stoveburner" in command]

    game.do("take pan 1 from stoveburner 1")
    assert game.do("examine stoveburner 1").endswith("you see nothing.")
    assert game.do("examine stoveburner 2").endswith("you see a pan 1.")


def test_looking_around() -> None:
    """Looking lists nothing in the middle of the room; elsewhere, what moved to a neighbour."""
    game = play()
    assert game.do("look") == (
        "You are in the middle of a room. Looking quickly around you, you see nothing."
    )

    game.do("go to stoveburner 1", "take pan 1 from stoveburner 1", "move pan 1 to stoveburner 2")

    assert game.do("look") == (
        "You are facing the stoveburner 2, and stoveburner 1. Next to it, you see a pan 1."
    )


def test_a_lamp_is_only_ever_turned_on() -> None:
    """Using a lamp twice turns it on twice, as in the original."""
    game = play()
    game.do("go to countertop 1", "use desklamp 1")

    assert game.do("use desklamp 1") == "You turn on the desklamp 1."


def test_light_needs_the_thing_in_hand_and_the_lamp_at_hand() -> None:
    """Looking in light is won where a lit lamp is, holding the thing, in either order."""
    game = Play("look_at_obj_in_light", "Apple", "DeskLamp")
    game.do("go to countertop 1", "use desklamp 1", "go to fridge 1", "open fridge 1")
    game.do("take apple 1 from fridge 1")
    assert not game.won

    game.do("go to countertop 1")
    assert game.won


def test_two_must_lie_in_one_receptacle() -> None:
    """Of two things asked for, one is not enough."""
    game = Play("pick_two_obj_and_place", "Apple", "SinkBasin")
    game.do("go to countertop 1", "take apple 2 from countertop 1", "go to sinkbasin 1")
    game.do("move apple 2 to sinkbasin 1", "go to fridge 1", "open fridge 1")
    assert not game.won

    game.do("take apple 1 from fridge 1", "go to sinkbasin 1", "move apple 1 to sinkbasin 1")
    assert game.won


def test_a_thing_must_be_as_asked() -> None:
    """A thing that should be clean does not count as long as it isn't."""
    game = Play("pick_clean_then_place_in_recep", "Apple", "SinkBasin")
    game.do("go to countertop 1", "take apple 2 from countertop 1", "go to sinkbasin 1")
    game.do("move apple 2 to sinkbasin 1")
    assert not game.won

    game.do("take apple 2 from sinkbasin 1", "clean apple 2 with sinkbasin 1")
    assert not game.won
    game.do("move apple 2 to sinkbasin 1")
    assert game.won
