"""The LangGraph agent: recall → decide → act → … → record, around the very same policies.

The environment and the log are handed to the graph's nodes beside its state, so a checkpoint
holds plain values only: the memory's text, the action chosen, its number. An episode that a
dead process left open goes on in a new one under the same id: the steps in the memory are the
truth, the environment is brought back to them by doing them again, and nothing is logged twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from agents.case_based import TEMPERATURE, CaseBasedPolicy
from agents.play import Attempt, Notebook, PolicyKind, fingerprint, noted
from agents.usage import Meter
from skillmem.errors import EpisodeConflict, InvalidOption, ModelError
from skillmem.memory import SkillMemory
from skillmem.protocols import Environment, Policy, Recall
from skillmem.recording import OpenEpisode
from skillmem.types import Episode, Task, new_id, now

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.runtime import Runtime
    from langgraph.types import Durability

    Graph: TypeAlias = CompiledStateGraph["State", "Session", "State", "State"]

RECURSION_LIMIT = 10_000


class State(TypedDict, total=False):
    """What a checkpoint holds: memory's text, an action, its number, whether it was the last."""

    memory: str
    action: str
    index: int
    over: bool


@dataclass(frozen=True)
class Session:
    """What the nodes work with beside the state: none of it goes into a checkpoint."""

    policy: Policy
    attempt: Attempt
    recall: Recall


class LangGraphAgent:
    """A policy in a `StateGraph`.

    `recursion_limit` is LangGraph's; an action takes three steps of the graph.
    `checkpointer` is any of LangGraph's, used by `run`.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        name: str,
        policy_kind: PolicyKind,
        checkpointer: BaseCheckpointSaver[Any] | None = None,
        recursion_limit: int = RECURSION_LIMIT,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.policy = name
        self.policy_kind = policy_kind
        self._policy = policy
        self._checkpointer = checkpointer
        self._recursion_limit = recursion_limit
        self._clock = clock
        self._graph: Graph | None = None

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play as the plain loop does: no checkpoint, and nothing kept but the episode."""
        log = Notebook(task, agent=self.policy, seed=seed, clock=self._clock)
        session = Session(self._policy, Attempt(env, task, log, seed=seed), recall)
        if self._graph is None:
            self._graph = compile_graph(None)
        meter, config = Meter(self._policy), self._config(None)
        try:
            episode = self._drive(self._graph, session, start={"index": 0}, config=config)
        except ModelError as error:
            episode = session.attempt.give_up(error)
        return noted(episode, {**session.attempt.notes, **meter.told()})

    def run(
        self,
        memory: SkillMemory,
        env: Environment,
        task: Task,
        *,
        token_budget: int,
        seed: int = 0,
        episode_id: str | None = None,
    ) -> Episode:
        """Play with a memory, each step logged as it happens, and give the stored episode.

        Memory is asked once, at the beginning. `episode_id` is the checkpoint's thread, too:
        if that episode is open in the memory, it goes on where it stood, with the text that
        its checkpoint holds (without a checkpointer memory is asked again); if it is closed, it
        is given as it is.

        What cuts an episode off is recorded with the environment's verdict at that moment: the
        recursion limit as `limit`. What `env.step` raises is recorded as `error`, without a
        verdict; the last step says what it was. What anything else raises, an environment that
        can't be reset among it, is recorded as `error`, a cancellation (`KeyboardInterrupt`,
        `asyncio.CancelledError`) as `cancelled`, and both are raised again.

        A `ModelError` alone leaves the episode open, with all its steps: it says nothing of the
        agent, and when the model is back, running again under the same `episode_id` goes on. If
        nobody does, `memory.sweep()` closes it, without a verdict.

        Raises:
            ModelError: the policy's model gave no usable answer; a note names the episode.
            EpisodeConflict: the id is taken by another task, or the environment answers the
                logged actions in another way than before.
        """
        thread = episode_id or new_id()
        config = self._config(thread)
        graph = compile_graph(self._checkpointer)
        saved = graph.get_state(config) if self._checkpointer is not None else None
        text = saved.values.get("memory") if saved is not None else None
        retrieval_ids: tuple[str, ...] = ()
        if text is None:
            retrieval = memory.retrieve(task, token_budget=token_budget)
            text, retrieval_ids = retrieval.text, (retrieval.id,)
        log = memory.begin(
            task, episode_id=thread, retrieval_ids=retrieval_ids, agent=self.policy, seed=seed
        )
        if log.closed:
            return log.episode
        shown = str(text)
        session = Session(self._policy, _begin(env, task, log, seed=seed), lambda _: shown)
        start: State | None = None if saved is not None and saved.next else {"index": 0}
        try:
            return self._drive(graph, session, start=start, config=config)
        except ModelError as error:
            error.add_note(f"episode {thread!r} is open; run again with this episode_id to go on")
            raise

    def fingerprint(self) -> str:
        """Identify what the policy rests on."""
        return fingerprint(self._policy)

    def _config(self, thread: str | None) -> RunnableConfig:
        return {
            "recursion_limit": self._recursion_limit,
            "configurable": {"thread_id": thread or new_id()},
        }

    def _drive(
        self, graph: Graph, session: Session, *, start: State | None, config: RunnableConfig
    ) -> Episode:
        from langgraph.errors import GraphRecursionError

        attempt = session.attempt
        durability: Durability | None = "sync" if graph.checkpointer else None
        try:
            graph.invoke(start, config, context=session, durability=durability)
        except GraphRecursionError:
            return attempt.finish(ended_by="limit")
        except ModelError:
            raise
        except BaseException as error:
            cancelled = _cancellation(error)
            attempt.finish(
                ended_by="cancelled" if cancelled else "error",
                detail=f"{type(error).__name__}: {error}",
            )
            if cancelled is not None:
                raise cancelled from None
            raise
        return attempt.finish()


