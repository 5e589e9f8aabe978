"""What goes wrong with files and locks is named, with the next step, and loses nothing."""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from skillmem.config import StorageConfig
from skillmem.errors import (
    InvalidOption,
    StoreBusy,
    StoreDamaged,
    StoreUnavailable,
)
from skillmem.protocols import Collection
from skillmem.stores import SqlStore
from skillmem.testing.records import (
    EMBEDDER,
    NAMESPACE,
    a_batch,
    a_lesson,
    a_success,
    a_task,
    a_vector,
)
from skillmem.types import Episode, Step

NOBODY = 65534


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Give a store with one episode, one lesson and its embedding; it hardly waits."""
    made = SqlStore.open(tmp_path, settings=StorageConfig(busy_seconds=0.05))
    lesson = a_lesson()
    made.put_episode(NAMESPACE, a_success())
    made.commit(NAMESPACE, a_batch(lesson, vectors=[a_vector(lesson)]))
    yield made
    made.close()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """The message names the file, and how to say it rightly."""
    file = tmp_path / "memory"
    file.write_text("")

    with pytest.raises(StoreUnavailable, match=r"memory is a file; name a folder, or a URL"):
        SqlStore.open(file)


def test_nothing_is_created_below_a_file(tmp_path: Path) -> None:
    """A path that can't exist is named."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreUnavailable, match=r"file/memory can't be created"):
        SqlStore.open(tmp_path / "file" / "memory")


def test_parents_of_a_new_folder_are_created(tmp_path: Path) -> None:
    """A new folder may lie as deep as one likes."""
    SqlStore.open(tmp_path / "a" / "b" / "c").close()

    assert (tmp_path / "a" / "b" / "c" / "skillmem.db").exists()


def test_a_folder_that_cannot_be_written_is_named() -> None:
    """Neither creating a folder, nor a database in one, nor writing to one fails darkly."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        SqlStore.open(folder / "made").close()
        (folder / "empty").mkdir()
        for path in (folder / "made", folder / "empty", folder):
            path.chmod(0o555)
        with _without_privileges():
            for place in ("new", "empty"):
                with pytest.raises(StoreUnavailable, match=place):
                    SqlStore.open(folder / place)
            with (
                pytest.raises(StoreUnavailable, match="made"),
                closing(SqlStore.open(folder / "made")) as store,
            ):
                store.put_episode(NAMESPACE, a_success())
        for path in (folder, folder / "made", folder / "empty"):
            path.chmod(0o755)


def test_a_read_only_database_can_be_read(store: SqlStore, tmp_path: Path) -> None:
    """Writing to it is refused with its name."""
    url = f"sqlite:///file:{tmp_path}/skillmem.db?mode=ro&uri=true"

    with closing(SqlStore.open(url)) as reader:
        assert list(reader.episodes(NAMESPACE)) == list(store.episodes(NAMESPACE))
        with pytest.raises(StoreUnavailable, match=r"skillmem\.db.* can't be opened or written"):
            reader.put_episode(NAMESPACE, a_success())


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "postgresql://me:secret@host/db", "://", "x://y z"]
)
def test_an_unserved_url_is_refused(url: str) -> None:
    """The message says what would do, and shows no password."""
    with pytest.raises(InvalidOption, match="name a folder") as caught:
        SqlStore.open(url)

    assert "secret" not in str(caught.value)


def test_a_url_into_nowhere_is_named(tmp_path: Path) -> None:
    """A folder that a URL names must exist."""
    with pytest.raises(StoreUnavailable, match=r"nowhere/my\.db"):
        SqlStore.open(f"sqlite:///{tmp_path}/nowhere/my.db")


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """A file that isn't ours is refused, and stays as it is."""
    file = tmp_path / "skillmem.db"
    file.write_text("Dear diary, " * 1000)

    with pytest.raises(StoreDamaged, match=r"skillmem\.db.* restore a backup"):
        SqlStore.open(tmp_path)

    assert file.read_text() == "Dear diary, " * 1000


def test_damage_in_the_file_is_found_when_read(store: SqlStore, tmp_path: Path) -> None:
    """Pages that were overwritten are damage, whichever query meets them."""
    for _ in range(30):
        store.put_episode(NAMESPACE, a_success(steps=20))
    store.close()
    file = tmp_path / "skillmem.db"
    content = bytearray(file.read_bytes())
    content[3 * 4096 :] = b"\xff" * (len(content) - 3 * 4096)
    file.write_bytes(content)

    with (
        pytest.raises(StoreDamaged, match=r"skillmem\.db"),
        closing(SqlStore.open(tmp_path)) as damaged,
    ):
        list(damaged.episodes(NAMESPACE))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE episodes SET payload = '{'",
        "UPDATE episodes SET payload = CAST(x'ff' AS TEXT)",
        "UPDATE episodes SET state = 'lost'",
        "UPDATE steps SET payload = '{}'",
        "UPDATE items SET payload = '[]'",
        "UPDATE vectors SET vector = x'00'",
        "ALTER TABLE steps RENAME TO gone",
    ],
)
def test_damage_in_a_record_is_found_when_read(store: SqlStore, statement: str) -> None:
    """A record that can't be read is damage, not a crash."""
    with closing(sqlite3.connect(store._database.place)) as connection:
        connection.execute(statement)
        connection.commit()

    with pytest.raises(StoreDamaged, match=r"skillmem\.db.* newest dump"):
        list(store.entries(NAMESPACE))


def test_a_damaged_embedding_is_found_by_an_index(store: SqlStore) -> None:
    """The index is told rather than fed."""
    with closing(sqlite3.connect(store._database.place)) as connection:
        connection.execute("UPDATE vectors SET dimensions = 3")
        connection.commit()

    with pytest.raises(StoreDamaged, match="embedding"):
        store.vectors(Collection(NAMESPACE, "lesson", "goal", EMBEDDER), after=0)


def test_a_full_disk_loses_nothing(store: SqlStore) -> None:
    """What doesn't fit is refused whole; what was there stays, and later writes work."""
    before = list(store.episodes(NAMESPACE))
    large = Episode(task=a_task(), steps=(Step(action="a", observation="x" * 5_000_000),))

    with _file_size_limit(2_000_000), pytest.raises(StoreUnavailable, match="space left"):
        store.put_episode(NAMESPACE, large)

    assert list(store.episodes(NAMESPACE)) == before
    store.put_episode(NAMESPACE, large)
    assert len(list(store.episodes(NAMESPACE))) == 2


def test_a_lock_that_is_held_too_long_is_named(store: SqlStore) -> None:
    """Writing gives up, reading goes on, and afterwards all is well."""
    with closing(sqlite3.connect(store._database.place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreBusy, match=r"skillmem\.db.* try again"):
            store.put_episode(NAMESPACE, a_success())
        assert len(list(store.episodes(NAMESPACE))) == 1

        other.execute("ROLLBACK")
    store.put_episode(NAMESPACE, a_success())


def test_threads_wait_for_each_other_only_so_long(store: SqlStore) -> None:
    """A thread that can't write in time is told so, as another process is."""
    with store._database.writing(), pytest.raises(StoreBusy):
        store.put_episode(NAMESPACE, a_success())


def test_a_closed_store_says_so(store: SqlStore) -> None:
    """Using it again is refused by name, rather than silently opening it."""
    store.close()

    with pytest.raises(StoreUnavailable, match=r"skillmem\.db was closed"):
        store.version(NAMESPACE)


@contextmanager
def _without_privileges() -> Iterator[None]:
    """Be nobody, where the tests run as root, whom no permission stops."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@contextmanager
def _file_size_limit(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
