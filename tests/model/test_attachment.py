from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.attachment import Attachment, Facts, Kind, find, format_fault, literal, replaced
from tui.model.fault import Fault
from tui.model.picture import Picture

pieces = st.sampled_from(["file://", "fileb://", "s3://b/k", "a.png", "~/é", '"', ""])
strings = st.lists(pieces, max_size=4).map("".join)
documents = st.recursive(
    strings | st.integers() | st.floats(allow_nan=False) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(strings, inner, max_size=3),
    max_leaves=8,
)


def test_every_string_that_begins_with_a_prefix_is_found_in_order() -> None:
    document = {
        "text": "file://prompt.txt",
        "images": [{"bytes": "fileb://~/a b.png"}, {"bytes": "fileb:///abs/c.png"}],
        "fileb://name": 1,
    }

    assert find(document) == (
        Attachment(("text",), Kind.TEXT, "prompt.txt"),
        Attachment(("images", 0, "bytes"), Kind.BASE64, "~/a b.png"),
        Attachment(("images", 1, "bytes"), Kind.BASE64, "/abs/c.png"),
    )


def test_a_document_may_be_nothing_but_an_attachment() -> None:
    assert find("fileb://a.png") == (Attachment((), Kind.BASE64, "a.png"),)


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/key",
        "see file://a",
        " file://a",
        "FILE://a",
        "file:/a",
        '"file://a',
        "files://",
    ],
)
def test_what_does_not_begin_with_a_prefix_stays(text: str) -> None:
    assert find({"a": text}) == ()
    assert replaced({"a": text}, {}) == {"a": text}
    assert literal({"a": text}) == {"a": text}


def test_contents_take_the_place_of_their_references_everywhere() -> None:
    document = {"a": ["fileb://x", {"b": "fileb://x"}], "c": "file://y", "d": 1}
    before = copy.deepcopy(document)

    filled = replaced(document, {"fileb://x": "eA==", "file://y": "fileb://x"})

    assert filled == {"a": ["eA==", {"b": "eA=="}], "c": "fileb://x", "d": 1}
    assert document == before


def test_a_doubled_prefix_stands_for_itself() -> None:
    document = {"a": "file://file://x", "b": "file://fileb://x", "c": "file://file://file://x"}

    assert find(document) == ()
    assert replaced(document, {}) == {"a": "file://x", "b": "fileb://x", "c": "file://file://x"}


@given(documents)
def test_a_literal_document_has_no_attachments_and_is_sent_as_it_was(document: object) -> None:
    assert find(literal(document)) == ()
    assert repr(replaced(literal(document), {})) == repr(document)


@given(documents, st.text())
def test_every_attachment_that_is_found_is_replaced_and_nothing_else(
    document: object, content: str
) -> None:
    found = find(document)
    assert all(at(document, each.path) == each.reference for each in found)

    filled = replaced(document, {each.reference: content for each in found})

    assert all(at(filled, each.path) == content for each in found)
    undone = replaced(document, {each.reference: each.reference for each in found})
    assert repr(undone) == repr(replaced(document, {}))


def at(document: object, path: tuple[str | int, ...]) -> object:
    for part in path:
        document = document[part]  # type: ignore[index]
    return document


def test_facts_say_size_format_and_pixels() -> None:
    assert str(Facts(1_200_000, "PNG", Picture(1280, 720, 8, True))) == "1.2 MB PNG 1280×720"
    assert str(Facts(214, "text")) == "214 B text"


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"format": "png", "source": {"bytes": "fileb://x"}}, None),
        ({"format": "PNG", "source": {"bytes": "fileb://x"}}, None),
        ({"media_type": "image/png", "data": "fileb://x"}, None),
        ({"source": {"bytes": "fileb://x"}}, None),
        ({"format": 7, "source": {"bytes": "fileb://x"}}, None),
        (
            {"format": "jpg", "source": {"bytes": "fileb://x"}},
            Fault(("format",), "rule", "png, which x is", "jpg"),
        ),
        (
            {"a": [{"type": "base64", "media_type": "image/jpeg", "data": "fileb://x"}]},
            Fault(("a", 0, "media_type"), "rule", "png, which x is", "image/jpeg"),
        ),
    ],
)
def test_the_format_beside_a_picture_must_be_its_own(document: object, fault: Fault | None) -> None:
    (attachment,) = find(document)

    assert format_fault(document, attachment, "PNG") == fault


def test_the_format_of_what_is_no_picture_is_not_judged() -> None:
    document = {"format": "mov", "source": {"bytes": "fileb://x"}}
    (attachment,) = find(document)

    assert format_fault(document, attachment, "MP4") is None
    assert format_fault("fileb://x", Attachment((), Kind.BASE64, "x"), "PNG") is None
