"""From the command line to a front end: settings, context, ledger, and the sandbox if asked.

What only one command needs is imported when it runs: the screen should not wait for it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

from msgspec.structs import replace

from tui import config, log
from tui.commands import completion, exit_codes, options
from tui.commands.output import UnwrittenError, complain, drop, narrate
from tui.commands.start import Start, open_from_start
from tui.config import Color, ConfigError
from tui.ledger.database import LedgerError
from tui.log import LogError
from tui.model.problem import ProblemError
from tui.sandbox import SandboxMissingError

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
"""What ``--serve`` has the screen written with, in the process of a tab of the browser."""


def run(arguments: Sequence[str], open_screen: Callable[[Start], int]) -> int:
    """Do what the command line says and return the exit code."""
    _mend_streams()
    if any("\udc80" <= char <= "\udcff" for char in "".join(arguments)):
        narrate("asyncinvoke: an argument holds bytes that are not UTF-8")
        return exit_codes.USAGE
    if completion.is_asked(os.environ):
        completion.answer(options.build())
    try:
        given = options.parse(arguments)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else exit_codes.USAGE
    if fault := options.fault_of(given):
        narrate(f"asyncinvoke: {fault}")
        return exit_codes.USAGE
    seconds = getattr(given, "job_seconds", 8.0)
    try:
        if given.command == "sandbox":
            from tui.commands import sandbox

            region = getattr(given, "region", None) or "us-west-2"
            port = getattr(given, "port", options.SANDBOX_PORT)
            return sandbox.run(port, seconds, getattr(given, "seed_jobs", 0), region)
        if given.command == "completion":
            return completion.run(given.shell)
        if given.command == "config":
            from tui.commands import configuration

            return configuration.run(given)
        if given.command is None and not given.serve and (reason := _no_screen()):
            narrate(f"asyncinvoke: {reason}; try `asyncinvoke list` or `asyncinvoke --help`")
            return exit_codes.USAGE
        return _begin(given, open_screen, seconds)
    except ConfigError as error:
        for fault in error.faults:
            narrate(f"asyncinvoke: {fault}")
        return exit_codes.USAGE
    except (LedgerError, LogError, SandboxMissingError) as error:
        narrate(f"asyncinvoke: {error}")
        return exit_codes.USAGE
    except ProblemError as error:
        complain(error.problem)
        return exit_codes.of(error.problem)
    except UnwrittenError as error:
        drop()
        try:
            complain(error.problem)
        except OSError:  # stderr is as full
            drop(sys.stderr)
        return exit_codes.NOT_KNOWN
    except KeyboardInterrupt as interrupt:
        from tui.engine.loop import HungUp

        if isinstance(interrupt, HungUp):
            drop()
            drop(sys.stderr)
            return exit_codes.HUNG_UP
        drop()  # nobody may read what is being written there
        narrate("asyncinvoke: interrupted; what was submitted goes on")
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        drop()
        return exit_codes.OK
    except OSError as error:  # such as a full disk below stdout or the temporary files
        drop()
        narrate(f"asyncinvoke: {error}")
        return exit_codes.TRY_AGAIN


def _begin(given: argparse.Namespace, open_screen: Callable[[Start], int], seconds: float) -> int:
    """Do what needs a context, in the sandbox if that is asked for; returns the exit code."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(_ended_by_signals())
        start = _start(given)
        stack.enter_context(_log(given, start))
        stack.enter_context(_color(start.settings.color))
        if getattr(given, "sandbox", False):
            start = stack.enter_context(_in_sandbox(given, start, seconds))
        if given.serve:
            from tui.commands import serve

            return serve.run(given, start)
        if given.command is None:
            return open_screen(start)
        if getattr(given, "generate_cli_skeleton", None):
            from tui.commands import skeleton

            return skeleton.run(given, start.settings)
        if given.command == "doctor":
            from tui.commands import doctor

            return doctor.run(given, start)
        return _headless(given, start)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Have SIGTERM and SIGHUP end all as Ctrl+C does: no file of the sandbox is left over."""
    from tui.engine.loop import hang_up

    held = {signal.SIGTERM: signal.signal(signal.SIGTERM, signal.default_int_handler)}
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # nohup has it ignored
        held[signal.SIGHUP] = signal.signal(signal.SIGHUP, hang_up)
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)


def _in_sandbox(
    given: argparse.Namespace, start: Start, seconds: float
) -> contextlib.AbstractContextManager[Start]:
    """The start in a sandbox of its own or, where a URL is said, in the one there."""
    from tui.commands.embedded import embedded, joined

    region = start.context.region or "us-west-2"
    if url := getattr(given, "endpoint_url", None):
        return joined(start, url, region)
    from tui.sandbox.server import Sandbox

    sandbox = Sandbox(job_seconds=seconds, region=region)
    return embedded(start, sandbox, getattr(given, "seed_jobs", 12))


def _mend_streams() -> None:
    """Have streams that are closed, or whose encoding lacks a character, end nothing."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _headless(given: argparse.Namespace, start: Start) -> int:
    from tui.commands import second_factor
    from tui.engine import loop

    module = _MODULES.get(given.command) or given.command.replace("-", "_")
    command = importlib.import_module(f"tui.commands.{module}")  # the others take time, too
    is_over_all = given.command in _OVER_ALL

    async def work() -> int:
        contexts = start.begin(is_alone=not is_over_all)
        contexts.ask_with(second_factor.ask)
        if aside := contexts.ledger.set_aside:
            narrate(f"asyncinvoke: the ledger was damaged: it is now {aside}, and a new one begun")
        try:
            where = contexts if is_over_all else contexts.active
            return cast(int, await command.run(where, given))
        except ProblemError as error:
            if not contexts.is_one:  # whoever raised it has told whose credentials it is about
                raise
            raise await contexts.active.signing_in.raised(error.problem) from error
        finally:
            await contexts.close()

    return loop.run(work())


