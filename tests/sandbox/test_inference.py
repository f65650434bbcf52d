from __future__ import annotations

import io
import json
import wave
from typing import Any

import pytest

from tests.sandbox.conftest import NOVA, Aws, answer, body_of, invoke, outcome, refusal
from tui.aws.shapes import members
from tui.sandbox.headers import members_in

CLAUDE = "us.anthropic.claude-sonnet-4-20250514-v1:0"
TITAN = "amazon.titan-embed-text-v2:0"
STABLE = "stability.stable-image-core-v1:1"
SONIC = "amazon.nova-2-sonic-v1:0"
PNG = b"\x89PNG\r\n\x1a\n"
ACTION = "amazon-bedrock-guardrailAction"
TRACE = "amazon-bedrock-trace"


def test_invoke_model_answers_in_the_shape_of_the_family(aws: Aws) -> None:
    def ask(model_id: str, **body: object) -> dict[str, Any]:
        return answer(invoke(aws, model_id, body=json.dumps(body)))

    titan = ask("amazon.titan-embed-text-v2:0", inputText="two words")
    assert len(titan["embedding"]) == 1024
    assert titan["inputTextTokenCount"] == 2
    image = ask("stability.stable-image-core-v1:1", prompt="x", seed=7)
    assert image["images"][0].startswith("iVBORw0KGgo")
    assert (image["seeds"], image["finish_reasons"]) == ([7], [None])
    nova = ask("us.amazon.nova-lite-v1:0", messages=[])
    assert nova["output"]["message"]["content"][0]["text"]
    claude = ask("us.anthropic.claude-sonnet-4-20250514-v1:0", messages=[])
    assert claude["content"][0]["type"] == "text"
    assert ask("mistral.mistral-7b-instruct-v0:2", prompt="x") == {"echo": {"prompt": "x"}}


@pytest.mark.parametrize(
    ("model_id", "words"),
    [
        ("luma.ray-v2:0", "StartAsyncInvoke"),
        ("anthropic.claude-sonnet-4-20250514-v1:0", "with on-demand throughput isn't supported"),
        ("acme.dream-v1:0", "The provided model identifier is invalid."),
    ],
)
def test_invoke_model_refuses_what_it_cannot_take(aws: Aws, model_id: str, words: str) -> None:
    client = aws.client("bedrock-runtime")
    with pytest.raises(client.exceptions.ValidationException, match=words):
        client.invoke_model(modelId=model_id, body=b"{}")


# What arrives, and what is refused


OPTIONS: dict[str, str] = {
    "contentType": "application/json",
    "accept": "application/json",
    "trace": "ENABLED_FULL",
    "guardrailIdentifier": "abc123",
    "guardrailVersion": "DRAFT",
    "performanceConfigLatency": "optimized",
    "serviceTier": "flex",
    "requestMetadata": '{"team": "media"}',
}


def test_every_member_arrives_as_it_was_sent(aws: Aws) -> None:
    body = b'{ "prompt": "\xc3\xbc",\n "n": 1.0 }'
    options = {name: text for name, text in OPTIONS.items() if name in members("InvokeModel")}
    invoke(aws, body=body, **options)
    assert aws.sandbox.requests[-1] == {"modelId": NOVA, "body": body, **options}


def test_the_service_model_has_no_member_that_this_test_does_not_send() -> None:
    assert set(members("InvokeModel")) - {"modelId", "body"} <= set(OPTIONS)


def test_a_member_that_was_not_sent_is_not_there(aws: Aws) -> None:
    invoke(aws)
    arrived = aws.sandbox.requests[-1]
    assert arrived.keys() - {"contentType"} == {"modelId", "body"}


@pytest.mark.skipif(
    "requestMetadata" not in members("InvokeModel"), reason="this SDK has no requestMetadata"
)
def test_a_member_in_a_header_may_have_letters_of_any_kind(aws: Aws) -> None:
    metadata = '{"é": "ü🌊"}'
    invoke(aws, requestMetadata=metadata)
    assert aws.sandbox.requests[-1]["requestMetadata"] == metadata


def test_a_latin_1_header_is_read_too() -> None:
    assert members_in("InvokeModel", {"accept": "caf\xe9"}) == {"accept": "café"}


