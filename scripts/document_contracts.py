"""Write the rules of the contract suites, from the tests that hold them.

Usage: python scripts/document_contracts.py > docs/contracts.md
"""

from __future__ import annotations

from skillmem.testing.chat_models import ChatModelContract
from skillmem.testing.counters import TokenCounterContract
from skillmem.testing.critic_contract import CriticContract
from skillmem.testing.embedders import EmbedderContract
from skillmem.testing.environment_contract import EnvironmentContract
from skillmem.testing.indexes import VectorIndexContract
from skillmem.testing.stores import RecordStoreContract

SUITES: tuple[type, ...] = (
    EnvironmentContract,
    EmbedderContract,
    TokenCounterContract,
    ChatModelContract,
    VectorIndexContract,
    RecordStoreContract,
    CriticContract,
)
OPENING = """# The rules of the contract suites

What `skillmem.testing` holds every implementation to, your own too: each rule is a test that you
inherit ([extending.md](extending.md) shows how). This page is printed by
`python scripts/document_contracts.py`.
"""


def rules(suite: type) -> list[str]:
    """Give a suite's rules in the order in which they stand, each the docstring of its test."""
    parts = [part for part in reversed(suite.__mro__) if part is not object]
    tests = {name: test for part in parts for name, test in vars(part).items()}
    return [
        " ".join((test.__doc__ or "").split())
        for name, test in tests.items()
        if name.startswith("test_")
    ]


def reference() -> str:
    """Give all rules as Markdown."""
    sections = [OPENING]
    for suite in SUITES:
        bullets = "\n".join(f"- {rule}" for rule in rules(suite))
        sections.append(f"## {suite.__name__}\n\nIn `{suite.__module__}`.\n\n{bullets}\n")
    return "\n".join(sections)


if __name__ == "__main__":
    print(reference(), end="")
