from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import NOW
from tui.model.catalogue import ASYNC_MODELS
from tui.model.model_list import (
    RECENT,
    FoundationModel,
    ModelEntry,
    entries,
    is_sync_only,
    matching,
    warnings,
)

CATALOGUE = [model.model_id for model in ASYNC_MODELS]
HAIKU = FoundationModel(
    model_id="anthropic.claude-3-haiku-20240307-v1:0",
    name="Claude 3 Haiku",
    provider="Anthropic",
    status="ACTIVE",
    takes=("TEXT", "IMAGE"),
    makes=("TEXT",),
)
NEW_VIDEO = FoundationModel(
    model_id="acme.film-v1:0", name="Film", provider="Acme", takes=("TEXT",), makes=("VIDEO",)
)
REEL = FoundationModel(
    model_id="amazon.nova-reel-v1:0",
    name="Nova Reel",
    provider="Amazon",
    status="LEGACY",
    legacy_time=NOW - timedelta(days=13),
    end_of_life_time=NOW + timedelta(days=200),
    makes=("VIDEO",),
)


def ids(found: list[ModelEntry]) -> list[str]:
    return [entry.model_id for entry in found]


def one(model_id: str, *listed: FoundationModel, recent: tuple[str, ...] = ()) -> ModelEntry:
    found = entries(recent, listed or None, NOW)
    return next(entry for entry in found if entry.model_id == model_id)


def test_without_an_account_the_catalogue_is_offered() -> None:
    found = entries((), None, NOW)

    assert ids(found) == CATALOGUE
    assert all(entry.is_async and entry.is_listed is None for entry in found)


def test_recent_models_come_first_and_once() -> None:
    found = entries(["luma.ray-v2:0", "acme.unheard-of-v1:0", "luma.ray-v2:0"], None, NOW)

    assert ids(found)[:3] == ["luma.ray-v2:0", "acme.unheard-of-v1:0", CATALOGUE[0]]
    assert ids(found).count("luma.ray-v2:0") == 1
    assert found[1].is_async
    assert found[1].is_recent


def test_only_a_few_models_are_recent() -> None:
    recent = [f"acme.number-{number}" for number in range(50)]

    assert ids(entries(recent, None, NOW)) == [*recent[:RECENT], *CATALOGUE]


def test_what_the_account_lists_comes_behind_so_that_no_line_moves() -> None:
    before = ids(entries(["luma.ray-v2:0"], None, NOW))
    after = ids(entries(["luma.ray-v2:0"], [HAIKU, REEL, NEW_VIDEO], NOW))

    assert after == [*before, NEW_VIDEO.model_id, HAIKU.model_id]


def test_for_an_answer_at_once_those_come_last_that_give_none() -> None:
    found = entries(["acme.own"], [NEW_VIDEO, REEL, HAIKU], NOW, is_async=False)

    assert ids(found)[:3] == ["acme.own", HAIKU.model_id, NEW_VIDEO.model_id]
    assert found[0].is_async is None
    assert [entry.is_async_only for entry in found] == [False] * 6 + [True] * 3


def test_a_legacy_model_says_since_when_and_until_when() -> None:
    entry = one("amazon.nova-reel-v1:0", REEL)

    assert entry.lifecycle == "legacy since 2026-03-01, ends 2026-09-30"
    assert entry.lifecycle in entry.remark


def test_an_active_model_has_nothing_to_remark() -> None:
    luma = FoundationModel(model_id="luma.ray-v2:0", status="ACTIVE", makes=("VIDEO",))

    assert one("luma.ray-v2:0", luma).remark == ""


def test_a_model_of_the_catalogue_that_the_account_lacks_is_called_out() -> None:
    assert "not listed in this region" in one("luma.ray-v2:0", HAIKU).remark


def test_a_model_that_nobody_knows_is_described_by_the_account() -> None:
    entry = one(NEW_VIDEO.model_id, NEW_VIDEO)

    assert entry.title == "Film · Acme"
    assert entry.does == "video from text"
    assert entry.is_async is None
    assert "nobody knows" in entry.remark


