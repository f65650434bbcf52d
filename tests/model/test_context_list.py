from __future__ import annotations

import time

from tui.model.context import Identity
from tui.model.context_list import MOST, Place, Recents, closeness, entries

PROD = Place("prod", "us-west-2", "123456789012", "Admin")


def test_open_ones_come_first_then_recent_ones_then_those_of_the_files_each_once() -> None:
    recents = Recents((Place("old", "eu-west-1"), PROD))
    profiles = [Place("prod", "us-west-2"), Place("zeta")]

    found = entries([Place("prod", "us-west-2")], recents, [Place("named", "us-east-1")], profiles)

    assert [entry.place.name for entry in found] == ["prod", "old", "named", "zeta"]
    assert [entry.is_open for entry in found] == [True, False, False, False]
    assert [entry.origin for entry in found] == ["profile", "", "config.toml", "profile"]


def test_what_was_heard_of_an_account_stays_known_until_it_is_heard_anew() -> None:
    recents = Recents((PROD,)).after([Place("prod", "us-west-2")])

    assert recents == Recents((PROD,))


def test_only_so_many_are_remembered_the_latest_first() -> None:
    recents = Recents()
    for number in range(MOST + 5):
        recents = recents.after([Place(f"profile-{number}")])

    assert len(recents.places) == MOST
    assert recents.places[0].name == f"profile-{MOST + 4}"


def test_the_role_is_what_people_call_it() -> None:
    arns = {
        "arn:aws:sts::123456789012:assumed-role/Admin/me": "Admin",
        "arn:aws:iam::123456789012:user/team/bob": "bob",
        "arn:aws:iam::123456789012:root": "",
    }
    assert {arn: Identity("123456789012", arn).role for arn in arns} == arns


def test_letters_are_the_closer_the_fewer_pieces_they_are_torn_into() -> None:
    whole, early, torn = "prod-eu", "aprod-eu", "p-r-o-d"

    ranks = [closeness("PROD", text) for text in (whole, early, torn)]

    assert ranks == [(1, 0), (1, 1), (4, 0)]
    assert closeness("prod", "dorp") is None


def test_many_long_names_of_one_letter_are_looked_through_at_once() -> None:
    names = [f"{'a-' * 40}{number}" for number in range(1000)]

    began = time.monotonic()
    found = [closeness("a" * 30, name) for name in names]

    assert all(found)
    assert time.monotonic() - began < 1  # every way to tear them apart would take hours
