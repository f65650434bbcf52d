"""Where the clients of a context go: endpoints as the SDK resolves them, and proxies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tui import config
from tui.aws import bedrock
from tui.aws.session import Session
from tui.model.context import Context
from tui.model.problem import ProblemError

pytestmark = pytest.mark.usefixtures("aws_environment")

Where = dict[str, str]


async def endpoints(context: Context) -> Where:
    """The endpoints of a context's clients: asynchronous, blocking and presigning."""
    session = Session(context)
    try:
        clients = {name: await session.client(name) for name in ("bedrock-runtime", "s3", "sts")}
        clients["blocking s3"] = await session.blocking_client("s3")
        clients["presigning s3"] = await session.presigner()
        return {name: client.meta.endpoint_url for name, client in clients.items()}
    finally:
        await session.close()


def resolved(**flags: object) -> Context:
    return config.resolve(config.gather(flags)).context


S3 = ("s3", "blocking s3", "presigning s3")


async def test_without_any_setting_they_are_aws_s_own() -> None:
    found = await endpoints(resolved(region="us-west-2"))

    assert found["bedrock-runtime"] == "https://bedrock-runtime.us-west-2.amazonaws.com"
    assert {found[name] for name in S3} == {"https://s3.us-west-2.amazonaws.com"}


async def test_a_service_s_own_variable_wins_over_the_general_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://all.example")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://s3.example")
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://bedrock.example")

    found = await endpoints(resolved(region="us-west-2"))

    assert found["bedrock-runtime"] == "http://bedrock.example"
    assert found["sts"] == "http://all.example"
    assert {found[name] for name in S3} == {"http://s3.example"}


async def test_the_flag_wins_over_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://s3.example")

    found = await endpoints(resolved(region="us-west-2", endpoint_url="http://flag.example"))

    assert set(found.values()) == {"http://flag.example"}


async def test_a_named_context_goes_to_its_profile_s_endpoint_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "aws-config"
    file.write_text("[profile dev]\nregion = us-west-2\nendpoint_url = http://theirs.example\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://another.example")
    sources = config.beside(config.gather({}))
    context = config.resolve_all(sources, config.Settings(), "dev").context

    found = await endpoints(context)

    assert context.endpoint_of("s3") == "http://theirs.example"
    assert set(found.values()) == {"http://theirs.example"}


async def test_a_profile_s_services_are_the_sdk_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "aws-config"
    file.write_text(
        "[profile dev]\nregion = us-west-2\nendpoint_url = http://theirs.example\n"
        "services = local\n[services local]\ns3 =\n  endpoint_url = http://theirs-s3.example\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    context = resolved(profile="dev")

    found = await endpoints(context)

    assert found["bedrock-runtime"] == "http://theirs.example"
    assert {found[name] for name in S3} == {"http://theirs-s3.example"}
    assert context.endpoint_of("s3") == found["s3"]
    assert context.endpoint_of("sts") == found["sts"]


async def test_configured_endpoints_can_be_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://all.example")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://s3.example")

    found = await endpoints(resolved(region="us-west-2"))

    assert found["bedrock-runtime"] == "https://bedrock-runtime.us-west-2.amazonaws.com"
    assert {found[name] for name in S3} == {"https://s3.us-west-2.amazonaws.com"}


@pytest.mark.parametrize("is_profile", [False, True])
@pytest.mark.parametrize(
    ("setting", "bedrock_url", "s3_url"),
    [
        (
            "use_fips_endpoint",
            "https://bedrock-runtime-fips.us-west-2.amazonaws.com",
            "https://s3-fips.us-west-2.amazonaws.com",
        ),
        (
            "use_dualstack_endpoint",
            "https://bedrock-runtime.us-west-2.api.aws",
            "https://s3.dualstack.us-west-2.amazonaws.com",
        ),
    ],
)
async def test_fips_and_dual_stack_are_as_the_sdk_is_told(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    setting: str,
    bedrock_url: str,
    s3_url: str,
    is_profile: bool,
) -> None:
    if is_profile:
        file = tmp_path / "aws-config"
        file.write_text(f"[default]\n{setting} = true\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    else:
        monkeypatch.setenv(f"AWS_{setting.upper()}", "true")

    context = resolved(region="us-west-2")
    found = await endpoints(context)

    assert found["bedrock-runtime"] == bedrock_url
    assert {found[name] for name in S3} == {s3_url}


# Timeouts and certificates -----------------------------------------------------------------------


async def test_a_timeout_of_0_is_none() -> None:
    session = Session(resolved(region="us-west-2", cli_read_timeout=0.0, cli_connect_timeout=0.0))

    for client in (await session.client("s3"), await session.blocking_client("s3")):
        assert client.meta.config.connect_timeout is None
        assert client.meta.config.read_timeout is None
    await session.close()


async def test_patience_is_no_longer_than_for_ever() -> None:
    session = Session(resolved(region="us-west-2", cli_read_timeout=0.0))

    patient = await session.client("bedrock-runtime", patience=900.0)

    assert patient.meta.config.read_timeout is None
    await session.close()


async def test_whoever_trusts_any_certificate_needs_no_bundle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/corp.pem")
    session = Session(resolved(region="us-west-2", no_verify_ssl=True))

    client = await session.client("s3")

    assert client.meta.endpoint_url == "https://s3.us-west-2.amazonaws.com"
    await session.close()


# Proxies -----------------------------------------------------------------------------------------


class Proxy(ThreadingHTTPServer):
    """Answers everything by itself, and keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: list[str] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        body = b'{"asyncInvokeSummaries": []}'
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        self.server.asked.append(f"CONNECT {self.path}")
        self.send_error(407, "Proxy Authentication Required")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def listed(context: Context) -> list[bedrock.Page]:
    session = Session(context)
    try:
        return [page async for page in bedrock.list_all(session, asks_ahead=False)]
    finally:
        await session.close()


async def test_calls_go_through_the_proxy_of_the_environment(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)

    pages = await listed(resolved(region="us-west-2", endpoint_url="http://bedrock.example"))

    assert [page.invocations for page in pages] == [[]]
    assert [url.partition("?")[0] for url in proxy.asked] == ["http://bedrock.example/async-invoke"]


async def test_where_the_environment_says_so_they_go_round_it(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    await listed(resolved(region="us-west-2", endpoint_url=proxy.url))

    assert [url.partition("?")[0] for url in proxy.asked] == ["/async-invoke"]


async def test_a_proxy_that_refuses_is_a_problem_of_its_own(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(ProblemError) as caught:
        await listed(resolved(region="us-west-2"))

    assert set(proxy.asked) == {"CONNECT bedrock-runtime.us-west-2.amazonaws.com:443"}
    assert caught.value.problem.kind in ("ProxyConnectionError", "HTTPClientError")
    assert caught.value.problem.remedy
