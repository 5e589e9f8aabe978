"""Convert ALFWorld's official games into the compact facts that `envs.household` ships.

    python scripts/convert_alfworld.py SOURCE_DIR

SOURCE_DIR holds `alfworld_tables.json` and the folder `alfworld` with
`{train,valid_seen,valid_unseen}.jsonl.xz`, one game a line, its PDDL problem included. Run
once; what it writes (`envs/household/data`) is committed. It refuses a game that says
anything the compact form cannot hold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

Facts = dict[str, list[tuple[str, ...]]]
Json = dict[str, Any]

SPLITS = ("train", "valid_seen", "valid_unseen")
EVALUATION_SPLITS = ("valid_seen", "valid_unseen")
TARGET = Path(__file__).resolve().parent.parent / "envs" / "household" / "data"
AFFORDANCES = ("cleanable", "coolable", "heatable", "sliceable", "toggleable", "isreceptacleobject")
ROOM_KINDS = {
    "Bathroom": "bathroom",
    "Bedroom": "bedroom",
    "Kitchen": "kitchen",
    "LivingRoom": "living room",
}

PUT = (
    "(:goal (and (exists (?r - receptacle) (exists (?o - object) (and "
    "(inreceptacle ?o ?r) (objecttype ?o {object}) (receptacletype ?r {target}))))))"
)
CHANGE_AND_PUT = (
    "(:goal (and (exists (?r - receptacle) (exists (?o - object) (and (ABLE ?o) "
    "(objecttype ?o {object}) (receptacletype ?r {target}) (CHANGED ?o) (inreceptacle ?o ?r))))))"
)


def change_and_put(able: str, changed: str) -> str:
    """Give the goal of changing an object before it is put somewhere."""
    return CHANGE_AND_PUT.replace("ABLE", able).replace("CHANGED", changed)


GOALS = {
    "pick_and_place_simple": PUT,
    "pick_clean_then_place_in_recep": change_and_put("cleanable", "isclean"),
    "pick_heat_then_place_in_recep": change_and_put("heatable", "ishot"),
    "pick_cool_then_place_in_recep": change_and_put("coolable", "iscool"),
    "pick_two_obj_and_place": (
        "(:goal (and (exists (?r - receptacle) (exists (?o1 - object) (and "
        "(objecttype ?o1 {object}) (receptacletype ?r {target}) (inreceptacle ?o1 ?r) "
        "(exists (?o2 - object) (and (not (= ?o1 ?o2)) (objecttype ?o2 {object}) "
        "(receptacletype ?r {target}) (inreceptacle ?o2 ?r))))))))"
    ),
    "look_at_obj_in_light": (
        "(:goal (and (exists (?ot - object ?r - receptacle ?a - agent ?l - location) (and "
        "(objecttype ?ot {target}) (toggleable ?ot) (istoggled ?ot) (receptacleatlocation ?r ?l) "
        "(atlocation ?a ?l) (inreceptacle ?ot ?r))) (exists (?o - object ?a - agent) (and "
        "(objecttype ?o {object}) (holds ?a ?o)))))"
    ),
}


def read_jsonl(path: Path) -> list[Json]:
    """Read a compressed file of JSON lines."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_jsonl(path: Path, rows: list[Json]) -> None:
    """Write a compressed file of JSON lines."""
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    path.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def initial_facts(problem: str) -> Facts:
    """Read the facts of a PDDL problem's initial state, by predicate, without repetition."""
    start, end = problem.index("(:init"), problem.index("(:goal")
    facts: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for fact in re.findall(r"\(([^():]+)\)", problem[start:end]):
        predicate, *arguments = fact.split()
        facts[predicate.lower()].add(tuple(arguments))
    return defaultdict(list, {name: sorted(found) for name, found in facts.items()})