def test_a_model_that_only_answers_at_once_is_marked() -> None:
    entry = one(HAIKU.model_id, HAIKU)

    assert entry.is_async is False
    assert "InvokeModel" in entry.remark


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [*CATALOGUE, NEW_VIDEO.model_id, HAIKU.model_id]),
        ("nvreel", ["amazon.nova-reel-v1:0", "amazon.nova-reel-v1:1"]),
        ("REEL legacy", ["amazon.nova-reel-v1:0"]),
        ("acme", [NEW_VIDEO.model_id]),
        ("twelve 3-0", ["twelvelabs.marengo-embed-3-0-v1:0"]),
        ("invokemodel", [HAIKU.model_id]),
        ("nothing like it", []),
    ],
)
def test_the_list_is_filtered_by_words(words: str, found: list[str]) -> None:
    known = entries((), [HAIKU, REEL, NEW_VIDEO], NOW)

    assert ids(matching(known, words)) == found


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("luma.ray-v2:0", False),
        ("amazon.nova-2-multimodal-embeddings-v1:0", False),
        ("acme.film-v1:0", False),
        ("", False),
        ("anthropic.claude-3-haiku-20240307-v1:0", True),
        ("arn:aws:bedrock:us-west-2::foundation-model/amazon.titan-embed-text-v2:0", True),
        ("amazon.nova-canvas-v1:0", True),
        ("twelvelabs.pegasus-1-2-v1:0", True),
    ],
)
def test_families_that_only_answer_at_once_are_known(model_id: str, *, expected: bool) -> None:
    assert is_sync_only(model_id) is expected


def test_what_a_model_makes_tells_that_it_answers_at_once() -> None:
    painter = FoundationModel(model_id="acme.paint-v1:0", makes=("IMAGE",))

    assert is_sync_only(painter.model_id, [painter])
    assert not is_sync_only(NEW_VIDEO.model_id, [NEW_VIDEO])
    assert not is_sync_only(painter.model_id)


def test_a_sync_only_model_is_warned_of_at_its_field() -> None:
    (fault,) = warnings(HAIKU.model_id, (), NOW)

    assert fault.path == ("modelId",)
    assert "InvokeModel" in fault.expected


@pytest.mark.parametrize("is_async", [True, False])
@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("luma", "luma.ray-v2:0"),
        ("nova-reel", "amazon.nova-reel-v1:0 or amazon.nova-reel-v1:1"),
        ("Luma.Ray-v2", "luma.ray-v2:0"),
        ("arn:aws:bedrock:us-west-2::foundation-model/luma.ray", "luma.ray-v2:0"),
        ("acme.fi", NEW_VIDEO.model_id),
    ],
)
def test_a_part_of_an_id_is_warned_of_with_the_whole_one(
    typed: str, whole: str, *, is_async: bool
) -> None:
    (fault,) = warnings(typed, [NEW_VIDEO], NOW, is_async=is_async)

    assert fault.path == ("modelId",)
    assert fault.expected == f"a whole id, such as {whole}"


@pytest.mark.parametrize("typed", ["", "luma.ray-v2:0", "us.luma.ray-v2:0", "acme.other-v1:0"])
def test_an_id_that_may_be_whole_is_not_warned_of(typed: str) -> None:
    assert not list(warnings(typed, [NEW_VIDEO], NOW))


def test_of_the_whole_ids_those_come_that_the_operation_takes() -> None:
    canvas = FoundationModel(model_id="amazon.nova-canvas-v1:0")
    lite = FoundationModel(model_id="amazon.nova-lite-v1:0")

    (fault,) = warnings("amazon.nova", [canvas, lite], NOW)
    assert "nova-2-multimodal" in fault.expected
    (fault,) = warnings("amazon.nova", [canvas, lite], NOW, is_async=False)
    assert "such as amazon.nova-2-multimodal-embeddings-v1:0 or" in fault.expected
    assert "reel" not in fault.expected


def test_who_asks_at_once_is_not_warned_of_a_model_that_answers_at_once() -> None:
    assert not list(warnings(HAIKU.model_id, (), NOW, is_async=False))


def test_a_model_past_its_end_is_warned_of_and_one_before_it_is_not() -> None:
    assert not list(warnings(REEL.model_id, [REEL], NOW))

    (fault,) = warnings(REEL.model_id, [REEL], NOW + timedelta(days=200))
    assert "ended 2026-09-30" in fault.expected
