"""An event loop whose end waits for nothing that hangs: a name look-up, a lock on the disk."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class _Unwaiting(ThreadPoolExecutor):
    """Threads that are left behind when they hang; asyncio would wait for them."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def run(work: Coroutine[object, object, T]) -> T:
    """``asyncio.run``, but threads that hang do not hold up its end."""

    async def main() -> T:
        asyncio.get_running_loop().set_default_executor(_Unwaiting(thread_name_prefix="loop"))
        return await work

    return asyncio.run(main())


def leave(code: int) -> int:
    """The exit code; does not come back when a thread still hangs, for Python would wait for it."""
    is_hanging = any(
        not thread.daemon
        for thread in threading.enumerate()
        if thread is not threading.main_thread()
    )
    if is_hanging:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
