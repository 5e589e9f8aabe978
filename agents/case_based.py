"""A policy that needs no model: it explores, and follows the plans it finds in memory's text.

It knows nothing of any environment. A command is plain words and things (a word before a
number); a state is the set of admissible commands. Each command gets a score, to which noise is
added that depends on the seed, the step's number and the command alone; the best is chosen.

Exploring (`exploring`, `history`): it prefers words of the goal, things and commands not yet
seen or tried, and verbs that showed something new before. It never repeats an action that
changed nothing in the same state, if there is another.

Following (`extraction`, `alignment`, `plans`, `following`): memory's text is read by one
extractor into blocks of a goal and actions. Goals are laid beside the task's goal to learn
which thing stands for which, and only the blocks that fit best are followed. A plan's keys, its
actions on what the goal names, are done in order; while the next one can't be done, what led to
it in the record comes first, and the plan's last act is held back. Actions after a line of
warning count against the same commands.

The scripted policy tests plumbing; it proves nothing about language models. Weights and
temperature were chosen on ALFWorld's training games and are frozen: without memory it wins
41 % of the 200 official ones (`python -m benchmarks.policy_alone`).
"""

from __future__ import annotations

from collections.abc import Sequence

from agents.alignment import content_words
from agents.commands import Command, parse
from agents.exploring import Curiosity, interest
from agents.following import Weights, opinions
from agents.history import History, Known, go_on, look_back
from agents.noise import gumbel
from agents.plans import Reading, read
from agents.play import PlainAgent
from skillmem.errors import InvalidOption
from skillmem.types import Prompt, Step

TEMPERATURE = 0.6
"""How much noise: scores of commands differ by about one to five."""

WEIGHTS = Weights()
CURIOSITY = Curiosity()


class CaseBasedPolicy:
    """Explores, and follows what memory's text says. The same arguments give the same action."""

    def __init__(self, *, temperature: float = TEMPERATURE) -> None:
        self._temperature = temperature
        self._known = Known((), frozenset(), look_back((), (), frozenset()))

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Choose a command; an empty one when none is admissible."""
        goal = frozenset(content_words(prompt.goal))
        history = self._look_back(prompt.steps, admissible, goal)
        futile = history.futile
        candidates = [text for text in admissible if text not in futile] or admissible
        commands = [parse(text) for text in candidates]
        advice = _advice(read(prompt.memory, prompt.goal), history, commands)
        number = len(prompt.steps)
        best, best_score = "", float("-inf")
        for command in commands:
            text = command.text
            score = interest(command, history, goal, CURIOSITY)
            score += advice.get(text, 0.0) + self._temperature * gumbel(seed, number, text)
            if score > best_score:
                best, best_score = text, score
        return best

    def _look_back(
        self, steps: tuple[Step, ...], admissible: Sequence[str], goal: frozenset[str]
    ) -> History:
        """Look back, from where the last look back ended if this is one step later."""
        known = self._known
        if known.leads_to(steps, goal):
            history = go_on(known.history, steps[-1].action, admissible, goal)
        else:
            history = look_back(steps, admissible, goal)
        self._known = Known(steps, goal, history)
        return history


def make(*, temperature: float = TEMPERATURE) -> PlainAgent:
    """Make the agent: the policy in the plain loop.

    Raises:
        InvalidOption: the temperature is below zero.
    """
    if temperature < 0:
        raise InvalidOption(f"temperature must be 0 or more, not {temperature}")
    policy = CaseBasedPolicy(temperature=temperature)
    return PlainAgent(policy, name="case_based", policy_kind="scripted")


def _advice(reading: Reading, history: History, commands: Sequence[Command]) -> dict[str, float]:
    """Join what the plans and the warnings say: the plan that likes a command most counts."""
    advice: dict[str, float] = {}
    for plan in reading.plans:
        for text, score in opinions(plan, history, commands, WEIGHTS).items():
            advice[text] = max(plan.quality * score, advice.get(text, float("-inf")))
    for warned in reading.warnings:
        for command in commands:
            if command.shape in warned.shapes:
                score = advice.get(command.text, 0.0) - WEIGHTS.warned * warned.quality
                advice[command.text] = score
    return advice
