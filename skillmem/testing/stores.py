"""The contract that every record store keeps."""

from __future__ import annotations

from skillmem.testing.batch_contract import BatchContract
from skillmem.testing.embedding_contract import EmbeddingContract
from skillmem.testing.entry_contract import EntryContract
from skillmem.testing.episode_contract import EpisodeContract
from skillmem.testing.progress_contract import ProgressContract


class RecordStoreContract(
    EpisodeContract, ProgressContract, BatchContract, EmbeddingContract, EntryContract
):
    """What any `RecordStore` promises. Subclass it, and give `make_store`.

    ```python
    class TestMyStore(RecordStoreContract):
        def make_store(self, folder: Path) -> RecordStore:
            return MyStore.open(folder)
    ```
    """
