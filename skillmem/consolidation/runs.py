"""A run as a distiller reads it: what each step did, and to which things of the goal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from skillmem.structure.alignment import align
from skillmem.structure.masking import Masked, pieces
from skillmem.structure.skeletons import Roles, essential
from skillmem.structure.states import effects
from skillmem.structure.templates import Reader, Template
from skillmem.types import Step

OTHER = "<*>"
LEADING = re.compile(r"[^\W\d][\w-]*(?: [^\W\d][\w-]*)*(?=$|[\W])")


class Form(NamedTuple):
    """What an act does: its pattern, and for each argument the goal's slot or ``<*>``.

    As something to match, ``<*>`` stands for any argument.
    """

    pattern: str
    roles: tuple[str, ...]

    @property
    def slots(self) -> tuple[str, ...]:
        """Give the slots of the goal that it is about."""
        return tuple(role for role in self.roles if role != OTHER)

    def matches(self, other: Form) -> bool:
        """Tell whether `other` is a case of this form."""
        return self.pattern == other.pattern and all(
            own in (OTHER, given) for own, given in zip(self.roles, other.roles, strict=True)
        )


class Act(NamedTuple):
    """One step: its form, its template, whether it had an effect, its answer.

    `seen` are the slots of the goal's things that the answer names.
    """

    form: Form
    template: Template
    effective: bool
    observation: str
    seen: frozenset[str]

    @property
    def name(self) -> str:
        """Give the words for what is done: those before the first thing it is about."""
        words = LEADING.match(self.template.pattern)
        return words[0] if words else self.template.verb

    @property
    def things(self) -> frozenset[str]:
        """Name the things that the act is about."""
        return frozenset(argument.thing for argument in self.template.arguments)


class Run(NamedTuple):
    """A goal and what was done about it.

    `words` are the goal's words that name operations. `effective` are the acts that may
    have had an effect, `by_pattern` the same by the patterns of their forms, `outline` their forms
    with repetitions in a row collapsed, and `operations` those that neither prepared nor explored.
    """

    goal: Masked
    words: frozenset[str]
    acts: tuple[Act, ...]
    effective: tuple[Act, ...]
    by_pattern: Mapping[str, tuple[Act, ...]]
    outline: tuple[Form, ...]
    operations: tuple[Act, ...]


def read_run(goal: str, steps: Sequence[Step], reader: Reader) -> Run:
    """Read a run by the slots of its masked goal."""
    masked = reader.goal(goal)
    roles = Roles(masked)
    acts = tuple(
        act._replace(seen=roles.seen(reader.mentions(act.observation)))
        for act in read_acts(masked, steps, reader)
    )
    effective = tuple(act for act in acts if act.effective)
    forms = [act.form for act in effective]
    return Run(
        goal=masked,
        words=reader.operations.intersection(pieces(masked.text)),
        acts=acts,
        effective=effective,
        by_pattern=_by_pattern(effective),
        outline=(*(one for one, after in pairwise(forms) if one != after), *forms[-1:]),
        operations=_operations(effective, masked),
    )


def read_acts(goal: Masked, steps: Sequence[Step], reader: Reader) -> tuple[Act, ...]:
    """Read what each step did, but not what its answer shows."""
    roles = Roles(goal)
    had_effect = effects(steps, reader.lexicon.refusals)
    return tuple(
        _act(step, roles, reader, effective=effect)
        for step, effect in zip(steps, had_effect, strict=True)
    )


def _by_pattern(acts: Sequence[Act]) -> Mapping[str, tuple[Act, ...]]:
    found: dict[str, list[Act]] = {}
    for act in acts:
        found.setdefault(act.form.pattern, []).append(act)
    return {pattern: tuple(those) for pattern, those in found.items()}


def _act(step: Step, roles: Roles, reader: Reader, *, effective: bool) -> Act:
    template = reader.template(step)
    return Act(
        form=Form(template.pattern, tuple(roles.of_goal(it) or OTHER for it in template.arguments)),
        template=template,
        effective=effective,
        observation=step.observation,
        seen=frozenset(),
    )


def _operations(acts: Sequence[Act], goal: Masked) -> tuple[Act, ...]:
    roles = Roles(goal)
    written = [roles.write(act.template) for act in acts]
    return tuple(acts[place] for place in essential(written))


def similarity(one: Run, other: Run) -> float:
    """Tell how alike two runs are: the share of their outlines that corresponds."""
    total = len(one.outline) + len(other.outline)
    return 2 * len(align(one.outline, other.outline)) / total if total else 0.0
