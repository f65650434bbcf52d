from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.builders import NOW, TOKEN, a_note, a_watched, an_invocation
from tui.model.outputs import OutputObject, Place
from tui.model.shared import shared_of

ROW = an_invocation()
FOLDER = Place("media", f"ray/{ROW.id}/")


def thing(key: str, place: Place = FOLDER) -> OutputObject:
    return OutputObject(place, key, 9, NOW, '"e"')


def test_an_object_is_shared_alone() -> None:
    shared = shared_of(ROW, thing(f"ray/{ROW.id}/clips/output.mp4"))

    assert shared.name == "clips/output.mp4"
    assert shared.uri == f"s3://media/ray/{ROW.id}/clips/output.mp4"
    assert not shared.is_folder
    assert not shared.is_shortened


def test_without_an_object_the_folder_is_shared() -> None:
    shared = shared_of(ROW, None)

    assert shared.uri == f"s3://media/ray/{ROW.id}/"
    assert shared.is_folder
    assert not shared.is_shortened


def test_what_an_endpoint_writes_is_one_object() -> None:
    shared = shared_of(a_watched(), None)

    assert shared.uri == f"s3://media/out/{TOKEN}.out"
    assert shared.name == f"{TOKEN}.out"
    assert not shared.is_folder


@pytest.mark.parametrize("key", ["ray/../x.mp4", "./x.mp4", "ray/."])
def test_a_key_with_dots_is_not_what_a_browser_asks_for(key: str) -> None:
    assert shared_of(ROW, thing(key)).is_shortened


def test_dots_in_a_name_are_no_path() -> None:
    assert not shared_of(ROW, thing("ray/..x/a...mp4")).is_shortened


def test_what_is_kept_here_is_nowhere_else() -> None:
    waited = a_note(operation="InvokeModel")
    for row, one in ((waited, None), (ROW, thing("answer.json", Place("", "")))):
        with pytest.raises(ValueError, match="'download' saves it"):
            shared_of(row, one)


@pytest.mark.parametrize(
    "row", [a_note(), a_note(operation="InvokeEndpointAsync"), replace(ROW, s3_uri="")]
)
def test_what_has_no_place_cannot_be_shared(row: object) -> None:
    with pytest.raises(ValueError, match="AWS has not said"):
        shared_of(row, None)  # type: ignore[arg-type]
