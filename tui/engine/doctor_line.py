"""What the doctor finds on the way to AWS: certificates to trust, proxies, names, TCP and TLS."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from tui.aws import probes
from tui.aws.probes import Door
from tui.engine.doctor_case import Case
from tui.engine.program import why
from tui.model.context import Context
from tui.model.explanation import explained
from tui.model.finding import Finding, Verdict, finding_of
from tui.model.problem import Problem

SECONDS = 8.0
"""How long one look may take."""

_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")

_LONGEST_ANSWER = 65_536
"""Bytes that a proxy may say before its tunnel is open."""

_ISSUERS = ("Amazon", "DigiCert", "Starfield")
"""Who issues AWS's certificates."""


@dataclass(frozen=True, slots=True)
class Road:
    """The way to one host, and what takes it.

    Attributes:
        door: Where it goes.
        services: botocore's names of the services behind it.
    """

    door: Door
    services: tuple[str, ...]

    @property
    def name(self) -> str:
        """Where it goes, without the path."""
        url = urlsplit(self.door.url)
        return f"{url.scheme}://{_place(url)}"


def _place(url: SplitResult) -> str:
    """Host and port as they stand in a URL, without user and password."""
    return url.netloc.rpartition("@")[2]


class _BrokenError(Exception):
    """Where the way ends."""

    def __init__(self, topic: str, problem: Problem) -> None:
        super().__init__(str(problem))
        self.topic = topic
        self.problem = problem


async def proxies(case: Case) -> list[Finding]:
    """The proxy variables that are set, without the users and passwords in them."""
    env = case.environment
    told = [
        f"{name}={_without_userinfo(env[name])}"
        for variable in _VARIABLES
        for name in (variable, variable.lower())
        if env.get(name)
    ]
    return [Finding("proxy settings", Verdict.OK, ", ".join(told) or "none in the environment")]


def _without_userinfo(proxy: str) -> str:
    """A proxy without user and password, also where it has no scheme, or is no URL for them."""
    return re.sub(r"^([a-z0-9+.-]+://)?.*@", r"\1***@", proxy, flags=re.IGNORECASE | re.DOTALL)


async def certificates(case: Case) -> list[Finding]:
    """Whether the certificates that are to be trusted can be read."""
    context = case.session.context
    path = probes.ca_bundle(context)
    try:
        await asyncio.to_thread(probes.trust, context)
    except OSError as error:
        is_read = isinstance(error, ssl.SSLError)
        what = "it holds no certificates" if is_read else why(error)
        return [
            Finding(
                "certificates",
                Verdict.FAULT,
                f"{path or 'the ones of the SDK'}: {what}",
                cause="--ca-bundle, AWS_CA_BUNDLE, ca-bundle or REQUESTS_CA_BUNDLE names it",
                remedy="name a readable file with the certificates to trust, in PEM",
            )
        ]
    if context.verify_ssl:
        whose = f"those in {path}" if path else "the SDK's own"
        return [Finding("certificates", Verdict.OK, f"{whose} are trusted")]
    return [
        Finding(
            "certificates",
            Verdict.WARNING,
            "any are trusted: whoever is on the way may read and change everything",
            cause="--no-verify-ssl",
            remedy="leave it out; give a company's own certificate with --ca-bundle",
        )
    ]


def roads(doors: Mapping[str, Door]) -> list[Road]:
    """The ways to the services, each host once, in the order of the services."""
    shared: dict[tuple[str, str], list[str]] = {}
    named: dict[tuple[str, str], Door] = {}
    for service, door in doors.items():
        key = (urlsplit(door.url).netloc, door.proxy)
        named.setdefault(key, door)
        shared.setdefault(key, []).append(service)
    return [Road(named[key], tuple(services)) for key, services in shared.items()]


async def walk(case: Case, road: Road, *, is_needed: bool) -> Finding:
    """Go there: the proxy, the name, TCP and TLS; sends nothing to the service.

    Args:
        case: What to trust, and how long to wait.
        road: Where to go.
        is_needed: Whether it is a fault when it cannot be gone.
    """
    services = ", ".join(road.services)
    about = f"{road.name} ({services})"
    bad = Verdict.FAULT if is_needed else Verdict.WARNING
    context = case.session.context
    try:
        issuer = await asyncio.wait_for(asyncio.to_thread(_walk, context, road.door), SECONDS)
    except asyncio.TimeoutError:
        late = explained(Problem(kind="ConnectTimeoutError", message=f"silent for {SECONDS:.0f} s"))
        return finding_of("network", bad, late, about=about)
    except _BrokenError as error:
        return finding_of(error.topic, bad, error.problem, about=about)
    way = f" through {_without_userinfo(road.door.proxy)}" if road.door.proxy else ""
    if not issuer:
        plain = " without TLS" if road.door.url.startswith("http://") else ""
        return Finding("network", Verdict.OK, f"{about} answers{plain}{way}")
    is_foreign = ".amazonaws.com" in road.door.url and not any(n in issuer for n in _ISSUERS)
    told = (
        "no certificate of AWS's own: something on the way opens the line, as a company's proxy",
    )
    text = f"{about} answers{way}, certificate by {issuer}"
    return Finding("network", Verdict.OK, text, told if is_foreign else ())


