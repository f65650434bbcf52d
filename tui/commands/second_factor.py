"""The question for the code of an MFA device, where there is no screen: on the terminal."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
import termios

from tui.aws.signing import mfa_not_asked
from tui.model.credentials import CodeWanted
from tui.model.problem import ProblemError
from tui.model.text import printable


async def ask(wanted: CodeWanted) -> str | None:
    """What is typed, unseen; None where that is nothing.

    Raises:
        ProblemError: Nobody can be asked: stdin or stderr is no terminal.
    """
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise ProblemError(mfa_not_asked(wanted))
    prompt = printable(f"Profile {wanted.profile}: the six digits of {wanted.serial}: ")
    terminal = sys.stdin.fileno()
    modes = termios.tcgetattr(terminal)
    try:
        typed = await asyncio.to_thread(getpass.getpass, prompt)
    except EOFError:
        return None
    finally:
        # When we leave meanwhile, getpass is never told to give the echo back.
        if os.isatty(terminal):
            termios.tcsetattr(terminal, termios.TCSANOW, modes)
    return typed.replace(" ", "") or None
