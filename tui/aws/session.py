"""A context → clients, and who its credentials belong to. Owns the connections."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import re
from functools import cache
from typing import TYPE_CHECKING

from tui.aws import attempts
from tui.aws.borrowed import AioBorrowed, Borrowed
from tui.aws.errors import unreadable
from tui.aws.regions import BucketRegions
from tui.aws.signing import Signing
from tui.model.context import Context, Identity
from tui.model.problem import LEAVING, Problem, ProblemError

if TYPE_CHECKING:
    from aiobotocore.client import AioBaseClient
    from aiobotocore.session import AioSession, ClientCreatorContext
    from botocore.client import BaseClient
    from botocore.config import Config
    from botocore.loaders import Loader

USER_AGENT = "asyncinvoke"


class Session:
    """The clients of one context, made when they are first needed and kept.

    One botocore session serves them all, because the second client then costs a quarter of the
    first.

    Attributes:
        context: Where the clients go, and as whom.
        regions: Where the buckets are that S3 has answered about.
        signing: What requests are signed with.
    """

    def __init__(
        self, context: Context, signing: Signing | None = None, *, stays: bool = True
    ) -> None:
        """Connect to nothing yet.

        Args:
            context: Where the clients go, and as whom.
            signing: Another session's, which outlives this one; its own where there is none.
            stays: Whether it is there as long as the program: what one that does not brings is
                collected when it is closed.
        """
        self.context = context
        self.signing = signing or Signing(context)
        self._is_own_signing = signing is None
        self._stays = stays
        self.regions = BucketRegions()
        self._clients: dict[tuple[str, bool, float, str | None], AioBaseClient] = {}
        self._blocking: dict[str, BaseClient] = {}
        self._stack = contextlib.AsyncExitStack()
        self._lock = asyncio.Lock()
        self._botocore: AioSession | None = None
        self._is_closed = False

    async def client(
        self, service: str, *, retries: bool = True, patience: float = 0.0
    ) -> AioBaseClient:
        """The client of a service.

        Args:
            service: botocore's name of it: ``bedrock-runtime``.
            retries: Whether the SDK may repeat a request by itself. Not for submissions: there,
                every attempt must be known.
            patience: Seconds to wait for the next bytes of an answer, where that is longer than
                the context says.

        Raises:
            botocore.exceptions.BotoCoreError: The configuration does not allow a client.
            ProblemError: The session is closed: nobody would close a client made now.
        """
        return await self._kept(service, retries, patience, None)

    async def presigner(self, region: str = "") -> AioBaseClient:
        """The client of S3 that signs URLs.

        Args:
            region: The bucket's, for a URL of its own host there; empty is the context's, at the
                endpoint that there is.

        Raises:
            botocore.exceptions.BotoCoreError: The configuration does not allow a client.
            ProblemError: The session is closed.
        """
        return await self._kept("s3", True, 0.0, region)

    async def _kept(
        self, service: str, retries: bool, patience: float, presigns_in: str | None
    ) -> AioBaseClient:
        key = (service, retries, patience, presigns_in)
        async with self._lock:
            if self._is_closed:
                raise ProblemError(LEAVING)
            if key not in self._clients:
                self._clients[key] = await self._stack.enter_async_context(await self._create(*key))
                # What it brings stays: to walk through it, a garbage collection in the middle of
                # the work would hold the event loop for 80 to 160 ms.
                if self._stays:
                    gc.freeze()
            return self._clients[key]

    async def blocking_client(self, service: str) -> BaseClient:
        """The client of a service whose calls block: for threads, such as those of a transfer.

        Raises:
            botocore.exceptions.BotoCoreError: The configuration does not allow a client.
            ProblemError: The session is closed.
        """
        if service not in self._blocking:
            # Without the lock: files are read here, and closing waits for no disk.
            self.signing.bind()
            client = await asyncio.to_thread(_create_blocking, self.context, service, self.signing)
            if self._is_closed:
                raise ProblemError(LEAVING)
            self._blocking.setdefault(service, client)
            gc.freeze()
        return self._blocking[service]

    def renew(self) -> None:
        """Find the credentials anew when they are next needed; what is under way goes on."""
        self.signing.renew()
        if not self._clients:
            self._botocore = None  # the profile that it did not find may be there now

    async def identity(self) -> Identity:
        """Who we are, as sts:GetCallerIdentity says.

        Raises:
            botocore.exceptions.BotoCoreError: The call failed.
            botocore.exceptions.ClientError: AWS refused it.
            ProblemError: What answered is not AWS.
        """
        sts = await self.client("sts")
        answer = await sts.get_caller_identity()
        if not {"Account", "Arn"} <= answer.keys():
            raise ProblemError(unreadable("GetCallerIdentity"))
        return Identity(account=answer["Account"], arn=answer["Arn"])

    async def close(self) -> None:
        """Close every connection; what is under way ends with an error."""
        self._is_closed = True
        if self._is_own_signing:
            self.signing.close()
        for client in self._blocking.values():
            client.close()
        async with self._lock:
            self._clients.clear()
            await self._stack.aclose()

    async def _create(
        self, service: str, retries: bool, patience: float, presigns_in: str | None
    ) -> ClientCreatorContext:
        # Importing takes a quarter of a second: not on the event loop.
        module = await asyncio.to_thread(importlib.import_module, "aiobotocore.session")
        from aiobotocore.config import AioConfig

        from tui.aws import verbatim
        from tui.aws.bedrock import decode_list_pages
        from tui.aws.key_pages import decode_pages

        context = self.context
        if context.ca_bundle and context.verify_ssl:
            await asyncio.to_thread(_require_ca_bundle, context.ca_bundle)
        if self._botocore is None:
            botocore = module.AioSession(profile=context.profile)
            loader = _loader(botocore.get_config_variable("data_path"))
            botocore.register_component("data_loader", loader)
            botocore.register_component("credential_provider", AioBorrowed(self.signing))
            events = botocore.get_component("event_emitter")
            verbatim.register(events)
            events.register("before-parse.bedrock-runtime.ListAsyncInvokes", decode_list_pages)
            # Under this name it comes before botocore's own, which parses a page to find errors.
            events.register("before-parse.*.ListObjectsV2", decode_pages)
            self.regions.register(events)
            attempts.register(events, context)
            self._botocore = botocore
        settings = _settings(context, service, AioConfig, retries, patience, presigns_in)
        return self._botocore.create_client(service, **settings)


@cache
def _loader(data_path: str | None) -> Loader:
    """What reads the descriptions of services: for all sessions, since one of S3 takes 10 MB."""
    from botocore.loaders import create_loader

    return create_loader(data_path)


def _create_blocking(context: Context, service: str, signing: Signing) -> BaseClient:
    """A client of a botocore session of its own: those of aiobotocore serve no thread."""
    from botocore.config import Config
    from botocore.session import Session as BotocoreSession

    if context.ca_bundle and context.verify_ssl:
        _require_ca_bundle(context.ca_bundle)
    session = BotocoreSession(profile=context.profile)
    session.register_component("credential_provider", Borrowed(signing))
    attempts.observe(session.get_component("event_emitter"), context)
    return session.create_client(service, **_settings(context, service, Config))


def _settings(
    context: Context,
    service: str,
    config: type[Config],
    retries: bool = True,
    patience: float = 0.0,
    presigns_in: str | None = None,
) -> dict[str, object]:
    """What the client of a service is made with in the context."""
    from botocore import UNSIGNED

    # Left to itself, botocore signs URLs as in 2006, and for a host that belongs to no region.
    signature = None if presigns_in is None else "s3v4"
    addressing = "path" if context.endpoint_of(service) else "virtual" if presigns_in else ""
    return {
        "region_name": presigns_in or context.region,
        # The profile's own is said, too: to the SDK, the environment's goes before it.
        "endpoint_url": context.endpoint_of(service),
        "verify": context.ca_bundle if context.verify_ssl else False,
        "config": config(
            connect_timeout=context.connect_timeout or None,
            read_timeout=max(patience, context.read_timeout) if context.read_timeout else None,
            retries={"mode": "standard", "total_max_attempts": 3 if retries else 1},
            max_pool_connections=32,
            user_agent_appid=USER_AGENT,
            signature_version=signature if context.sign_requests else UNSIGNED,
            s3={"addressing_style": addressing} if addressing else {},
        ),
    }


def _require_ca_bundle(path: str) -> None:
    """Look at the first certificate of a bundle: to read all of one takes a tenth of a second.

    Raises:
        ProblemError: It is none.
    """
    import ssl

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - what is no path at all is a fault as well
            content = file.read()
    except FileNotFoundError as error:
        why = f"{path}: there is no such file"
        raise ProblemError(_no_ca_bundle("CaBundleNotFound", why)) from error
    except (OSError, ValueError) as error:
        raise ProblemError(_no_ca_bundle("CaBundleUnusable", str(error))) from error
    if b"-----BEGIN TRUSTED CERTIFICATE-----" in content:
        return  # OpenSSL's own kind, which it reads from files alone
    found = re.search(rb"-----BEGIN CERTIFICATE-----.*?-----END[^\n]*-----", content, re.DOTALL)
    try:
        if not found:
            raise ValueError("it holds no certificate")
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trust.load_verify_locations(cadata=found[0].decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        why = f"{path}: holds no certificates in PEM"
        raise ProblemError(_no_ca_bundle("CaBundleUnusable", why)) from error


def _no_ca_bundle(kind: str, message: str) -> Problem:
    return Problem(
        kind=kind,
        message=message,
        cause="--ca-bundle, AWS_CA_BUNDLE, ca-bundle of config.toml or ca_bundle of the profile "
        "names it",
        remedy="name the file with the certificates to trust: `asyncinvoke config show` says who "
        "names this one",
    )
