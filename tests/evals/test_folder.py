"""A benchmark's folder: what it keeps, and what it leaves alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from skillmem.errors import InvalidOption, StoreUnavailable
from skillmem.evals.folder import RunFolder
from skillmem.evals.harness import benchmark
from skillmem.evals.plan import Plan, WorkUnit
from skillmem.evals.results import Played

SUITES = "skillmem.testing.suites"
UNIT = WorkUnit(build=0, arm="none", budget=None, seed=1, part=0)
PLAYED = Played(
    arm="none",
    budget=None,
    build=0,
    seed=1,
    task="t",
    label="l",
    success=True,
    steps=1,
    ended_by="agent",
    memory_tokens=0,
    items=(),
    actions=("go\n",),
)


def test_new_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    """A run may be written where nothing is."""
    folder = RunFolder(tmp_path / "a" / "b")

    folder.claim("configuration")
    folder.put(UNIT, [PLAYED])

    assert folder.has(UNIT)
    assert folder.get(UNIT) == (PLAYED,)


def test_same_configuration_goes_on(tmp_path: Path) -> None:
    """What was finished is there when the same run comes back."""
    RunFolder(tmp_path).claim("configuration")
    RunFolder(tmp_path).put(UNIT, [PLAYED])
    again = RunFolder(tmp_path)

    again.claim("configuration")
    assert again.has(UNIT)


def test_other_configuration_is_refused(tmp_path: Path) -> None:
    """Another run's folder is named and left as it is."""
    RunFolder(tmp_path).claim("one")
    RunFolder(tmp_path).put(UNIT, [PLAYED])

    with pytest.raises(InvalidOption, match=r"another configuration.*--out.*--renew") as caught:
        RunFolder(tmp_path).claim("two")

    assert str(tmp_path) in str(caught.value)
    assert RunFolder(tmp_path).has(UNIT)


@pytest.mark.parametrize("name", ["thesis.txt", "results.json"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    """Files that no benchmark wrote are never written over."""
    (tmp_path / name).write_text("{}")

    with pytest.raises(InvalidOption, match="--out") as caught:
        RunFolder(tmp_path).claim("configuration")

    assert "--renew" not in str(caught.value), "it would not help"
    assert (tmp_path / name).read_text() == "{}"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_in_which_nothing_was_begun_is_taken(tmp_path: Path) -> None:
    """What a run left that broke off before its configuration was written bars no other."""
    folder = RunFolder(tmp_path)
    folder.unfinished.mkdir()
    (folder.unfinished / ".configuration.draft").write_text("")

    folder.claim("configuration")


def test_unwritable_folder_is_named(tmp_path: Path) -> None:
    """Where nothing can be written the folder is named, with what to do."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreUnavailable, match=r"file.*--out"):
        RunFolder(tmp_path / "file" / "out").claim("configuration")


def test_unit_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    """An episode that fails in the middle of a unit leaves no half of it."""
    folder = RunFolder(tmp_path)

    def broken() -> object:
        yield PLAYED
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        folder.put(UNIT, broken())  # type: ignore[arg-type]

    assert not folder.has(UNIT)


def test_a_finished_unit_is_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit counts as finished only when its content has reached the disk."""
    folder = RunFolder(tmp_path)
    finished: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda _: finished.append(folder.has(UNIT)))

    folder.put(UNIT, [PLAYED])

    assert finished == [False]
    assert folder.has(UNIT)


def test_a_folder_of_another_run_is_renewed_when_asked(tmp_path: Path) -> None:
    """`renew` removes another run's files, and goes on with the same run's."""
    folder = RunFolder(tmp_path)
    folder.claim("one")
    (folder.memory_folder / "build-00").mkdir(parents=True)
    folder.claim("one", renew=True)
    assert folder.memory_folder.exists()

    folder.claim("two", renew=True)

    assert not folder.memory_folder.exists()
    assert (folder.unfinished / "configuration").read_text() == "two"


@pytest.mark.parametrize("name", ["thesis.txt", "results.json"])
def test_renewing_touches_no_other_files(tmp_path: Path, name: str) -> None:
    """What is not of a benchmark is never removed, though it may be called like a part of one."""
    (tmp_path / name).write_text('{"run": "years of work"}')
    (tmp_path / "memory").mkdir()

    with pytest.raises(InvalidOption, match="not of a benchmark"):
        RunFolder(tmp_path).claim("one", renew=True)
    assert (tmp_path / name).exists()
    assert (tmp_path / "memory").exists()


def test_results_of_another_release_are_renewed(tmp_path: Path) -> None:
    """They can't be read, and are known by the configuration that stands in them."""
    (tmp_path / "results.json").write_text('{"run": {"configuration": "older"}, "arms": 3}')

    with pytest.raises(InvalidOption, match="--renew"):
        RunFolder(tmp_path).claim("one")
    RunFolder(tmp_path).claim("one", renew=True)


def test_two_processes_dont_play_into_one_folder(tmp_path: Path) -> None:
    """The second is refused while the first is at work, and then no more."""
    RunFolder(tmp_path).claim("one")

    with (
        RunFolder(tmp_path).held(),
        pytest.raises(InvalidOption, match="another process"),
        RunFolder(tmp_path).held(),
    ):
        pytest.fail("it was let in")
    with RunFolder(tmp_path).held():
        pass


def test_a_folder_in_which_a_run_plays_is_not_renewed(tmp_path: Path) -> None:
    """What a living process plays into is never removed under it, whatever its plan."""
    plan = Plan(env=f"{SUITES}:make", agent=f"{SUITES}:make_agent", split="valid", train=3, limit=2)
    folder = RunFolder(tmp_path)

    with folder.held():
        folder.claim("another")
        with pytest.raises(InvalidOption, match="another process"):
            benchmark(plan, tmp_path, renew=True)
        assert (folder.unfinished / "configuration").read_text() == "another"


def test_a_strangers_results_stay_whatever_stands_beside_them(tmp_path: Path) -> None:
    """A results.json that no benchmark wrote is kept, though a run was begun in its folder."""
    folder = RunFolder(tmp_path)
    with folder.held():
        folder.claim("one")
    (tmp_path / "results.json").write_text('{"run": "years of work"}')

    with pytest.raises(InvalidOption, match="not of a benchmark"):
        folder.claim("two", renew=True)
    assert (tmp_path / "results.json").exists()
