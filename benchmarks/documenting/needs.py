"""What a run needs beside the project itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from skillmem.evals.plan import Plan

MODELS = Path(__file__).resolve().parent.parent.parent / "scripts" / "models.json"
JAVA = "Java, and `.venv/bin/pip install '.[{extra}]'`"
ENVIRONMENTS = {
    "envs.alfworld": "`make engines`",
    "envs.scienceworld": JAVA.format(extra="scienceworld"),
    "envs.textworld_express": JAVA.format(extra="textworld-express"),
}
AGENTS = {
    "agents.lm_ranking": "`.venv/bin/pip install '.[llama]'`",
    "agents.chat": "`.venv/bin/pip install '.[openai]'` and a chat server",
}


def needs(plan: Plan) -> Iterator[str]:
    """Name what is to be installed or fetched before a run can be made again."""
    for table, path in ((ENVIRONMENTS, plan.env), (AGENTS, plan.agent)):
        module = path.partition(":")[0]
        if module in table:
            yield table[module]
    model = _model(str(plan.agent_options.get("model", "")))
    if model:
        yield f"`make models MODELS={model}`"


def _model(path: str) -> str:
    """Name the model in a file as `make models` does; nothing where it fetches no such file."""
    file = PurePosixPath(path).name
    rows = json.loads(MODELS.read_text(encoding="utf-8"))
    return next((str(row["name"]) for row in rows if row["file"] == file), "")
