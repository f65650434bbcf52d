"""What tests of several rooms share: a sandbox on a stepped clock, and an engine inside it."""

from __future__ import annotations

import asyncio
import gc
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from ssl import SSLContext

import botocore.hooks
import botocore.loaders
import botocore.session
import hypothesis
import pytest
from aiobotocore.httpsession import AIOHTTPSession
from botocore.hooks import EventAliaser, HierarchicalEmitter
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from tests.lone import LoneEngine
from tests.real_tools import aws_cli as aws_cli
from tests.real_tools import home as home
from tests.real_tools import shared as shared
from tests.s3_servers import moto_server as moto_server
from tests.seaweedfs import seaweed_account as seaweed_account
from tests.seaweedfs import seaweedfs as seaweedfs
from tests.signed_in import a_role as a_role
from tests.signed_in import aws_files as aws_files
from tui.config import Defaults, Settings, charset
from tui.engine import signing_in
from tui.engine.session import Engine
from tui.engine.ticking import Heard, Missed
from tui.model.clock import Clock as Now
from tui.model.context import Context
from tui.sandbox.jobs import Clock, Job
from tui.sandbox.outputs import _WRITERS, Output
from tui.sandbox.server import Sandbox

# No deadline: a machine may be busy.
hypothesis.settings.register_profile("few", max_examples=10, deadline=None)
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SETTINGS = Settings(
    defaults=Defaults(model_id="luma.ray-v2:0", s3_uri="s3://media/ray/"), confirm=False
)


@pytest.fixture(scope="session", autouse=True)
def _garbage() -> Iterator[None]:
    """What is imported is frozen once: as every client freezes, no past test's app would go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "freeze", lambda: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_loader() -> Iterator[None]:
    """botocore's service models, read once: each session would read them from the disk anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.loaders.create_loader))
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_list_of_events() -> Iterator[None]:
    """The names of botocore's events, and whether its handlers take them: found out once.

    Each session would try 65 aliases on each of a hundred names, and read every signature.
    """
    named = EventAliaser(HierarchicalEmitter())
    read = botocore.hooks.accepts_kwargs

    def takes_all(handler: Callable[..., object]) -> bool:
        code = getattr(handler, "__code__", None)
        return bool(code.co_flags & inspect.CO_VARKEYWORDS if code else read(handler))

    with pytest.MonkeyPatch.context() as patch:
        alias = named._alias_event_name
        patch.setattr(EventAliaser, "_alias_event_name", lambda _, name: alias(name))
        patch.setattr(botocore.hooks, "accepts_kwargs", takes_all)
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_trust() -> Iterator[None]:
    """The CA certificates, read once: each client would read them anew, and then use http."""
    build, built = AIOHTTPSession._build_verify_context, dict[object, SSLContext]()

    def build_once(session: AIOHTTPSession) -> SSLContext:
        if session._cert_file:
            alone: SSLContext = build(session)  # it is added to the context
            return alone
        key = str(session._verify)
        if key not in built:
            built[key] = build(session)
        return built[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AIOHTTPSession, "_build_verify_context", build_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_stylesheet() -> Iterator[None]:
    """Textual's rules, parsed once for each theme: every app would parse the same text anew.

    Rules are compared by identity; Python finds that faster than ``RuleSet.__hash__`` says it.
    """
    parse, parsed = Stylesheet._parse_rules, dict[object, list[RuleSet]]()

    def parse_once(
        sheet: Stylesheet,
        css: str,
        read_from: tuple[str, str],
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        rest = (read_from, is_default_rules, tie_breaker, scope)
        key = (frozenset(sheet._variables.items()), css, *rest)
        if key not in parsed:
            parsed[key] = parse(sheet, css, *rest)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        patch.setattr(RuleSet, "__hash__", object.__hash__)
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_set_of_outputs() -> Iterator[None]:
    """What seeded jobs leave, made up once: vectors take their time, and are always the same."""

    def once(write: Callable[[Job], Iterable[Output]]) -> Callable[[Job], Iterable[Output]]:
        written: dict[str, tuple[Output, ...]] = {}

        def write_once(job: Job) -> Iterable[Output]:
            from tui.sandbox.storage import OUTPUT  # with moto, which most rooms do without

            if job.bucket != OUTPUT:
                return write(job)
            key = repr(job)
            if key not in written:
                written[key] = tuple(write(job))
            return written[key]

        return write_once

    with pytest.MonkeyPatch.context() as patch:
        for prefix, write in list(_WRITERS.items()):
            patch.setitem(_WRITERS, prefix, once(write))
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_charset() -> Iterator[None]:
    """The signs that we draw are UTF-8's, whatever locale the tests run in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charset, "charset", lambda: charset.UTF_8)
        charset.is_unicode.cache_clear()
        yield


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=Clock(START), job_seconds=8) as running:
        yield running


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials that lead nowhere, and none of the machine's own settings."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    others = ("PROFILE", "REGION", "DEFAULT_REGION", "ENDPOINT_URL", "CA_BUNDLE", "DEFAULT_OUTPUT")
    for name in others:
        monkeypatch.delenv(f"AWS_{name}", raising=False)


@pytest.fixture
def waits_for_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission waits to know whose it is, however slow the machine."""
    monkeypatch.setattr(signing_in, "KNOWING_SECONDS", 60.0)


MakeEngine = Callable[..., Engine]


@pytest.fixture
async def make_engine(
    sandbox: Sandbox, aws_environment: None, waits_for_account: None, tmp_path: Path
) -> AsyncIterator[MakeEngine]:
    engines: list[Engine] = []

    def make(settings: Settings = SETTINGS, clock: Now | None = None, **changes: object) -> Engine:
        members: dict[str, object] = {"region": "us-west-2", "endpoint_url": sandbox.url, **changes}
        context = Context(**members)  # type: ignore[arg-type]
        now = clock or sandbox.clock.now
        engine = LoneEngine(settings, context, tmp_path / "ledger" / "l.sqlite3", now)
        engines.append(engine)
        return engine

    yield make
    for engine in engines:
        await engine.close()


@pytest.fixture
async def engine(make_engine: MakeEngine) -> Engine:
    return make_engine()


Until = Callable[[Engine, Callable[[], bool]], Awaitable[None]]


@pytest.fixture
def until() -> Until:
    """Wait for the engine's news until a condition holds; never longer than a minute."""

    async def wait(engine: Engine, condition: Callable[[], bool]) -> None:
        holds = asyncio.Event()

        def listen(_: Heard | Missed) -> None:
            if condition():
                holds.set()

        engine.subscribe(listen)
        if not condition():
            await asyncio.wait_for(holds.wait(), 60)

    return wait
