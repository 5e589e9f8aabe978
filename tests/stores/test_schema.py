"""A store's schema: made new, found older or newer, migrated when asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner

from skillmem.cli.group import commands
from skillmem.errors import SchemaTooNew, SchemaTooOld, StoreDamaged, StoreUnavailable
from skillmem.stores import SqlStore
from skillmem.stores.migration import SCRIPTS, bring_up, migrate
from skillmem.stores.schema import REVISIONS
from skillmem.testing.records import NAMESPACE, a_success


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder that holds a store with one episode."""
    with closing(SqlStore.open(tmp_path / "memory")) as store:
        store.put_episode(NAMESPACE, a_success())
    return tmp_path / "memory"


def test_migrations_lead_to_the_very_same_schema(tmp_path: Path) -> None:
    """A database that was migrated can't be told from one that was made new."""
    migrated, created = tmp_path / "migrated", tmp_path / "created"
    migrate(migrated)
    SqlStore.open(created).close()

    assert _schema(migrated) == _schema(created)
    assert len(_schema(created)) > 10
    SqlStore.open(migrated).close()


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    """The list in the code is the chain of the scripts."""
    scripts = ScriptDirectory(str(SCRIPTS))

    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == REVISIONS


def test_migrating_twice_changes_nothing(folder: Path) -> None:
    """A database of the newest schema keeps all it holds."""
    migrate(folder)

    with closing(SqlStore.open(folder)) as store:
        assert len(list(store.episodes(NAMESPACE))) == 1


def test_an_older_schema_is_refused_until_migrated(tmp_path: Path) -> None:
    """Nothing is migrated silently; the message says how to get there."""
    _execute(tmp_path, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")

    with pytest.raises(SchemaTooOld, match=r"skillmem\.db.* run `skillmem migrate`"):
        SqlStore.open(tmp_path)

    migrate(tmp_path)
    SqlStore.open(tmp_path).close()


def test_a_store_of_the_first_schema_keeps_all_it_holds(folder: Path) -> None:
    """The command copies the file, migrates it, and says so; the store then opens."""
    _execute(folder, "DROP TABLE expenses")
    _execute(folder, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(SchemaTooOld):
        SqlStore.open(folder)

    told, again = (
        CliRunner().invoke(commands, ["migrate", "--memory", str(folder)]) for _ in range(2)
    )

    assert told.exit_code == again.exit_code == 0, told.output
    copy = folder / "skillmem.db.schema-0001"
    assert f"has the schema 0002 now, it had 0001; what it was is kept as {copy}" in told.output
    assert "nothing was changed" in again.output
    assert sorted(folder.glob("skillmem.db.schema*")) == [copy]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            ("0001",)
        ]
        assert connection.execute("SELECT count(*) FROM episodes").fetchall() == [(1,)]
    with closing(SqlStore.open(folder)) as store:
        assert len(list(store.episodes(NAMESPACE))) == 1
        assert list(store.expenses(NAMESPACE)) == []


def test_an_earlier_copy_is_left_alone(folder: Path) -> None:
    """A further migration keeps a copy of its own."""
    earlier = folder / "skillmem.db.schema-0001"
    earlier.write_text("mine")
    _execute(folder, "DROP TABLE expenses")
    _execute(folder, "UPDATE alembic_version SET version_num = '0001'")

    assert bring_up(folder).copy == folder / "skillmem.db.schema-0001-1"

    assert earlier.read_text() == "mine"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "install a newer release"),
        ("DROP TABLE alembic_version", "another program"),
    ],
)
def test_what_is_not_ours_is_not_migrated(folder: Path, statement: str, reason: str) -> None:
    """A newer release's store, or another program's, is refused; no copy is made."""
    _execute(folder, statement)

    told = CliRunner().invoke(commands, ["migrate", "--memory", str(folder)])

    assert told.exit_code == 3
    assert reason in told.output
    assert [path.name for path in folder.glob("*.schema*")] == []


def test_a_newer_schema_is_refused(folder: Path) -> None:
    """What a later release wrote is not touched."""
    _execute(folder, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaTooNew, match=r"9999.* install a newer release"):
        SqlStore.open(folder)


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    """A database that isn't ours is refused, not filled."""
    _execute(tmp_path, "CREATE TABLE customers (name TEXT)")

    with pytest.raises(StoreUnavailable, match="another program"):
        SqlStore.open(tmp_path)

    assert [name for _, name, _ in _schema(tmp_path)] == ["customers"]


def test_missing_tables_are_damage(folder: Path) -> None:
    """The message names what is missing."""
    _execute(folder, "DROP TABLE steps")

    with pytest.raises(StoreDamaged, match="missing tables: steps"):
        SqlStore.open(folder)


def test_many_may_create_at_once(tmp_path: Path) -> None:
    """Whoever comes first creates it, and nobody fails."""
    count = 6
    barrier = Barrier(count)
    failures: list[Exception] = []

    def open_it() -> None:
        barrier.wait()
        try:
            with closing(SqlStore.open(tmp_path / "memory")) as store:
                store.put_episode(NAMESPACE, a_success())
        except Exception as error:  # noqa: BLE001 - whatever it is, the test fails
            failures.append(error)

    threads = [Thread(target=open_it) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with closing(SqlStore.open(tmp_path / "memory")) as store:
        assert len(list(store.episodes(NAMESPACE))) == count


def _execute(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "skillmem.db")) as connection:
        connection.execute(statement)
        connection.commit()


def _schema(folder: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(folder / "skillmem.db")) as connection:
        return connection.execute(
            "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        ).fetchall()
