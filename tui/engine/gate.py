"""Whether AWS may be asked: not while nobody is signed in."""

from __future__ import annotations

import asyncio

from tui.model.problem import Problem, ProblemError


class Gate:
    """Stands before all that asks AWS of one context.

    Attributes:
        problem: Why it is shut; None while it is open.
        openings: How often it was opened again: what was asked before that says nothing of now.
    """

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self.openings = 0
        self._opened = asyncio.Event()
        self._opened.set()
        self._shut = asyncio.Event()

    def shut(self, problem: Problem) -> None:
        """Let nothing more through, for this reason."""
        self.problem = problem
        self._opened.clear()
        self._shut.set()

    def open(self) -> None:
        """Let everything through again."""
        self.problem = None
        self.openings += 1
        self._shut.clear()
        self._opened.set()

    def require(self) -> None:
        """Do nothing while it is open.

        Raises:
            ProblemError: It is shut.
        """
        if self.problem is not None:
            raise ProblemError(self.problem)

    async def passes(self) -> None:
        """Return once it is open."""
        await self._opened.wait()

    async def is_shut(self) -> None:
        """Return once it is shut."""
        await self._shut.wait()
