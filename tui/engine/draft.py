"""The draft of one open form: what stands in it, on its way to the ledger. Knows no screen."""

from __future__ import annotations

import asyncio
import uuid

from msgspec.structs import replace

from tui.ledger.drafts import Draft, Drafts
from tui.model.clock import Clock
from tui.model.form import MODEL_INPUT
from tui.model.problem import Problem, problem_of

KEEP_SECONDS = 0.15
"""How long a key waits for what is typed to be kept."""

BUSY = Problem(
    kind="LedgerBusy",
    message="what is typed is not kept yet",
    cause="another program holds the ledger, or the disk is slow",
    remedy="try again in a moment",
    is_retryable=True,
)


class OpenDraft:
    """Keeps what stands in a form under an id of its own, the latest last.

    Attributes:
        id: The draft's id; another one once another copy of the program has taken the first.
        kept: What the ledger got last; None before it got anything.
    """

    def __init__(
        self, drafts: Drafts, clock: Clock, *, keep_inputs: bool, held: Draft | None = None
    ) -> None:
        """Go on with a draft that the ledger holds, or begin one.

        Args:
            drafts: Where it is kept.
            clock: The time.
            keep_inputs: Whether the model input is kept, too.
            held: The draft to go on with.
        """
        self.id = held.id if held else str(uuid.uuid4())
        self._drafts = drafts
        self._clock = clock
        self._keep_inputs = keep_inputs
        self.kept = held
        self._wanted: dict[str, str] = {}
        self._saved: dict[str, str] = {}
        self._saving: asyncio.Task[Problem | None] | None = None

    async def keep(
        self, fields: dict[str, str], patience: float | None = KEEP_SECONDS
    ) -> Problem | None:
        """Keep the fields, and wait for it as long as the patience lasts; then it goes on.

        Returns:
            Why they are not kept, or not yet.
        """
        self._wanted = fields
        if self._saving is None or self._saving.done():
            self._saving = asyncio.get_running_loop().create_task(self._save())
        saving = self._saving  # while this one is waited for, another may take its place
        await asyncio.wait([saving], timeout=patience)
        return saving.result() if saving.done() else BUSY

    async def _save(self) -> Problem | None:
        while (fields := self._wanted) != self._saved:
            draft = Draft(self.id, dict(fields), self._clock())
            if not self._keep_inputs:
                draft.fields.pop(MODEL_INPUT, None)
            try:
                self.id = await self._drafts.save(draft, self.kept.saved if self.kept else None)
            except Exception as error:  # whatever it is, the next turn tries again
                return problem_of(error)
            self.kept, self._saved = replace(draft, id=self.id), fields
        return None
