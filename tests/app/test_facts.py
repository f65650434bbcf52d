from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.builders import NOW, a_note, a_watched, an_inference, an_invocation
from tui.app.widgets.facts import facts
from tui.model.endpoint import Endpoint
from tui.model.facts import Asked
from tui.model.invocation import Invocation, Status
from tui.model.parts import Parts
from tui.model.problem import Problem
from tui.model.tag import Tag

NOTHING = Asked()
LOST = a_note(operation="InvokeEndpointAsync", model_id="sharpen", s3_uri="")


def told(row: Invocation, asked: Asked = NOTHING) -> dict[str, str]:
    return {fact.name: fact.value for fact in facts(row, asked, NOW)}


def test_an_invocation_of_bedrock_is_told_as_aws_tells_it() -> None:
    row = an_invocation(heard=NOW - timedelta(hours=1))

    assert told(row, Asked(tags=(Tag("team", "media"),))) == {
        "status": "◐ InProgress",
        "model": "luma.ray-v2:0",
        "submitted": "2026-03-14 09:24:53 UTC  (2m ago)",
        "output": row.s3_uri,
        "tags": "team=media",
        "ARN": row.invocation_arn,
        "origin": "started elsewhere",
        "heard": "1h ago",
    }


def test_an_inference_is_told_with_both_places_and_when_it_gives_up() -> None:
    row = a_watched("id-1")
    request = an_inference(content_type="text/csv")

    assert told(row, Asked(request=request)) == {
        "status": "◐ Pending",
        "endpoint": "sharpen",
        "operation": "InvokeEndpointAsync",
        "submitted": "2026-03-14 09:24:53 UTC  (2m ago)",
        "gives up": "2026-03-14 15:26:53 UTC  (in 6h)",
        "output": "s3://media/out/id-1.out",
        "on failure": "s3://media/failed/id-1-error.out",
        "input": "s3://media/in/x.json",
        "content": "text/csv",
        "inference": "id-1",
        "origin": "submitted here",
    }


def test_how_old_the_news_of_an_inference_is_stands_there_while_there_may_be_more() -> None:
    row = a_watched(heard=NOW - timedelta(minutes=5))

    assert told(row)["heard"] == "5m ago"
    assert told(replace(row, status=Status.OVERDUE))["heard"] == "5m ago"
    assert "heard" not in told(a_watched())
    assert "heard" not in told(replace(row, status=Status.COMPLETED, end_time=NOW))
    assert "heard" not in told(LOST)


def test_an_inline_input_is_told_by_its_size() -> None:
    request = an_inference(input_location="", model_input=b"x" * 2048)

    assert told(a_watched(), Asked(request=request))["input"].startswith("2")


def test_the_state_of_the_endpoint_stands_below_its_name() -> None:
    endpoint = Endpoint("sharpen", "InService", True, 0, output_path="s3://media/out/", backlog=3)

    lines = told(a_watched(), Asked(endpoint=endpoint))

    assert list(lines)[1:5] == ["endpoint", "state", "hint", "writes to"]
    assert lines["state"] == "InService · 0 instances · 3 queued or running"
    assert "HasBacklogWithoutCapacity" in lines["hint"]
    ended = replace(a_watched(), status=Status.COMPLETED, end_time=NOW)
    assert told(ended, Asked(endpoint=endpoint)).keys().isdisjoint(("state", "hint"))


@pytest.mark.parametrize(
    ("kind", "message", "why"),
    [
        ("AccessDeniedException", "User: x is not authorized …", "no sagemaker:DescribeEndpoint"),
        ("ValidationException", 'Could not find endpoint "x".', "Could not find endpoint"),
    ],
)
def test_why_the_state_is_not_told_is_one_line(kind: str, message: str, why: str) -> None:
    lines = told(a_watched(), Asked(endpoint=Problem(kind=kind, message=message)))

    assert lines["state"].startswith("not shown: ")
    assert why in lines["state"]


def test_what_s3_does_not_say_stands_first() -> None:
    row = a_watched()
    assert row.witness
    row = replace(row, witness=replace(row.witness, note="missing or forbidden"))

    assert list(told(row).items())[1] == ("note", "missing or forbidden")
    assert "note" not in told(replace(row, status=Status.COMPLETED, end_time=NOW))


def test_an_overdue_one_says_what_to_check() -> None:
    row = a_watched(status=Status.OVERDUE)
    assert row.witness
    late = replace(row.witness, deadline=NOW - timedelta(hours=2), failure_location="")

    lines = told(replace(row, witness=late))

    assert "its time is up, and S3 shows no output" in lines["next"]
    assert "/aws/sagemaker/Endpoints/sharpen" in lines["check"]
    assert lines["gave up"] == "2026-03-14 07:26:53 UTC  (2h ago)"
    assert "names no place" in lines["on failure"]


def test_an_overdue_one_of_which_s3_does_not_tell_is_not_said_to_have_no_output() -> None:
    row = a_watched(status=Status.OVERDUE)
    assert row.witness
    lines = told(replace(row, witness=replace(row.witness, note="missing or forbidden")))

    assert lines["note"] == "missing or forbidden"
    assert "S3 does not tell" in lines["next"]
    assert "no output" not in lines["next"]


def test_an_unanswered_inference_says_that_nobody_lists_it_and_what_to_do() -> None:
    lines = told(LOST)

    assert lines["answer"] == "ReadTimeoutError: no answer"
    assert "nobody lists it" in lines["next"]
    assert "/aws/sagemaker/Endpoints/sharpen" in lines["check"]
    assert "R opens the form" in lines["then"]
    assert "token up" in told(a_note())["next"]


def test_a_completed_one_tells_what_it_took_and_of_no_deadline() -> None:
    lines = told(a_watched(status=Status.COMPLETED, end_time=NOW))

    assert lines["ended"].endswith("(took 2m00s)")
    assert not {"gives up", "gave up"} & lines.keys()


def test_a_failure_of_the_container_is_explained() -> None:
    text = "ClientError: Received server error (500) from model"
    lines = told(a_watched(status=Status.FAILED, end_time=NOW, failure_message=text))

    assert lines["failure"] == text
    assert "failure object" in lines["remedy"]


def test_a_refusal_is_explained_by_the_error_s_name() -> None:
    text = "ValidationError: Endpoint x of account 1 not found."
    lines = told(replace(LOST, status=Status.FAILED, end_time=NOW, failure_message=text))

    assert "AsyncInferenceConfig" in lines["remedy"]


def test_what_completed_in_part_is_told_with_the_reason_and_the_remedy() -> None:
    why = "RAI_VIOLATION_OUTPUT_VIDEO_DEFLECTION: The content has been blocked."
    lost = Parts(noun="shot", failed=2, total=5, why=why)
    known = facts(an_invocation(status=Status.COMPLETED, parts=lost), NOTHING, NOW)
    values = {fact.name: fact.value for fact in known}

    assert known[0].value == "± Completed"
    assert known[0].tone == "$text-warning"
    assert values["parts"] == "2 of 5 shots failed"
    assert values["failure"] == why
    assert "reword" in values["remedy"]
    assert values["output"]


def test_parts_that_failed_for_no_reason_given_are_told_without_one() -> None:
    row = an_invocation(status=Status.COMPLETED, parts=Parts(noun="segment", failed=1))

    assert told(row)["parts"] == "some segments failed"
    assert not {"failure", "cause", "remedy"} & told(row).keys()
