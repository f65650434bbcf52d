"""What the program does with AWS, tried without effect: nothing is started, written or changed.

Each try is one call. What it was refused with tells whether it may be done at all.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from tui.aws.errors import problems
from tui.aws.session import Session
from tui.model.context import Context
from tui.model.explanation import explained
from tui.model.problem import Problem, ProblemError

SECONDS = 8.0
"""How long one try may take."""

BAD_TOKEN = "asyncinvoke_doctor"  # noqa: S105 - a client request token, no secret
"""A client request token that the service refuses, for its underscore."""

_NO_MODEL = "amazon.asyncinvoke-doctor-v0:0"

_NO_INVOCATION = "000000000000"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one try.

    Attributes:
        error: Why it was refused, or never answered; None where it was done.
        answer: What AWS answered, be it an error; empty where it did not.
    """

    error: ProblemError | None = None
    answer: Mapping[str, object] = field(default_factory=dict)

    @property
    def date(self) -> datetime | None:
        """The time by AWS's clock when it answered, to the second; None where it told none."""
        metadata = self.answer.get("ResponseMetadata")
        headers = metadata.get("HTTPHeaders") if isinstance(metadata, Mapping) else None
        told = headers.get("date") if isinstance(headers, Mapping) else None
        try:
            moment = parsedate_to_datetime(str(told)) if told else None
        except ValueError:
            return None
        return moment.astimezone(timezone.utc) if moment and moment.tzinfo else None

    def text(self, name: str) -> str:
        """A member of the answer; empty where there is none."""
        return str(self.answer.get(name) or "")


@dataclass(frozen=True, slots=True)
class Door:
    """Where the calls of a service go.

    Attributes:
        url: Its endpoint.
        proxy: The proxy on the way, with its userinfo; empty where there is none.
    """

    url: str
    proxy: str = ""


async def door(session: Session, service: str) -> Door:
    """Where the calls of a service go; asks nobody.

    Raises:
        ProblemError: The configuration does not allow a client.
    """
    with problems(service, is_sent=False):
        client = await session.client(service)
        from botocore.utils import get_environ_proxies

        url = str(client.meta.endpoint_url)
        proxies = get_environ_proxies(url)
        return Door(url, str(proxies.get(url.partition(":")[0]) or ""))


def ca_bundle(context: Context) -> str:
    """The file of certificates that a context's clients trust; empty for the SDK's own.

    Where nothing of AWS's names one, the SDK takes the one of ``requests``.
    """
    return context.ca_bundle or os.environ.get("REQUESTS_CA_BUNDLE") or ""


def trust(context: Context) -> ssl.SSLContext:
    """The certificates that a context's clients trust. Reads them from the disk.

    Raises:
        OSError: The CA bundle cannot be read, or is none (``ssl.SSLError``).
    """
    from botocore.httpsession import create_urllib3_context, get_cert_path

    trusted: ssl.SSLContext = create_urllib3_context()
    trusted.check_hostname = context.verify_ssl
    if trusted.check_hostname:
        trusted.verify_mode = ssl.CERT_REQUIRED
        trusted.load_verify_locations(ca_bundle(context) or get_cert_path(True))
    else:
        trusted.verify_mode = ssl.CERT_NONE
    return trusted


async def whoever(session: Session) -> Tried:
    """Try sts:GetCallerIdentity, which needs no right."""
    return await _tried(session, "sts", "GetCallerIdentity", "get_caller_identity")


async def listing(session: Session) -> Tried:
    """Try to list one invocation."""
    return await _tried(
        session, "bedrock-runtime", "ListAsyncInvokes", "list_async_invokes", {"maxResults": 1}
    )


async def getting(session: Session, caller_arn: str) -> Tried:
    """Try to get an invocation that there is not; the caller's ARN says whose it would be."""
    _, partition, _, _, account = caller_arn.split(":")[:5]
    region = session.context.region
    arn = f"arn:{partition}:bedrock:{region}:{account}:async-invoke/{_NO_INVOCATION}"
    return await _tried(
        session, "bedrock-runtime", "GetAsyncInvoke", "get_async_invoke", {"invocationArn": arn}
    )


async def starting(session: Session, model_id: str) -> Tried:
    """Try StartAsyncInvoke with a request that can start nothing, however it is read.

    Its model does not exist, and its token has the underscore for which the service refuses a
    request before anything is created; either alone is enough. botocore checks neither, so the
    service has to, and says first where the caller may not call at all. The journal is left alone,
    since there is nothing to recover.
    """
    return await _tried(
        session,
        "bedrock-runtime",
        "StartAsyncInvoke",
        "start_async_invoke",
        {
            "clientRequestToken": BAD_TOKEN,
            "modelId": no_model_like(model_id),
            "modelInput": {},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://asyncinvoke-doctor/"}},
        },
        retries=False,
    )


async def invoking(session: Session) -> Tried:
    """Try InvokeModel with a model that does not exist and a body that no model reads."""
    return await _tried(
        session,
        "bedrock-runtime",
        "InvokeModel",
        "invoke_model",
        {"modelId": _NO_MODEL, "body": b"-"},
        retries=False,
    )


async def listing_models(session: Session) -> Tried:
    """Try to list the region's models, which the form offers."""
    return await _tried(session, "bedrock", "ListFoundationModels", "list_foundation_models")


async def heading(session: Session, bucket: str, owner: str = "") -> Tried:
    """Try to look at a bucket; ``session.regions`` then knows where it is, even if refused."""
    owned = {"ExpectedBucketOwner": owner} if owner else {}
    return await _tried(session, "s3", "HeadBucket", "head_bucket", {"Bucket": bucket, **owned})


async def listing_objects(session: Session, bucket: str, prefix: str) -> Tried:
    """Try to list one object below a prefix."""
    wanted = {"Bucket": bucket, "Prefix": prefix, "MaxKeys": 1}
    return await _tried(session, "s3", "ListObjectsV2", "list_objects_v2", wanted)


async def describing_key(session: Session, key_id: str) -> Tried:
    """Try to look at a KMS key."""
    return await _tried(session, "kms", "DescribeKey", "describe_key", {"KeyId": key_id})


def no_model_like(model_id: str) -> str:
    """The id of a model that does not exist: policies by a prefix judge it as the one given."""
    base = model_id.rpartition("/")[2]
    is_plain = base and base.isascii() and "." in base and len(base) <= 60
    return f"{base}-asyncinvoke-doctor" if is_plain else _NO_MODEL


async def _tried(
    session: Session,
    service: str,
    operation: str,
    method: str,
    arguments: Mapping[str, object] | None = None,
    *,
    retries: bool = True,
) -> Tried:
    async def ask() -> Mapping[str, object]:
        client = await session.client(service, retries=retries)
        answer: Mapping[str, object] = await getattr(client, method)(**(arguments or {}))
        return answer

    try:
        with problems(operation):
            return Tried(None, await asyncio.wait_for(ask(), SECONDS))
    except ProblemError as error:
        if isinstance(error.__cause__, asyncio.TimeoutError):
            return Tried(ProblemError(_SILENT))
        response = getattr(error.__cause__, "response", None)
        return Tried(error, response if isinstance(response, Mapping) else {})


_SILENT = explained(Problem(kind="ReadTimeoutError", message=f"no answer in {SECONDS:.0f} s"))
