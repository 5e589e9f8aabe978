"""The rules: which commands are admissible, what each does, and when a game is won.

They are those of ALFWorld's PDDL domain as its engine plays them, oddities included: an
object is examined only while it is held; no command goes to where the agent already is;
heating, cooling and cleaning need no open door; a lamp turned on never goes off again;
slicing reaches into closed receptacles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from envs.household.commands import NOTHING, Command
from envs.household.library import tables
from envs.household.room import Room, State

ALWAYS = {verb: Command(verb) for verb in ("help", "inventory", "look")}


def admissible(room: Room, state: State) -> dict[str, Command]:
    """Map the text of every admissible command to its meaning, in no particular order."""
    commands = ALWAYS | room.journeys(state.location)
    for receptacle in room.reached_from[state.location]:
        commands.update(_with_receptacle(room, state, receptacle))
        if state.held == NOTHING:
            commands.update(_taking(room, state, receptacle))
        else:
            commands.update(_with_both(room, state, receptacle))
    if state.held != NOTHING:
        commands.update(_with_held(room, state))
    return commands


def _with_receptacle(room: Room, state: State, receptacle: int) -> Iterator[tuple[str, Command]]:
    name = room.receptacle_names[receptacle]
    yield f"examine {name}", Command("examine receptacle", receptacle=receptacle)
    if receptacle in room.openable:
        verb = "close" if receptacle in state.opened else "open"
        yield f"{verb} {name}", Command(verb, receptacle=receptacle)
    for lamp in room.toggleable & state.contents[receptacle]:
        yield f"use {room.object_names[lamp]}", Command("use", lamp)


def _taking(room: Room, state: State, receptacle: int) -> Iterator[tuple[str, Command]]:
    if not is_accessible(room, state, receptacle):
        return
    source = room.receptacle_names[receptacle]
    for thing in state.contents[receptacle]:
        if thing in room.pickupable:
            yield (
                f"take {room.object_names[thing]} from {source}",
                Command("take", thing, receptacle),
            )


def _with_both(room: Room, state: State, receptacle: int) -> Iterator[tuple[str, Command]]:
    thing, kind = state.held, room.receptacle_types[receptacle]
    held, name = room.object_names[thing], room.receptacle_names[receptacle]
    fitting = tables().can_contain.get(kind, frozenset())
    if room.object_types[thing] in fitting and is_accessible(room, state, receptacle):
        yield f"move {held} to {name}", Command("move", thing, receptacle)
    verb = room.treatments.get(receptacle)
    if verb is not None and thing in room.treatable[verb]:
        yield f"{verb} {held} with {name}", Command(verb, thing, receptacle)


def _with_held(room: Room, state: State) -> Iterator[tuple[str, Command]]:
    held = room.object_names[state.held]
    yield f"examine {held}", Command("examine object", state.held)
    if state.held in room.knives:
        for thing in room.sliceable:
            if state.location in state.lying[thing]:
                yield f"slice {room.object_names[thing]} with {held}", Command("slice", thing)


def is_accessible(room: Room, state: State, receptacle: int) -> bool:
    """Say whether what is in a receptacle can be seen, taken and added to."""
    return receptacle in state.opened or receptacle not in room.openable


def apply(room: Room, state: State, command: Command) -> None:
    """Change the state as an admissible command does."""
    if command.verb == "go":
        state.location = room.locations[command.receptacle]
    elif command.verb in EFFECTS:
        EFFECTS[command.verb](state, command)


def _open(state: State, command: Command) -> None:
    state.opened.add(command.receptacle)


def _close(state: State, command: Command) -> None:
    state.opened.remove(command.receptacle)


def _take(state: State, command: Command) -> None:
    state.held = command.object
    state.contents[command.receptacle].remove(command.object)
    state.lying[command.object].discard(state.location)
    state.left.add((command.object, command.receptacle))


def _move(state: State, command: Command) -> None:
    state.held = NOTHING
    state.contents[command.receptacle].add(command.object)
    state.lying[command.object].add(state.location)
    state.left.discard((command.object, command.receptacle))


def _clean(state: State, command: Command) -> None:
    state.clean.add(command.object)


def _heat(state: State, command: Command) -> None:
    state.hot.add(command.object)
    state.cool.discard(command.object)


def _cool(state: State, command: Command) -> None:
    state.cool.add(command.object)
    state.hot.discard(command.object)


def _slice(state: State, command: Command) -> None:
    state.sliced.add(command.object)


def _use(state: State, command: Command) -> None:
    state.toggled.add(command.object)


EFFECTS: Mapping[str, Callable[[State, Command], None]] = {
    "open": _open,
    "close": _close,
    "take": _take,
    "move": _move,
    "clean": _clean,
    "heat": _heat,
    "cool": _cool,
    "slice": _slice,
    "use": _use,
}


def is_won(room: Room, state: State) -> bool:
    """Say whether the state satisfies the game's goal."""
    if room.game.task_type == "look_at_obj_in_light":
        return _looks_in_light(room, state)
    needed = 2 if room.game.task_type == "pick_two_obj_and_place" else 1
    ready = _ready_objects(room, state)
    return any(len(state.contents[r] & ready) >= needed for r in room.goal_receptacles)


def _ready_objects(room: Room, state: State) -> frozenset[int]:
    """Give the objects that count once they are in the right receptacle."""
    match room.game.task_type:
        case "pick_clean_then_place_in_recep":
            return room.goal_objects & state.clean
        case "pick_heat_then_place_in_recep":
            return room.goal_objects & state.hot
        case "pick_cool_then_place_in_recep":
            return room.goal_objects & state.cool
        case _:
            return room.goal_objects


def _looks_in_light(room: Room, state: State) -> bool:
    lit = room.goal_lamps & state.toggled
    return state.held in room.goal_objects and any(
        state.contents[receptacle] & lit for receptacle in room.reached_from[state.location]
    )