def test_a_refused_request_has_arrived_too(aws: Aws) -> None:
    refusal(aws, body=b"\xff not JSON")
    assert aws.sandbox.requests[-1]["body"] == b"\xff not JSON"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"trace": "LOUD"},
            "1 validation error detected: Value 'LOUD' at 'trace' failed to satisfy constraint: "
            "Member must satisfy enum value set: [ENABLED, DISABLED",
        ),
        ({"serviceTier": "golden"}, "1 validation error detected: Value 'golden' at 'serviceTier'"),
        (
            {"performanceConfigLatency": "fast", "guardrailVersion": "0"},
            "2 validation errors detected: ",
        ),
        (
            {"guardrailIdentifier": "a guardrail", "guardrailVersion": "1"},
            "1 validation error detected: Value 'a guardrail' at 'guardrailIdentifier' failed to "
            "satisfy constraint: Member must satisfy regular expression pattern:",
        ),
        (
            {"contentType": "text/csv"},
            "The provided Content Type is invalid or not supported for this model",
        ),
        ({"guardrailIdentifier": "abc123"}, "The guardrailVersion must be specified"),
        ({"accept": "image/png"}, "The provided Accept Type is invalid or not supported"),
        ({"body": b"{"}, "Malformed input request, please reformat your input"),
        (
            {"body": b"[1]"},
            "Malformed input request: #: expected type: JSONObject, found: JSONArray, "
            "please reformat your input and try again.",
        ),
        (
            {"body": b" " * 25_000_001},
            "1 validation error detected: Value at 'body' failed to satisfy constraint: Member "
            "must have length less than or equal to 25000000",
        ),
    ],
)
def test_what_the_service_does_not_take_is_refused(
    aws: Aws, changes: dict[str, object], message: str
) -> None:
    code, status, words = outcome(refusal(aws, **changes))
    assert (code, status) == ("ValidationException", 400)
    assert words.startswith(message)


def test_json_may_come_with_a_charset(aws: Aws) -> None:
    assert answer(invoke(aws, contentType="Application/JSON; charset=utf-8"))


def test_latency_and_tier_come_back(aws: Aws) -> None:
    response = invoke(aws, performanceConfigLatency="optimized", serviceTier="priority")
    assert response["performanceConfigLatency"] == "optimized"
    assert response["serviceTier"] == "priority"
    plain = invoke(aws)
    assert not {"performanceConfigLatency", "serviceTier"} & plain.keys()


# Kinds of answers


def test_a_text_is_plain_where_that_is_accepted(aws: Aws) -> None:
    text = body_of(invoke(aws, accept="text/plain"), "text/plain")
    wrapped = answer(invoke(aws))["output"]["message"]["content"][0]["text"]
    assert text.decode() == wrapped


def test_a_picture_comes_as_it_is_where_that_is_accepted(aws: Aws) -> None:
    picture = body_of(invoke(aws, STABLE, accept="image/png"), "image/png")
    assert picture.startswith(PNG)
    assert picture.endswith(b"IEND\xaeB`\x82")


def test_a_model_that_speaks_makes_a_sound(aws: Aws) -> None:
    sound = body_of(invoke(aws, SONIC, accept="audio/wav"), "audio/wav")
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getnframes() / file.getframerate() == 0.5
        assert any(file.readframes(100))


@pytest.mark.parametrize("model_id", [NOVA, CLAUDE, TITAN, STABLE, SONIC])
def test_any_model_can_answer_with_bytes(aws: Aws, model_id: str) -> None:
    kind = "application/octet-stream"
    first, again = (body_of(invoke(aws, model_id, accept=kind), kind) for _ in range(2))
    assert len(first) == 1024
    assert first == again


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("audio/wav, image/*;q=0.8, */*;q=0.1", "image/png"),
        ("IMAGE/PNG", "image/png"),
    ],
)
def test_the_first_accepted_type_that_the_model_makes_is_taken(
    aws: Aws, accept: str, content_type: str
) -> None:
    assert invoke(aws, STABLE, accept=accept)["contentType"] == content_type


# Guardrails


GUARDRAIL = {"guardrailIdentifier": "abc123", "guardrailVersion": "1"}


@pytest.mark.parametrize("model_id", [NOVA, CLAUDE, "mistral.mistral-7b-instruct-v0:2"])
def test_a_guardrail_can_intervene(aws: Aws, model_id: str) -> None:
    blocked = answer(invoke(aws, model_id, prompt="[answer:blocked]", **GUARDRAIL))
    assert blocked[ACTION] == "INTERVENED"
    assert "Sorry, the model cannot answer" in json.dumps(blocked)
    assert TRACE not in blocked


@pytest.mark.parametrize(("trace", "is_traced"), [("ENABLED", True), ("DISABLED", False)])
def test_the_trace_of_a_guardrail_comes_when_it_is_asked_for(
    aws: Aws, trace: str, is_traced: bool
) -> None:
    arn = "arn:aws:bedrock:us-west-2:123456789012:guardrail/abc123"
    asked = {"guardrailIdentifier": arn, "guardrailVersion": "DRAFT", "trace": trace}
    blocked = answer(invoke(aws, prompt="[answer:blocked]", **asked))
    assert (TRACE in blocked) is is_traced
    if is_traced:
        (policy,) = blocked[TRACE]["guardrail"]["input"]["abc123"].values()
        assert policy["filters"][0]["action"] == "BLOCKED"


def test_a_guardrail_that_does_nothing_says_so(aws: Aws) -> None:
    harmless = answer(invoke(aws, trace="ENABLED", **GUARDRAIL))
    assert harmless[ACTION] == "NONE"
    assert harmless[TRACE]["guardrail"]["actionReason"] == "No action."
    assert harmless["output"]


def test_without_a_guardrail_nothing_is_said_of_one(aws: Aws) -> None:
    assert not {ACTION, TRACE} & answer(invoke(aws, trace="ENABLED")).keys()
