"""A cause in words: situation, mistake and advice, with slots instead of names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from skillmem.consolidation.causes import LOCAL, Cause, Kind
from skillmem.consolidation.plans import Need, Plan
from skillmem.consolidation.runs import Act, Form
from skillmem.structure.skeletons import Roles
from skillmem.structure.templates import Template
from skillmem.structure.words import words

REPETITIVE = "Most of its steps repeated what had been done and answered before."


class Words(NamedTuple):
    """The three texts of a lesson."""

    situation: str
    mistake: str
    advice: str


def word(cause: Cause, plan: Plan) -> Words:
    """Say a cause in words that hold no name and no digit of the run."""
    situation, mistake, lead = _SAYINGS[cause.kind](cause)
    actions = _actions(cause, plan)
    return Words(
        situation=situation,
        mistake=f"{mistake} {REPETITIVE}" if cause.repetitive else mistake,
        advice="\n".join([lead, *(f"> {action}" for action in actions)]),
    )


def acts_of(needs: Sequence[Need], cause: Cause, plan: Plan) -> list[Act]:
    """Give the model's acts for these needs, each with what leads to it, in order.

    How the model did again what the plan asks for more than once follows, unless the mistake
    was in doing one operation.
    """
    first = [act for need in needs for act in (*need.preparation, need.act)]
    again = () if cause.kind in LOCAL else plan.needs
    return [*first, *(act for need in again for act in need.second)]


def _actions(cause: Cause, plan: Plan) -> list[str]:
    """Write the operations still to be done."""
    roles = Roles(plan.model.goal)
    return [roles.write(act.template) for act in acts_of(cause.rest, cause, plan)]


def _verb(need: Need) -> str:
    return f'"{need.verb}"'


def _thing(need: Need) -> str:
    return need.form.slots[0] if need.form.slots else "what it takes"


def _listed(needs: Sequence[Need]) -> str:
    verbs = list(dict.fromkeys(_verb(need) for need in needs))
    return " and ".join(verbs)


def _done(cause: Cause) -> str:
    if not cause.done:
        return "nothing of what the goal needs has been done yet."
    return f"{_listed(cause.done)} worked, and the goal is still open."


def _lacking(cause: Cause) -> str:
    assert cause.lacking is not None
    return f'"{cause.lacking.name}"'


def _unprepared(cause: Cause) -> tuple[str, str, str]:
    verb, led = _verb(cause.at), _lacking(cause)
    return (
        f"{verb} changes nothing.",
        f"The run tried {verb} without {led} on the same thing right before it.",
        f"First {led}, then {verb}, in this order:",
    )


def _out_of_sight(cause: Cause) -> tuple[str, str, str]:
    verb, thing = _verb(cause.at), _thing(cause.at)
    return (
        f"{verb} changes nothing.",
        f"The run tried {verb} while the answer before it did not name {thing}.",
        f"Do {_lacking(cause)} until the answer names {thing}, and {verb} right after it:",
    )


def _other_thing(cause: Cause) -> tuple[str, str, str]:
    verb, thing = _verb(cause.at), _thing(cause.at)
    return (
        _done(cause),
        f"The run tried {verb} with another {thing} than had been got by {_listed(cause.done)}.",
        f"Do {verb} with the very {thing} that was got by {_listed(cause.done)}:",
    )


def _too_soon(cause: Cause) -> tuple[str, str, str]:
    verb, thing = _verb(cause.at), _thing(cause.at)
    return (
        f"{thing} has yet to come into sight.",
        f"The run tried {verb} on {thing} before any answer had shown {thing}.",
        f"Look further until an answer names {thing}, then do this where it is:",
    )


def _refused(cause: Cause) -> tuple[str, str, str]:
    verb = _verb(cause.at)
    return (
        f"{verb} was tried and changed nothing.",
        f"The run kept trying {verb} although all that usually leads to it had been done.",
        f"Choose other things for {verb}, and look into each before it:",
    )


def _overlooked(cause: Cause) -> tuple[str, str, str]:
    verb, thing = _verb(cause.at), _thing(cause.at)
    return (
        f"{thing} has come into sight.",
        f"The run saw {thing} and went on without {verb}.",
        f"As soon as an answer names {thing}, do this:",
    )


def _unfound(cause: Cause) -> tuple[str, str, str]:
    verb, thing = _verb(cause.at), _thing(cause.at)
    return (
        f"{thing} has yet to come into sight.",
        f"The run ended before it had found {thing}, so {verb} was out of reach.",
        f"Look into each new thing once, and as soon as an answer names {thing} do this:",
    )


def _missing(cause: Cause) -> tuple[str, str, str]:
    verb = _verb(cause.at)
    later = cause.rest[1:]
    before = f" before {_verb(later[0])}" if later else " at the end"
    return (
        _done(cause),
        f"The run never did {verb}; the runs that reached the goal did it{before}.",
        f"Go on with {verb}:",
    )


def _again(cause: Cause) -> tuple[str, str, str]:
    verb = _verb(cause.at)
    needed, twice = "more than once", "Do all of this, as often as it stands here:"
    if cause.at.apart and cause.at.form.slots:
        thing = _thing(cause.at)
        needed = f"for more than one {thing}"
        twice = f"Do all of this for one {thing}, and once more for another {thing}:"
    return (
        f"{verb} worked once, and the goal is still open.",
        f"The run did {verb} too few times: the goal needs it {needed}.",
        twice,
    )


def _order(cause: Cause) -> tuple[str, str, str]:
    verb, others = _verb(cause.at), cause.rest[1:]
    return (
        _done(cause),
        f"The run did {_listed(others) if others else 'other things'} before {verb}.",
        "Keep to this order:",
    )


def _undone(cause: Cause) -> tuple[str, str, str]:
    verb = _verb(cause.at)
    return (
        _done(cause),
        f"The run did {verb} and then other things; the runs that reached the goal ended with it.",
        f"Do {verb} once more when all else is done:",
    )


_SAYINGS: Mapping[Kind, Callable[[Cause], tuple[str, str, str]]] = {
    "unprepared": _unprepared,
    "out of sight": _out_of_sight,
    "other thing": _other_thing,
    "too soon": _too_soon,
    "refused": _refused,
    "overlooked": _overlooked,
    "unfound": _unfound,
    "missing": _missing,
    "again": _again,
    "order": _order,
    "undone": _undone,
}


def _prose() -> Iterator[str]:
    """Say every cause about nothing in particular."""
    act = Act(Form("", ()), Template("", ()), effective=True, observation="", seen=frozenset())
    need = Need(act.form, 1, act, ())
    for kind, saying in _SAYINGS.items():
        for apart, needs in ((False, ()), (True, (need,))):
            form = Form("", ("",)) if apart else act.form
            at = need._replace(form=form, apart=apart)
            yield from saying(Cause(kind, at, (at, *needs), needs, lacking=act))
    yield REPETITIVE


PROSE = frozenset(token.text for text in _prose() for token in words(text))
