"""The environments that need nothing but this repository keep the contract."""

from __future__ import annotations

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