def readable_names(facts: Facts) -> dict[str, str]:
    """Name every entity as ALFWorld's demangler does: the last of its kind is number 1."""
    ids = sorted({a.lower() for found in facts.values() for fact in found for a in fact})
    kinds = {i: i.split("_bar_")[0] + "basin" * ("basin" in i) for i in ids if "_bar_" in i}
    left = Counter(kinds.values())
    names = {}
    for i, kind in kinds.items():
        names[i] = f"{kind} {left[kind]}"
        left[kind] -= 1
    return names


def check_goal(game: Json) -> None:
    """Refuse a game whose PDDL goal is not the one of its task type."""
    problem: str = game["pddl_problem"]
    found = re.sub(r"\s+", "", problem[problem.index("(:goal") :].lower())
    expected = GOALS[game["task_type"]].format(
        object=game["object"].lower() + "type", target=game["target"].lower() + "type"
    )
    if not found.startswith(re.sub(r"\s+", "", expected)):
        raise ValueError(f"game {game['id']}: an unexpected goal: {found}")


def multimap(pairs: list[tuple[str, ...]], order: dict[str, int]) -> dict[str, list[int]]:
    """Gather the sorted indices of the second of each pair under the first, lowered."""
    gathered: defaultdict[str, list[int]] = defaultdict(list)
    for first, second in pairs:
        gathered[first.lower()].append(order[second.lower()])
    return {first: sorted(found) for first, found in gathered.items()}


class Converter:
    """Turns one game into compact facts, in the engine's order (internal names sorted)."""

    def __init__(self, game: Json) -> None:
        check_goal(game)
        self.game = game
        self.facts = initial_facts(game["pddl_problem"])
        self.names = readable_names(self.facts)
        self.receptacle_types = self._types("receptacletype")
        self.object_types = self._types("objecttype")
        places = sorted({place for _, place in self.facts["receptacleatlocation"]})
        self.places = {place.lower(): index for index, place in enumerate(places)}
        if self.facts["atlocation"][0][1].lower() in self.places:
            raise ValueError(f"game {game['id']} starts at a receptacle")

    def _types(self, predicate: str) -> dict[str, str]:
        return {i.lower(): kind.removesuffix("Type") for i, kind in self.facts[predicate]}

    def having(self, predicate: str) -> set[str]:
        """Give the entities of which a predicate holds."""
        return {fact[0].lower() for fact in self.facts[predicate]}

    def convert(self) -> Json:
        """Give the compact facts of the game."""
        game = self.game
        row = {
            "id": game["id"],
            "task_type": game["task_type"],
            "object_type": game["object"],
            "target_type": game["target"],
            "scene": game["scene"],
            "goal": game["goal"],
            "receptacles": self.receptacles(),
            "objects": self.objects(),
            "walkthrough": self.walkthrough(),
            "human_goals": game.get("human_goals", []),
        }
        return {key: value for key, value in row.items() if value or key == "objects"}

    def receptacles(self) -> list[Json]:
        """Describe the receptacles, in order."""
        openable, place = self.having("openable"), dict(self._place_of_receptacle())
        return [
            {"name": self.names[i], "type": kind, "location": place[i]}
            | ({"openable": True} if i in openable else {})
            for i, kind in sorted(self.receptacle_types.items())
        ]

    def _place_of_receptacle(self) -> list[tuple[str, int]]:
        found = multimap(self.facts["receptacleatlocation"], self.places)
        return [(i, places[0]) for i, places in found.items() if len(places) == 1]

    def objects(self) -> list[Json]:
        """Describe, in order, the objects that a command or a text can ever mention."""
        receptacles = {i: n for n, i in enumerate(sorted(self.receptacle_types))}
        within = multimap(self.facts["inreceptacle"], receptacles)
        inner = {a.lower() for pair in self.facts["inreceptacleobject"] for a in pair}
        sliceable, cool = self.having("sliceable"), self.having("iscool")
        kept = [i for i in sorted(self.object_types) if i in within or i in inner | sliceable]
        outer = multimap(self.facts["inreceptacleobject"], {i: n for n, i in enumerate(kept)})
        places = self._places_of_objects()
        rows = []
        for i in kept:
            row: Json = {"name": self.names[i], "type": self.object_types[i]}
            optional = {
                "receptacles": within.get(i, []),
                "locations": places.get(i, []),
                "outer": outer.get(i, []),
                "pickupable": i in self.having("pickupable"),
                "cool": i in cool,
            }
            rows.append(row | {key: value for key, value in optional.items() if value})
        return rows

    def _places_of_objects(self) -> dict[str, list[int]]:
        reached = [f for f in self.facts["objectatlocation"] if f[1].lower() in self.places]
        return multimap(reached, self.places)

    def walkthrough(self) -> list[str]:
        """Give the official walkthrough in readable names; empty where there is none."""
        commands = self.game["walkthrough"] or []
        return [" ".join(self.names.get(word, word) for word in c.split()) for c in commands]


