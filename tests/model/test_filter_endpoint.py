"""Inferences at endpoints among Bedrock's invocations, as filter, completion and tabs see them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.builders import NOW, a_note, a_watched, an_invocation
from tui.model.board import Board
from tui.model.filter import parse
from tui.model.filter_completion import complete
from tui.model.haystack import Haystack
from tui.model.invocation import Invocation, Status
from tui.model.view import Listing, View

PENDING = a_watched("queued-1", model_id="Sharpen-EU")
LATE = a_watched("late-2", status=Status.OVERDUE)
LOST = a_note("lost-3", operation="InvokeEndpointAsync", model_id="upscale", s3_uri="")
FILM = an_invocation("film", model_id="sharpen.film-v1:0")


def noted(row: Invocation, note: str) -> Invocation:
    assert row.witness
    return replace(row, witness=replace(row.witness, note=note))


FORBIDDEN = noted(a_watched("forbidden-4"), "Missing or\nforbidden")
NAMES = {"pending": PENDING, "late": LATE, "lost": LOST, "film": FILM, "forbidden": FORBIDDEN}
ROWS = list(NAMES.values())


def shown(text: str) -> str:
    names = {id(row): name for name, row in NAMES.items()}
    return " ".join(names[id(row)] for row in parse(text, NOW).select(ROWS, Haystack()))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("status:pending", "pending film forbidden"),
        ("status:inprogress", "film"),
        ("status:overdue", "late"),
        ("status:o", "late"),
        ("status:unknown,overdue", "late lost"),
        ("!status:pending", "late lost"),
        ("endpoint:sharpen", "pending late forbidden"),
        ("endpoint:SHARPEN-eu", "pending"),
        ("endpoint:upscale", "lost"),
        ("model:sharpen", "pending late film forbidden"),
        ("sagemaker", "pending late lost forbidden"),
        ("pending", "pending film forbidden"),
        ("overdue", "late"),
        ("missing or forbidden", "forbidden"),
        ('"missing or forbidden"', "forbidden"),
        ("id:lost", "lost"),
        ("s3://media/out/late", "late"),
    ],
)
def test_a_filter_finds_inferences(text: str, names: str) -> None:
    assert shown(text) == names


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("endp", "endpoint:"),
        ("endpoint:sh", "endpoint:sharpen"),
        ("endpoint:sharpen.", None),
        ("model:sharpen.", "model:sharpen.film-v1:0"),
        ("model:up", None),
        ("status:ov", "status:overdue"),
    ],
)
def test_endpoints_are_completed_apart_from_models(text: str, completed: str | None) -> None:
    assert complete(text, [LATE, LOST, FILM]) == completed


def test_what_an_endpoint_has_taken_is_in_the_tab_of_what_is_pending() -> None:
    board = Board([PENDING, LATE, LOST, FILM])
    listing = Listing(board, View(tab=Status.IN_PROGRESS))
    assert set(listing) == {PENDING.key, FILM.key}

    listing.follow(board.apply([replace(PENDING, status=Status.OVERDUE)]))
    assert set(listing) == {FILM.key}

    listing.show(View(tab=Status.OVERDUE))
    assert set(listing) == {PENDING.key, LATE.key}
