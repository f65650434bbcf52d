from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.app import browser
from tui.model.problem import ProblemError

URL = "https://media.s3/output.mp4?X-Amz-Signature=beef&x=%20'"


def become(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def program(tmp_path: Path, script: str) -> str:
    path = tmp_path / "surf"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("environ", "platform", "there"),
    [
        ({}, "linux", False),
        ({"SSH_CONNECTION": "1.2.3.4"}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"BROWSER": "/opt/helper.sh", "SSH_CONNECTION": "1.2.3.4"}, "linux", True),
        ({"BROWSER": "/usr/bin/w3m -M", "DISPLAY": ":0"}, "linux", False),
        ({"BROWSER": os.pathsep}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "1.2.3.4"}, "darwin", False),
    ],
)
def test_a_browser_is_there_where_it_has_a_window(
    environ: dict[str, str], platform: str, there: bool
) -> None:
    assert browser.is_there(environ, platform) is there


def test_without_one_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch)
    monkeypatch.setattr("sys.platform", "linux")

    with pytest.raises(ProblemError, match="no browser with a window here"):
        browser.require()


async def test_it_gets_the_url_and_nothing_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    got, session = tmp_path / "got", tmp_path / "session"
    script = f'printf %s "$1" > {got}; ps -o sid= -p $$ > {session}; echo noise; echo noise >&2'
    become(monkeypatch, BROWSER=program(tmp_path, script))

    browser.require()
    await browser.show(URL)

    assert got.read_text() == URL
    assert int(session.read_text()) != os.getsid(0)
    assert capfd.readouterr() == ("", "")


async def test_one_that_fails_is_told_without_the_url(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    become(monkeypatch, BROWSER=program(tmp_path, "exit 3"))

    with pytest.raises(ProblemError) as caught:
        await browser.show(URL)

    assert caught.value.problem.kind == "BrowserFailed"
    assert "beef" not in repr(caught.value.problem)


async def test_one_that_goes_on_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(browser, "PATIENCE_SECONDS", 0.01)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    become(monkeypatch, BROWSER=program(tmp_path, f"read line < {pipe}"))

    await browser.show(URL)

    with pipe.open("w") as end:  # the browser is there, for it opens the other one
        end.write("go\n")
