"""The watcher against a real S3 server: pending, then an output or a failure."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from msgspec.structs import replace

from tests.builders import a_watched
from tests.seaweedfs import SeaweedFS
from tests.seaweedfs import session as session
from tui.aws.session import Session
from tui.config import Polling
from tui.engine.ticking import Heard, Missed
from tui.engine.watching import Watcher
from tui.ledger.known import Known
from tui.model.board import Board
from tui.model.clock import utc_now
from tui.model.invocation import Invocation, Status, Witness


def row_in(bucket: str, name: str) -> Invocation:
    now = utc_now()
    witness = Witness(
        output_location=f"s3://{bucket}/out/{name}.out",
        failure_location=f"s3://{bucket}/failed/{name}-error.out",
        deadline=now + timedelta(hours=1),
    )
    return replace(
        a_watched(name), submit_time=now, s3_uri=witness.output_location, witness=witness
    )


async def test_what_is_written_ends_its_inference_and_no_other(
    seaweedfs: SeaweedFS, session: Session, known: Known
) -> None:
    bucket = seaweedfs.bucket()
    board = Board([row_in(bucket, name) for name in "abc"])
    news: list[Heard | Missed] = []
    watcher = Watcher(session, board, known, Polling(), utc_now, news.append, news.append)
    await watcher.tick()
    assert {row.status for row in board} == {Status.PENDING}
    with closing(seaweedfs.client()) as client:
        client.put_object(Bucket=bucket, Key="out/a.out", Body=b"{}")
        client.put_object(Bucket=bucket, Key="failed/b-error.out", Body=b"out of memory")

    await watcher.tick()

    assert not [each for each in news if isinstance(each, Missed)]
    statuses = {row.client_request_token: row.status for row in board}
    assert statuses == {"a": Status.COMPLETED, "b": Status.FAILED, "c": Status.PENDING}
    assert board["token:b"].failure_message == "out of memory"
