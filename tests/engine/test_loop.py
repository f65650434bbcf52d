from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator

import pytest

from tui.engine import loop

RAISING = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.default_int_handler,
    signal.SIGHUP: loop.hang_up,
}


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP raise KeyboardInterrupt, as they do below a command."""
    held = {number: signal.signal(number, raising) for number, raising in RAISING.items()}
    yield
    for number, handler in held.items():
        signal.signal(number, handler)


class Finalized:
    """Has a signal come while Python finalizes something."""

    def __init__(self, number: signal.Signals) -> None:
        self._number = number

    def __del__(self) -> None:
        signal.raise_signal(self._number)
        for _ in range(1000):  # where Python looks for signals
            pass


@pytest.mark.parametrize("number", RAISING)
def test_a_signal_in_a_finalizer_cancels_the_work_all_the_same(number: signal.Signals) -> None:
    ended = []

    async def work() -> None:
        finalized = Finalized(number)
        del finalized
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    with pytest.raises(KeyboardInterrupt) as interrupt:
        loop.run(work())
    assert isinstance(interrupt.value, loop.HungUp) == (number == signal.SIGHUP)
    assert ended == ["cancelled"]


@pytest.mark.parametrize("number", RAISING)
def test_the_handlers_are_what_they_were_afterwards(number: signal.Signals) -> None:
    async def work() -> int:
        return 1

    assert loop.run(work()) == 1
    assert signal.getsignal(number) is RAISING[number]


def test_that_the_terminal_is_gone_is_heard_once_also_before_the_work() -> None:
    with pytest.raises(loop.HungUp):
        signal.raise_signal(signal.SIGHUP)
    signal.raise_signal(signal.SIGHUP)


def test_a_terminal_that_is_gone_may_be_told_of_twice() -> None:
    ended = []

    async def work() -> None:
        signal.raise_signal(signal.SIGHUP)
        try:
            await asyncio.Event().wait()
        finally:
            signal.raise_signal(signal.SIGHUP)
            await asyncio.sleep(0)
            ended.append("to its end")

    with pytest.raises(loop.HungUp):
        loop.run(work())
    assert ended == ["to its end"]


def test_a_signal_that_is_ignored_stays_so() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

    async def work() -> int:
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0)
        return 1

    assert loop.run(work()) == 1
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_the_second_signal_ends_a_write_that_nobody_reads() -> None:
    reading, writing = os.pipe()
    is_over = threading.Event()

    def is_taken() -> bool:
        return signal.getsignal(signal.SIGTERM) is signal.default_int_handler

    def send_two() -> None:
        main_thread = threading.main_thread().ident or 0
        signal.pthread_kill(main_thread, signal.SIGTERM)
        for _ in range(500):
            if is_taken():
                signal.pthread_kill(main_thread, signal.SIGTERM)
                break
            is_over.wait(0.01)
        is_over.wait(5)
        os.close(reading)  # where it has not ended, the write does so now

    async def work() -> None:
        sending = threading.Thread(target=send_two)
        sending.start()
        try:
            while True:
                os.write(writing, bytes(65536))
        finally:
            is_over.set()
            sending.join()

    with pytest.raises(KeyboardInterrupt):
        loop.run(work())
    os.close(writing)


def test_work_that_cancels_itself_is_not_interrupted() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        loop.run(work())
