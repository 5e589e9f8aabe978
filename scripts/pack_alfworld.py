"""Pack the official PDDL problems, from which ALFWorld's own engine plays, for `envs.alfworld`.

    python scripts/pack_alfworld.py SOURCE_DIR

SOURCE_DIR is as `scripts/convert_alfworld.py` wants it; beside the games, its folder
`alfworld` holds `domain.pddl` and `grammar.twl2`. Run once, after that script; what it writes
(`envs/alfworld/data`) is committed. It refuses games that `envs.household` doesn't have.
"""

from __future__ import annotations

import argparse
import json
import lzma
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from envs.household.library import SPLITS, Split, official_ids  # noqa: E402 (found by the line above)

TARGET = ROOT / "envs" / "alfworld" / "data"
RULES = ("domain.pddl", "grammar.twl2")


def problems(source: Path, split: Split) -> dict[str, str]:
    """Read a split's problems by the games' ids, in the order of `envs.household`."""
    with lzma.open(source / "alfworld" / f"{split}.jsonl.xz", "rt", encoding="utf-8") as lines:
        games = [json.loads(line) for line in lines]
    unsolvable = [game["id"] for game in games if not game["solvable"]]
    if unsolvable or tuple(game["id"] for game in games) != official_ids(split):
        raise ValueError(f"{split}: other games than those of envs.household, or unsolvable ones")
    return {game["id"]: game["pddl_problem"] for game in games}


def pack(source: Path, target: Path) -> dict[str, int]:
    """Write the problems and the rules; return the size of each file in bytes."""
    target.mkdir(parents=True, exist_ok=True)
    for split in SPLITS:
        rows = (
            json.dumps({"id": game_id, "problem": problem}) + "\n"
            for game_id, problem in problems(source, split).items()
        )
        packed = lzma.compress("".join(rows).encode(), preset=9 | lzma.PRESET_EXTREME)
        (target / f"{split}.jsonl.xz").write_bytes(packed)
    for name in RULES:
        shutil.copyfile(source / "alfworld" / name, target / name)
    return {path.name: path.stat().st_size for path in sorted(target.iterdir())}


def main() -> None:
    """Pack the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder of the official games")
    for name, size in pack(parser.parse_args().source, TARGET).items():
        print(f"{name}: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
