from __future__ import annotations

from collections import Counter

import pytest

from tests.builders import a_request
from tui.model import batch
from tui.model.batch import BatchLine
from tui.model.fault import Fault
from tui.model.tag import Tag

REST = batch.rest_of("luma.ray-v2:0", "s3://media/ray/", "", "", "team=media")
OUTPUT = {"s3OutputDataConfig": {"s3Uri": "s3://other/x/"}}


def a_line(source: str = "a.json", token: str = "t", prompt: str = "a tide pool") -> BatchLine:
    return BatchLine(source, a_request(prompt, client_request_token=token))


def test_a_file_of_lines_has_a_text_a_line_and_knows_its_number() -> None:
    text = '\ufeff{"prompt": "a"}\r\n\n  \n{"prompt": "b\u2028c"}\nnot json'

    assert batch.texts("b.jsonl", text) == [
        ("b.jsonl:1", '\ufeff{"prompt": "a"}'),
        ("b.jsonl:4", '{"prompt": "b\u2028c"}'),
        ("b.jsonl:5", "not json"),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"prompt": "a"}\n{"prompt": "b"}\n', 2),
        ('{"prompt": "a"}\n', 1),
        ('{\n  "prompt": "a"\n}\n', 1),
        ("modelId: luma\nmodelInput: {}\n", 1),
        ("", 1),
    ],
)
def test_lines_are_known_by_what_they_hold_as_well(text: str, count: int) -> None:
    assert len(batch.texts("b.txt", text)) == count


def test_a_bare_input_takes_the_rest() -> None:
    line = batch.line_of("a.json", {"modelInput": {"prompt": "x"}}, REST, "new-token", 17)

    assert line.is_ready
    assert line.request is not None
    assert line.request.model_id == "luma.ray-v2:0"
    assert line.request.s3_uri == "s3://media/ray/"
    assert line.request.tags == (Tag("team", "media"),)
    assert line.request.client_request_token == "new-token"


def test_a_line_that_is_more_than_an_input_takes_no_tags_it_does_not_name() -> None:
    for members in (
        {"modelInput": {}, "outputDataConfig": OUTPUT},
        {"modelInput": {}, "modelId": "m"},
    ):
        request = batch.line_of("a.json", members, REST, "new-token", 17).request

        assert request is not None
        assert request.tags == ()
        assert request.model_id == members.get("modelId", "luma.ray-v2:0")


def test_placeholders_of_the_output_are_filled_in() -> None:
    line = BatchLine("b:1", a_request(s3_uri="s3://media/{date}/{{x}}/"))

    request = batch.with_filled(line, {"date": "2026-03-01"}).request

    assert request is not None
    assert request.s3_uri == "s3://media/2026-03-01/{x}/"


def test_a_placeholder_that_nobody_knows_is_a_fault_of_its_line() -> None:
    line = batch.with_filled(BatchLine("b:1", a_request(s3_uri="s3://media/{usr}/")), {})

    assert not line.is_ready
    assert "no placeholder {usr}" in line.faults[0]
    assert batch.with_filled(BatchLine("b:2"), {}) == BatchLine("b:2")


def test_what_a_line_says_itself_wins() -> None:
    members = {
        "modelId": "amazon.nova-reel-v1:1",
        "modelInput": {},
        "outputDataConfig": OUTPUT,
        "tags": [],
        "clientRequestToken": "mine",
    }

    request = batch.line_of("a.json", members, REST, "new-token", 17).request

    assert request is not None
    assert request.model_id == "amazon.nova-reel-v1:1"
    assert request.s3_uri == "s3://other/x/"
    assert request.tags == ()
    assert request.client_request_token == "mine"


@pytest.mark.parametrize(
    ("members", "rest", "told"),
    [
        ({"modelInput": {}}, {}, "modelId is required"),
        ({"modelId": "m", "modelInput": {}}, {}, "outputDataConfig"),
        ({"modelId": "m"}, REST, "modelInput is required"),
        ({"modelInput": {}, "tags": [{"key": "k"}]}, REST, "tags"),
    ],
)
def test_what_is_missing_is_said_in_its_line(
    members: dict[str, object], rest: dict[str, object], told: str
) -> None:
    line = batch.line_of("a.json", members, rest, "new-token", 17)

    assert not line.is_ready
    assert told in line.faults[0]


def test_nothing_typed_is_no_rest_and_wrong_tags_are_said() -> None:
    assert batch.rest_of("", "", "arn", "123456789012", "") == {}
    with pytest.raises(ValueError, match="key=value"):
        batch.rest_of("", "", "", "", "nothing")


def test_a_token_that_stands_twice_is_at_fault_the_second_time() -> None:
    lines = [a_line("b:1", "one"), a_line("b:2", "two"), a_line("b:3", "one"), BatchLine("b:4")]

    told = batch.with_doubles(lines)

    assert [line.faults for line in told] == [
        (),
        (),
        ("clientRequestToken: stands in b:1 already",),
        (),
    ]


def test_a_token_of_an_earlier_submission_is_at_fault() -> None:
    told = batch.with_taken([a_line(token="old"), a_line(token="new"), BatchLine("x")], {"old"})

    assert [line.is_ready for line in told] == [False, True, False]


def test_what_was_sent_already_is_not_sent_again_under_another_token() -> None:
    sent = Counter([batch.content_of(a_line(token="first"))])
    again = [a_line("b:1", "second"), a_line("b:2", "third"), a_line("b:3", "fourth", "other")]

    told = batch.with_sent(again, sent)

    assert [line.is_ready for line in told] == [False, True, True]
    assert sent.total() == 1


def test_the_summary_counts_each_line_once() -> None:
    warned = BatchLine("b:2", a_request(), warnings=("long",))
    lines = [a_line(), warned, BatchLine("b:3", a_request(), ("wrong",), ("long",)), BatchLine("x")]

    assert batch.summary(lines) == "2 ready (1 with a warning), 2 with faults"
    assert batch.summary(lines[:1]) == "1 ready"
    assert batch.summary(lines[-1:]) == "0 ready, 1 with a fault"


def test_a_fault_of_the_output_is_said_without_its_long_path() -> None:
    fault = Fault(("outputDataConfig", "s3OutputDataConfig", "s3Uri"), "pattern", "an s3:// URI")

    assert batch.words(fault) == "s3Uri: an s3:// URI"
