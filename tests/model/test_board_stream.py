"""The board against a service whose truth is known: whatever is heard, however late, it ends right.

An observation is the truth about one invocation at one step of its life, with something left out.
Rounds of them come in any order, in parts, and more than once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import NOW, a_note, an_invocation, arn_of
from tui.model.board import Board, Changes
from tui.model.invocation import Invocation, Key, Status, key_of_token

STEPS = 6
QUIET = STEPS
"""The step after which nothing happens any more."""


@dataclass(frozen=True)
class Job:
    """One invocation's whole life at the service: it begins at step 0.

    Attributes:
        token: Its client token; empty when nobody gave one.
        ends: The step at which it is over; None when it runs on.
        outcome: What it ends as.
        arrived: Whether the request ever reached the service.
    """

    number: int
    token: str
    ends: int | None
    outcome: Status
    arrived: bool

    @property
    def key(self) -> Key:
        return arn_of(f"job{self.number}") if self.arrived else key_of_token(self.token)

    def truth(self, step: int) -> Invocation:
        """What the service says of it at a step, with nothing left out."""
        submitted = NOW + timedelta(minutes=self.number)
        is_over = self.ends is not None and self.ends <= step
        ended = submitted + timedelta(minutes=self.ends or 0)
        status = self.outcome if is_over else Status.IN_PROGRESS
        return an_invocation(
            f"job{self.number}",
            status,
            submit_time=submitted,
            client_request_token=self.token,
            kms_key_id=f"arn:key{self.number}",
            failure_message="the output was blocked" if status is Status.FAILED else "",
            last_modified_time=ended if is_over else submitted,
            end_time=ended if is_over else None,
            heard=NOW + timedelta(hours=step),
        )


@dataclass(frozen=True)
class Observation:
    """A job as it was heard of.

    Attributes:
        step: When in its life.
        saying: ``all``; what is left out (``status``, ``token``); or what we ourselves noted, of
            a submission without an answer (``note``) or with one (``answer``).
    """

    job: Job
    step: int
    saying: str

    @property
    def row(self) -> Invocation:
        truth = self.job.truth(self.step)
        if self.saying == "note" or not self.job.arrived:
            return a_note(self.job.token, submit_time=truth.submit_time - timedelta(seconds=1))
        if self.saying == "answer":
            return Invocation(
                key=truth.key,
                status=Status.IN_PROGRESS,
                region=truth.region,
                submit_time=truth.submit_time - timedelta(seconds=1),
                model_id=truth.model_id,
                invocation_arn=truth.invocation_arn,
                client_request_token=truth.client_request_token,
                s3_uri="s3://media/ray/",
                is_ours=True,
            )
        if self.saying == "status":
            return replace(truth, status=Status.UNKNOWN, failure_message="", end_time=None)
        return replace(truth, client_request_token="") if self.saying == "token" else truth


@st.composite
def jobs(draw: st.DrawFn, number: int) -> Job:
    arrived = draw(st.booleans() | st.just(True))
    has_token = draw(st.booleans()) or not arrived
    return Job(
        number,
        f"token{number}" if has_token else "",
        draw(st.none() | st.integers(0, STEPS)),
        draw(st.sampled_from([Status.COMPLETED, Status.FAILED])),
        arrived,
    )


services = st.integers(1, 5).flatmap(lambda count: st.tuples(*(jobs(n) for n in range(count))))


@st.composite
def heard_of(draw: st.DrawFn, service: tuple[Job, ...]) -> Observation:
    job = draw(st.sampled_from(service))
    ours = ["note", "answer"] if job.token else []
    return Observation(
        job, draw(st.integers(0, STEPS)), draw(st.sampled_from(["all", "status", "token", *ours]))
    )


@st.composite
def streams(draw: st.DrawFn) -> tuple[tuple[Job, ...], list[list[Observation]]]:
    """A service, and rounds of what was heard of it: late, repeated, out of order, in parts."""
    service = draw(services)
    rounds = draw(st.lists(st.lists(heard_of(service), max_size=6), max_size=8))
    again = draw(st.lists(st.sampled_from(rounds), max_size=3)) if rounds else []
    return service, draw(st.permutations([*rounds, *again]))


Stream = tuple[tuple[Job, ...], list[list[Observation]]]


def last_word(service: tuple[Job, ...]) -> list[Invocation]:
    """A complete list once nothing happens any more."""
    return [job.truth(QUIET) for job in service if job.arrived]


def as_told(row: Invocation) -> Invocation:
    """The row without what only we can know of it."""
    return replace(row, is_ours=False)


@given(streams())
def test_the_board_is_the_truth_once_it_has_heard_a_complete_list(stream: Stream) -> None:
    service, rounds = stream
    board = Board()
    for heard in rounds:
        board.apply([observation.row for observation in heard])

    board.apply(last_word(service))

    told = {job.key: job.truth(QUIET) for job in service if job.arrived}
    assert {row.key: as_told(row) for row in board if row.invocation_arn} == told
    unanswered = {o.job.key for heard in rounds for o in heard if not o.job.arrived}
    assert {row.key for row in board if not row.invocation_arn} == unanswered


@given(streams())
def test_what_is_heard_after_the_truth_changes_nothing_that_can_be_seen(stream: Stream) -> None:
    service, rounds = stream
    ended = tuple(job for job in service if job.arrived and job.ends is not None)
    board = Board(job.truth(QUIET) for job in ended)
    before = {row.key: replace(as_told(row), heard=None) for row in board}

    for heard in rounds:
        board.apply([observation.row for observation in heard if observation.job in ended])

    assert {row.key: replace(as_told(row), heard=None) for row in board} == before


@given(streams())
def test_no_terminal_status_ever_goes_back(stream: Stream) -> None:
    service, rounds = stream
    board = Board()
    over: dict[Key, Status] = {}

    for heard in [*([o.row for o in heard] for heard in rounds), last_word(service)]:
        changes = board.apply(heard)
        newly = {row.key: row.status for row in board if row.status.is_terminal}

        assert over.items() <= newly.items()
        assert changes.ended <= newly.keys() - over.keys()
        over = newly


@given(streams(), st.data())
def test_the_changes_lead_a_copy_of_the_keys_to_the_same_set(
    stream: Stream, data: st.DataObject
) -> None:
    _, rounds = stream
    board = Board()
    shadow: set[Key] = set()

    for heard in rounds:
        shadow = replayed(shadow, board.apply([observation.row for observation in heard]))
        drops: bool = data.draw(st.booleans())
        if shadow and drops:
            shadow = replayed(shadow, board.drop([data.draw(st.sampled_from(sorted(shadow)))]))

        assert shadow == {row.key for row in board}


def replayed(keys: set[Key], changes: Changes) -> set[Key]:
    assert changes.added.isdisjoint(keys)
    assert changes.removed | changes.renamed.keys() <= keys
    now = (keys - changes.removed - changes.renamed.keys()) | changes.added
    now |= set(changes.renamed.values())
    assert changes.updated | changes.ended <= now
    return now


@given(streams(), st.data())
def test_the_counts_and_the_unsettled_are_what_a_recount_finds(
    stream: Stream, data: st.DataObject
) -> None:
    service, rounds = stream
    board = Board()

    for heard in [*([o.row for o in heard] for heard in rounds), last_word(service)]:
        board.apply(heard)
        keys = [row.key for row in board]
        drops: bool = data.draw(st.booleans())
        if keys and drops:
            board.drop([data.draw(st.sampled_from(keys))])

        rows = list(board)
        assert board.counts == Counter(row.status for row in rows)
        unsettled = {row.key for row in rows if not row.status.is_terminal}
        assert {row.key for row in board.unsettled()} == unsettled
        assert board.pending() == sorted(
            (row for row in rows if row.is_pending), key=lambda row: (row.submit_time, row.key)
        )
