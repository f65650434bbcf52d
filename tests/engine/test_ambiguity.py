"""What is known of a submission when the answer is none: refused, accepted or unknown."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.builders import TOKEN, a_request
from tests.conftest import MakeEngine
from tui.aws import bedrock
from tui.aws.session import Session
from tui.engine.session import Engine
from tui.ledger.journal import Journal, State
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError
from tui.model.request import Request
from tui.sandbox.server import Sandbox

Answer = Callable[[asyncio.StreamWriter], None]
Serve = Callable[[Answer], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """A server that reads each request and answers as it is told; returns its URL."""
    servers: list[asyncio.Server] = []

    async def start(answer: Answer) -> str:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                ),
                0,
            )
            await reader.readexactly(length)
            answer(writer)
            writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield start
    for server in servers:
        server.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection with RST."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def portal(writer: asyncio.StreamWriter) -> None:
    """Answer as a captive portal does."""
    page = b"<html>log in first</html>"
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page)
    )
    writer.write(page)


def nothing(writer: asyncio.StreamWriter) -> None:
    """Close without a word."""


@pytest.mark.parametrize("answer", [reset, portal, nothing])
async def test_what_was_read_and_not_answered_is_unknown(
    make_engine: MakeEngine, serve: Serve, answer: Answer
) -> None:
    engine = make_engine(endpoint_url=await serve(answer))

    row = await engine.submit(a_request())

    assert row.status is Status.UNKNOWN
    found = await engine.journal.find(token=TOKEN)
    assert found is not None
    assert found.state is State.UNKNOWN


async def test_a_list_that_is_none_is_not_taken_for_an_empty_one(
    make_engine: MakeEngine, serve: Serve
) -> None:
    engine = make_engine(endpoint_url=await serve(portal))

    await engine.poll()

    assert engine.heard is None
    assert engine.problem is not None
    assert engine.problem.kind == "UnreadableAnswer"


async def test_a_missing_ca_bundle_means_that_nothing_was_sent(make_engine: MakeEngine) -> None:
    engine = make_engine(ca_bundle="/nowhere.pem")

    with pytest.raises(ProblemError) as caught:
        await engine.submit(a_request())

    assert caught.value.problem.kind == "CaBundleNotFound"
    assert not caught.value.problem.is_ambiguous


async def test_a_ledger_that_fails_after_the_answer_does_not_hide_the_invocation(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Journal.record

    async def full(self: Journal, token: str, state: State, **more: object) -> None:
        if state is State.ACCEPTED:
            raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))
        await record(self, token, state, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "record", full)

    row = await engine.submit(a_request())

    assert row.status is Status.IN_PROGRESS
    assert engine.problem is not None
    assert engine.problem.kind == "LedgerError"


async def test_a_forbidden_get_does_not_hide_what_others_say(
    make_engine: MakeEngine, sandbox: Sandbox
) -> None:
    engine = make_engine()
    await engine.submit(a_request())
    sandbox.faults.add("ListAsyncInvokes", "denied")
    sandbox.clock.advance(10)

    await engine.poll()

    assert [row.status for row in engine.board] == [Status.COMPLETED]
    assert engine.problem is not None
    assert engine.problem.kind == "AccessDeniedException"


async def test_the_same_token_in_another_account_is_left_alone(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.journal.prepare(
        a_request(), engine.context.key, engine.clock(), account="999999999999"
    )
    await engine.journal.record(TOKEN, State.SENT)
    await engine.submit(a_request(client_request_token="mine"))
    sandbox.clock.advance(300)

    recovery = await engine.recover()

    assert recovery.missing == ()
    assert sandbox.calls["StartAsyncInvoke"] == 1


@pytest.mark.parametrize("is_queued", [True, False])
async def test_a_fault_of_our_own_says_nothing_of_what_aws_did(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, is_queued: bool
) -> None:
    start = bedrock.start_async_invoke

    async def broken(session: Session, request: Request) -> str:
        await start(session, request)
        raise RuntimeError("a fault")

    monkeypatch.setattr(bedrock, "start_async_invoke", broken)
    if is_queued:
        await engine.enqueue([a_request()])
        assert (await engine.dispatch.send(TOKEN)).is_over
    else:
        await engine.submit(a_request())
    found = await engine.journal.find(token=TOKEN)
    assert found is not None
    assert found.state is State.UNKNOWN
    assert [row.status for row in engine.board] == [Status.UNKNOWN]

    recovery = await engine.recover()

    assert [row.client_request_token for row in recovery.adopted] == [TOKEN]
    assert [row.status for row in engine.board] == [Status.IN_PROGRESS]
