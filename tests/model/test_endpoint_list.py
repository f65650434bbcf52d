from __future__ import annotations

from tui.model.endpoint import Endpoint
from tui.model.endpoint_list import EndpointEntry, entries, matching

LISTED = [
    Endpoint("sync", "InService", is_async=False),
    Endpoint("unknown", "InService"),
    Endpoint("echo", "InService", is_async=True, instances=1),
    Endpoint("zero", "InService", is_async=True, instances=0),
    Endpoint("broken", "Failed", is_async=True),
]


def names(found: list[EndpointEntry]) -> list[str]:
    return [entry.endpoint.name for entry in found]


def test_recent_ones_come_first_then_asynchronous_ones() -> None:
    found = entries(["gone", "unknown"], LISTED)

    assert names(found) == ["gone", "unknown", "echo", "zero", "broken", "sync"]


def test_before_the_account_answers_the_recent_ones_are_all() -> None:
    (entry,) = entries(["echo", "echo"], None)

    assert entry == EndpointEntry(Endpoint("echo"), is_recent=True, is_listed=None)
    assert entry.marks == "recent"
    assert not entry.is_doubtful


def test_an_entry_says_what_to_know_before_it_is_chosen() -> None:
    marks = {entry.endpoint.name: entry.marks for entry in entries(["gone"], LISTED)}

    assert marks == {
        "gone": "recent · not listed",
        "echo": "InService",
        "zero": "InService · no instance",
        "broken": "Failed",
        "unknown": "InService",
        "sync": "not async · InService",
    }


def test_what_will_hardly_take_a_request_is_doubtful() -> None:
    doubtful = [entry.endpoint.name for entry in entries(["gone"], LISTED) if entry.is_doubtful]

    assert doubtful == ["gone", "broken", "sync"]


def test_words_are_looked_for_in_names_and_marks() -> None:
    known = entries([], LISTED)

    assert names(matching(known, "ECH")) == ["echo"]
    assert names(matching(known, "inservice not")) == ["sync"]
    assert names(matching(known, "")) == names(known)
    assert matching(known, "nothing") == []
