"""The watcher of one context: learns from S3 what became of its SageMaker inferences.

Nobody lists them: an output object means Completed, a failure object Failed. Neither, once the
time is up, means Overdue, which is still watched, in the idle rhythm. What S3 does not tell changes
no status. While nothing is watched, S3 is not asked.

The ledger is, in the idle rhythm: what other copies of the program have begun, and AWS has no list
of, is there alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace as replace_data
from datetime import datetime, timedelta

from msgspec.structs import replace

from tui.aws import s3
from tui.aws.bedrock import PATIENCE, SLICE_SIZE
from tui.aws.session import Session
from tui.config import Polling
from tui.engine.sights import AT_ONCE, Sight, Sights, is_of_place
from tui.engine.submission import SKEW
from tui.engine.ticking import Heard, Listener, Ticker, interval, is_brisk
from tui.ledger.known import Known
from tui.model.board import Board, Changes
from tui.model.clock import Clock
from tui.model.invocation import Invocation, Status
from tui.model.outputs import place_of
from tui.model.problem import Problem, ProblemError

ANOTHER_S = "the object of this name is another inference's: S3 tells of the last one alone"

_UNWRITTEN = SKEW + timedelta(seconds=PATIENCE)
"""How long after its submission another copy may write a row: an answer may be waited for."""


class Watcher(Ticker):
    """Watches one context's locations in S3."""

    source = "s3"

    def __init__(
        self,
        session: Session,
        board: Board,
        known: Known,
        polling: Polling,
        clock: Clock,
        listener: Listener,
        announce: Listener,
    ) -> None:
        """Prepare to watch; nothing is asked before ``run`` or ``tick``.

        Args:
            session: Where to ask.
            board: What is known.
            known: What other copies of the program know: they write it to the same ledger.
            polling: The rhythm.
            clock: The time.
            listener: Is told all news, once the board has it.
            announce: Is told instead what came from the ledger: AWS said nothing, and it is kept.
        """
        super().__init__(polling, clock, listener)
        self._session = session
        self._board = board
        self._known = known
        self._announce = announce
        self._sights = Sights(session, clock)
        self._begun = clock()
        self._adopted: datetime | None = None
        self._written: dict[str, datetime] | None = None

    def pace(self) -> float:
        """See ``Ticker``."""
        return interval(self._board.watched(), self._polling, self._clock())

    async def look(self) -> None:
        """See ``Ticker``."""
        trouble = await self._adopt()
        await self._watch()
        if trouble:
            raise ProblemError(trouble)

    async def _adopt(self) -> Problem | None:
        """Put on the board what others have submitted, once in an idle stretch."""
        if self._adopted is not None and not self._is_due_again(self._adopted):
            return None
        since, self._adopted = self._adopted or self._begun, self._clock()
        lost = [row.key for row in self._board.unsettled() if _is_lost(row)]
        try:
            rows = await self._known.load_unlisted(
                self._session.context.key, since - _UNWRITTEN, lost
            )
        except ProblemError as error:
            return error.problem
        new = [row for row in rows if _is_better_known(row, self._held(row))]
        for start in range(0, len(new), SLICE_SIZE):
            self._written = None  # some may have ended
            changes = self._board.apply(new[start : start + SLICE_SIZE])
            self._announce(Heard(changes, self._clock()))
            await asyncio.sleep(0)
        return None

    def _held(self, row: Invocation) -> Invocation | None:
        """What the board has under the very key of a row."""
        return self._board[row.key] if self._board.holds(row.key) else None

    async def _watch(self) -> None:
        rows = self._board.watched()
        self._sights.keep(location for row in rows for location in locations_of(row))
        now = self._clock()
        if due := [row for row in rows if self._is_due(row, now)]:
            await self._ask_about(due)
        elif self._failures and not rows:
            self.tell(Changes(), now)  # what went wrong concerns nothing any more

    async def _ask_about(self, rows: Sequence[Invocation]) -> None:
        trouble: BaseException | None = None
        try:
            await self._sights.look(self._unseen(rows))
        except ProblemError as error:
            trouble = error
        told = 0
        for start in range(0, len(rows), SLICE_SIZE):
            some = rows[start : start + SLICE_SIZE]
            news = [seen for row in some if (seen := self._judge(row)) != row]
            told += len(news)
            if news:
                await self._learn(news)
        if not (told or trouble):
            self.tell(Changes(), self._clock())
        left = {row.key for row in self._board.watched()}
        failed = [row for row in rows if row.key in left and has_failed(self._sights_of(row))]
        for start in range(0, len(failed), AT_ONCE):
            reading = map(self._failed, failed[start : start + AT_ONCE])
            read = await asyncio.gather(*reading, return_exceptions=True)
            if news := [row for row in read if isinstance(row, Invocation)]:
                await self._learn(news)
            trouble = trouble or next((it for it in read if isinstance(it, BaseException)), None)
        if trouble:
            raise trouble

    def _judge(self, row: Invocation) -> Invocation:
        """The row as what S3 said makes it; an object ends one inference, whoever shares it."""
        seen = judged(row, self._sights_of(row))
        if seen.status is Status.COMPLETED and seen.end_time is not None:
            self._ends[seen.s3_uri] = seen.end_time
        return seen

    @property
    def _ends(self) -> dict[str, datetime]:
        """When the objects were written that are the output of an inference which has ended."""
        if self._written is None:
            ended = [row for row in self._board if row.witness and row.status is Status.COMPLETED]
            ended.sort(key=lambda row: row.end_time or row.submit_time)
            self._written = {row.s3_uri: row.end_time for row in ended if row.end_time}
        return self._written

    def _unseen(self, rows: Sequence[Invocation]) -> list[str]:
        """The locations where no object was seen yet: the outputs, then the failures."""
        outputs, failures = [], []
        for row in rows:
            output, *rest = zip(locations_of(row), self._sights_of(row), strict=True)
            outputs.append(output)
            failures += rest
        both = (*outputs, *failures)
        return [name for name, sight in both if sight is None or sight.modified is None]

    async def _failed(self, row: Invocation) -> Invocation:
        """The row with what its failure object says."""
        location = locations_of(row)[1]
        sight, place = self._sights.of(location), place_of(location)
        assert sight is not None
        assert place is not None
        try:
            text = await s3.read_text(self._session, place.bucket, place.prefix)
        except ProblemError as error:
            if not is_of_place(error.problem):
                raise
            text = f"the failure object could not be read: {error.problem.one_line}"
        return replace(
            _heard(row, sight.at),
            status=Status.FAILED,
            failure_message=text.strip() or "the failure object is empty",
            end_time=sight.modified,
        )

    async def _learn(self, rows: Sequence[Invocation]) -> None:
        """Tell what rows bring, in slices that leave the screen its turns."""
        for start in range(0, max(1, len(rows)), SLICE_SIZE):
            self.tell(self._board.apply(rows[start : start + SLICE_SIZE]), self._clock())
            await asyncio.sleep(0)

    def _sights_of(self, row: Invocation) -> list[Sight | None]:
        return [self._of_its_own(row, location) for location in locations_of(row)]

    def _of_its_own(self, row: Invocation, location: str) -> Sight | None:
        """What was seen at a row's location, without an object that is another's, by one name."""
        sight = self._sights.of(location)
        if sight is None or sight.modified is None:
            return sight
        if (written := self._ends.get(location)) and sight.modified <= written:
            return replace_data(sight, modified=None, note=ANOTHER_S)
        if sight.modified < row.submit_time - SKEW:
            return replace_data(sight, modified=None)
        return sight

    def _is_due(self, row: Invocation, now: datetime) -> bool:
        if is_brisk(row, now):
            return True
        return any(each is None or self._is_due_again(each.at) for each in self._sights_of(row))

    def _is_due_again(self, moment: datetime) -> bool:
        is_long_ago = abs(self._clock() - moment) >= timedelta(seconds=self._polling.idle)
        return is_long_ago or self.is_all_wanted


