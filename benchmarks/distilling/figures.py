"""What became of the failures, counted from the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from skillmem import Expense, Lesson
from skillmem.prompts.distilling import read_answer

Row = tuple[str, object]
KINDS = (
    "names",
    "holds the digit",
    "none of the actions",
    "out of order",
    "leaves out",
    "stands for nothing",
    "repeats an example",
    "as an example does",
    "too many for too few",
    "nothing that was wrong",
)


def figures(
    expenses: Sequence[Expense], lessons: Sequence[Lesson], *, failures: int
) -> Iterator[Row]:
    """Give the table's rows."""
    calls = sum(it.calls for it in expenses)
    written = Counter(map(_json, expenses))
    became = Counter(it.became.partition(":")[0] for it in expenses)
    worded = sum(count for kind, count in became.items() if kind.startswith("lesson"))
    yield "failures", failures
    yield "calls", calls
    for kind in ("valid as given", "valid when mended", "unreadable", "no answer"):
        yield kind, written[kind]
    yield "generalised", sum(count for kind, count in became.items() if "generalised" in kind)
    yield "refused", became["fell back, refused"]
    reasons = Counter(_reason(it) for it in expenses if it.became.startswith("fell back, refused"))
    for reason, count in reasons.most_common():
        yield f"  {reason}", count
    yield "fell back to the built-in", len(expenses) - worded
    yield "lessons in the model's words", worded
    yield "  of them different texts", len({_words(it) for it in lessons if _is_models(it)})
    yield "failures with a lesson", len({name for it in lessons for name in it.episode_ids})
    yield "lessons when alike are united", len(lessons)
    yield "tokens read a call", _mean(it.prompt_tokens for it in expenses)
    yield "tokens written a call", _mean(it.completion_tokens for it in expenses)
    yield "seconds a call", f"{sum(it.seconds for it in expenses) / (calls or 1):.1f}"


def _json(expense: Expense) -> str:
    if not expense.reply:
        return "no answer"
    try:
        return "valid when mended" if read_answer(expense.reply).repaired else "valid as given"
    except ValueError:
        return "unreadable"


def _reason(expense: Expense) -> str:
    """Say why a draft was refused, without what it is that it holds."""
    details = expense.became.partition(": ")[2]
    for kind in KINDS:
        if kind in details:
            return kind
    return details


def _is_models(lesson: Lesson) -> bool:
    return not lesson.written_by.startswith("built-in")


def _words(lesson: Lesson) -> tuple[str, str, str]:
    return lesson.situation, lesson.mistake, lesson.advice


def _mean(counts: Iterator[int]) -> int:
    told = list(counts)
    return round(sum(told) / len(told)) if told else 0
