from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import START
from tests.engine.watched import HEAD, LIST, ScriptedStorage
from tui.aws import s3
from tui.engine import sights
from tui.engine.sights import (
    HEADS_A_LOOK,
    LIST_AGAIN,
    Sight,
    Sights,
    is_of_place,
    right_before,
)
from tui.model.explanation import explained
from tui.model.problem import Problem, ProblemError

PAGE = 3
ROOT = "s3://media/"

# The order of the odd letters by bytes is neither that of dictionaries nor that of UTF-16.
PLAIN = "ab/.9"
ODD = " ~\x7f\N{FULLWIDTH LATIN SMALL LETTER A}\N{WATER WAVE}"
KEYS = st.text(PLAIN + ODD, min_size=1, max_size=3)
PLAIN_KEYS = st.text(PLAIN, min_size=1, max_size=3)


def looked(storage: ScriptedStorage, wanted: set[str]) -> dict[str, Sight | None]:
    """The sights of the wanted keys, by key, where pages are small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(s3, "PAGE", PAGE)
        patch.setattr(sights, "LISTS_A_LOOK", 1000)
        seen = Sights(storage, lambda: START)
        asyncio.run(seen.look([ROOT + key for key in sorted(wanted)]))
    return {key: seen.of(ROOT + key) for key in wanted}


@settings(deadline=None)
@given(st.sets(KEYS, min_size=1, max_size=12), st.sets(KEYS, max_size=40))
@example(wanted={"a", "b"}, written={"a"})
@example(wanted={"a/a", "a/b", "b"}, written={f"a/a{number}" for number in range(9)} | {"a/b"})
def test_each_wanted_key_is_seen_as_it_is(wanted: set[str], written: set[str]) -> None:
    storage = ScriptedStorage()
    for number, key in enumerate(sorted(written)):
        storage.write(ROOT + key, at=START + timedelta(seconds=number))

    seen = looked(storage, wanted)

    there = {key: storage.objects[ROOT + key][1] for key in wanted & written}
    assert seen == {key: Sight(START, there.get(key)) for key in wanted}


@settings(deadline=None)
@given(st.sets(PLAIN_KEYS, min_size=1, max_size=12), st.sets(PLAIN_KEYS, max_size=60))
def test_a_folder_costs_no_more_calls_than_pages_or_wanted_keys(
    wanted: set[str], written: set[str]
) -> None:
    storage = ScriptedStorage(*(ROOT + key for key in written))
    folders: dict[str, int] = defaultdict(int)
    for key in wanted:
        folders[key[: key.rfind("/") + 1]] += 1

    looked(storage, wanted)

    costs = 0
    for folder, count in folders.items():
        pages = sum(1 for key in written if key.startswith(folder)) // PAGE + 1
        costs += min(pages, count)
    assert storage.count(LIST) == len(storage.calls) <= costs


@settings(deadline=None)
@given(KEYS)
def test_what_comes_right_before_a_key_comes_before_it(key: str) -> None:
    assert right_before(key).encode() < key.encode()


async def test_a_location_that_is_not_kept_is_asked_for_anew() -> None:
    storage = ScriptedStorage(ROOT + "a", ROOT + "b")
    seen = Sights(storage, lambda: START)
    await seen.look([ROOT + "a", ROOT + "b"])

    seen.keep([ROOT + "b", ROOT + "c"])

    assert seen.of(ROOT + "a") is None
    assert seen.of(ROOT + "b") == Sight(START, START)


async def test_a_clock_that_is_set_back_keeps_no_folder_from_being_listed_again() -> None:
    storage, now = ScriptedStorage(ROOT + "a"), START
    storage.refuse(LIST, "AccessDenied")
    seen = Sights(storage, lambda: now)
    await seen.look([ROOT + "a"])
    await seen.look([ROOT + "a"])
    assert storage.count(LIST) == 1

    now -= LIST_AGAIN
    storage.refusals.clear()
    await seen.look([ROOT + "a"])

    assert storage.count(LIST) == 2
    assert seen.of(ROOT + "a") == Sight(now, START)


async def test_folders_that_failed_last_time_share_the_cap_with_the_others() -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "AccessDenied")
    storage.refuse(HEAD, "SlowDown", below=f"{ROOT}troubled/")
    seen = Sights(storage, lambda: START)
    names = [f"{number:02}" for number in range(HEADS_A_LOOK)]
    troubled = [f"{ROOT}troubled/{name}" for name in names]
    with pytest.raises(ProblemError):
        await seen.look(troubled)
    storage.refusals.pop((HEAD, f"{ROOT}troubled/"))
    storage.calls.clear()

    await seen.look([*troubled, *(f"{ROOT}fine/{name}" for name in names)])

    heads = [uri for operation, uri in storage.calls if operation == HEAD]
    assert sorted(heads) == [f"{ROOT}fine/{name}" for name in names]


@pytest.mark.parametrize(
    ("kind", "is_of_one"),
    [
        ("AccessDenied", True),
        ("403", True),
        ("NoSuchBucket", True),
        ("PermanentRedirect", True),
        ("301", True),
        ("KMS.DisabledException", True),
        ("ParamValidationError", True),
        ("ExpiredToken", False),
        ("InvalidToken", False),
        ("SignatureDoesNotMatch", False),
        ("NoCredentialsError", False),
        ("EndpointConnectionError", False),
        ("RequestTimeTooSkewed", False),
        ("SlowDown", False),
        ("503", False),
        ("400", False),
    ],
)
def test_a_problem_is_of_one_place_or_of_all(kind: str, is_of_one: bool) -> None:
    assert is_of_place(explained(Problem(kind=kind, message="?"))) is is_of_one