def _walk(context: Context, door: Door) -> str:
    """Who issued the certificate that is shown there; empty without TLS. Waits for the network.

    Raises:
        _BrokenError: The way ends before.
    """
    url = urlsplit(door.url)
    patience = min(context.connect_timeout or SECONDS, SECONDS / 2)
    proxy = _proxy_of(door)
    is_tls = url.scheme == "https"

    def connect() -> socket.socket:
        if not door.proxy:
            return _connected(url, patience, "network", "EndpointConnectionError")
        line = _connected(proxy, patience, "proxy", "ProxyConnectionError")
        if is_tls and proxy.scheme == "http":
            _tunnel(line, url, proxy)
        return line

    if not is_tls or (door.proxy and proxy.scheme == "https"):
        connect().close()
        return ""
    host = url.hostname or ""
    try:
        return _issuer(connect, host, probes.trust(context))
    except ssl.SSLCertVerificationError as error:
        by = f", issued by {name}" if (name := _untrusted_issuer(connect, host)) else ""
        raise _BrokenError("TLS", _tls(f"{error.verify_message}{by}")) from error
    except (ssl.SSLError, OSError) as error:
        raise _BrokenError("TLS", _tls(why(error))) from error


def _proxy_of(door: Door) -> SplitResult:
    try:
        url = urlsplit(door.proxy if "://" in door.proxy else f"http://{door.proxy}")
        url.port  # noqa: B018 - it fails where there is none, and then quotes a password
        return url
    except ValueError as error:
        what = f"{_without_userinfo(door.proxy)}: it is no URL; write a / in a password as %2F"
        problem = explained(Problem(kind="InvalidProxiesConfigError", message=what))
        raise _BrokenError("proxy", problem) from error


def _connected(url: SplitResult, seconds: float, topic: str, kind: str) -> socket.socket:
    try:
        port = url.port or (443 if url.scheme == "https" else 80)
        return socket.create_connection((url.hostname or "", port), seconds)
    except (socket.gaierror, UnicodeError) as error:
        what = f"{url.hostname}: the name is not known: {why(error)}"
    except (OSError, ValueError) as error:
        what = f"{_place(url)}: {why(error)}"
    raise _BrokenError(topic, explained(Problem(kind=kind, message=what)))


def _tunnel(line: socket.socket, url: SplitResult, proxy: SplitResult) -> None:
    """Have the proxy connect us on.

    Raises:
        _BrokenError: It refuses.
    """
    place = _place(url) if url.port else f"{_place(url)}:443"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.username:
        word = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(word.encode()).decode()}")
    answer = b""
    try:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        while b"\r\n\r\n" not in answer and len(answer) < _LONGEST_ANSWER:
            piece = line.recv(4096)
            if not piece:
                break
            answer += piece
    except OSError as error:
        answer = why(error).encode()
    status = answer.partition(b"\r\n")[0].decode("latin-1")
    if status.split(" ")[1:2] != ["200"]:
        line.close()
        what = f"the proxy {proxy.hostname} answered: {status or 'nothing'}"
        raise _BrokenError("proxy", explained(Problem(kind="ProxyConnectionError", message=what)))


def _issuer(connect: Callable[[], socket.socket], host: str, trusted: ssl.SSLContext) -> str:
    with connect() as line, trusted.wrap_socket(line, server_hostname=host) as safe:
        certificate = safe.getpeercert() or {}
    issuer = certificate.get("issuer", ())
    named = {str(each[0][0]): str(each[0][1]) for each in issuer if isinstance(each, tuple)}
    name = named.get("organizationName") or named.get("commonName") or ""
    return name or ("one that is not looked at" if not certificate else "an unnamed issuer")


def _untrusted_issuer(connect: Callable[[], socket.socket], host: str) -> str:
    """Who issued a certificate that is not trusted; empty where that cannot be told.

    Python tells the parts of a trusted certificate only: so it is trusted by itself, for once.
    """
    anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE
    alone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    alone.check_hostname = False
    alone.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        with connect() as line, anything.wrap_socket(line, server_hostname=host) as open_line:
            alone.load_verify_locations(cadata=open_line.getpeercert(binary_form=True) or b"")
        return _issuer(connect, host, alone)
    except (OSError, ValueError, _BrokenError):
        return ""  # what is wrong is told all the same


def _tls(what: str) -> Problem:
    return explained(Problem(kind="SSLError", message=what))
