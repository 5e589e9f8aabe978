"""SqlStore keeps the contract, whatever the size of its pages."""

from __future__ import annotations

from pathlib import Path

from skillmem.config import StorageConfig
from skillmem.stores import SqlStore
from skillmem.testing.entry_contract import EntryContract
from skillmem.testing.stores import RecordStoreContract


class TestSqlStore(RecordStoreContract):
    """In a folder."""

    def make_store(self, folder: Path) -> SqlStore:
        """Make a store in a folder."""
        return SqlStore.open(folder)


class TestSqlStoreByUrl(EntryContract):
    """By URL, reading one row at a time."""

    def make_store(self, folder: Path) -> SqlStore:
        """Make a store in a file."""
        folder.mkdir(exist_ok=True)
        return SqlStore.open(
            f"sqlite:///{folder}/my.db", settings=StorageConfig(item_page=1, episode_page=1)
        )