_MODULES = {"list": "list_invocations"}
"""The modules of commands that are not called after them."""

_OVER_ALL = frozenset({"list", "show", "wait", "fetch", "retry", "watch"})
"""The commands that are about every context that ``--context`` names."""


def _start(given: argparse.Namespace) -> Start:
    sources = config.gather(vars(given))
    resolved = config.resolve(sources)
    settings = resolved.settings
    names = getattr(given, "context", [])
    active, *others = open_from_start(sources, resolved, names)
    others = others if names or given.command is None else []
    written = active.settings  # whose profile may say how data is written, and read
    settings = replace(
        settings,
        output=written.output,
        cli_binary_format=written.cli_binary_format,
        cli_timestamp_format=written.cli_timestamp_format,
    )
    return Start(
        settings=settings,
        context=active.context,
        others=tuple(each.context for each in others),
        ledger=settings.ledger_path,
        is_ledger_chosen=bool(getattr(given, "ledger", None)),
        sources=sources,
        debug=settings.debug,
        log_file=settings.log_path,
        shown=active.shown,
        others_shown=tuple(each.shown for each in others),
    )


def _log(given: argparse.Namespace, start: Start) -> contextlib.AbstractContextManager[None]:
    """The log that was asked for; none at all otherwise."""
    return log.open_log(
        start.log_file,
        is_debug=start.debug,
        is_screen=given.command is None,
        beside=start.ledger,
        command=given.command or "screen",
        tell=lambda text: narrate(f"asyncinvoke: {text}"),
    )


@contextlib.contextmanager
def _color(color: Color) -> Iterator[None]:
    """Have Textual, and all else that asks the environment, see what was chosen."""
    held = os.environ.get("NO_COLOR")
    if color is Color.OFF:
        os.environ["NO_COLOR"] = "1"
    elif color is Color.ON:
        os.environ.pop("NO_COLOR", None)
    try:
        yield
    finally:
        os.environ.pop("NO_COLOR", None)
        if held is not None:
            os.environ["NO_COLOR"] = held


def _no_screen() -> str:
    """Why the screen cannot be opened here; empty when it can."""
    if os.environ.get("TEXTUAL_DRIVER") == WEB_DRIVER:
        return ""
    streams = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    if others := [name for name, stream in streams.items() if not stream or not stream.isatty()]:
        return f"the screen needs a terminal, and {_listed(others)}"
    name = os.environ.get("TERM", "")
    if name in ("", "dumb", "unknown"):
        return f"{f'TERM={name}' if name else 'TERM is not set: it'} cannot show the screen"
    return ""


def _listed(names: Sequence[str]) -> str:
    """That they are none."""
    if len(names) == 1:
        return f"{names[0]} is none"
    return f"{', '.join(names[:-1])} and {names[-1]} are none"
