"""Convert the ReAct transcripts of zjunlp/KnowAgent (Apache-2.0) into episodes.

Usage: python scripts/convert_knowagent.py SOURCE.jsonl.xz OUT.jsonl

A run's `result` is true or false when the environment judged it: won, or not won when the
turns (thoughts counted) had run out. The number 0 marks runs that were broken off in the
middle of a word, without a verdict: they become episodes that ended by error, unjudged.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from skillmem.types import Episode, Outcome, Step, Task

AGENT = "llama-2-13b"
GOAL = "Your task is to: "
PLAYED_AT = datetime(2024, 3, 5, tzinfo=UTC)

_THOUGHT = re.compile(r"(?i)(think|actionpath)\b:?\s*")
_PUT = re.compile(r"put (.+?) (?:in/on|in|on) (.+)")


def main(source: Path, out: Path) -> None:
    """Write one episode a line to `out`."""
    with lzma.open(source, "rt", encoding="utf-8") as lines:
        episodes = [episode(json.loads(line)) for line in lines]
    out.write_text("".join(it.model_dump_json() + "\n" for it in episodes), encoding="utf-8")
    print(f"{len(episodes)} episodes, {sum(len(it.steps) for it in episodes)} steps: {out}")


def episode(run: dict[str, Any]) -> Episode:
    """Convert one line of the source."""
    lines = run["transcript"].rstrip("\n").split("\n")
    opening = next(place for place, line in enumerate(lines) if line.startswith(GOAL))
    judged = isinstance(run["result"], bool)
    kind = run["game"].split("-", 1)[0]
    return Episode(
        id=f"knowagent/{run['run']}/{run['game']}",
        task=Task(
            goal=lines[opening].removeprefix(GOAL),
            observation="\n".join(lines[:opening]),
            label=kind,
            metadata={"game": run["game"]},
        ),
        steps=tuple(steps(lines[opening + 1 :])),
        outcome=_outcome(success=run["result"]) if judged else None,
        ended_by=_ended_by(run["result"]),
        started_at=PLAYED_AT,
        ended_at=PLAYED_AT,
        agent=AGENT,
        metadata={"game": run["game"], "run": run["run"], "source": "zjunlp/KnowAgent"},
    )


def _outcome(*, success: bool) -> Outcome:
    return Outcome(
        success=success, verifier_kind="environment", verifier="alfworld", score=float(success)
    )


def _ended_by(result: bool | int) -> Any:  # noqa: FBT001 - the source's own type
    if not isinstance(result, bool):
        return "error"
    return "agent" if result else "limit"


def steps(lines: list[str]) -> Iterator[Step]:
    """Read the actions, each with the thoughts before it; one without an answer is left out."""
    thoughts: list[str] = []
    action: str | None = None
    answer: list[str] = []
    for line in [*lines, "> think: the end"]:
        if not line.startswith("> "):
            answer.append(line)
            continue
        if action is not None and answer:
            yield Step(
                action=action, observation="\n".join(answer).strip(), thought="\n".join(thoughts)
            )
            thoughts = []
        written = line.removeprefix("> ").strip()
        action, answer = (None, []) if _THOUGHT.match(written) else (in_grammar(written), [])
        if action is None:
            thoughts.append(written)


def in_grammar(action: str) -> str:
    """Write an action of the older grammar in today's: `put X in/on Y` is `move X to Y`."""
    return _PUT.sub(r"move \1 to \2", action) if _PUT.fullmatch(action) else action


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
