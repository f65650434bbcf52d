from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from tests.builders import NOW, a_note, a_watched, an_invocation
from tui.model.invocation import Status
from tui.model.recent import recent_models, recent_places, recent_tags
from tui.model.tag import Tag


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def test_models_come_by_their_last_invocation() -> None:
    rows = [
        an_invocation("a", model_id="old", submit_time=ago(3)),
        an_invocation("b", model_id="new", submit_time=ago(1)),
        an_invocation("c", model_id="old", submit_time=ago(2)),
        an_invocation("d", model_id="oldest", submit_time=ago(9)),
    ]

    assert recent_models(rows) == ["new", "old", "oldest"]


def test_a_model_that_aws_never_accepted_is_not_recent() -> None:
    assert recent_models([a_note(model_id="mistyped")]) == []


def test_models_that_answered_at_once_are_another_list() -> None:
    answered = a_note(model_id="chat", operation="InvokeModel", status=Status.COMPLETED)
    rows = [an_invocation("a", model_id="film"), answered, replace(answered, model_id="no")]
    rows[2] = replace(rows[2], status=Status.UNKNOWN)

    assert recent_models(rows, operation="InvokeModel") == ["chat"]
    assert recent_models(rows) == ["film"]


def test_endpoints_are_a_list_of_their_own() -> None:
    unanswered = a_note(model_id="mistyped", operation="InvokeEndpointAsync")
    rows = [a_watched(model_id="sharpen"), unanswered, an_invocation("a", model_id="film")]

    assert recent_models(rows, operation="InvokeEndpointAsync") == ["sharpen"]
    assert recent_models(rows) == ["film"]


def test_where_an_endpoint_writes_to_is_no_place_that_was_asked_for() -> None:
    assert recent_places([a_watched()]) == []


def test_places_are_those_of_the_requests() -> None:
    rows = [
        an_invocation("a", s3_uri="s3://media/ray/a", submit_time=ago(2)),
        an_invocation("b", s3_uri="s3://media/ray/b", submit_time=ago(1)),
        a_note(s3_uri="s3://other/x", submit_time=ago(3)),
        an_invocation("d", s3_uri="", submit_time=ago(0)),
    ]

    assert recent_places(rows) == ["s3://media/ray/", "s3://other/x"]


def test_tags_come_newest_first_and_once() -> None:
    rows = [
        an_invocation("a", tags=(Tag("team", "audio"), Tag("run", "1")), submit_time=ago(2)),
        an_invocation("b", tags=(Tag("team", "media"),), submit_time=ago(1)),
        an_invocation("c", tags=(Tag("run", "1"),), submit_time=ago(3)),
    ]

    assert recent_tags(rows) == [Tag("team", "media"), Tag("team", "audio"), Tag("run", "1")]
