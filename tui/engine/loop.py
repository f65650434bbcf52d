"""Event loops whose end waits for nothing that hangs: a name look-up, a lock on the disk."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

ELSEWHERE = "elsewhere"
"""The name of the threads that have a loop of their own."""

PATIENCE = 0.5
"""Seconds that a cancellation waits for the end of what it cannot, or must not, stop."""


class HungUp(KeyboardInterrupt):
    """SIGHUP came: the terminal is gone, and nobody reads what is written to it."""


def hang_up(_number: int, _frame: FrameType | None) -> None:
    """Raise ``HungUp``, once: the shell may tell of the same as the terminal."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    raise HungUp


_RAISING = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.default_int_handler,
    signal.SIGHUP: hang_up,
}
"""What is there where a signal ends the work."""


class _Unwaiting(ThreadPoolExecutor):
    """Threads that are left behind when they hang; asyncio would wait for them."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def run(work: Coroutine[object, object, T]) -> T:
    """``asyncio.run``, but threads that hang do not hold up its end, and no signal gets lost.

    Raises:
        KeyboardInterrupt: SIGINT came, or a signal that is handled alike; the work was cancelled.
        HungUp: It was SIGHUP.
    """

    async def main() -> T:
        asyncio.get_running_loop().set_default_executor(_Unwaiting(thread_name_prefix="loop"))
        with _interruptible():
            return await work

    return asyncio.run(main())


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Have the task cancelled by each signal that would raise KeyboardInterrupt.

    Raised in the middle of a finalizer, which Python lets nothing out of, it would be lost. What
    raises for a second signal is what did before: the task may be writing where nobody reads, and
    the loop not come to cancel it.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    is_main = threading.current_thread() is threading.main_thread()
    signals = [
        number
        for number, raising in _RAISING.items()
        if is_main and signal.getsignal(number) is raising
    ]
    came = 0

    def restore() -> None:
        while signals:
            number = signals.pop()
            is_repeated = number == came == signal.SIGHUP
            signal.signal(number, signal.SIG_IGN if is_repeated else _RAISING[number])

    def interrupt(number: int, _frame: FrameType | None) -> None:
        nonlocal came
        came = number
        restore()
        if task:
            loop.call_soon_threadsafe(task.cancel)

    for number in signals:
        signal.signal(number, interrupt)
    try:
        yield
    except asyncio.CancelledError:
        if came:
            raise (HungUp if came == signal.SIGHUP else KeyboardInterrupt) from None
        raise
    finally:
        restore()


async def elsewhere(work: Callable[[], Coroutine[object, object, T]]) -> T:
    """Do work in a thread with an event loop of its own, so that it holds up none of this one.

    A cancellation cancels it there, too.
    """
    future: Future[T] = Future()
    is_stopped = threading.Event()
    begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[object] | None]] = []

    async def main() -> T:
        begun.append((asyncio.get_running_loop(), asyncio.current_task()))
        if is_stopped.is_set():
            raise asyncio.CancelledError
        return await work()

    def work_there() -> None:
        try:
            future.set_result(run(main()))
        except asyncio.CancelledError:
            future.cancel()
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=work_there, name=ELSEWHERE, daemon=True).start()
    doing = asyncio.wrap_future(future)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        is_stopped.set()
        for loop, task in begun:
            with contextlib.suppress(RuntimeError):  # it has just ended
                loop.call_soon_threadsafe(task.cancel if task else loop.stop)
        await asyncio.wait([doing], timeout=PATIENCE)
        doing.add_done_callback(seen)
        raise


def seen(done: asyncio.Future[T]) -> None:
    """Take note of how something ended that nobody waits for any more."""
    if not done.cancelled():
        done.exception()


def leave(code: int) -> int:
    """The exit code; does not come back when a thread still hangs, for Python would wait for it."""
    is_hanging = any(
        not thread.daemon or thread.name == ELSEWHERE
        for thread in threading.enumerate()
        if thread is not threading.main_thread()
    )
    if is_hanging:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
