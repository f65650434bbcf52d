"""Words in a model input that decide what becomes of it; any text in the input may hold one.

``[refuse:…]`` words are answered at once with an error. ``[fail:…]`` words make a job fail, or
only a part of it, as the shot whose text holds ``[fail:shot]``; ``[answer:…]`` words decide how
InvokeModel and InvokeEndpointAsync answer.
``TRIGGERS`` are StartAsyncInvoke's, ``ANSWER_TRIGGERS`` InvokeModel's and ``ENDPOINT_TRIGGERS``
InvokeEndpointAsync's, where ``[time:90]`` has a container take 90 seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Trigger:
    """A word, and what it does.

    Attributes:
        word: As it stands in the input.
        code: The error's code or the failure's type.
        message: The service's words.
        effect: ``refused`` at submission; a job ``failed`` as a whole, or in one ``part``; an
            answer that is ``slow``, ``held`` for ever, ``lost`` on its way or ``blocked`` by a
            guardrail.
        leaves_nothing: Whether the failed job writes no object at all.
    """

    word: str
    code: str
    message: str
    effect: str = "failed"
    leaves_nothing: bool = False


_FILTER = "The generated content has been blocked by our content filters."
_WRITE = "Access denied while writing to the output bucket: check s3:PutObject and its region."

TRIGGERS: tuple[Trigger, ...] = (
    Trigger("[fail:filter]", "RAI_VIOLATION_OUTPUT_VIDEO_DEFLECTION", _FILTER),
    Trigger(
        "[fail:capacity]",
        "RATE_LIMIT_EXCEEDED",
        "Service capacity limit has been reached. Please try again later.",
    ),
    Trigger(
        "[fail:internal]",
        "INTERNAL_SERVER_EXCEPTION",
        "The system encountered an unexpected error during processing.",
    ),
    Trigger("[fail:aborted]", "ABORTED", "The video generation was aborted."),
    Trigger(
        "[fail:input]",
        "RAI_VIOLATION_INPUT_TEXT_DEFLECTION",
        "The input has been blocked by our content filters.",
    ),
    Trigger("[fail:write]", "ACCESS_DENIED", _WRITE, leaves_nothing=True),
    Trigger("[fail:shot]", "RAI_VIOLATION_OUTPUT_VIDEO_DEFLECTION", _FILTER, effect="part"),
    Trigger("[fail:segment]", "INVALID_CONTENT", "The segment was refused.", effect="part"),
    Trigger(
        "[refuse:access]",
        "AccessDeniedException",
        "You don't have access to the model with the specified model ID.",
        effect="refused",
    ),
    Trigger(
        "[refuse:iam]",
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: "
        "bedrock:InvokeModel on the resource because no identity-based policy allows the "
        "bedrock:InvokeModel action",
        effect="refused",
    ),
    Trigger(
        "[refuse:legacy]",
        "ResourceNotFoundException",
        "Access denied. This Model is marked by provider as Legacy and you have not been "
        "actively using the model in the last 30 days. Please upgrade to an active model on "
        "Amazon Bedrock",
        effect="refused",
    ),
    Trigger(
        "[refuse:eol]",
        "ResourceNotFoundException",
        "This model version has reached the end of its life. Please refer to the AWS "
        "documentation for more details.",
        effect="refused",
    ),
    Trigger("[refuse:account]", "ValidationException", "Operation not allowed", effect="refused"),
    Trigger(
        "[refuse:throttle]",
        "ThrottlingException",
        "Too many requests, please wait before trying again.",
        effect="refused",
    ),
    Trigger(
        "[refuse:quota]",
        "ServiceQuotaExceededException",
        "Your account has reached the number of concurrent asynchronous invocations of this model.",
        effect="refused",
    ),
)

_ONLY_ANSWERS = (
    Trigger(
        "[refuse:quota]",
        "ServiceQuotaExceededException",
        "Your request exceeds the service quota for your account.",
        effect="refused",
    ),
    Trigger(
        "[refuse:timeout]",
        "ModelTimeoutException",
        "Model has timed out in processing the request. Try your request again.",
        effect="refused",
    ),
    Trigger(
        "[refuse:model]",
        "ModelErrorException",
        "The system encountered an unexpected error during processing. Try your request again.",
        effect="refused",
    ),
    Trigger(
        "[refuse:not-ready]",
        "ModelNotReadyException",
        "Model is not ready for inference. Wait and try your request again.",
        effect="refused",
    ),
    Trigger("[answer:slow]", "", "", effect="slow"),
    Trigger("[answer:never]", "", "", effect="held"),
    Trigger("[answer:lost]", "", "", effect="lost"),
    Trigger("[answer:blocked]", "", "", effect="blocked"),
)

ANSWER_TRIGGERS: tuple[Trigger, ...] = (
    *_ONLY_ANSWERS,
    *(
        trigger
        for trigger in TRIGGERS
        if trigger.effect == "refused" and trigger.word not in {t.word for t in _ONLY_ANSWERS}
    ),
)

_SERVER_ERROR = (
    "ClientError: Received server error (500) from model. See the SageMaker Endpoint logs in your "
    "account for more information."
)

CONTAINER_FAILURE = Trigger("[fail:model]", "ClientError", _SERVER_ERROR)
"""What also becomes of a request to an endpoint that always fails."""

ENDPOINT_TRIGGERS: tuple[Trigger, ...] = (
    CONTAINER_FAILURE,
    Trigger("[fail:write]", "ACCESS_DENIED", _WRITE, leaves_nothing=True),
    Trigger("[refuse:internal]", "InternalFailure", "Internal failure.", effect="refused"),
    Trigger(
        "[refuse:unavailable]",
        "ServiceUnavailable",
        "Service is unavailable. Try your call again.",
        effect="refused",
    ),
    Trigger("[refuse:throttle]", "ThrottlingException", "Rate exceeded", effect="refused"),
    Trigger(
        "[refuse:iam]",
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: "
        "sagemaker:InvokeEndpointAsync because no identity-based policy allows the "
        "sagemaker:InvokeEndpointAsync action",
        effect="refused",
    ),
    *(trigger for trigger in _ONLY_ANSWERS if trigger.effect in ("slow", "held", "lost")),
)

WRITE_FAILURE = next(trigger for trigger in TRIGGERS if trigger.leaves_nothing)
"""What also becomes of a job whose bucket is in another region."""

_SECONDS = re.compile(r"\[time:(\d{1,6})\]")
_STARTS = ("[fail:", "[refuse:", "[answer:")


def trigger_in(document: object, triggers: Sequence[Trigger] = TRIGGERS) -> Trigger | None:
    """The first of the triggers that any text of the document holds."""
    for text in _texts(document):
        if any(start in text for start in _STARTS):
            for trigger in triggers:
                if trigger.word in text:
                    return trigger
    return None


def seconds_in(text: str) -> float | None:
    """How long a text wants a container to take, or None where it does not say."""
    match = _SECONDS.search(text)
    return float(match[1]) if match else None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
