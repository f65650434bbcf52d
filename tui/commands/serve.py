"""``asyncinvoke --serve``: the screen in a browser, where each tab runs a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands import exit_codes, options
from tui.commands.output import narrate
from tui.commands.start import Start
from tui.model import extra

if TYPE_CHECKING:
    from tui.commands.tabs import Tabs

HOST = "127.0.0.1"

MISSING = f"--serve needs more packages ({{}}): {extra.install('serve')}"

OPEN_TO_OTHERS = """\
The traffic is not encrypted: who can read it can do with your credentials what you can;
an SSH tunnel to 127.0.0.1 is encrypted: ssh -L {port}:127.0.0.1:{port} …"""

_INSTALLED = """\
import sys
sys.path[:] = filter(None, sys.path)
from tui.__main__ import command
command()
"""
"""``-m tui`` without the folder that it is begun in: Python has a switch for that from 3.11 on."""


def run(given: argparse.Namespace, start: Start) -> int:
    """Serve until SIGINT or SIGTERM; the URL is told on stderr.

    Args:
        given: The command line; each tab gets its options.
        start: What it came to; in a sandbox, all tabs share that one and its ledger.

    Returns:
        0 after such a signal; 2 when the address cannot be had or the extra ``serve`` is missing.

    Raises:
        HungUp: The terminal is gone: SIGHUP came, which is not taken here.
    """
    try:
        from tui.commands.tabs import Tabs
    except ImportError as error:
        narrate(f"asyncinvoke: {MISSING.format(error)}")
        return exit_codes.USAGE
    host, port = getattr(given, "host", HOST), getattr(given, "port", 0)
    # textual-serve repeats there what a process leaves on its stderr.
    with contextlib.redirect_stdout(sys.stderr):
        return asyncio.run(_serve(Tabs(_command(given, start), host, port)))


async def _serve(tabs: Tabs) -> int:
    """Serve until a signal; returns the exit code."""
    is_over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, is_over.set)
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(tabs)
        except OSError as error:
            where = f"{tabs.host}, port {tabs.port}"
            narrate(f"asyncinvoke: {where}: {error.strerror or error}: choose others")
            return exit_codes.USAGE
        narrate("The screen, for whoever has this URL; Ctrl+C ends it.")
        narrate(tabs.url)
        if not _is_here(tabs.host):
            narrate(OPEN_TO_OTHERS.format(port=tabs.port))
        await is_over.wait()
    narrate("No tab is served any more; what was submitted goes on.")
    return exit_codes.OK


def _command(given: argparse.Namespace, start: Start) -> list[str]:
    """What runs in a tab."""
    command = [sys.executable, *_program()]
    if not getattr(given, "sandbox", False):
        return command + options.again(given, but=())
    own = options.again(given, but=("endpoint_url", "job_seconds", "ledger", "seed_jobs"))
    joined = f"--endpoint-url={start.context.endpoint_url}"
    return [*command, *own, joined, f"--ledger={start.ledger}"]


def _program() -> list[str]:
    """What Python runs there: ourselves, and nothing that is called so where we were begun."""
    is_begun_here = "" in sys.path or str(Path.cwd()) in sys.path
    return ["-m", "tui"] if is_begun_here else ["-c", _INSTALLED]


def _is_here(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
