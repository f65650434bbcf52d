"""From the printed URL to the form, in a real browser: ``asyncinvoke --serve --sandbox``."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import CHROMIUM, Chromium
from tests.terminal import environment_at

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs chromium, or CHROMIUM=…")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "tui", "--serve", "--sandbox", "--seed-jobs=3"]
    environment = {**environment_at(tmp_path), "EDITOR": "true"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        process.stderr.readline()
        yield process.stderr.readline().strip(), process
        process.kill()


async def test_the_screen_in_a_browser(
    served: tuple[str, subprocess.Popen[str]], tmp_path: Path
) -> None:
    url, process = served
    async with Chromium(tmp_path / "chromium") as browser:
        await browser.open(url.partition("?")[0])
        await browser.wait_for("Open the URL that asyncinvoke printed")

        await browser.open(url)
        await browser.wait_for("STATUS", "amazon.nova-reel-v1:0", "All 3")
        await browser.press("n")
        await browser.wait_for("New invocation", "luma.ray-v2:0", "s3://sandbox-output/demo/")
        await browser.press("F5")
        await browser.wait_for("in a browser there is no terminal")
        await browser.press("Escape")
        await browser.wait_for("amazon.nova-reel-v1:0")
        assert "token" not in str(await browser.evaluate("location.href"))
        assert not [each for each in browser.complaints if "Content Security" in each]
        host = url.partition("/?")[0]
        assert all(each.startswith((host, "data:")) for each in browser.requested)

        await browser.press("q")
        await browser.evaluate("window.shown = undefined")
        await browser.wait_for("It has ended; what was submitted goes on.")

        await browser.open(url)
        await browser.wait_for("All 3")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
