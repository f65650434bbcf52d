from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, TOKEN, a_note, an_invocation, arn_of
from tui.model.invocation import Invocation, Status
from tui.model.view import COLUMNS, View

RUNNING = an_invocation(id="running", submit_time=NOW - timedelta(minutes=1))
DONE = an_invocation(
    id="done",
    status=Status.COMPLETED,
    model_id="amazon.nova-reel-v1:1",
    submit_time=NOW - timedelta(hours=1),
    end_time=NOW - timedelta(minutes=50),
    s3_uri="s3://Media/Reel/done",
)
BROKEN = an_invocation(
    id="broken",
    status=Status.FAILED,
    submit_time=NOW - timedelta(hours=2),
    end_time=NOW - timedelta(hours=2) + timedelta(seconds=41),
    failure_message="blocked by our content filters",
)
LOST = a_note(submit_time=NOW - timedelta(hours=3))
ROWS = [DONE, LOST, RUNNING, BROKEN]


def shown(words: str) -> list[str]:
    rows = {row.key: row.id for row in ROWS}
    return [rows[key] for key in View(words=words).keys(ROWS)]


def text_of(column: str, row: Invocation, now: datetime = NOW) -> str:
    return next(c for c in COLUMNS if c.id == column).text(row, now)


def test_the_newest_come_first() -> None:
    assert shown("") == ["running", "done", "broken", TOKEN]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("luma", ["running", "broken", TOKEN]),
        ("luma filters", ["broken"]),
        ("FILTERS", ["broken"]),
        ("s3://media/reel", ["done"]),
        ("inprogress", ["running"]),
        ("status:pending", ["running"]),
        ("status:completed", ["done"]),
        ("STATUS:Failed", ["broken"]),
        ("status:unknown", [TOKEN]),
        ("model:nova", ["done"]),
        ("model:done", []),
        ("id:bro", ["broken"]),
        ("!luma", ["done"]),
        ("!status:completed model:luma", ["running", "broken", TOKEN]),
        ("!!model:nova", ["done"]),
        ("!", ["running", "done", "broken", TOKEN]),
        ("status:", ["running", "done", "broken", TOKEN]),
        ("pool:blue", []),
        ("  ", ["running", "done", "broken", TOKEN]),
    ],
)
def test_every_word_of_the_filter_must_fit(words: str, ids: list[str]) -> None:
    assert shown(words) == ids


@pytest.mark.parametrize(
    ("sort", "is_descending", "ids"),
    [
        ("submitted", False, [TOKEN, "broken", "done", "running"]),
        ("status", False, ["done", "broken", "running", TOKEN]),
        ("target", False, ["done", "running", "broken", TOKEN]),
        ("target", True, ["running", "broken", TOKEN, "done"]),
        ("id", False, [TOKEN, "broken", "done", "running"]),
        ("took", False, ["broken", "done", "running", TOKEN]),
        ("took", True, [TOKEN, "running", "done", "broken"]),
    ],
)
def test_sorted_by_a_column_ties_keep_the_newest_first(
    sort: str, is_descending: bool, ids: list[str]
) -> None:
    view = View(sort=sort, is_descending=is_descending)

    names = {row.key: row.id for row in ROWS}

    assert [names[key] for key in view.keys(ROWS)] == ids


@given(st.permutations(ROWS), st.sampled_from([column.id for column in COLUMNS]), st.booleans())
def test_the_order_does_not_depend_on_the_order_of_the_rows(
    rows: list[Invocation], sort: str, is_descending: bool
) -> None:
    view = View(sort=sort, is_descending=is_descending)

    assert view.keys(rows) == view.keys(ROWS)


@given(st.text())
def test_any_filter_keeps_a_subset(words: str) -> None:
    keys = View(words=words).keys(ROWS)

    assert set(keys) <= {row.key for row in ROWS}
    assert len(keys) == len(set(keys))


def test_a_finished_row_says_exactly_what_it_took_a_running_one_coarsely() -> None:
    assert text_of("took", BROKEN) == "41s"
    assert text_of("took", RUNNING) == "1m"
    assert text_of("took", LOST) == "–"


def test_the_last_column_says_where_the_output_is_or_why_there_is_none() -> None:
    assert text_of("output", DONE) == "s3://Media/Reel/done"
    assert text_of("output", BROKEN) == "blocked by our content filters"
    assert text_of("output", an_invocation(status=Status.FAILED)) == "failed without a message"
    assert "no answer" in text_of("output", LOST)


def test_only_relative_columns_change_with_time() -> None:
    later = NOW + timedelta(days=1)

    changed = {c.id for c in COLUMNS if c.text(RUNNING, NOW) != c.text(RUNNING, later)}

    assert changed == {c.id for c in COLUMNS if c.is_relative}


def test_one_column_takes_what_the_others_leave() -> None:
    assert [column.id for column in COLUMNS if column.width == 0] == ["output"]
    assert arn_of("running").endswith(text_of("id", RUNNING))
