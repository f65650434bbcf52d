from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.builders import NOW, TOKEN, a_note, a_request, an_invocation, arn_of
from tui.ledger.database import Database
from tui.ledger.journal import Journal, State
from tui.ledger.known import Known
from tui.model.invocation import Invocation, Status, Witness, key_of_token
from tui.model.parts import Parts

LATER = NOW + timedelta(hours=1)

CONTEXT = "prod us-west-2"


@pytest.fixture
def known(database: Database) -> Known:
    return Known(database)


def a_watched(status: Status, token: str = "") -> Invocation:
    witness = Witness(output_location="s3://media/a.out", deadline=NOW, note="missing or forbidden")
    operation = "InvokeEndpointAsync"
    return a_note(token or status.name, status=status, witness=witness, operation=operation)


async def test_what_was_seen_is_known_in_the_next_session(path: Path) -> None:
    rows = [
        an_invocation(status=Status.FAILED, failure_message="no\n\N{WATER WAVE}"),
        a_note(submit_time=NOW - timedelta(days=1, microseconds=7)),
    ]
    with closing(Database(path)) as database:
        await Known(database).save(CONTEXT, rows)

    with closing(Database(path)) as database:
        assert Known(database).load(CONTEXT) == rows


async def test_a_row_that_changed_replaces_the_one_before(known: Known) -> None:
    await known.save(CONTEXT, [an_invocation()])

    await known.save(CONTEXT, [an_invocation(status=Status.COMPLETED)])

    assert known.load(CONTEXT) == [an_invocation(status=Status.COMPLETED)]


async def test_a_row_that_got_its_arn_is_known_once(known: Known) -> None:
    await known.save(CONTEXT, [a_note()])

    found = an_invocation(client_request_token=TOKEN)
    await known.save(CONTEXT, [found], gone=[key_of_token(TOKEN)])

    assert known.load(CONTEXT) == [found]


async def test_the_newest_are_loaded_first_and_no_more_than_asked_for(known: Known) -> None:
    rows = [
        an_invocation(id=f"id{age}", submit_time=NOW - timedelta(hours=age)) for age in (2, 0, 1)
    ]
    await known.save(CONTEXT, rows)

    assert [row.id for row in known.load(CONTEXT, most=2)] == ["id0", "id1"]


async def test_a_context_knows_only_its_own_rows(known: Known) -> None:
    await known.save(CONTEXT, [an_invocation()])

    assert known.load("prod eu-west-1") == []


async def test_what_is_watched_is_found_whoever_wrote_it(path: Path) -> None:
    rows = [a_watched(status) for status in Status]
    others = [an_invocation("listed"), a_note("no witness")]
    with closing(Database(path)) as database, closing(Database(path)) as other:
        await Known(other).save(CONTEXT, [*rows, *others])
        await Known(other).save("another", [a_watched(Status.PENDING, "elsewhere")])

        found = await Known(database).load_unlisted(CONTEXT, LATER)

    assert {row.key: row for row in found} == {
        row.key: row for row in rows if row.status in (Status.PENDING, Status.OVERDUE)
    }


async def test_what_no_list_tells_of_is_found_from_a_moment_on_however_it_ended(
    known: Known,
) -> None:
    rows = [a_watched(status) for status in Status]
    await known.save(CONTEXT, [*rows, an_invocation("listed")])

    found = await known.load_unlisted(CONTEXT, rows[0].submit_time)

    assert {row.key for row in found} == {row.key for row in rows}


async def test_what_is_looked_up_by_its_key_is_found_however_old_it_is(known: Known) -> None:
    rows = [a_note("asked", status=Status.COMPLETED), a_note("other", status=Status.COMPLETED)]
    await known.save(CONTEXT, rows)

    found = await known.load_unlisted(CONTEXT, LATER, [rows[0].key, "token:none"])

    assert found == rows[:1]


async def test_what_is_forgotten_is_not_found_to_be_watched_although_another_wrote_it_again(
    known: Known,
) -> None:
    row = a_watched(Status.PENDING)
    await known.save(CONTEXT, [row])
    await known.forget(CONTEXT, [row.key], NOW)

    await known.save(CONTEXT, [row])

    assert await known.load_unlisted(CONTEXT, LATER) == []


async def test_two_contexts_of_one_account_both_know_an_invocation(known: Known) -> None:
    await known.save(CONTEXT, [an_invocation()])
    await known.save("admin us-west-2", [an_invocation(status=Status.COMPLETED)])

    await known.save("admin us-west-2", [], gone=[arn_of("mm0oexhd8y31")])

    assert known.load(CONTEXT) == [an_invocation()]
    assert known.load("admin us-west-2") == []


