"""The environments that need nothing but this repository keep the contract."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from envs import household
from skillmem.protocols import Suite
from skillmem.testing.environment_contract import EnvironmentContract
from skillmem.testing.suites import make


class TestChores(EnvironmentContract):
    """The fake."""

    @pytest.fixture
    def suite(self) -> Suite:
        """Make the suite."""
        return make()


class TestHousehold(EnvironmentContract):
    """ALFWorld's games in Python."""

    @pytest.fixture
    def suite(self) -> Suite:
        """Make the suite."""
        return household.make()


class TestTheExample(EnvironmentContract):
    """The environment that the documentation shows."""

    @pytest.fixture
    def suite(self) -> Suite:
        """Make the suite from the text."""
        text = Path("docs/extending.md").read_text(encoding="utf-8")
        found = re.search(
            r"call it `garden\.py`:\n\n```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE
        )
        assert found
        scope: dict[str, Any] = {}
        exec(found[1], scope)
        garden: Suite = scope["make"]()
        return garden
