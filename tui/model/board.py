"""The set of known invocations, and how an observation changes it. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from tui.model.invocation import Invocation, Key, Status, key_of_token


@dataclass(frozen=True, slots=True)
class Changes:
    """What one round of observations changed.

    Attributes:
        added: Keys that are new.
        updated: Keys whose invocation differs in something that can be seen.
        renamed: Old key → new key, of invocations that the service has now accepted. The new key
            stands in ``updated`` too.
        removed: Keys that are gone.
    """

    added: frozenset[Key] = frozenset()
    updated: frozenset[Key] = frozenset()
    renamed: Mapping[Key, Key] = field(default_factory=dict)
    removed: frozenset[Key] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.renamed or self.removed)


class Board:
    """Every invocation we know of, by key. The only state about invocations in the program."""

    def __init__(self, known: Iterable[Invocation] = ()) -> None:
        self._rows: dict[Key, Invocation] = {row.key: row for row in known}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Invocation]:
        return iter(self._rows.values())

    def __contains__(self, key: Key) -> bool:
        return key in self._rows

    def __getitem__(self, key: Key) -> Invocation:
        return self._rows[key]

    def get(self, key: Key | None) -> Invocation | None:
        """The invocation of that key, if it is known."""
        return self._rows.get(key) if key is not None else None

    def pending(self) -> list[Invocation]:
        """The invocations that the service may still change, oldest first."""
        return sorted(
            (row for row in self if row.is_pending), key=lambda invocation: invocation.submit_time
        )

    def apply(self, observations: Iterable[Invocation]) -> Changes:
        """Merge what was just learnt; later facts win, a terminal status never goes back.

        An observation with an ARN takes over the row that we keep under its client token.
        """
        added: set[Key] = set()
        updated: set[Key] = set()
        renamed: dict[Key, Key] = {}
        for seen in observations:
            held = self._rows.get(seen.key)
            token_key = key_of_token(seen.client_request_token)
            if held is None and seen.key != token_key:
                held = self._rows.pop(token_key, None)
                if held is not None:
                    renamed[token_key] = seen.key
            if held is None:
                self._rows[seen.key] = seen
                added.add(seen.key)
                continue
            merged = _merge(held, seen)
            self._rows[seen.key] = merged
            if replace(merged, heard=held.heard) != held and seen.key not in added:
                updated.add(seen.key)
        return Changes(frozenset(added), frozenset(updated), renamed)

    def forget(self, keys: Iterable[Key]) -> Changes:
        """Drop rows, whatever their state."""
        gone = frozenset(key for key in keys if self._rows.pop(key, None) is not None)
        return Changes(removed=gone)


def _merge(held: Invocation, seen: Invocation) -> Invocation:
    """One row out of what we held and what was seen: the seen wins, the held fills its gaps."""
    goes_back = held.status.is_terminal and not seen.status.is_terminal
    knows_less = seen.status is Status.UNKNOWN and held.status is not Status.UNKNOWN
    if goes_back or knows_less:
        return replace(held, heard=seen.heard or held.heard)
    return replace(
        seen,
        client_request_token=seen.client_request_token or held.client_request_token,
        kms_key_id=seen.kms_key_id or held.kms_key_id,
        bucket_owner=seen.bucket_owner or held.bucket_owner,
        failure_message=seen.failure_message or held.failure_message,
        last_modified_time=seen.last_modified_time or held.last_modified_time,
        end_time=seen.end_time or held.end_time,
        heard=seen.heard or held.heard,
        is_ours=seen.is_ours or held.is_ours,
    )