def make(
    *,
    temperature: float = TEMPERATURE,
    recursion_limit: int = RECURSION_LIMIT,
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> LangGraphAgent:
    """Make the agent: the case-based policy in a graph.

    Raises:
        InvalidOption: the temperature is below zero, or the limit below one.
    """
    if recursion_limit < 1:
        raise InvalidOption(f"recursion_limit must be at least 1, not {recursion_limit}")
    return LangGraphAgent(
        CaseBasedPolicy(temperature=temperature),
        name="case_based",
        policy_kind="scripted",
        checkpointer=checkpointer,
        recursion_limit=recursion_limit,
    )


def compile_graph(checkpointer: BaseCheckpointSaver[Any] | None) -> Graph:
    """Build the graph."""
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(State, context_schema=Session)
    graph.add_node("recall", _recall)
    graph.add_node("decide", _decide)
    graph.add_node("act", _act)
    graph.add_node("record", _record)
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "decide")
    graph.add_edge("decide", "act")
    graph.add_conditional_edges("act", _after_act, ["recall", "record"])
    graph.add_edge("record", END)
    return graph.compile(checkpointer=checkpointer)


def _begin(env: Environment, task: Task, log: OpenEpisode, *, seed: int) -> Attempt:
    """Reset the environment and bring it to where the log stands."""
    try:
        return Attempt(env, task, log, seed=seed)
    except EpisodeConflict:
        raise
    except BaseException as error:
        log.finish(ended_by="error" if isinstance(error, Exception) else "cancelled")
        raise


def _cancellation(error: BaseException) -> BaseException | None:
    """Give the cancellation that an error is, or that LangGraph wrapped in it."""
    for candidate in (error, error.__cause__):
        if candidate is not None and not isinstance(candidate, Exception):
            return candidate
    return None


def _recall(state: State, runtime: Runtime[Session]) -> State:  # noqa: ARG001 - LangGraph names it
    session = runtime.context
    steps = session.attempt.steps
    return {"memory": session.recall(steps), "index": len(steps)}


def _decide(state: State, runtime: Runtime[Session]) -> State:
    session = runtime.context
    return {"action": session.attempt.choose(session.policy, state["memory"])}


def _act(state: State, runtime: Runtime[Session]) -> State:
    attempt = runtime.context.attempt
    attempt.act(state["action"], index=state["index"])
    return {"over": attempt.over}


def _after_act(state: State) -> str:
    return "record" if state["over"] else "recall"


def _record(state: State, runtime: Runtime[Session]) -> State:  # noqa: ARG001 - LangGraph names it
    runtime.context.attempt.finish()
    return {}
