"""What every attempt of every call leaves in the log: by botocore's own events, SDK's retries too.

Nothing of the headers, the query or the bodies is looked at but the request ids, which support asks
for, and lengths. A URL that is only signed is sent nowhere, and so is not seen here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, MutableMapping, Sized
from typing import TYPE_CHECKING

from tui import log
from tui.model.context import Context
from tui.model.redaction import kinds

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from botocore.hooks import BaseEventHooks

_BEGUN = "asyncinvoke_begun"
"""What an attempt's beginning is kept under, in the context that botocore carries with it."""


def register(events: BaseEventHooks, context: Context) -> None:
    """Note what the clients of a botocore session do, for a context that is opened."""
    log.note(
        "context opened",
        profile=context.called,
        region=context.region,
        endpoint=context.endpoint_url,
        verifies=context.verify_ssl,
        signs=context.sign_requests,
    )
    observe(events, context)


def observe(events: BaseEventHooks, context: Context) -> None:
    """Note what the clients of one more botocore session of a context do."""
    attempts = _Attempts(context.key)
    events.register("request-created", attempts.begun)
    events.register("response-received", attempts.ended)


class _Attempts:
    """The attempts of one context's calls, in whatever thread."""

    def __init__(self, context: str) -> None:
        self._context = context

    def begun(self, request: AWSRequest, **_: object) -> None:
        """Keep when an attempt begins, and where it goes."""
        told = request.headers.get("X-Amz-Decoded-Content-Length", "")
        body = request.data  # a mapping is still to be encoded
        is_ready = isinstance(body, Sized) and not isinstance(body, Mapping)
        sent = _length(told) if told else len(body) if is_ready else None
        request.context[_BEGUN] = (time.monotonic(), request.method, request.url, sent)

    def ended(
        self,
        context: MutableMapping[str, object],
        event_name: str,
        exception: BaseException | None = None,
        response_dict: Mapping[str, object] | None = None,
        parsed_response: Mapping[str, object] | None = None,
        **_: object,
    ) -> None:
        """Write down what became of an attempt."""
        begun = context.pop(_BEGUN, None)
        start, method, url, sent = begun if isinstance(begun, tuple) else (None, None, None, None)
        service, operation = event_name.split(".", 2)[1:]
        headers = _members(response_dict, "headers")
        retries = _members(context, "retries")
        log.note(
            "call",
            context=self._context,
            service=service,
            operation=operation,
            region=context.get("client_region"),
            method=method,
            host=url,
            path=url,
            attempt=retries.get("attempt"),
            status=response_dict.get("status_code") if response_dict else None,
            code=_members(parsed_response, "Error").get("Code"),
            failure=kinds(exception) or None,
            request_id=headers.get("x-amzn-requestid") or headers.get("x-amz-request-id"),
            extended_request_id=headers.get("x-amz-id-2"),
            ms=None if start is None else (time.monotonic() - start) * 1000,
            sent=sent,
            received=_length(headers.get("content-length")),
        )


def _length(header: object) -> int | None:
    """The number of bytes that a header tells; None where it tells none."""
    told = str(header)
    return int(told) if told.isdecimal() and len(told) < 19 else None


def _members(mapping: Mapping[str, object] | None, name: str) -> Mapping[str, object]:
    """A mapping inside another; empty where there is none."""
    found = mapping.get(name) if mapping else None
    return found if isinstance(found, Mapping) else {}
