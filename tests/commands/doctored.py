"""A machine on which all is well, for the doctor, and what is read from what it found."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Finished
from tui.sandbox.server import Sandbox

MOST_CALLS = 12

_SETTINGS = """\
[defaults]
model-id = "luma.ray-v2:0"
s3-uri = "s3://{bucket}/videos/{{date}}/"
"""


@pytest.fixture
def well(machine: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which all is well, whose terminal is none."""
    for name, value in {
        "EDITOR": "true",
        "PAGER": "true",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "NO_PROXY": "",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("TMUX", "STY", "VISUAL", "NO_COLOR", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    sandbox.seed(0)
    output_to("sandbox-output")


def output_to(bucket: str, more: str = "") -> None:
    Path(os.environ["ASYNCINVOKE_CONFIG"]).write_text(_SETTINGS.format(bucket=bucket) + more)


def findings(done: Finished, verdict: str) -> list[dict[str, Any]]:
    return [each for each in json.loads(done.out) if each["verdict"] == verdict]


def the_fault(done: Finished) -> dict[str, Any]:
    """The one thing that is called a fault; it says why, and what to do."""
    assert done.code == 1
    (fault,) = findings(done, "fault")
    assert fault["cause"]
    assert fault["remedy"]
    assert "Traceback" not in done.err
    return fault


def unasked(done: Finished) -> bool:
    return any(each["topic"] == "AWS" for each in findings(done, "not known"))
