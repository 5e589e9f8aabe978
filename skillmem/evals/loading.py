"""Environments, agents and collectors by import path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from skillmem.errors import InvalidOption, SkillMemError, UnknownAgent, UnknownEnvironment
from skillmem.evals.options import Options, accepted
from skillmem.protocols import Agent, ExpertSuite, Suite

NO_OPTIONS: Options = {}
OF_THE_CLONE = ("agents", "envs")


def load_suite(path: str, options: Options = NO_OPTIONS) -> Suite:
    """Make the suite that `module:function` names.

    Raises:
        UnknownEnvironment: the path leads nowhere, or to what makes no suite.
        InvalidOption: the function takes no option of that name.
    """
    suite: Suite = _make(
        path,
        options,
        UnknownEnvironment,
        what="suite",
        methods=("tasks", "task", "open"),
        example="envs.household:make",
    )
    return suite


def load_agent(path: str, options: Options = NO_OPTIONS) -> Agent:
    """Make the agent that `module:function` names.

    Raises:
        UnknownAgent: the path leads nowhere, or to what makes no agent.
        InvalidOption: the function takes no option of that name.
    """
    agent: Agent = _make(
        path,
        options,
        UnknownAgent,
        what="agent",
        methods=("play",),
        example="agents.case_based:make",
    )
    return agent


def load_collector(name: str, suite: Suite) -> Agent | None:
    """Make the agent that collects; nothing for `expert`, whose plans the suite knows.

    Raises:
        InvalidOption: the suite has no expert.
        UnknownAgent: the path leads nowhere.
    """
    if name != "expert":
        return load_agent(name)
    if not isinstance(suite, ExpertSuite):
        raise InvalidOption(
            "the collector 'expert' needs an environment that knows winning plans, and this one "
            "doesn't; name an agent instead, such as 'agents.case_based:make:0.3'"
        )
    return None


def code_digest(*paths: str) -> str:
    """Digest the files of the packages behind import paths, so that a change is seen."""
    digest = sha256()
    for path in sorted({path.partition(":")[0].partition(".")[0] for path in paths}):
        for name, file in _package_files(path):
            digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _package_files(package: str) -> Iterator[tuple[str, Path]]:
    """Give a package's files with their names in it; caches and what an editor leaves are none."""
    spec = find_spec(package)
    if spec is None:
        return
    if spec.submodule_search_locations is None:
        if spec.origin:
            yield Path(spec.origin).name, Path(spec.origin)
        return
    for folder in map(Path, spec.submodule_search_locations):
        for file in _files(folder):
            yield file.relative_to(folder).as_posix(), file


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if _is_passing(entry):
            continue
        if entry.is_dir():
            yield from _files(entry)
        elif entry.is_file():
            yield entry


def _is_passing(entry: Path) -> bool:
    """Tell caches, what an editor leaves, and folders of benchmarks."""
    if entry.name == "__pycache__" or entry.name.startswith("."):
        return True
    if entry.name.endswith((".pyc", "~")):
        return True
    return any((entry / name).exists() for name in ("unfinished", "report.html"))


def _make(
    path: str,
    options: Options,
    unknown: type[SkillMemError],
    *,
    what: str,
    methods: Sequence[str],
    example: str,
) -> Any:
    make = _find(path, unknown, example=example)
    given = accepted(path, make, options)
    try:
        made = make(**given)
    except SkillMemError:
        raise
    except Exception as error:
        raise unknown(
            f"{path!r} made no {what}: {type(error).__name__}: {error} (--traceback shows where); "
            f"mend it{_or_another(example, path)}"
        ) from error
    lacking = [method for method in methods if not callable(getattr(made, method, None))]
    if lacking:
        raise unknown(
            f"{path!r} made no {what}: {type(made).__name__} has no {lacking[0]}(); "
            f"mend it{_or_another(example, path)}"
        )
    return made


def _find(path: str, unknown: type[SkillMemError], *, example: str) -> Callable[..., object]:
    module_name, _, function_name = path.partition(":")
    if not module_name or not function_name:
        raise unknown(f"{path!r} is no import path; write 'module:function', such as {example!r}")
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise unknown(f"{path!r} can't be loaded: {error}; install it first") from error
        raise unknown(
            f"{path!r} leads nowhere: there is no module {error.name!r} here or installed; "
            f"run from the folder that holds it, or name that folder in PYTHONPATH{_where(path)}"
            f"{_or_another(example, path)}"
        ) from error
    except SkillMemError:
        raise
    except Exception as error:
        raise unknown(
            f"{path!r} can't be loaded: {type(error).__name__}: {error} (--traceback shows where); "
            f"mend its module{_or_another(example, path)}"
        ) from error
    make: Callable[..., object] | None = getattr(module, function_name, None)
    if not callable(make):
        raise unknown(
            f"{path!r} leads nowhere: module {module_name!r} has no function {function_name!r}; "
            f"name one that it has{_or_another(example, path)}"
        )
    return make


def _where(path: str) -> str:
    """Say where what comes with the repository alone is to be had."""
    if path.partition(".")[0] not in OF_THE_CLONE:
        return ""
    return (
        " (the benchmark's own environments and agents live in a clone of the repository, not in "
        "the installed package: it is the clone's folder)"
    )


def _or_another(example: str, path: str) -> str:
    """Name what works here; nothing where that is what failed, or where it isn't to be had."""
    there = find_spec(example.partition(".")[0]) is not None
    return f", or name another, such as {example!r}" if there and path != example else ""
