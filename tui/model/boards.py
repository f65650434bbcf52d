"""Several boards as one: what the table shows of all the contexts that are open. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set

from tui.model.board import Board, Changes
from tui.model.invocation import Invocation, Key, Status


class Boards:
    """The rows of some boards, read where they are; with one board it costs a call.

    What several boards hold under one key, as two profiles of one account do, is one row: that of
    the board that came first.
    """

    def __init__(self, *boards: Board) -> None:
        """Begin with some boards, the first of which has the first word."""
        self._boards: list[Board] = []
        self._hidden: list[dict[Key, Status]] = []  # of each board: what one before it holds, too
        self._hidden_counts: Counter[Status] = Counter()
        for board in boards:
            self.add(board)

    def __len__(self) -> int:
        return sum(map(len, self._boards)) - sum(map(len, self._hidden))

    def __iter__(self) -> Iterator[Invocation]:
        if len(self._boards) == 1:
            return iter(self._boards[0])
        return self._each()

    def _each(self) -> Iterator[Invocation]:
        for board, hidden in zip(self._boards, self._hidden, strict=True):
            if hidden:
                yield from (row for row in board if row.key not in hidden)
            else:
                yield from board

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the contexts that the rows belong to, in the order of the boards."""
        return tuple(board.context for board in self._boards)

    def __contains__(self, key: Key) -> bool:
        return self.get(key) is not None

    def __getitem__(self, key: Key) -> Invocation:
        if (row := self.get(key)) is None:
            raise KeyError(key)
        return row

    def get(self, key: Key | None) -> Invocation | None:
        """The row of that key, if one of them has it; a token's key also finds it by its ARN."""
        if key is None:
            return None
        for board in self._boards:
            if board.holds(key):
                return board[key]
        return next((row for board in self._boards if (row := board.get(key))), None)

    @property
    def counts(self) -> Counter[Status]:
        """How many rows there are of each status."""
        if len(self._boards) == 1:
            return self._boards[0].counts
        counts: Counter[Status] = Counter()
        for board in self._boards:
            counts.update(board.counts)
        counts.subtract(self._hidden_counts)
        return counts

    def add(self, board: Board) -> None:
        """Show the rows of one more board, after those that are there."""
        shared = [other.shared(board) for other in self._boards]
        self._boards.append(board)
        self._hidden.append({})
        self._look(set().union(*shared))

    def remove(self, board: Board) -> None:
        """Show the rows of a board no more; what another one holds as well stays."""
        place = self._boards.index(board)
        self._hidden_counts.subtract(Counter(self._hidden.pop(place).values()))
        del self._boards[place]
        self._look(set().union(*(other.shared(board) for other in self._boards)))

    def follow(self, board: Board, changes: Changes) -> Changes:
        """What the changes of one board, which it has made already, change on the screen."""
        if len(self._boards) == 1:
            return changes
        renamed, gone = changes.renamed, changes.removed | changes.renamed.keys()
        self._look(changes.added | changes.updated | gone | frozenset(renamed.values()))
        place = self._boards.index(board)
        before, after = self._boards[:place], self._boards[place + 1 :]
        others = [*before, *after]
        came = {key for key in changes.added | changes.updated if not _is_in(before, key)}
        added = {key for key in came & changes.added if not _is_in(after, key)}
        left = {key for key in gone if not _is_in(others, key)}
        passed_on = {key for key in gone - left if not _is_in(before, key)}
        return Changes(
            added=frozenset(added),
            updated=frozenset(came - added | passed_on),
            renamed={old: new for old, new in renamed.items() if old in left},
            removed=frozenset(left - renamed.keys()),
            ended=frozenset(key for key in changes.ended if not _is_in(before, key)),
        )

    def _look(self, keys: Set[Key]) -> None:
        """See anew which board shows these keys, and which ones hold them unseen."""
        for key in keys:
            is_shown = False
            for board, hidden in zip(self._boards, self._hidden, strict=True):
                if (old := hidden.pop(key, None)) is not None:
                    self._hidden_counts[old] -= 1
                if is_shown and board.holds(key):
                    hidden[key] = board[key].status
                    self._hidden_counts[hidden[key]] += 1
                is_shown = is_shown or board.holds(key)


def _is_in(boards: list[Board], key: Key) -> bool:
    return any(board.holds(key) for board in boards)
