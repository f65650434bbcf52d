"""Every known error reaches stderr with its cause and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Invoke, a_start
from tests.error_rows import ENDPOINT, LIST, ROWS, START, Row, around
from tui.sandbox.server import Sandbox

AT_ENDPOINT = ("invoke-endpoint-async", "--endpoint-name=sandbox-echo", "--content-type=text/plain")


def command(row: Row, sandbox: Sandbox) -> tuple[str, ...]:
    """Have the sandbox fail in the row's way; the command that meets it."""
    if row.way == "job":
        return (*a_start(prompt=row.what), "--wait")
    if row.way == "endpoint" and row.what.startswith("["):
        return (*AT_ENDPOINT, f"--body={row.what}", "--wait")
    operation = {"start": START, "list": LIST, "endpoint": ENDPOINT, "output": "*"}[row.way]
    if row.way == "output":
        for name in ("ListObjectsV2", "GetObject", "HeadObject"):
            sandbox.faults.add(name, row.what, times=None)
        return (*a_start(), "--wait", "--download=out")
    sandbox.faults.add(operation, row.what, times=None)
    if row.way == "endpoint":
        return (*AT_ENDPOINT, "--body=x")
    return tuple(a_start()) if row.way == "start" else ("list",)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_known_error_is_told_with_cause_and_remedy(
    here: Invoke, sandbox: Sandbox, machine: Path, monkeypatch: pytest.MonkeyPatch, row: Row
) -> None:
    with around(row.what, machine) as wrong:
        arguments = ["list"] if wrong else [*command(row, sandbox)]
        url = (wrong and wrong.endpoint_url) or sandbox.url
        region = wrong.region if wrong else "us-west-2"
        for name, value in wrong.variables if wrong else ():
            monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("botocore.credentials.EC", object())  # as with the SDK's crt extra
        arguments += ["--endpoint-url", url]
        arguments += ["--region", region] if region else []
        if wrong:
            arguments += ["--profile", wrong.profile] if wrong.profile else []
            arguments += ["--cli-read-timeout", str(wrong.read_timeout)]
        done = here(*arguments)

    assert done.code != 0
    if row.number == 7:
        assert "prompt: not empty: the job fails without one" in done.err
        assert "StartAsyncInvoke" not in sandbox.calls
        return
    assert row.cause in done.err
    assert row.remedy in done.err
    assert "  cause:  " in done.err
    assert "  remedy: " in done.err
    assert ("  policy: " in done.err) == bool(row.policy)
    assert row.policy in done.err