def signature(row: Json) -> str:
    """Digest what makes two games the same: the goal and the initial state."""
    receptacles = [[r["name"], r["location"], r.get("openable", False)] for r in row["receptacles"]]
    objects = [[o["name"], o.get("receptacles", []), o.get("cool", False)] for o in row["objects"]]
    text = json.dumps([row["goal"], receptacles, objects], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def object_affordances(converters: list[Converter]) -> Json:
    """List the object types of each affordance; refuse a type of which only some have it."""
    table = {}
    for predicate in AFFORDANCES:
        able: set[str] = set()
        unable: set[str] = set()
        for converter in converters:
            having = converter.having(predicate)
            for i, kind in converter.object_types.items():
                (able if i in having else unable).add(kind)
        if able & unable:
            raise ValueError(f"{predicate} is not a matter of type: {sorted(able & unable)}")
        table[predicate.replace("isreceptacleobject", "container")] = sorted(able)
    return table


def can_contain(converters: list[Converter]) -> Json:
    """Say which object types each receptacle type may hold; refuse what differs by game."""
    table: defaultdict[str, set[str]] = defaultdict(set)
    for converter in converters:
        for outer, inner in converter.facts["cancontain"]:
            table[outer.removesuffix("Type")].add(inner.removesuffix("Type"))
    for converter in converters:
        present = {converter.object_types[i] for i in converter.having("pickupable")}
        allowed = set(converter.facts["cancontain"])
        for outer in set(converter.receptacle_types.values()):
            here = {kind for kind in present if (outer + "Type", kind + "Type") in allowed}
            if here != table[outer] & present:
                raise ValueError(f"game {converter.game['id']}: {outer} holds other things")
    return {outer: sorted(inner) for outer, inner in sorted(table.items())}


def known_layouts(converters: list[Converter]) -> dict[int, list[Json]]:
    """Give the receptacles of each room that has an official training game, without names."""
    return {
        converter.game["scene"]: [unnamed(receptacle) for receptacle in converter.receptacles()]
        for converter in converters
    }


def unnamed(receptacle: Json) -> Json:
    """Take its name from a receptacle, but for the word in it where that isn't its type's."""
    word, _, _ = receptacle["name"].rpartition(" ")
    kept = {key: value for key, value in receptacle.items() if key != "name"}
    return kept | ({"word": word} if word != receptacle["type"].lower() else {})


def usual_counts(layouts: list[list[Json]]) -> dict[str, int]:
    """Give the median number of each receptacle type over rooms that have it."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for layout in layouts:
        for kind, number in Counter(row["type"] for row in layout).items():
            numbers[kind].append(number)
    return {kind: sorted(found)[len(found) // 2] for kind, found in numbers.items()}


def plain_layout(room: Json, usual: dict[str, int], openable: set[str]) -> list[Json]:
    """Furnish a room that no official training game shows, each receptacle at its own place."""
    known = {kind: n for kind, n in room["receptacles"].items() if kind in usual}
    small = {kind: usual[kind] for kind in room["objects"] if kind in usual and kind not in known}
    numbers = sorted((known | small).items(), key=lambda found: found[0].lower())
    kinds = [kind for kind, n in numbers for _ in range(n)]
    return [
        {"type": kind, "location": place} | ({"openable": True} if kind in openable else {})
        for place, kind in enumerate(kinds)
    ]


def furnish_rooms(tables: Json, converters: list[Converter], unseen: set[int]) -> Json:
    """Describe each training room: its kind, its object types, its receptacles."""
    layouts = known_layouts(converters)
    kinds = {int(scene): room["room"] for scene, room in tables["rooms"].items()}
    rooms = {}
    for scene, room in tables["rooms"].items():
        if int(scene) in unseen:
            continue
        alike = [found for s, found in layouts.items() if kinds[s] == room["room"]]
        layout = layouts.get(int(scene)) or plain_layout(
            room, usual_counts(alike), set(tables["openable"])
        )
        rooms[scene] = {"kind": room["room"], "objects": room["objects"], "receptacles": layout}
    return rooms


def object_statistics(tables: Json, converters: list[Converter]) -> Json:
    """Count, over the official training games, how many objects there are and where they lie."""
    counts: defaultdict[str, defaultdict[str, Counter[int]]] = defaultdict(
        lambda: defaultdict(Counter)
    )
    places: defaultdict[str, Counter[str]] = defaultdict(Counter)
    pickupable: set[str] = set()
    for converter in converters:
        room = tables["rooms"][str(converter.game["scene"])]
        receptacles = converter.receptacles()
        placed: Counter[str] = Counter()
        for row in converter.objects():
            for receptacle in row.get("receptacles", [])[:1]:
                placed[row["type"]] += 1
                places[row["type"]][receptacles[receptacle]["type"]] += 1
                pickupable |= {row["type"]} if row.get("pickupable") else set()
        for kind in set(room["objects"]) | set(placed):
            counts[room["room"]][kind][placed[kind]] += 1
    return {
        "counts": {
            room: {
                kind: [histogram[n] for n in range(max(histogram) + 1)]
                for kind, histogram in sorted(by_kind.items())
                if max(histogram) > 0
            }
            for room, by_kind in sorted(counts.items())
        },
        "places": {kind: dict(sorted(found.items())) for kind, found in sorted(places.items())},
        "pickupable": sorted(pickupable),
    }


def task_statistics(converters: list[Converter]) -> Json:
    """Count the official training games of each type, and their target receptacles."""
    numbers = Counter(converter.game["task_type"] for converter in converters)
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for converter in converters:
        targets[converter.game["task_type"]].add(converter.game["target"])
    return {kind: {"weight": n, "targets": sorted(targets[kind])} for kind, n in numbers.items()}


def convert(source: Path, target: Path) -> dict[str, int]:
    """Write the compact facts and the tables; return the size of each file in bytes."""
    target.mkdir(parents=True, exist_ok=True)
    tables = json.loads((source / "alfworld_tables.json").read_text())
    splits = {
        split: [Converter(game) for game in read_jsonl(source / "alfworld" / f"{split}.jsonl.xz")]
        for split in SPLITS
    }
    rows = {split: [converter.convert() for converter in found] for split, found in splits.items()}
    for split, found in rows.items():
        write_jsonl(target / f"{split}.jsonl.xz", found)
    everything = [converter for found in splits.values() for converter in found]
    unseen = {converter.game["scene"] for converter in splits["valid_unseen"]}
    compact = {
        "affordances": object_affordances(everything),
        "can_contain": can_contain(everything),
        "rooms": furnish_rooms(tables, splits["train"], unseen),
        "tasks": task_statistics(splits["train"]),
        "task_rooms": {
            kind: [ROOM_KINDS[room] for room in found]
            for kind, found in tables["task_rooms"].items()
        },
        **object_statistics(tables, splits["train"]),
        "evaluation_signatures": [signature(r) for s in EVALUATION_SPLITS for r in rows[s]],
    }
    (target / "tables.json").write_text(json.dumps(compact, separators=(",", ":")) + "\n")
    return {path.name: path.stat().st_size for path in sorted(target.iterdir())}


def main() -> None:
    """Convert the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder of the official games and tables")
    for name, size in convert(parser.parse_args().source, TARGET).items():
        print(f"{name}: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
