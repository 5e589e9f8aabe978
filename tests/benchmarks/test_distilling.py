"""The benchmark of distilling by a model keeps its cap and counts what came of the answers."""

from __future__ import annotations

import json

import pytest

from benchmarks.distilling.__main__ import main
from tests.agents.bad_server import Handler, completion, serving

PROSE = {
    "situation": "The goal is still open.",
    "mistake": "The run never did this.",
    "advice": "Do it in this order.",
}


def obliging(handler: Handler) -> None:
    """Answer with all the actions that are listed."""
    structure = handler.server.requests[-1].body["response_format"]
    actions = structure["json_schema"]["schema"]["properties"]["actions"]["items"]["enum"]
    handler.send(completion(json.dumps({**PROSE, "actions": actions})))


def rambling(handler: Handler) -> None:
    """Answer with what is no JSON."""
    handler.send(completion("Let me think."))


def test_failures_are_distilled_under_a_cap(capsys: pytest.CaptureFixture[str]) -> None:
    """Three failures, two calls a batch: two batches, an answer for each, none twice."""
    with serving(obliging, rambling, obliging) as server:
        code = main(["--failures", "3", "--base-url", server.url, "--model", "tiny"])

    told = capsys.readouterr().out
    rows = {line[2:34].strip(): line[34:].strip() for line in told.splitlines() if line[:2] == "  "}
    assert code == 0, told
    assert len(server.requests) == 3
    assert "cap of 2 calls: 2 made, 1 left pending" in told
    assert "cap of 2 calls: 1 made, 0 left pending" in told
    assert (rows["failures"], rows["calls"], rows["unreadable"]) == ("3", "3", "1")
    assert int(rows["lessons in the model's words"]) + int(rows["fell back to the built-in"]) == 3
    assert rows["failures with a lesson"] == "3"
