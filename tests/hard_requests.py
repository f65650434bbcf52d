"""Requests that are hard to write down, by what is hard about them."""

from __future__ import annotations

import json

from msgspec.structs import replace

from tests.builders import TOKEN, a_request
from tui.model.request import InvokeEndpointAsync, InvokeModel
from tui.model.tag import Tag

HOSTILE = (
    'it\'s "$HOME" `id` $(id) ${x} !! %PATH% \\n \\ \n\t\x1b\x00 </script> '
    "\u2028\u202e é🌊 -x --y file://z {a,b} * ~ # ; & | < >"
)
DEEP = json.loads("[" * 97 + "1" + "]" * 97)
REQUESTS = {
    "plain": a_request(),
    "hostile text": a_request(HOSTILE),
    "numbers": a_request(
        model_input={
            "a": 2**53 + 1,
            "b": 2**64 + 1,
            "c": -(2**70),
            "d": 0.1,
            "e": 1e300,
            "f": [1.5],
        }
    ),
    "names": a_request(
        model_input={HOSTILE: 1, "__proto__": {"a": None}, "": True, "2": 0, "1": 0}
    ),
    "depth": a_request(model_input={"prompt": "x", "deep": DEEP}),
    "size": a_request("REQUEST\n" * 40_000),
    "tags": a_request(tags=(Tag("team", "media = x"), Tag("note", "-a /:@._"))),
    "token": a_request(client_request_token=""),
    "file as a model": a_request(model_id="file://model"),
    "option as a model": a_request(model_id="--region"),
    "web as a model": a_request(model_id="https://model"),
    "hostile members": a_request(
        model_id=HOSTILE, s3_uri=HOSTILE, kms_key_id=HOSTILE, tags=(Tag(HOSTILE, HOSTILE),)
    ),
}


def an_inference(model_input: object, **members: str) -> InvokeModel:
    return InvokeModel(
        model_id=members.pop("model_id", "amazon.nova-pro-v1:0"),
        model_input=model_input,
        client_request_token="",
        content_type="application/json",
        **members,
    )


INFERENCES = {
    "plain": an_inference({"inputText": "a tide pool"}),
    "hostile text": an_inference({HOSTILE: [HOSTILE, {"__proto__": {"a": None}}]}),
    "numbers": an_inference({"a": 2**53 + 1, "b": -(2**70), "c": 1.0, "d": 1e300, "e": [1.5, -2]}),
    "whole fractions": an_inference({"a": 1.0, "b": [-0.0, 1e300]}),
    "plain numbers": an_inference({"a": 2**53 - 1, "b": 0.1, "c": [1.5, -2, True]}),
    "depth": an_inference({"deep": DEEP}),
    "size": an_inference({"prompt": "REQUEST\n" * 40_000}),
    "a list": an_inference(["REQUEST", 1]),
    "a string": an_inference("REQUEST"),
    "null": an_inference(None),
    "members": an_inference(
        {},
        model_id='it\'s "$HOME" `id` \n\u2028\u202e é🌊 -x; & | < >',
        accept="it's $(id) !! *",
        trace="--x",
        guardrail_identifier="=a b",
        guardrail_version="#1",
        performance_config_latency="~",
        service_tier="{a,b}",
    ),
}


def at_an_endpoint(body: bytes | None = None, **members: object) -> InvokeEndpointAsync:
    request = InvokeEndpointAsync(
        model_id="sandbox-echo",
        model_input=body,
        client_request_token=TOKEN,
        input_location="" if body else "s3://media/in/x.csv",
    )
    return replace(request, **members)


AT_ENDPOINTS = {
    "location": at_an_endpoint(),
    "JSON": at_an_endpoint(b'{"inputs": "it\'s a tide pool"}', content_type="application/json"),
    "lines": at_an_endpoint(b"1,2\n3,4\n"),
    "hostile text": at_an_endpoint(HOSTILE.encode()),
    "a format": at_an_endpoint(b"-n %s\\n %% \\x41 '\\''"),
    "base64": at_an_endpoint(b"dGVzdA=="),
    "bytes": at_an_endpoint(bytes(range(256)) + b"123"),
    "text of the largest size": at_an_endpoint(b"REQUEST\n" * 16_000),
    "bytes of the largest size": at_an_endpoint(bytes(range(0, 256, 2)) * 1000),
    "members": at_an_endpoint(
        b"1,2",
        model_id='it\'s "$HOME" `id` \n\u2028\u202e é🌊-x; & | < >',
        input_location="https://media/x",
        content_type="it's $(id) !! *",
        accept="--x",
        custom_attributes="file://x {a,b} %PATH% \\n #",
        client_request_token="=a b",
        request_ttl_seconds=600,
        invocation_timeout_seconds=3600,
        s3_output_path_extension="~",
        filename="#1",
    ),
    "numbers": at_an_endpoint(request_ttl_seconds=21_600, invocation_timeout_seconds=1),
}
