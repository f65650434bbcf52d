"""The way to a host: through proxies, with certificates of anybody's."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.tls import SelfSigned
from tui.aws.probes import Door
from tui.aws.session import Session
from tui.config import Settings
from tui.engine import doctor_line
from tui.engine.doctor_case import Case, Terminal
from tui.engine.doctor_line import Road, roads, walk
from tui.model.context import Context
from tui.model.finding import Finding, Verdict


def case(**context: object) -> Case:
    return Case(
        session=Session(Context(region="us-west-2", **context)),  # type: ignore[arg-type]
        settings=Settings(),
        config=Path("config.toml"),
        ledger=Path("ledger.sqlite3"),
        terminal=Terminal(None, "UTF-8"),
        environment={},
    )


async def go(url: str, proxy: str = "", *, is_needed: bool = True, **context: object) -> Finding:
    road = Road(Door(url, proxy), ("bedrock-runtime",))
    return await walk(case(**context), road, is_needed=is_needed)


class Proxy:
    """A proxy that answers every CONNECT alike, and connects on if that is a 200.

    Attributes:
        url: Where it is, with a user and a password.
        asked: The requests that it heard.
    """

    def __init__(self, status: str) -> None:
        self._status = status
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = f"http://someone:s3cret@127.0.0.1:{port}"
        self.asked: list[str] = []

    def serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:  # it is shut down
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _answer(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            request = line.recv(4096).decode()
            self.asked.append(request)
            line.sendall(f"HTTP/1.1 {self._status}\r\n\r\n".encode())
            if not self._status.startswith("200"):
                return
            host, _, port = request.split()[1].partition(":")
            with socket.create_connection((host, int(port)), 10) as further:
                back = threading.Thread(target=_pass_on, args=(further, line), daemon=True)
                back.start()
                _pass_on(line, further)
                back.join(timeout=10)


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while piece := here.recv(65_536):
            there.sendall(piece)
        there.shutdown(socket.SHUT_WR)


@contextmanager
def a_proxy(status: str) -> Iterator[Proxy]:
    proxy = Proxy(status)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(timeout=10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SelfSigned]:
    with SelfSigned(tmp_path) as running:
        yield running


async def test_a_certificate_that_is_trusted_is_named_by_who_issued_it(server: SelfSigned) -> None:
    found = await go(server.url, ca_bundle=str(server.certificate))

    assert found.verdict is Verdict.OK
    assert "certificate by Example Corp" in found.text


async def test_one_that_is_not_is_named_too_and_is_a_fault(server: SelfSigned) -> None:
    found = await go(server.url)

    assert (found.topic, found.verdict) == ("TLS", Verdict.FAULT)
    assert "issued by Example Corp" in found.text
    assert "--ca-bundle" in found.remedy


async def test_where_any_is_trusted_it_is_not_looked_at(server: SelfSigned) -> None:
    found = await go(server.url, verify_ssl=False)

    assert found.verdict is Verdict.OK
    assert "not looked at" in found.text


async def test_a_proxy_is_gone_through_with_its_user_and_its_password_is_not_told(
    server: SelfSigned,
) -> None:
    with a_proxy("200 Connection established") as proxy:
        found = await go(server.url, proxy.url, ca_bundle=str(server.certificate))

    assert found.verdict is Verdict.OK
    assert "through http://***@127.0.0.1" in found.text
    assert "certificate by Example Corp" in found.text
    assert "s3cret" not in repr(found)
    (request,) = proxy.asked
    assert request.startswith(f"CONNECT {server.url.removeprefix('https://')} HTTP/1.1")
    assert "Proxy-Authorization: Basic c29tZW9uZTpzM2NyZXQ=" in request


async def test_a_proxy_that_refuses_is_told_with_its_words(server: SelfSigned) -> None:
    with a_proxy("407 Proxy Authentication Required") as proxy:
        found = await go(server.url, proxy.url)

    assert (found.topic, found.verdict) == ("proxy", Verdict.FAULT)
    assert "407 Proxy Authentication Required" in found.text
    assert "s3cret" not in repr(found)
    assert "HTTPS_PROXY" in found.remedy


async def test_a_service_that_one_can_do_without_is_a_warning() -> None:
    found = await go("http://nobody.invalid", is_needed=False)

    assert (found.topic, found.verdict) == ("network", Verdict.WARNING)


async def test_what_is_silent_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_line, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = await go(f"https://127.0.0.1:{silent.getsockname()[1]}")

    assert found.verdict is Verdict.FAULT
    assert found.cause


async def test_an_address_without_tls_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = await go(f"http://127.0.0.1:{listener.getsockname()[1]}")

    assert found.verdict is Verdict.OK
    assert "answers without TLS" in found.text


def test_a_host_of_several_services_is_gone_to_once() -> None:
    here, there = Door("http://127.0.0.1:4566"), Door("https://s3.us-west-2.amazonaws.com")

    found = roads({"bedrock-runtime": here, "s3": there, "sts": here})

    assert [road.services for road in found] == [("bedrock-runtime", "sts"), ("s3",)]


@pytest.mark.parametrize("has_bundle", [False, True])
async def test_whoever_trusts_anybody_is_warned(server: SelfSigned, has_bundle: bool) -> None:
    path = str(server.certificate) if has_bundle else None

    (found,) = await doctor_line.certificates(case(verify_ssl=False, ca_bundle=path))

    assert (found.verdict, found.cause) == (Verdict.WARNING, "--no-verify-ssl")


async def test_the_certificates_of_requests_count_as_they_do_for_the_sdk(
    server: SelfSigned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.certificate))

    (found,) = await doctor_line.certificates(case())
    way = await go(server.url)

    assert found.text == f"those in {server.certificate} are trusted"
    assert (way.topic, way.verdict) == ("network", Verdict.OK)


@pytest.mark.parametrize(
    ("proxy", "told"),
    [
        ("http://me:s3cret@proxy:3128", "http://***@proxy:3128"),
        ("me:s3cret@proxy:3128", "***@proxy:3128"),
        ("http://me:p@s3cret@proxy:3128", "http://***@proxy:3128"),
        ("http://me:p/s3cret@proxy:3128", "http://***@proxy:3128"),
    ],
)
async def test_proxy_variables_are_told_without_passwords(proxy: str, told: str) -> None:
    given = case()
    environment = {"https_proxy": proxy, "NO_PROXY": ".internal"}

    (found,) = await doctor_line.proxies(
        Case(
            session=given.session,
            settings=given.settings,
            config=given.config,
            ledger=given.ledger,
            terminal=given.terminal,
            environment=environment,
        )
    )

    assert found.text == f"https_proxy={told}, NO_PROXY=.internal"


async def test_a_proxy_that_is_no_url_is_told_without_its_password() -> None:
    found = await go("https://host", "http://me:s3c/ret@127.0.0.1:1")

    assert (found.topic, found.verdict) == ("proxy", Verdict.FAULT)
    assert "http://***@127.0.0.1:1" in found.text
    assert "s3c" not in repr(found)
