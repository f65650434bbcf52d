"""The embedded AWS as a server on 127.0.0.1, living in a thread and an event loop of its own."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import threading
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from types import TracebackType
from typing import TYPE_CHECKING, cast
from weakref import WeakValueDictionary

from tui.sandbox import SandboxMissingError
from tui.sandbox.expiry import Expiry
from tui.sandbox.faults import Faults
from tui.sandbox.inferences import Inferences
from tui.sandbox.jobs import Clock, Job, Jobs

if TYPE_CHECKING:
    from hypercorn.typing import ASGIFramework

    from tui.sandbox.front import App, Front

DEFAULT_PORT = 4599
_LARGEST_BODY = 8 * 2**30

_log = logging.getLogger(__name__)

_running: list[Sandbox] = []
"""The process's sandboxes; they share moto's S3, which the first one finds empty."""


class PortInUseError(OSError):
    """Another program listens on the port that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(errno.EADDRINUSE, f"port {port} on 127.0.0.1 is in use")
        self.port = port


def environment(url: str, region: str = "us-west-2") -> dict[str, str]:
    """The variables that send any AWS client to the sandbox; any credentials will do."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class Sandbox:
    """An embedded AWS: Bedrock with made-up models, SageMaker's async endpoints; the rest by moto.

    ``with Sandbox() as sandbox: …`` starts and stops it. A test gives it ``Clock(start)`` and
    calls ``sandbox.clock.advance(seconds)`` in place of waiting.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        job_seconds: float = 8.0,
        clock: Clock | None = None,
        quota: int | None = None,
        create_buckets: bool = True,
        region: str = "us-west-2",
    ) -> None:
        """Prepare a sandbox; nothing is imported or bound before ``start``.

        Args:
            port: Where to listen; 0 finds a free one.
            job_seconds: How long a job runs, and a container of an endpoint.
            clock: The time that jobs run on; the real one by default.
            quota: How many jobs of one model may run at a time.
            create_buckets: Whether jobs create the buckets that they write to. A bucket that
                has ``missing`` in its name and does not exist is refused all the same.
            region: For requests that name none, and for seeded jobs.
        """
        self.clock = clock or Clock()
        self.faults = Faults()
        self.expiry = Expiry(self.clock.now)
        self.jobs = Jobs(self.clock)
        self.inferences = Inferences(self.clock)
        self.region = region
        self._port = port
        self._settings = (job_seconds, quota, create_buckets)
        self._front: Front | None = None
        self._listener: _Listener | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lazy: set[str] = set()
        self._requests: deque[Mapping[str, object]] = deque(maxlen=1000)

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """The endpoint URL for clients."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def calls(self) -> Counter[str]:
        """How often each operation was called, by its name: ``GetObject``, ``ListAsyncInvokes``."""
        return self._started().calls

    @property
    def signers(self) -> Counter[tuple[str, str]]:
        """How many requests each access key id signed for each region."""
        return self._started().signers

    @property
    def requests(self) -> Sequence[Mapping[str, object]]:
        """The last StartAsyncInvoke, InvokeModel and InvokeEndpointAsync requests.

        The oldest comes first, refused ones are there too. Each is its members, by the API's
        names; ``body`` (InvokeModel) and ``Body`` (InvokeEndpointAsync) are the bytes that came.
        """
        self._started()
        return list(self._requests)

    def environment(self) -> dict[str, str]:
        """The variables that send other AWS clients here."""
        return environment(self.url, self.region)

    def start(self) -> Sandbox:
        """Listen, and serve until ``stop``.

        Raises:
            PortInUseError: The port is taken.
            SandboxMissingError: The extra ``sandbox`` is not installed.
        """
        listener = _Listener(self._port)
        try:
            moto = _moto()
            self._wire(moto, listener)
        except BaseException:
            listener.close()
            raise
        self._port = listener.getsockname()[1]
        self._listener = listener
        _running.append(self)
        is_up = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(listener, is_up), name="sandbox", daemon=True
        )
        self._thread.start()
        is_up.wait()
        return self

    def stop(self) -> None:
        """Close every connection and end; a second call does nothing."""
        if self._thread is None or self._listener is None or self._loop is None:
            return
        front = self._started()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(front.stopping.set)
        self._listener.drop_all()
        self._thread.join(timeout=10)
        self._listener.close()
        self._thread = None
        _running.remove(self)

    def seed(self, count: int) -> None:
        """Add ``count`` past jobs in the bucket ``sandbox-output``, of every model and outcome.

        An empty bucket ``sandbox-uploads`` for the inputs of endpoints comes with them.
        """
        from tui.sandbox.seed import WITH_OBJECTS, seed_jobs
        from tui.sandbox.storage import OUTPUT, UPLOADS

        self._started()
        for bucket in (OUTPUT, UPLOADS):
            self._storage.create_bucket(bucket, self.region)
        made = seed_jobs(self.jobs, count, self.region, self.clock.now())
        now = self.clock.now()
        for job in made[:WITH_OBJECTS]:
            self._bedrock.write_start(job)
            if job.ends <= now:
                self._bedrock.write_end(job)
        self._lazy.update(job.id for job in made[WITH_OBJECTS:])

    def _started(self) -> Front:
        if self._front is None:
            raise RuntimeError("the sandbox has not been started")
        return self._front

    def _wire(self, moto: App, listener: _Listener) -> None:
        from tui.sandbox.bedrock import Bedrock, Settings
        from tui.sandbox.endpoints import Endpoints
        from tui.sandbox.front import Front
        from tui.sandbox.metrics import Metrics
        from tui.sandbox.sagemaker import SageMaker
        from tui.sandbox.storage import Storage

        self._storage = Storage()
        if not _running:
            self._storage.clear()
        job_seconds, quota, create_buckets = self._settings
        settings = Settings(job_seconds, quota, create_buckets)
        now = self.clock.now
        self._bedrock = Bedrock(self.jobs, self._storage, settings, self._requests, now)
        self._front = Front(
            self._bedrock,
            SageMaker(
                Endpoints(now), self.inferences, self._storage, self._requests, job_seconds, now
            ),
            Metrics(self.inferences, now),
            self._storage,
            moto,
            self.faults,
            self.expiry,
            self.clock,
            region=self.region,
            write_named=self._write_named,
            drop=listener.drop,
        )

    def _write_named(self, path: str) -> None:
        """Write the outputs of seeded jobs that S3 is asked about for the first time."""
        for job in self.jobs.named(path) if self._lazy else ():
            if job.id in self._lazy:
                self._lazy.discard(job.id)
                self._write_past(job)

    def _write_past(self, job: Job) -> None:
        self._bedrock.write_start(job)
        self._bedrock.write_end(job)

    def _run(self, listener: _Listener, is_up: threading.Event) -> None:
        try:
            asyncio.run(self._serve(listener, is_up))
        except (asyncio.CancelledError, CancelledError):
            _log.debug("requests were still running when the sandbox stopped")
        finally:
            is_up.set()

    async def _serve(self, listener: _Listener, is_up: threading.Event) -> None:
        from hypercorn.asyncio import serve
        from hypercorn.config import Config, Sockets

        class Listening(Config):
            def create_sockets(self) -> Sockets:
                return Sockets([], [listener], [])

        config = Listening()
        config.errorlog = config.accesslog = None
        config.graceful_timeout = 1.0
        config.include_date_header = False
        self._loop = asyncio.get_running_loop()
        front = self._started()
        is_up.set()
        app = cast("ASGIFramework", front)
        await serve(app, config, shutdown_trigger=front.stopping.wait, mode="asgi")


class _Listener(socket.socket):
    """The listening socket. It knows its connections, so that one can be closed unanswered."""

    def __init__(self, port: int) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self._connections: WeakValueDictionary[tuple[str, int], socket.socket] = (
            WeakValueDictionary()
        )
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.setblocking(False)
        try:
            self.bind(("127.0.0.1", port))
            self.listen(100)
        except OSError as error:
            self.close()
            if error.errno == errno.EADDRINUSE:
                raise PortInUseError(port) from error
            raise

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().accept()
        self._connections[address] = connection
        return connection, address

    def drop(self, address: tuple[str, int]) -> None:
        """Close the connection with this client, whatever it waits for."""
        connection = self._connections.get(address)
        if connection is not None:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError as error:
                if error.errno not in (errno.ENOTCONN, errno.EBADF):
                    raise

    def drop_all(self) -> None:
        """Close every connection."""
        for address in list(self._connections):
            self.drop(address)


def _moto() -> App:
    """Moto's server as an ASGI application that knows undecoded paths."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from hypercorn.middleware import AsyncioWSGIMiddleware
            from moto.moto_server.werkzeug_app import (
                DomainDispatcherApplication,
                create_backend_app,
            )
    except ImportError as error:
        raise SandboxMissingError(error) from error
    dispatcher = DomainDispatcherApplication(create_backend_app)

    def with_raw_path(
        environ: dict[str, object], start_response: Callable[..., object]
    ) -> Iterator[bytes]:
        environ["RAW_URI"] = environ.pop("HTTP_X_SANDBOX_RAW_PATH")
        # hypercorn sends the status with the first piece, so an empty body needs one too.
        yield from cast("Iterable[bytes]", dispatcher(environ, start_response))
        yield b""

    return cast("App", AsyncioWSGIMiddleware(with_raw_path, max_body_size=_LARGEST_BODY))
