"""What the engine says: the texts of ALFWorld's grammar, word for word.

"a apple 1" and ", and " are the grammar's own. More of its oddities: looking around in the
middle of the room lists nothing (only the first observation lists the receptacles), and a
lamp is turned on whenever it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from envs.household.commands import NOTHING, Command
from envs.household.room import Room, State

NOTHING_HAPPENS = "Nothing happens."
GREETING = "-= Welcome to TextWorld, ALFRED! =-"
MIDDLE_OF_ROOM = "You are in the middle of a room. Looking quickly around you, you see {}."
HELP = """\
Available commands:
  look:                             look around your current location
  inventory:                        check your current inventory
  go to (receptacle):               move to a receptacle
  open (receptacle):                open a receptacle
  close (receptacle):               close a receptacle
  take (object) from (receptacle):  take an object from a receptacle
  move (object) to (receptacle):  place an object in or on a receptacle
  examine (something):              examine a receptacle or an object
  use (object):                     use an object
  heat (object) with (receptacle):  heat an object using a receptacle
  clean (object) with (receptacle): clean an object using a receptacle
  cool (object) with (receptacle):  cool an object using a receptacle
  slice (object) with (object):     slice an object using a sharp object
"""


def introduction(room: Room) -> str:
    """Give the first observation: the room at a glance, and the task."""
    return greeting(room.receptacle_names, room.game.goal)


def greeting(receptacle_names: Iterable[str], goal: str) -> str:
    """Give the first observation of a room with these receptacles."""
    view = MIDDLE_OF_ROOM.format(_with_articles(receptacle_names))
    return f"{GREETING}\n\n{view}\n\nYour task is to: {goal}"


class Turn(NamedTuple):
    """What a text tells of: the room, its state after the command, the command."""

    room: Room
    state: State
    command: Command

    @property
    def thing(self) -> str:
        """The name of the command's object."""
        return self.room.object_names[self.command.object]

    @property
    def receptacle(self) -> str:
        """The name of the command's receptacle."""
        return self.room.receptacle_names[self.command.receptacle]

    @property
    def held(self) -> str:
        """The name of what the hand holds."""
        return self.room.object_names[self.state.held]


def feedback(room: Room, state: State, command: Command) -> str:
    """Say what came of an admissible command, once the state has changed."""
    return TEXTS[command.verb](Turn(room, state, command))


def _join(parts: Sequence[str]) -> str:
    if not parts:
        return "nothing"
    *rest, last = parts
    return f"{', '.join(rest)}, and {last}" if rest else last


def _with_articles(names: Iterable[str]) -> str:
    return _join([f"a {name}" for name in names])


def _objects(room: Room, things: Iterable[int]) -> str:
    return _with_articles(room.object_names[thing] for thing in sorted(things))


def _help(_turn: Turn) -> str:
    return HELP


def _inventory(turn: Turn) -> str:
    if turn.state.held == NOTHING:
        return "You are not carrying anything."
    return f"You are carrying: a {turn.held}."


def _look(turn: Turn) -> str:
    here = turn.room.reached_from[turn.state.location]
    if not here:
        return MIDDLE_OF_ROOM.format("nothing")
    facing = _join([turn.room.receptacle_names[receptacle] for receptacle in here])
    return f"You are facing the {facing}. Next to it, you see {_beside(turn.room, turn.state)}."


def _beside(room: Room, state: State) -> str:
    """List what lies here and was once taken from a receptacle that is here too."""
    here = room.reached_from[state.location]
    return _with_articles(
        room.object_names[thing]
        for thing, receptacle in sorted(state.left)
        if receptacle in here and state.location in state.lying[thing]
    )


def _go(turn: Turn) -> str:
    return f"You arrive at {turn.receptacle}. {_examine_receptacle(turn)}"


def _open(turn: Turn) -> str:
    return f"You open the {turn.receptacle}. {_examine_receptacle(turn)}"


def _close(turn: Turn) -> str:
    return f"You close the {turn.receptacle}."


def _examine_receptacle(turn: Turn) -> str:
    room, receptacle = turn.room, turn.command.receptacle
    has_door = receptacle in room.openable
    if has_door and receptacle not in turn.state.opened:
        return f"The {turn.receptacle} is closed."
    seen = _objects(room, turn.state.contents[receptacle])
    if has_door:
        return f"The {turn.receptacle} is open. In it, you see {seen}."
    return f"On the {turn.receptacle}, you see {seen}."


def _examine_object(turn: Turn) -> str:
    thing = turn.command.object
    if thing in turn.room.containers:
        inside = _objects(turn.room, turn.room.inside(thing))
        return f"This is a normal {turn.thing}. In it, you see {inside}."
    condition = _condition(turn.state, thing)
    if condition:
        return f"This is a {condition} {turn.thing}."
    return f"There's nothing special about {turn.thing}."


def _condition(state: State, thing: int) -> str:
    """Describe what was done to an object. Alone, a cool one is "cold"."""
    sliced = thing in state.sliced
    temperature = "hot" if thing in state.hot else "cool" if thing in state.cool else ""
    clean = "clean" if thing in state.clean else ""
    if temperature == "cool" and not (clean or sliced):
        return "cold"
    manner = " and ".join(filter(None, (temperature, clean)))
    return " ".join(filter(None, (manner, "sliced" if sliced else "")))


def _take(turn: Turn) -> str:
    return f"You pick up the {turn.thing} from the {turn.receptacle}."


def _move(turn: Turn) -> str:
    return f"You move the {turn.thing} to the {turn.receptacle}."


def _treat(turn: Turn) -> str:
    return f"You {turn.command.verb} the {turn.thing} using the {turn.receptacle}."


def _use(turn: Turn) -> str:
    return f"You turn on the {turn.thing}."


def _slice(turn: Turn) -> str:
    return f"You sliced the {turn.thing} with the {turn.held}."


TEXTS: Mapping[str, Callable[[Turn], str]] = {
    "help": _help,
    "inventory": _inventory,
    "look": _look,
    "go": _go,
    "open": _open,
    "close": _close,
    "examine receptacle": _examine_receptacle,
    "examine object": _examine_object,
    "take": _take,
    "move": _move,
    "heat": _treat,
    "cool": _treat,
    "clean": _treat,
    "use": _use,
    "slice": _slice,
}
