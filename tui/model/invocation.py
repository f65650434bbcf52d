"""An invocation: its identity, status and times. Pure data."""

from __future__ import annotations

from datetime import datetime, timezone
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from tui.model.parts import Parts
from tui.model.request import InvokeEndpointAsync, InvokeModel, StartAsyncInvoke
from tui.model.tag import Tag

Key = str
"""Identifies an invocation: its ARN or, while none is known, ``token:`` and the client token."""


class Status(str, Enum):
    """What is known of an invocation's progress, in AWS's own words where AWS has one.

    Two are ours. ``UNKNOWN``: the request may have reached the service, and no answer came back,
    or the service listed the invocation without a status. ``QUEUED``: it waits here, and was never
    sent. Two are what S3 tells of a SageMaker inference. ``PENDING``: it queues or runs, which
    look alike. ``OVERDUE``: its time is up, and S3 holds neither an output nor a failure.
    """

    IN_PROGRESS = "InProgress"
    PENDING = "Pending"
    OVERDUE = "Overdue"
    COMPLETED = "Completed"
    FAILED = "Failed"
    UNKNOWN = "Unknown"
    QUEUED = "Queued"

    __hash__ = str.__hash__  # Enum's own takes 0.1 µs, for each row that is counted

    @property
    def is_terminal(self) -> bool:
        """Whether the service will not change it any more."""
        return self in _TERMINAL

    @property
    def is_known_to_aws(self) -> bool:
        """Whether it is AWS's word, rather than ours."""
        return self not in _OURS


_OURS = (Status.UNKNOWN, Status.QUEUED)
_TERMINAL = (Status.COMPLETED, Status.FAILED)  # looked up once: 0.3 µs a row on Python 3.10


