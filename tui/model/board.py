"""The set of known invocations, and how an observation changes it. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from msgspec.structs import force_setattr, replace

from tui.model.invocation import Invocation, Key, Status, key_of_token, token_of_key


@dataclass(frozen=True, slots=True)
class Changes:
    """What one round of observations changed.

    Attributes:
        added: Keys that are new.
        updated: Keys whose invocation differs in something that can be seen.
        renamed: Old key → new key, of invocations that the service has now accepted. The new key
            stands in ``updated`` too.
        removed: Keys that are gone.
        ended: Those of the keys whose invocation was not over before, and now is.
    """

    added: frozenset[Key] = frozenset()
    updated: frozenset[Key] = frozenset()
    renamed: Mapping[Key, Key] = field(default_factory=dict)
    removed: frozenset[Key] = frozenset()
    ended: frozenset[Key] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.renamed or self.removed)


class Rows(Protocol):
    """What a table reads: the rows of one board, or of several."""

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def __iter__(self) -> Iterator[Invocation]:
        """All of them, in no order."""
        ...

    def get(self, key: Key | None) -> Invocation | None:
        """The row of that key, if there is one."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the contexts that they belong to."""
        ...


class Board:
    """Every invocation we know of, by key. The only state about invocations in the program.

    Attributes:
        counts: How many there are of each status.
        context: The label that every row gets.
    """

    def __init__(
        self,
        known: Iterable[Invocation] = (),
        forgotten: Iterable[Key] = (),
        context: str = "",
    ) -> None:
        """Begin with what is known.

        Args:
            known: The rows, which nobody else holds.
            forgotten: The keys that are not heard of any more.
            context: The label that every row gets.
        """
        self._forgotten = set(forgotten)
        self.context = context
        self._rows: dict[Key, Invocation] = {
            row.key: row for row in known if row.key not in self._forgotten
        }
        if context:
            for row in self:  # of 100,000 a copy each would cost the first frame 50 ms
                force_setattr(row, "context", context)
        self.counts = Counter(row.status for row in self)
        self._unsettled = {row.key for row in self if not row.status.is_terminal}

    @property
    def labels(self) -> tuple[str, ...]:
        """See ``Rows``: it is one."""
        return (self.context,)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Invocation]:
        return iter(self._rows.values())

    def __contains__(self, key: Key) -> bool:
        return key in self._rows or self._under_arn(key) in self._rows

    def __getitem__(self, key: Key) -> Invocation:
        return self._rows[key if key in self._rows else self._under_arn(key)]

    def get(self, key: Key | None) -> Invocation | None:
        """The invocation of that key, if it is known; a token's key also finds it by its ARN."""
        return self[key] if key is not None and key in self else None

    def holds(self, key: Key) -> bool:
        """Whether a row stands under that very key."""
        return key in self._rows

    def shared(self, other: Board) -> set[Key]:
        """The keys that both hold."""
        return self._rows.keys() & other._rows.keys()

    def unsettled(self) -> list[Invocation]:
        """The invocations that are not over, as far as we know; those that are cost nothing."""
        return [self._rows[key] for key in self._unsettled]

    def pending(self) -> list[Invocation]:
        """The invocations that the service may still change, oldest first."""
        pending = [row for row in self.unsettled() if row.is_pending]
        return sorted(pending, key=lambda row: (row.submit_time, row.key))

    def watched(self) -> list[Invocation]:
        """The invocations of which S3 may still tell, oldest first."""
        watched = [row for row in self.unsettled() if row.is_watched]
        return sorted(watched, key=lambda row: (row.submit_time, row.key))

    def apply(self, observations: Iterable[Invocation]) -> Changes:
        """Merge what was just learnt; later facts win, a terminal status never goes back.

        An observation with an ARN takes over the row that we keep under its client token, and one
        without goes to the row with an ARN and its token: the answer to a submission may come
        later than the poll that finds it.
        """
        added: set[Key] = set()
        updated: set[Key] = set()
        renamed: dict[Key, Key] = {}
        ended: set[Key] = set()
        observations = list(observations)
        arns = self._arns_of(seen for seen in observations if not seen.invocation_arn)
        for seen in observations:
            if seen.key in self._forgotten:
                continue
            if seen.context != self.context:
                seen = replace(seen, context=self.context)
            key, noted = self._place(seen, arns)
            held = self._rows.get(key)
            if held and not noted and replace(seen, heard=held.heard) == held:
                self._rows[key] = seen if seen.heard else held  # no news: the most frequent case
                continue
            is_new = held is None and (noted is None or noted.key in added)
            if noted is not None:
                if noted.key not in added:
                    renamed[noted.key] = key
                added.discard(noted.key)
                updated.discard(noted.key)
            before = _merge(noted, held) if noted and held else held or noted
            merged = _merge(before, seen) if before else seen
            if merged.key != key:
                merged = replace(merged, key=key)
            self._rows[key] = merged
            if merged.client_request_token in arns:
                arns[merged.client_request_token] = key
            self.counts[merged.status] += 1
            if merged.status.is_terminal:
                self._unsettled.discard(key)
            else:
                self._unsettled.add(key)
            for old in filter(None, (held, noted)):
                self.counts[old.status] -= 1
            if before and merged.status.is_terminal and not before.status.is_terminal:
                ended.add(key)
            if is_new:
                added.add(key)
            elif noted or (before and replace(merged, heard=before.heard) != before):
                updated.add(key)
        updated -= added
        return Changes(frozenset(added), frozenset(updated), renamed, ended=frozenset(ended))

    def forget(self, keys: Iterable[Key]) -> Changes:
        """Drop rows for good: what AWS says of them is not heard any more."""
        self._forgotten.update(keys := list(keys))
        return self.drop(keys)

    def renew(self, tokens: Iterable[str]) -> Changes:
        """Make way for submissions under tokens that are free again: what was there is history."""
        keys = list(map(key_of_token, tokens))
        self._forgotten.difference_update(keys)
        return self.drop(
            key for key in keys if key in self._rows and self._rows[key].status.is_terminal
        )

    def drop(self, keys: Iterable[Key]) -> Changes:
        """Drop rows, whatever their state; another observation brings them back."""
        gone = {key: row for key in keys if (row := self._rows.pop(key, None)) is not None}
        for row in gone.values():
            self.counts[row.status] -= 1
            self._unsettled.discard(row.key)
        return Changes(removed=frozenset(gone))

    def _place(self, seen: Invocation, arns: Mapping[str, Key]) -> tuple[Key, Invocation | None]:
        """The key that it belongs under, and the row under its token that this one replaces."""
        token = seen.client_request_token
        if not token:
            return seen.key, None
        if not seen.invocation_arn:
            return (seen.key if seen.key in self._rows else arns.get(token, seen.key)), None
        noted = self._rows.get(key_of_token(token))
        if noted is None or not noted.is_listed:  # an inference id may read like a client token
            return seen.key, None
        del self._rows[noted.key]
        self._unsettled.discard(noted.key)
        return seen.key, noted

    def _arns_of(self, notes: Iterable[Invocation]) -> dict[str, Key]:
        """For the tokens of rows without an ARN: the keys that stand for them now.

        All of them are looked for in one pass, for there may be ten thousand.
        """
        listed = (note for note in notes if note.client_request_token and note.is_listed)
        arns = {note.client_request_token: note.key for note in listed}
        if any(key not in self._rows for key in arns.values()):
            found = ((row.client_request_token, row.key) for row in self)
            arns.update((token, key) for token, key in found if token in arns)
        return arns

    def _under_arn(self, key: Key) -> Key:
        """The key with the ARN for a token's key; any other key comes back as it is.

        Looked for among all rows, 5 ms of 100,000: an index would cost each of them, and it is
        asked for once a submission.
        """
        if not (token := token_of_key(key)):
            return key
        return next((row.key for row in self if row.client_request_token == token), key)


