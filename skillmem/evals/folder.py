"""A benchmark's folder: what is finished is kept, and another run's files are left alone.

While a run lasts, `unfinished/` holds its configuration, its builds and the finished units, and
of what isn't whole yet the episodes that are over. When it ends there are `results.json`,
`episodes.jsonl`, `memory/` and `report.html`; `unfinished/` stays as long as something that was
planned is not played, and the same run goes on from there. A hidden `.lock` is what a process
holds while it plays.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from skillmem.dump import replace_file
from skillmem.errors import InvalidOption, StoreUnavailable
from skillmem.evals.plan import WorkUnit
from skillmem.evals.results import Played, Results
from skillmem.types import Record

logger = logging.getLogger("skillmem")

SomeRecord = TypeVar("SomeRecord", bound=Record)


class RunFolder:
    """Where one benchmark is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.results_file = path / "results.json"
        self.episodes_file = path / "episodes.jsonl"
        self.report_file = path / "report.html"
        self.memory_folder = path / "memory"
        self.unfinished = path / "unfinished"
        self._mark = self.unfinished / "configuration"
        self._lock = path / ".lock"

    def finished(self, configuration: str) -> Results | None:
        """Give the results of a run of `configuration` that is complete; touch nothing."""
        if not self.results_file.exists():
            return None
        try:
            results = Results.model_validate_json(self.results_file.read_bytes())
        except ValidationError:
            return None
        mine = results.run.configuration == configuration
        return results if mine and results.complete else None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder against other processes. Whoever is killed holds it no longer.

        Raises:
            InvalidOption: another process holds it, or it holds what no benchmark wrote.
            StoreUnavailable: it can't be written.
        """
        from filelock import FileLock, Timeout

        self._refuse_strangers()
        lock = FileLock(self._lock, timeout=0)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise InvalidOption(
                f"another process is playing into {str(self.path)!r}; wait for it, or name another "
                "folder with --out"
            ) from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def claim(self, configuration: str, *, renew: bool = False) -> None:
        """Take the folder for a run of `configuration`, while it is `held`.

        `renew`: what a benchmark of another configuration or code left there is removed first.

        Raises:
            InvalidOption: the folder holds another run, or what no benchmark wrote.
            StoreUnavailable: it can't be written.
        """
        self._refuse_strangers()
        found = self._other_run(configuration)
        try:
            if found and not renew:
                raise self._refusal(found)
            if found:
                logger.info("removing another run from %s", self.path)
                self._remove()
            self.unfinished.mkdir(parents=True, exist_ok=True)
            replace_file(self._mark, [configuration])
        except OSError as error:
            raise self._unwritable(error) from error

    def _other_run(self, configuration: str) -> str:
        """Say what the folder holds of another run; nothing where it holds none."""
        if self.results_file.exists():
            try:
                results = Results.model_validate_json(self.results_file.read_bytes())
            except ValidationError:
                return "holds a results.json that this release did not write"
            if results.run.configuration != configuration:
                return "holds the results of another configuration or code"
        held = self._mark.read_text(encoding="utf-8") if self._mark.exists() else configuration
        if held != configuration:
            return "holds an unfinished run of another configuration or code"
        return ""

    def _refuse_strangers(self) -> None:
        """Refuse a folder with files that no benchmark wrote in the place of its own."""
        if not self.path.is_dir():
            return
        if self.results_file.exists():
            ours = self._holds_results()
        else:
            known = (self.unfinished, self._lock)
            ours = self._mark.exists() or all(it in known for it in self.path.iterdir())
        if not ours:
            raise InvalidOption(
                f"{str(self.path)!r} holds files that are not of a benchmark; name another folder "
                "with --out"
            )

    def _unwritable(self, error: OSError) -> StoreUnavailable:
        return StoreUnavailable(
            f"can't write a benchmark into {str(self.path)!r}: {error.strerror}; "
            "name a folder that can be written with --out"
        )

    def _remove(self) -> None:
        for folder in (self.unfinished, self.memory_folder):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (self.results_file, self.episodes_file, self.report_file):
            file.unlink(missing_ok=True)

    def build_folder(self, build: int) -> Path:
        """Say where a build's log and memory are kept."""
        return self.unfinished / "builds" / f"{build:03d}"

    def stream_file(self, unit: WorkUnit) -> Path:
        """Say where the episodes of a unit's stream are kept until it is whole."""
        return self.unfinished / "streams" / f"{unit.name}.jsonl"

    def begun_file(self, unit: WorkUnit) -> Path:
        """Say where the episodes of a unit are kept until it is whole."""
        return self._unit_file(unit).with_suffix(".begun")

    def begun_episodes(self) -> int:
        """Count the episodes that are kept of what isn't whole: logs, streams and units."""
        files = (
            *self.unfinished.glob("builds/*.draft/log.jsonl"),
            *self.unfinished.glob("streams/*"),
            *self.unfinished.glob("units/*.begun"),
        )
        return sum(file.read_bytes().count(b"\n") for file in files)

    def has_build(self, build: int) -> bool:
        """Say whether a build is prepared."""
        return self.build_folder(build).exists()

    def has(self, unit: WorkUnit) -> bool:
        """Say whether a unit is finished."""
        return self._unit_file(unit).exists()

    def put(self, unit: WorkUnit, episodes: Iterable[Played]) -> None:
        """Keep a unit's episodes, all or none."""
        write_records(self._unit_file(unit), episodes)

    def close(self, unit: WorkUnit) -> None:
        """Let the episodes in the unit's `begun_file` be all of it."""
        self.begun_file(unit).replace(self._unit_file(unit))

    def get(self, unit: WorkUnit) -> tuple[Played, ...]:
        """Give a finished unit's episodes."""
        return tuple(read_records(self._unit_file(unit), Played))

    def finish(self, results: Results) -> None:
        """Write the results, the last thing that a run writes, and tidy up if it is complete."""
        replace_file(self.results_file, [results.model_dump_json(indent=2), "\n"])
        if results.complete:
            shutil.rmtree(self.unfinished, ignore_errors=True)

    def _unit_file(self, unit: WorkUnit) -> Path:
        return self.unfinished / "units" / f"{unit.name}.jsonl"

    def _holds_results(self) -> bool:
        """Tell whether a benchmark of any release wrote the results, and not somebody else."""
        try:
            written = json.loads(self.results_file.read_bytes())
            return isinstance(written["run"]["configuration"], str)
        except (ValueError, KeyError, TypeError):
            return False

    def _refusal(self, found: str) -> InvalidOption:
        return InvalidOption(
            f"{str(self.path)!r} {found}; name another folder with --out, or take --renew, which "
            "removes what that run left there"
        )


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Write records as JSON lines, in one piece."""
    replace_file(path, (f"{record.model_dump_json()}\n" for record in records))


def read_records(path: Path, kind: type[SomeRecord]) -> Iterator[SomeRecord]:
    """Read records from JSON lines."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield kind.model_validate_json(line)