class Witness(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where S3 tells what becomes of a SageMaker inference, which nobody else does.

    Attributes:
        output_location: URI of the object that appears when it has completed, as returned.
        failure_location: URI of the one that appears when it has failed; the endpoint may have
            none, which leaves it empty.
        deadline: When its time in the queue and in the container is up; aware, UTC.
        note: Why S3 does not tell at the moment, or empty.
    """

    output_location: str
    failure_location: str = ""
    deadline: datetime
    note: str = ""


class Invocation(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One invocation, as AWS last described it or as we submitted it.

    Attributes:
        key: See ``Key``.
        status: See ``Status``.
        region: The region that it runs in.
        submit_time: Aware, UTC; the service's time once it is known, ours before.
        model_id: The model's id, the last part of ``model_arn``; the name of an endpoint.
        operation: The API operation that began it.
        invocation_arn: Empty while the service has not accepted it.
        model_arn: Empty while the service has not accepted it.
        client_request_token: Empty when it is not known; the inference id at an endpoint.
        s3_uri: Where the outputs go, as the service returned it; the output object itself of what
            has a ``witness``.
        kms_key_id: The key that encrypts the outputs, or empty.
        bucket_owner: The account that owns the output bucket, or empty.
        failure_message: The service's text, or empty.
        last_modified_time: Aware, UTC.
        end_time: Aware, UTC; set once the status is terminal.
        heard: When AWS last spoke of it; None when it never did.
        is_ours: Whether this program submitted it.
        prompt: The words of its model input, cut short; empty where we do not have the input.
        tags: Its tags, where we gave them or asked for them: Get and List do not return any.
        witness: Where S3 tells what becomes of it; None for what AWS lists, or answers itself.
        parts: Those of which some failed although it completed; None where nobody told of any.
        context: The label of the context that it is seen through; a board gives it to its rows,
            and the ledger, which keeps them under their context, does not hold it.
    """

    key: Key
    status: Status
    region: str
    submit_time: datetime
    model_id: str
    operation: str = StartAsyncInvoke.__name__
    invocation_arn: str = ""
    model_arn: str = ""
    client_request_token: str = ""
    s3_uri: str = ""
    kms_key_id: str = ""
    bucket_owner: str = ""
    failure_message: str = ""
    last_modified_time: datetime | None = None
    end_time: datetime | None = None
    heard: datetime | None = None
    is_ours: bool = False
    prompt: str = ""
    tags: tuple[Tag, ...] = ()
    witness: Witness | None = None
    parts: Parts | None = None
    context: str = ""

    @property
    def id(self) -> str:
        """What people call it: the last segment of its ARN, or its client token."""
        return self.invocation_arn.rpartition("/")[2] or self.client_request_token

    @property
    def account(self) -> str:
        """The account in its ARN: twelve digits, or empty while there is no ARN."""
        parts = self.invocation_arn.split(":", 5)
        return parts[4] if len(parts) > 4 else ""

    @property
    def origin(self) -> str:
        """Where it was submitted: ``here``, by this program on this ledger, or ``elsewhere``."""
        return "here" if self.is_ours else "elsewhere"

    @property
    def failure(self) -> str:
        """Why it failed or, where it completed, the first of its parts that did; or empty."""
        return self.failure_message or (self.parts.why if self.parts else "")

    @property
    def is_waited_for(self) -> bool:
        """Whether it is a call whose answer comes to us alone: nobody can ask for it later."""
        return self.operation == InvokeModel.__name__

    @property
    def is_listed(self) -> bool:
        """Whether AWS has it in a list, where it is found again by its client token."""
        return self.operation == StartAsyncInvoke.__name__

    @property
    def is_at_endpoint(self) -> bool:
        """Whether an endpoint of SageMaker was asked, which keeps no list of what it was asked."""
        return self.operation == InvokeEndpointAsync.__name__

    @property
    def is_watched(self) -> bool:
        """Whether S3 may still tell what becomes of it."""
        return self.witness is not None and not self.status.is_terminal

    @property
    def is_over(self) -> bool:
        """Whether nothing more can be learnt of it."""
        is_lost = self.status is Status.UNKNOWN and not self.is_listed
        return self.status.is_terminal or is_lost

    @property
    def is_forgettable(self) -> bool:
        """Whether a person may drop it: what is overdue may never end."""
        return self.is_over or self.status is Status.OVERDUE

    @property
    def is_asked(self) -> bool:
        """Whether a call waits for its answer."""
        return self.is_waited_for and self.status is Status.IN_PROGRESS

    @property
    def is_for_history(self) -> bool:
        """Whether it is kept among what is known; the journal alone holds what only we know of."""
        return self.status is not Status.QUEUED and not self.is_asked

    @property
    def is_pending(self) -> bool:
        """Whether asking AWS for it can bring news."""
        return not self.status.is_terminal and bool(self.invocation_arn)

    def took(self, now: datetime) -> float:
        """Seconds from submission to its end, or until ``now`` while it runs."""
        end = self.end_time or (self.last_modified_time if self.status.is_terminal else now)
        return max(0.0, ((end or now) - self.submit_time).total_seconds())


def key_of_token(token: str) -> Key:
    """The key of an invocation that has no ARN yet."""
    return f"token:{token}"


def token_of_key(key: Key) -> str:
    """The client token in a key that ``key_of_token`` made; empty for an ARN."""
    return key.removeprefix("token:") if key.startswith("token:") else ""


@lru_cache(maxsize=1000)
def model_id_of(arn: str) -> str:
    """A model ARN's model id; what is not an ARN comes back as it is.

    >>> model_id_of("arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0")
    'luma.ray-v2:0'
    """
    return arn.partition("/")[2] if arn.startswith("arn:") and "/" in arn else arn


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is taken to be UTC already."""
    if moment.tzinfo is timezone.utc:
        return moment
    return (
        moment.replace(tzinfo=timezone.utc)
        if moment.tzinfo is None
        else moment.astimezone(timezone.utc)
    )


def coarse(seconds: float) -> str:
    """A length of time in one unit, so that it seldom changes: ``now``, ``40s``, ``2m``, ``5h``."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds) // 10 * 10}s" if seconds >= 10 else "now"


def duration(seconds: float) -> str:
    """A finished length of time in two units: ``41s``, ``6m12s``, ``1h05m``, ``2d03h``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02}h"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago that was, coarsely: ``now``, ``2m ago``."""
    text = coarse((now - moment).total_seconds())
    return text if text == "now" else f"{text} ago"