def _merge(held: Invocation, seen: Invocation) -> Invocation:
    """One row out of what we held and what was seen: the better wins, the other fills its gaps."""
    held, seen = _beside(held, seen), _beside(seen, held)
    is_ours_alone = seen.heard is None and held.heard is not None  # AWS has said more than we know
    goes_back = (held.status.is_terminal or is_ours_alone) and not seen.status.is_terminal
    is_word_of_aws = held.status.is_known_to_aws and not held.is_waited_for
    knows_less = seen.status is Status.UNKNOWN and is_word_of_aws
    best, other = (held, seen) if goes_back or knows_less else (seen, held)
    is_of_status = best.status is other.status  # why one status came about explains no other
    return replace(
        best,
        invocation_arn=best.invocation_arn or other.invocation_arn,
        model_id=best.model_id or other.model_id,
        model_arn=best.model_arn or other.model_arn,
        client_request_token=best.client_request_token or other.client_request_token,
        s3_uri=best.s3_uri or other.s3_uri,
        kms_key_id=best.kms_key_id or other.kms_key_id,
        bucket_owner=best.bucket_owner or other.bucket_owner,
        failure_message=best.failure_message or (other.failure_message if is_of_status else ""),
        last_modified_time=best.last_modified_time or other.last_modified_time,
        end_time=best.end_time or other.end_time,
        heard=seen.heard or held.heard,
        is_ours=best.is_ours or other.is_ours,
        prompt=best.prompt or other.prompt,
        tags=best.tags or other.tags,
        witness=best.witness or other.witness,
        parts=best.parts or other.parts,
    )


def _beside(row: Invocation, other: Invocation) -> Invocation:
    """The row; a mere note if it is a refusal: what was accepted was begun by another call."""
    is_refusal = row.status is Status.FAILED and not (row.heard or row.invocation_arn)
    if not (is_refusal and (other.invocation_arn or other.witness)):
        return row
    return replace(row, status=Status.UNKNOWN, failure_message="", end_time=None)