async def test_rows_that_come_and_go_in_one_round_end_up_written(known: Known) -> None:
    row = an_invocation()

    await known.save(CONTEXT, [row], gone=[row.key, "no such key"])

    assert known.load(CONTEXT) == [row]


async def test_what_is_forgotten_is_gone_and_stays_forgotten(known: Known) -> None:
    kept, gone = an_invocation("kept"), an_invocation("gone", status=Status.COMPLETED)
    await known.save(CONTEXT, [kept, gone])

    await known.forget(CONTEXT, [gone.key], NOW)

    assert known.load(CONTEXT) == [kept]
    assert known.load_forgotten(CONTEXT) == {gone.key}
    assert known.load_forgotten("another") == set()

    await known.prune(NOW + timedelta(seconds=1))
    assert known.load_forgotten(CONTEXT) == set()


async def test_a_prompt_is_written_only_while_the_journal_holds_the_input(
    database: Database, known: Known, path: Path
) -> None:
    journal = Journal(database)
    await journal.prepare(a_request("a secret tide pool"), CONTEXT, NOW)
    await journal.record(TOKEN, State.ACCEPTED, arn=arn_of("mm0oexhd8y31"))
    row = an_invocation(prompt="a secret tide pool", client_request_token=TOKEN)
    await known.save(CONTEXT, [row])
    assert known.load(CONTEXT) == [row]

    await journal.purge_inputs()
    await known.purge_inputs()
    await known.save(CONTEXT, [replace(row, status=Status.COMPLETED)])

    assert [(row.prompt, row.status) for row in known.load(CONTEXT)] == [("", Status.COMPLETED)]
    assert b"secret" not in path.read_bytes()


async def test_no_word_of_a_prompt_is_written_where_inputs_are_not_kept(
    database: Database, known: Known, path: Path
) -> None:
    await Journal(database, keep_inputs=False).prepare(a_request("a secret"), CONTEXT, NOW)

    await known.save(CONTEXT, [a_note(prompt="a secret tide pool")])

    assert [row.prompt for row in known.load(CONTEXT)] == [""]
    assert b"secret" not in path.read_bytes()


async def test_purging_erases_the_prompts_and_nothing_else(
    database: Database, known: Known, path: Path
) -> None:
    await Journal(database).prepare(a_request(), CONTEXT, NOW)
    row = an_invocation(prompt="a secret tide pool", client_request_token=TOKEN)
    other = an_invocation("plain")
    await known.save(CONTEXT, [row, other])

    await known.purge_inputs()

    assert {kept.key: kept for kept in known.load(CONTEXT)} == {
        row.key: replace(row, prompt=""),
        other.key: other,
    }
    assert b"secret" not in path.read_bytes()


# Parts that failed -------------------------------------------------------------------------------

LOST = Parts(noun="shot", failed=2, total=5, why="blocked")
REEL = an_invocation(status=Status.COMPLETED, model_id="amazon.nova-reel-v1:1")
PARTIAL = replace(REEL, parts=LOST)


async def test_failed_parts_are_known_in_the_next_session(path: Path) -> None:
    with closing(Database(path)) as database:
        await Known(database).save(CONTEXT, [PARTIAL])

    with closing(Database(path)) as database:
        assert Known(database).load(CONTEXT) == [PARTIAL]


async def test_another_copy_that_read_no_report_does_not_lose_what_one_has_read(
    known: Known,
) -> None:
    await known.save(CONTEXT, [PARTIAL])

    await known.save(CONTEXT, [replace(REEL, heard=LATER)])

    assert known.load(CONTEXT) == [replace(PARTIAL, heard=LATER)]


async def test_a_later_count_takes_the_place_of_the_one_before(known: Known) -> None:
    await known.save(CONTEXT, [replace(REEL, parts=Parts(noun="shot", failed=1))])

    await known.save(CONTEXT, [PARTIAL])

    assert known.load(CONTEXT) == [PARTIAL]


async def test_older_rows_are_read_by_this_program_and_these_rows_by_older_ones(
    known: Known, database: Database
) -> None:
    """A row is JSON: a member that is missing, or not known, is no fault."""

    class Older(msgspec.Struct):
        key: str
        status: Status

    await known.save(CONTEXT, [REEL, replace(PARTIAL, key="partial")])
    query = "SELECT content FROM invocation ORDER BY key"

    contents = [content for (content,) in database.now(lambda db: db.execute(query).fetchall())]

    assert [b"parts" in content for content in contents] == [False, True]
    assert [msgspec.json.decode(content, type=Older).status for content in contents] == [
        Status.COMPLETED,
        Status.COMPLETED,
    ]
