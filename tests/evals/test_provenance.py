"""What `results.json` says of how a run was made, and what makes it another run."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillmem.errors import BenchmarkFailed, InvalidOption
from skillmem.evals import provenance
from skillmem.evals.harness import benchmark, open_checked
from skillmem.evals.plan import Plan
from tests.evals.spies import Open, OpenSuite

PLAN = Plan(
    env="tests.evals.spies:make_open_suite",
    agent="tests.evals.spies:make_open",
    split="valid",
    train=3,
    limit=2,
    builds=1,
    seeds=1,
    arms=("none", "raw"),
)


def configuration(**changes: object) -> str:
    """Give the digest of a plan that differs in `changes`, as it would be run now."""
    plan = Plan.model_validate(PLAN.model_dump() | changes)
    return open_checked(plan, command="")[1].configuration


@pytest.mark.parametrize("part", [Open, OpenSuite])
def test_another_fingerprint_is_another_configuration(
    part: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the suite or the agent rests on belongs to the configuration."""
    found = []
    for told in ("one", "two", "one"):
        monkeypatch.setattr(part, "rests_on", told)
        found.append(configuration())

    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"collector": {"name": PLAN.agent, "share": 0.5}},
        {"floor": PLAN.agent, "arms": ("none", "floor")},
    ],
    ids=["collector", "floor"],
)
def test_whoever_else_plays_is_asked_too(
    changes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The collector and the floor count as the agent does."""
    before = configuration(agent="tests.evals.spies:make_spy", **changes)
    monkeypatch.setattr(Open, "rests_on", "two")

    assert configuration(agent="tests.evals.spies:make_spy", **changes) != before


def test_a_run_does_not_go_on_with_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A finished run of another fingerprint is refused, as one of another plan is."""
    benchmark(PLAN, tmp_path)
    monkeypatch.setattr(Open, "rests_on", "two")

    with pytest.raises(InvalidOption, match="another configuration"):
        benchmark(PLAN, tmp_path)


@pytest.mark.parametrize("package", ["numpy", "tiktoken", "wordllama"])
def test_another_release_is_another_configuration(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another release may find, or count, in another way belongs to the configuration."""
    before = configuration()
    monkeypatch.setattr(provenance, "version", {package: "0.0.1"}.get)

    assert configuration() != before


def test_a_fingerprint_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that can't be read is named with whose it is."""

    def lost(_: object) -> str:
        raise FileNotFoundError("tiny.gguf")

    monkeypatch.setattr(OpenSuite, "fingerprint", lost)

    with pytest.raises(BenchmarkFailed, match=r"fingerprint of 'tests.*tiny\.gguf"):
        configuration()


def test_engines_are_told_where_they_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their releases stand beside those of our own packages; what is missing is left out."""
    monkeypatch.setattr(provenance, "_release", lambda name: "1.2" if name == "textworld" else None)

    versions = open_checked(PLAN, command="")[1].versions

    assert {"python", *provenance.PACKAGES, "textworld"} == versions.keys()
    assert versions["textworld"] == "1.2"
    assert versions["numpy"] == "unknown"
