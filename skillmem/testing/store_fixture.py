"""What the parts of the record store's contract share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skillmem.protocols import RecordStore
from skillmem.types import Namespace

AT = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)
OTHERS: tuple[Namespace, ...] = (("acme",), ("acme", "kitchen-bot", "two"), ("kitchen-bot",))


class StoreFixture:
    """Opens a new store for each test, and closes it."""

    def make_store(self, folder: Path) -> RecordStore:
        """Make the store under test, in a folder of its own or anywhere else that is empty."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[RecordStore]:
        """Give a new store."""
        made = self.make_store(tmp_path)
        yield made
        made.close()
