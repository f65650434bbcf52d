"""Where buckets are: in which region S3 says that one is. The SDK follows there by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.aws.errors import problems, region_in
from tui.model.context import Context
from tui.model.problem import ProblemError

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks

_ELSEWHERE = frozenset(
    {
        "301",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "PermanentRedirect",
    }
)

_BUCKET = "asyncinvoke_bucket"
"""What the bucket of a request is kept under, in the context that botocore carries with it."""


class BucketRegions:
    """The regions of buckets, as far as S3's answers have told them."""

    def __init__(self) -> None:
        self._regions: dict[str, str] = {}

    def of(self, bucket: str) -> str:
        """The region of a bucket; empty where no answer has told it."""
        return self._regions.get(bucket, "")

    def register(self, events: BaseEventHooks) -> None:
        """Listen to the answers of a botocore session's clients, the redirections included.

        Nobody else hears of those: a redirected call ends like any other.
        """
        events.register("before-parameter-build.s3", self._asked)
        events.register("needs-retry.s3", self._answered)

    def _asked(
        self, params: Mapping[str, object], context: MutableMapping[str, object], **_: object
    ) -> None:
        context[_BUCKET] = params.get("Bucket")

    def _answered(
        self,
        response: tuple[object, Mapping[str, Mapping[str, object]]] | None,
        request_dict: Mapping[str, Mapping[str, object]],
        **_: object,
    ) -> None:
        bucket = request_dict["context"].get(_BUCKET)
        region = region_in(response[1]) if response else ""
        if isinstance(bucket, str) and region:
            self._regions[bucket] = region


@contextlib.contextmanager
def placed(operation: str, context: Context, resource: str) -> Iterator[None]:
    """As ``problems``; of a bucket in another region, the problem says in which.

    Raises:
        ProblemError: Something failed.
    """
    try:
        with problems(operation, context, resource):
            yield
    except ProblemError as error:
        if error.problem.kind not in _ELSEWHERE:
            raise
        region = region_in(getattr(error.__cause__, "response", {})) or "another region"
        problem = replace(
            error.problem,
            cause=f"the bucket is in {region}",
            remedy=f"the bucket is in {region}: name an output path in the call's own region, or "
            "let S3 be reached there, without an endpoint URL of one region",
        )
        raise ProblemError(problem) from error.__cause__
