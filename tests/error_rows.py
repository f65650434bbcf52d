"""Each known row of errors: how it is provoked, and what cause and remedy must be told."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

START = "StartAsyncInvoke"
LIST = "ListAsyncInvokes"
ENDPOINT = "InvokeEndpointAsync"

SSO = """
[profile staff]
sso_start_url = https://staff.awsapps.example/start
sso_region = us-west-2
sso_account_id = 123456789012
sso_role_name = Staff
region = us-west-2
"""

LOGIN = """
[profile staff]
login_session = arn:aws:iam::123456789012:user/staff
region = us-west-2
"""


@dataclass(frozen=True)
class Row:
    """One way of one row.

    Attributes:
        number: The row.
        way: What is done: ``start`` a submission, ``list``, wait for a ``job``, read its
            ``output``, or ask an ``endpoint``.
        what: The fault's name, the job's prompt, or the name of what is wrong around here.
        cause: Words of the cause.
        remedy: Words of the remedy.
        policy: Words of the policy to grant.
    """

    number: int
    way: str
    what: str
    cause: str
    remedy: str
    policy: str = ""

    def __str__(self) -> str:
        return f"{self.number}-{self.way}-{self.what}"


_MODEL = "foundation-model/luma.ray-v2:0"
_KEY = "key/1234abcd-12ab-34cd-56ef-1234567890ab"

ROWS = (
    Row(1, "start", "not-async", "only answers at once", "base id of an async model"),
    Row(2, "start", "not-valid", "unsupported model", "the input must be an object"),
    Row(3, "start", "token", "underscore", "single hyphens; nothing was created"),
    Row(4, "start", "malformed", "schema at #/textToVideoParams/text", "mend #/textToVideoParams"),
    Row(5, "start", "wrong-task", "do not belong to the taskType", "only the parameters of that"),
    Row(6, "start", "image-source", "image source was refused", "png or jpeg (not jpg)"),
    Row(7, "job", "", "the prompt was empty", "write a prompt"),
    Row(8, "job", "[fail:filter]", "output filter refused", "reword the prompt"),
    Row(9, "job", "[fail:capacity]", "had no capacity", "later with a new token"),
    Row(10, "job", "[fail:internal]", "the service failed", "with a new token"),
    Row(10, "job", "[fail:aborted]", "the service failed", "with a new token"),
    Row(11, "job", "[fail:input]", "part of the input was refused", "which segment failed"),
    Row(12, "job", "[fail:write]", "could not be written", "bucket's region", "s3:PutObject"),
    Row(13, "start", "throttle", "concurrency is full", "the queue does so by itself"),
    Row(13, "start", "quota", "concurrency for this model", "wait for a running invocation"),
    Row(14, "start", "legacy", "legacy model", "choose an active model"),
    Row(15, "start", "end-of-life", "the model is gone", "history stays readable"),
    Row(16, "start", "model-access", "model access is not enabled", "enable the model"),
    Row(17, "start", "denied-on", "policy refuses it", "granted on arn:aws:bedrock", _MODEL),
    Row(17, "start", "denied-by-scp", "a service control policy denies", "granting it does not"),
    Row(17, "start", "denied-silently", "a policy refuses", "grant bedrock", "bedrock:InvokeModel"),
    Row(18, "start", "on-demand", "inference profile", "the profile's id with InvokeModel"),
    Row(19, "start", "not-allowed", "the account is restricted", "AWS Support"),
    Row(20, "list", "expired", "the session ended", "start again with new keys in the"),
    Row(21, "list", "wrong-keys", "the access keys are wrong", "start again with new keys"),
    Row(21, "list", "wrong-clock", "clock is 20 minutes behind AWS's", "set the clock"),
    Row(22, "list", "sso", "SSO session expired", "aws sso login --profile staff"),
    Row(23, "list", "login", "login session expired", "aws login --profile staff"),
    Row(24, "list", "no credentials", "no usable credentials", "choose a --profile"),
    Row(24, "list", "half the keys", "half of the access keys", "set both AWS_ACCESS_KEY_ID"),
    Row(24, "list", "no profile", "have no such profile", "choose another --profile"),
    Row(24, "list", "no region", "no region is set", "choose a --region"),
    Row(25, "list", "closed port", "nothing listens there", "endpoint URL and its port"),
    Row(25, "list", "hanging server", "did not come in time", "--cli-read-timeout"),
    Row(25, "list", "self-signed", "certificate is not trusted", "--ca-bundle"),
    Row(25, "list", "no TLS", "nothing speaks TLS", "write http://"),
    Row(25, "list", "refusing proxy", "the proxy refuses", "check HTTPS_PROXY"),
    Row(26, "start", "conflict", "used before with other parameters", "take a new token"),
    Row(27, "start", "not-found", "wrong model id or ARN", "list of models"),
    Row(28, "output", "denied", "missing or forbidden", "s3:ListBucket", "arn:aws:s3:::"),
    Row(29, "output", "no-bucket", "bucket does not exist", "check the bucket's name"),
    Row(29, "output", "other-region", "the bucket is in eu-central-1", "eu-central-1"),
    Row(30, "output", "key-denied", "no right to use the key", "grant kms:Decrypt", _KEY),
    Row(30, "output", "key-disabled", "the key is disabled", "check the key's ARN"),
    Row(31, "endpoint", "no-endpoint", "endpoint does not exist", "AsyncInferenceConfig"),
    Row(31, "endpoint", "not-async-endpoint", "is not asynchronous", "AsyncInferenceConfig"),
    Row(32, "endpoint", "[fail:model]", "container answered with an error", "failure object"),
    Row(33, "start", "not-ready", "is being loaded", "try again in a moment"),
    Row(33, "start", "model-timeout", "took too long", "shorten the input"),
    Row(33, "start", "model-error", "failed on this input", "read the model's own message"),
    Row(33, "start", "model-stream", "failed on this input", "read the model's own message"),
    Row(34, "list", "server-error", "the service failed", "later if it persists"),
    Row(34, "list", "unavailable", "the service failed", "later if it persists"),
)

assert {row.number for row in ROWS} == set(range(1, 35))


@dataclass(frozen=True)
class Around:
    """What is wrong around a call, and not in its answer.

    Attributes:
        variables: Environment variables; None takes one out.
        profile: The profile that is asked for.
        region: The region; None where none is set.
        endpoint_url: Where the calls go; None is the sandbox.
        read_timeout: Seconds to wait for an answer.
    """

    variables: tuple[tuple[str, str | None], ...] = ()
    profile: str | None = None
    region: str | None = "us-west-2"
    endpoint_url: str | None = None
    read_timeout: float = 60.0


@contextlib.contextmanager
def around(what: str, folder: Path) -> Iterator[Around | None]:
    """Have it go wrong; None where the name is one of a fault."""
    if what in ("sso", "login"):
        config = folder / "aws-config"
        config.write_text(SSO if what == "sso" else LOGIN)
        yield Around((("AWS_CONFIG_FILE", str(config)),), profile="staff")
    elif what in ("no credentials", "half the keys"):
        secret = (("AWS_SECRET_ACCESS_KEY", None),)
        key = (("AWS_ACCESS_KEY_ID", None),) if what == "no credentials" else ()
        yield Around((*secret, *key))
    elif what == "no profile":
        yield Around(profile="nobody")
    elif what == "no region":
        yield Around(region=None)
    elif what == "closed port":
        yield Around(endpoint_url=f"http://127.0.0.1:{_closed_port()}")
    elif what == "refusing proxy":
        proxy = f"http://127.0.0.1:{_closed_port()}"
        yield Around((("HTTP_PROXY", proxy), ("NO_PROXY", None), ("no_proxy", None)))
    elif what in ("hanging server", "self-signed", "no TLS"):
        serve = {"hanging server": _hang, "self-signed": _with_tls(folder)}.get(what, _speak_plain)
        with _server(serve) as port:
            scheme = "http" if what == "hanging server" else "https"
            yield Around(endpoint_url=f"{scheme}://127.0.0.1:{port}", read_timeout=0.2)
    else:
        yield None


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextlib.contextmanager
def _server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on 127.0.0.1 that treats every connection in its own way."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return  # it is closed
                with contextlib.suppress(OSError):
                    serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


_HELD: list[socket.socket] = []


def _hang(connection: socket.socket) -> None:
    _HELD.append(connection)


def _speak_plain(connection: socket.socket) -> None:
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")


def _with_tls(folder: Path) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        with connection, context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(4096)

    return serve


def certificate(
    folder: Path, host: str = "127.0.0.1", begin: dt.timedelta = dt.timedelta(days=-1)
) -> Path:
    """A file with a self-signed certificate of a day, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    path = folder / f"{host}.pem"
    if path.exists():
        return path
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.timezone.utc)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now + begin)
        .not_valid_after(now + begin + dt.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    content = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(content + built.public_bytes(pem))
    return path
