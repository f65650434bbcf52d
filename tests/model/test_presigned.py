from __future__ import annotations

from datetime import timedelta, timezone

from tests.builders import NOW
from tui.model.presigned import PresignedUrl, Signer, ending, moment

HERE = timezone(timedelta(hours=2))
HOUR = timedelta(hours=1)


def test_a_moment_is_told_here_and_in_utc() -> None:
    assert moment(NOW, HERE) == "2026-03-14 11:26 local, 09:26 UTC"
    assert moment(NOW, timezone.utc) == "2026-03-14 09:26 local, 09:26 UTC"
    late = NOW.replace(hour=23)
    assert moment(late, HERE) == "2026-03-15 01:26 local, 2026-03-14 23:26 UTC"


def test_lasting_credentials_cut_nothing() -> None:
    signer = Signer()

    assert not signer.cuts(NOW)
    assert ending(NOW, signer, HERE) == "until 2026-03-14 11:26 local, 09:26 UTC"


def test_temporary_credentials_cut_what_shall_outlast_them() -> None:
    signer = Signer(is_temporary=True, end=NOW)

    assert signer.cuts(NOW + HOUR)
    assert ending(NOW + HOUR, signer, HERE).startswith("only until 2026-03-14 11:26 local")
    assert not signer.cuts(NOW - HOUR)
    told = ending(NOW - HOUR, signer, HERE)
    assert told == "until 2026-03-14 10:26 local, 08:26 UTC; its temporary credentials last longer"


def test_an_end_that_nobody_tells_may_come_at_any_time() -> None:
    signer = Signer(is_temporary=True)

    assert signer.cuts(NOW)
    assert "or earlier" in ending(NOW, signer, HERE)


def test_the_url_is_in_no_repr() -> None:
    signed = PresignedUrl("https://media.s3/x?X-Amz-Signature=beef", NOW, Signer())

    assert "beef" not in repr(signed)
    assert "beef" not in str(signed)
