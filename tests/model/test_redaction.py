from __future__ import annotations

import errno
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.confidential import Secrets, secrets
from tui.model import redaction
from tui.model.redaction import (
    EVENTS,
    LONGEST,
    MASK,
    WITHHELD,
    action_of,
    kinds,
    redacted,
    trace,
    without_userinfo,
)
from tui.model.redaction import written as line_of

CHOSEN = {"context", "profile", "bucket", "key", "path", "token"}
"""Fields for words that a person chose: what is no known kind of secret is written there."""


@pytest.mark.parametrize("event", EVENTS)
@settings(max_examples=10, deadline=None)
@given(secrets=secrets)
def test_no_field_of_any_event_lets_a_secret_through(event: str, secrets: Secrets) -> None:
    tried = 0
    for name in EVENTS[event].fields:
        for secret in secrets.recognisable if name in CHOSEN else secrets.all:
            for value in (secret, (secret,), ValueError(secret)):
                line = json.dumps(line_of(event, {name: value}))
                assert secrets.seen_in(line) == [], (name, value)
                tried += 1
    assert tried >= len(EVENTS[event].fields) * 3 * len(secrets.recognisable)


@settings(max_examples=30, deadline=None)
@given(secrets=secrets, around=st.tuples(st.text(" \n\t\"'<>(),;", min_size=1), st.text(" \n")))
def test_a_secret_is_found_in_the_middle_of_a_text(
    secrets: Secrets, around: tuple[str, str]
) -> None:
    for secret in secrets.recognisable:
        assert secrets.seen_in(redacted(f"said{around[0]}{secret}{around[1]}")) == []


@given(secrets=secrets)
def test_what_is_on_no_list_is_only_named(secrets: Secrets) -> None:
    line = line_of("call", {"body": secrets.prompt, "headers": secrets.all, secrets.secret_key: 1})

    assert line == {"withheld": ["body", "headers", MASK]}


@given(st.text())
def test_any_text_can_be_redacted(text: str) -> None:
    assert len(redacted(text)) <= LONGEST + 1


def test_a_text_that_is_too_long_to_look_through_is_withheld() -> None:
    assert redacted("x " * 9000) == WITHHELD
    assert redacted("x " * 900) == "x " * 512 + "…"


@pytest.mark.parametrize(
    "told",
    [
        "s3://media/ray/jane doe/mm0oexhd8y31/output.mp4",
        "prod us-west-2",
        "videos/2026-03-01/shot_0001.mp4",
        "/async-invoke/arn:aws:bedrock:us-west-2:123456789012:async-invoke/mm0oexhd8y31",
        "/model/amazon.nova-2-multimodal-embeddings-v1:0/invoke",
    ],
)
def test_what_names_a_thing_stays(told: str) -> None:
    assert redacted(told) == told


def test_a_call_keeps_what_support_asks_for() -> None:
    fields: dict[str, object] = {
        "service": "bedrock-runtime",
        "operation": "StartAsyncInvoke",
        "region": "us-west-2",
        "method": "POST",
        "host": "https://me:pa55word@bedrock-runtime.us-west-2.amazonaws.com:443/async-invoke?a=b",
        "path": "https://x/model/us.amazon.nova%3A0/invoke?X-Amz-Signature=1",
        "attempt": 2,
        "status": 403,
        "code": "AccessDeniedException",
        "request_id": "7f00943d-a9f2-4906-99c1-3cb71708793d",
        "ms": 12.34567,
    }

    assert line_of("call", fields) == {
        **fields,
        "host": "bedrock-runtime.us-west-2.amazonaws.com:443",
        "path": "/model/us.amazon.nova:0/invoke",
        "ms": 12.346,
    }


@pytest.mark.parametrize(
    "code",
    [
        "AccessDenied",
        "404",
        "KMS.DisabledException",
        "SSOTokenLoadError",
        "EC2ThrottledException",
        "XAmzContentSHA256Mismatch",
        "NoSuchKey",
        "IDPCommunicationError",
        "SlowDown",
    ],
)
def test_error_codes_are_written(code: str) -> None:
    assert line_of("call", {"code": code}) == {"code": code}


@pytest.mark.parametrize(
    "request_id", ["7f00943d-a9f2-4906-99c1-3cb71708793d", "4442587FB7D0A2F9", "q" * 52]
)
def test_request_ids_of_all_services_are_written(request_id: str) -> None:
    extended = "bFx7KzEF8LEAMzGIDBLLKpeFZY0iqkhdAB/2HVH8pFqm5PhNWbN1gK9bCT7gRjpZ+1FGAfmcEgI="
    line = line_of("call", {"request_id": request_id, "extended_request_id": extended})

    assert line == {"request_id": request_id, "extended_request_id": extended}


def test_an_error_leaves_its_types_and_the_system_s_names() -> None:
    refused = ConnectionRefusedError(errno.ECONNREFUSED, "to secret.example")
    error = RuntimeError("about secret.example")
    error.__cause__ = refused

    assert kinds(error) == ("RuntimeError", "ConnectionRefusedError ECONNREFUSED")


def test_errors_that_cause_each_other_end() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first

    assert kinds(first) == ("ValueError", "KeyError")


def test_a_trace_names_places_and_no_values() -> None:
    def fail(secret: str) -> None:
        raise KeyError(secret)

    with pytest.raises(KeyError) as caught:
        fail("hunter2")
    (*_, place) = trace(caught.value)

    assert "tests/model/test_redaction.py:" in place
    assert place.endswith(" fail")
    assert line_of("fault", {"places": trace(caught.value)}) == {"places": [*trace(caught.value)]}


def test_a_denial_leaves_its_action() -> None:
    message = "User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:InvokeModel on"

    assert action_of(message) == "bedrock:InvokeModel"
    assert action_of("Malformed input request: #/prompt") == ""


def test_every_level_is_one_of_four() -> None:
    levels = {event.level for event in EVENTS.values()}
    assert levels == {"debug", "info", "warning", "error"}
    assert redaction.WITHHELD


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("http://me:s3cret@host:1/x", "http://***@host:1/x"),
        ("http://host:1/x@y", "http://host:1/x@y"),
        ("http://me:s3@cret@host/x", "http://***@host/x"),
        ("htp:/me:s3cret@host", "htp:/***@host"),
        ("me@example.com", "me@example.com"),
        ("a http://u@h, b https://u:p@h2", "a http://***@h, b https://***@h2"),
    ],
)
def test_a_url_is_told_without_user_and_password(text: str, told: str) -> None:
    assert without_userinfo(text) == told
