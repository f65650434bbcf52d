"""What watching many costs."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import START
from tests.engine.watched import (
    GET,
    HEAD,
    LIST,
    RHYTHM,
    ScriptedStorage,
    Watched,
    a_watched,
    failure_of,
    output_of,
)
from tui.engine.sights import AT_ONCE, HEADS_A_LOOK, LIST_AGAIN, LISTS_A_LOOK, MISSING_OR_FORBIDDEN
from tui.ledger.known import Known
from tui.model.invocation import Invocation, Status, Witness


def name(number: int) -> str:
    return f"{number:04x}"


def many(count: int) -> list[Invocation]:
    return [a_watched(name(number)) for number in range(count)]


def in_folder(number: int, folder: str) -> Invocation:
    """One whose output goes to a folder, and that has no location for a failure."""
    location = output_of(name(number), f"s3://media/{folder}/")
    witness = Witness(output_location=location, deadline=START + timedelta(hours=1))
    return a_watched(name(number), s3_uri=location, witness=witness)


def alone(number: int) -> Invocation:
    """One in a folder of its own."""
    return in_folder(number, name(number))


async def test_a_thousand_under_one_prefix_cost_two_calls_a_tick(known: Known) -> None:
    storage = ScriptedStorage()
    watched = Watched(storage, known, many(1000))

    for _ in range(3):
        await watched.tick(after=5)
        assert storage.calls == [(LIST, "s3://media/out/"), (LIST, "s3://media/failed/")]
    assert {row.heard for row in watched.board} == {watched.now}


async def test_what_ends_costs_no_call_unless_it_failed(known: Known) -> None:
    storage = ScriptedStorage()
    watched = Watched(storage, known, many(1000))
    storage.write(*(output_of(name(number)) for number in range(0, 900, 2)))
    storage.write(*(failure_of(name(number)) for number in range(1, 21, 2)), content=b"no")

    await watched.tick()

    assert watched.board.counts == {Status.COMPLETED: 450, Status.FAILED: 10, Status.PENDING: 540}
    assert (storage.count(LIST), storage.count(GET), storage.count(HEAD)) == (2, 10, 0)


async def test_a_single_one_costs_no_page_of_what_else_is_there(known: Known) -> None:
    storage = ScriptedStorage(*(output_of(name(number)) for number in range(3000)))
    watched = Watched(storage, known, [a_watched("0bbb+")])

    await watched.tick()

    assert storage.calls == [(LIST, output_of("0bbb+")), (LIST, failure_of("0bbb+"))]
    assert watched.row("0bbb+").status is Status.PENDING


async def test_between_far_apart_ones_what_others_wrote_is_skipped(known: Known) -> None:
    foreign = [output_of(f"{name(number)}-") for number in range(20_000)]
    storage = ScriptedStorage(*foreign)
    rows = [a_watched(name(number)) for number in (0, 9000, 19_999)]
    watched = Watched(storage, known, rows)
    storage.write(output_of(name(9000)))

    await watched.tick()

    assert [watched.row(row.id).status for row in rows] == [
        Status.PENDING,
        Status.COMPLETED,
        Status.PENDING,
    ]
    assert storage.count(LIST) == 3 + 1


async def test_three_thousand_others_in_between_hide_nothing(known: Known) -> None:
    foreign = [output_of(f"{name(number)}-") for number in range(3000)]
    storage = ScriptedStorage(*foreign)
    watched = Watched(storage, known, many(3000)[::30])
    there = {name(number) for number in range(0, 3000, 60)}
    storage.write(*map(output_of, there))

    await watched.tick()

    ended = {row.id for row in watched.board if row.status is Status.COMPLETED}
    assert ended == there
    assert storage.count(LIST) <= (3000 + 50) // 1000 + 1 + 1


async def test_a_tick_lists_no_more_than_its_cap_and_the_rest_comes_first_in_the_next(
    known: Known,
) -> None:
    storage = ScriptedStorage()
    watched = Watched(storage, known, map(alone, range(2 * LISTS_A_LOOK + 5)))

    asked: list[str] = []
    for expected in (LISTS_A_LOOK, LISTS_A_LOOK, LISTS_A_LOOK):
        await watched.tick(after=2)
        assert storage.count(LIST) == len(storage.calls) == expected
        asked += [uri for _, uri in storage.calls]

    assert len(set(asked)) == 2 * LISTS_A_LOOK + 5
    assert asked[2 * LISTS_A_LOOK + 5 :] == asked[: LISTS_A_LOOK - 5]


async def test_one_folder_too_large_for_a_tick_is_read_through_in_the_next_ones(
    known: Known,
) -> None:
    apart = range(0, 25_000, 1000)
    foreign = [output_of(f"{number:05}-") for number in range(25_000)]
    storage = ScriptedStorage(*foreign)
    watched = Watched(storage, known, [a_watched(f"{number:05}") for number in apart])
    storage.write(*(output_of(f"{number:05}") for number in apart))

    counts = []
    for _ in range(2):
        await watched.tick(after=2)
        assert storage.count(LIST) == len(storage.calls) <= LISTS_A_LOOK
        counts.append(watched.board.counts[Status.COMPLETED])

    assert counts == [LISTS_A_LOOK, len(apart)]


# Where listing is refused --------------------------------------------------------------------


async def test_without_the_right_to_list_a_tick_costs_no_more_than_its_cap(known: Known) -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "AccessDenied")
    watched = Watched(storage, known, many(1000))

    await watched.tick()
    assert (storage.count(LIST), storage.count(HEAD)) == (2, HEADS_A_LOOK)
    for _ in range(3):
        await watched.tick(after=2)
        assert (storage.count(LIST), storage.count(HEAD)) == (0, HEADS_A_LOOK)
    assert not watched.problems


async def test_the_single_questions_take_turns_outputs_first(known: Known) -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "AccessDenied")
    rows = many(HEADS_A_LOOK)
    watched = Watched(storage, known, rows)
    outputs = [output_of(row.id) for row in rows]
    failures = [failure_of(row.id) for row in rows]

    asked = []
    for _ in range(3):
        await watched.tick(after=2)
        asked.append({uri for operation, uri in storage.calls if operation == HEAD})

    assert asked == [set(outputs), set(failures), set(outputs)]


async def test_what_was_not_asked_about_comes_before_what_was(known: Known) -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "AccessDenied")
    rows = many(HEADS_A_LOOK - 5)
    watched = Watched(storage, known, rows)
    locations = [*(output_of(row.id) for row in rows), *(failure_of(row.id) for row in rows)]

    asked: list[str] = []
    for _ in range(2):
        await watched.tick(after=2)
        asked += [uri for operation, uri in storage.calls if operation == HEAD]

    assert len(asked) == 2 * HEADS_A_LOOK
    assert set(asked[: len(locations)]) == set(locations)


async def test_new_ones_in_one_folder_leave_the_others_their_turns(known: Known) -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "AccessDenied")
    old = [in_folder(number, "old") for number in range(5)]
    young = [in_folder(number, "young") for number in range(5, HEADS_A_LOOK + 10)]
    watched = Watched(storage, known, [*old, *young])
    await watched.tick()

    asked: list[str] = []
    for number in range(100, 103):
        watched.board.apply([in_folder(number, "young")])
        await watched.tick(after=2)
        asked += [uri for operation, uri in storage.calls if operation == HEAD]

    assert {row.s3_uri for row in old} <= set(asked)


async def test_an_output_that_is_found_by_itself_is_the_end(known: Known) -> None:
    storage = ScriptedStorage(output_of(name(1)))
    storage.refuse(LIST, "AccessDenied")
    watched = Watched(storage, known, many(3))

    await watched.tick()

    assert watched.row(name(1)).status is Status.COMPLETED
    assert watched.row(name(2)).heard == START
    assert watched.note(name(2)) == ""


async def test_no_more_than_a_few_single_questions_are_under_way_at_once(known: Known) -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "AccessDenied")
    watched = Watched(storage, known, many(HEADS_A_LOOK))

    await watched.tick()

    assert storage.most_at_once == AT_ONCE


async def test_a_folder_that_could_not_be_listed_is_tried_again_after_some_minutes(
    known: Known,
) -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "AccessDenied")
    storage.refuse(HEAD, "403")
    watched = Watched(storage, known, many(5))
    await watched.tick()
    storage.refusals.clear()

    await watched.tick(after=LIST_AGAIN.total_seconds() - 1)
    assert (storage.count(LIST), storage.count(HEAD)) == (0, 10)

    for seconds in (1, 2):
        await watched.tick(after=seconds)
        assert (storage.count(LIST), storage.count(HEAD)) == (2, 0)


async def test_a_folder_that_still_cannot_be_listed_is_not_tried_in_each_tick(
    known: Known,
) -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "AccessDenied")
    watched = Watched(storage, known, many(5))
    await watched.tick()

    await watched.tick(after=LIST_AGAIN.total_seconds())
    assert (storage.count(LIST), storage.count(HEAD)) == (2, 10)
    await watched.tick(after=2)
    assert (storage.count(LIST), storage.count(HEAD)) == (0, 10)


async def test_a_folder_that_can_be_listed_beside_one_that_cannot_is(known: Known) -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "AccessDenied", below="s3://media/failed/")
    storage.refuse(HEAD, "403", below="s3://media/failed/")
    watched = Watched(storage, known, many(5))

    await watched.tick()
    await watched.tick(after=2)

    assert (storage.count(LIST), storage.count(HEAD)) == (1, 5)
    assert watched.note(name(0)) == MISSING_OR_FORBIDDEN


async def test_single_questions_that_fail_for_all_are_trouble_and_the_others_are_kept(
    known: Known,
) -> None:
    storage = ScriptedStorage(output_of(name(0)), output_of(name(1)))
    storage.refuse(LIST, "AccessDenied")
    storage.refuse(HEAD, "400", below=output_of(name(0)))
    watched = Watched(storage, known, many(2))

    await watched.tick()

    assert watched.row(name(0)).status is Status.PENDING
    assert watched.row(name(1)).status is Status.COMPLETED
    assert watched.problems == ["400"]


async def test_while_the_line_is_down_a_tick_costs_one_call(known: Known) -> None:
    storage = ScriptedStorage()
    storage.refuse(LIST, "503")
    watched = Watched(storage, known, map(alone, range(50)))

    assert await watched.tick() == 2 * RHYTHM.fastest

    assert len(storage.calls) == 1
