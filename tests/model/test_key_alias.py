from __future__ import annotations

import pytest

from tui.model.key_alias import KeyAlias, complete, taken

PREFIX = "arn:aws:kms:us-west-2:123456789012:"
MEDIA = KeyAlias("alias/media", f"{PREFIX}alias/media")
S3 = KeyAlias("alias/aws/s3", f"{PREFIX}alias/aws/s3")


@pytest.mark.parametrize(
    ("typed", "alias"),
    [("alias/", MEDIA), ("alias/aws", S3), ("med", MEDIA), ("arn:aws", MEDIA), (S3.arn[:-1], S3)],
)
def test_a_name_or_an_arn_gives_the_arn(typed: str, alias: KeyAlias) -> None:
    suggestion = complete(typed, [MEDIA, S3])

    assert suggestion is not None
    assert suggestion.startswith(typed)
    assert taken(suggestion) == alias.arn


@pytest.mark.parametrize("typed", ["", "1234abcd-12ab", "alias/nobody", "S3"])
def test_what_is_no_alias_gives_nothing(typed: str) -> None:
    assert complete(typed, [MEDIA] if typed else []) is None


def test_a_whole_arn_is_not_completed() -> None:
    assert complete(MEDIA.arn, [MEDIA]) is None


def test_a_suggestion_without_an_arrow_is_taken_whole() -> None:
    assert taken("s3://media/") == "s3://media/"
