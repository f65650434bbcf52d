from __future__ import annotations

import pytest

from tests.builders import NOW, a_watched, an_invocation
from tui.model.explanation import explained
from tui.model.invocation import Invocation, Status
from tui.model.no_outputs import why_none, why_unlisted
from tui.model.problem import Problem

TWO_LINES = 2 * 78
SAID = (
    "User: arn:aws:iam::123456789012:user/tide is not authorized to perform: s3:ListBucket on "
    'resource: "arn:aws:s3:::media" because no identity-based policy allows it'
)


def refused(operation: str, kind: str = "AccessDenied") -> Problem:
    return explained(Problem(kind=kind, message=SAID, operation=operation))


@pytest.mark.parametrize(
    ("row", "problem", "right"),
    [
        (an_invocation(), refused("ListObjectsV2"), "s3:ListBucket on the bucket media"),
        (a_watched(), refused("HeadObject", "403"), "s3:GetObject and s3:ListBucket"),
    ],
)
def test_a_refusal_names_the_call_and_the_right_in_two_lines(
    row: Invocation, problem: Problem, right: str
) -> None:
    text = why_unlisted(row, problem)

    assert problem.operation in text
    assert right in text
    assert len(text) <= TWO_LINES


def test_other_trouble_is_told_as_it_is_with_its_call() -> None:
    problem = explained(Problem(kind="NoSuchBucket", message="gone", operation="ListObjectsV2"))

    assert why_unlisted(an_invocation(), problem) == f"ListObjectsV2: {problem.one_line}"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (an_invocation(), "yet: most models write when they are done"),
        (an_invocation(status=Status.FAILED), "s3:PutObject"),
        (an_invocation(status=Status.COMPLETED), "(any more)"),
        (a_watched(), "not there yet: s3://media/out/"),
        (a_watched(status=Status.COMPLETED, end_time=NOW), "deleted since"),
    ],
)
def test_an_empty_place_is_named_with_what_it_may_mean(row: Invocation, why: str) -> None:
    text = why_none(row, "s3://media/ray/mm0oexhd8y31/")

    assert why in text
    assert "s3://media/" in text
    assert len(text) <= TWO_LINES


def test_what_may_pass_names_the_key_that_asks_again() -> None:
    problem = Problem(kind="EndpointConnectionError", message="no network", is_retryable=True)

    assert why_unlisted(an_invocation(), problem).endswith("no network; 'refresh' asks again")
