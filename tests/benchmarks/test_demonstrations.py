"""The figures on demonstrations are of what consolidation does."""

from __future__ import annotations

import pytest

from benchmarks.demonstrations import main


def test_demonstrations_are_short_and_win(capsys: pytest.CaptureFixture[str]) -> None:
    """Of real games, the demonstrations are verified, win when played, and are shorter."""
    assert main(["--games", "60"]) == 0

    expert, agent = capsys.readouterr().out.splitlines()[1:3]
    assert expert.startswith("expert: 30 successes, 1.000 verified")
    assert agent.startswith("case_based: ")


def test_a_demonstration_that_does_not_win_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that calls itself replayed and does not win makes the command say no."""
    monkeypatch.setattr("benchmarks.demonstrations.distil", _cut_short)

    assert main(["--games", "60"]) == 1


def _cut_short(*arguments: object, **named: object) -> object:
    """Consolidate, and leave out each demonstration's last step."""
    from skillmem.consolidation import distil

    found = distil(*arguments, **named)  # type: ignore[arg-type]
    cut = [it.model_copy(update={"steps": it.steps[:-1]}) for it in found.demonstrations]
    return found._replace(demonstrations=tuple(cut))