def locations_of(row: Invocation) -> list[str]:
    """The URIs of what is watched for a row: its output, and its failure where it has one."""
    assert row.witness is not None
    failure = row.witness.failure_location
    return [row.witness.output_location, *([failure] if failure else [])]


def has_failed(sights: Sequence[Sight | None]) -> bool:
    """Whether a failure is there, and no output."""
    output, *failures = sights
    is_missing = output is not None and output.modified is None
    return is_missing and any(failure and failure.modified for failure in failures)


def _is_better_known(row: Invocation, here: Invocation | None) -> bool:
    """Whether another copy of the program knows more of a row than we do."""
    if here is None or (row.witness and not here.witness):
        return True
    if here.status is Status.UNKNOWN:
        return row.status.is_terminal
    is_asked_again = row.is_waited_for and here.status is Status.FAILED
    return is_asked_again and row.status is Status.COMPLETED


def _is_lost(row: Invocation) -> bool:
    """Whether another copy of the program may know of a submission without an answer here."""
    return not row.invocation_arn and row.status is Status.UNKNOWN


def judged(row: Invocation, sights: Sequence[Sight | None]) -> Invocation:
    """The row as what S3 said of its locations makes it; a failure is read first.

    Args:
        row: A row that is watched.
        sights: Of its output and, where it has a location for it, its failure.
    """
    assert row.witness is not None
    output = sights[0]
    if output and output.modified:
        return replace(_heard(row, output.at), status=Status.COMPLETED, end_time=output.modified)
    known = [sight for sight in sights if sight is not None]
    if has_failed(sights) or len(known) < len(sights):
        return row
    at = min(sight.at for sight in known)
    status = Status.OVERDUE if at >= row.witness.deadline else Status.PENDING
    if note := next((sight.note for sight in known if sight.note), ""):
        return replace(row, status=status, witness=replace(row.witness, note=note))
    return replace(_heard(row, at), status=status)


def _heard(row: Invocation, at: datetime) -> Invocation:
    """The row when S3 tells of it without reserve."""
    assert row.witness is not None
    return replace(row, heard=at, witness=replace(row.witness, note=""))
