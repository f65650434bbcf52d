"""An open ledger file with all that is kept in it. Decides nothing."""

from __future__ import annotations

from pathlib import Path

from tui.ledger.answers import Answers
from tui.ledger.choices import Choices
from tui.ledger.database import Database
from tui.ledger.drafts import Drafts
from tui.ledger.journal import Journal
from tui.ledger.known import Known
from tui.ledger.queued import Queued
from tui.ledger.retries import Retries
from tui.model.problem import ProblemError


class Ledger:
    """What one file keeps.

    Attributes:
        path: The file.
        journal: The submissions.
        queued: Those of them that wait to be sent.
        retries: What they are second tries of.
        known: The invocations.
        answers: What models answered that were waited for.
        drafts: What stands in the forms.
        choices: What was chosen on the screen.
        set_aside: Where a damaged file went; None when there was none.
    """

    def __init__(self, path: Path, *, keep_inputs: bool) -> None:
        """Open the file, or create it. Waits for the disk.

        Args:
            path: The file.
            keep_inputs: Whether model inputs are written to it.

        Raises:
            LedgerError: It cannot be used.
        """
        self.path = path
        self._database = Database(path)
        self.set_aside = self._database.set_aside
        self.journal = Journal(self._database, keep_inputs=keep_inputs)
        self.queued = Queued(self._database, keep_inputs=keep_inputs)
        self.retries = Retries(self._database)
        self.known = Known(self._database)
        self.answers = Answers(self._database, keep=keep_inputs)
        self.drafts = Drafts(self._database)
        self.choices = Choices(self._database)

    @property
    def unwritten(self) -> int:
        """How much of what came to us alone is not in the file although it should be."""
        return self.answers.unwritten + self.journal.unwritten

    async def flush(self) -> None:
        """Try once more to write down what the file did not take.

        Raises:
            ProblemError: Some of it fails still.
        """
        trouble = None
        for flush in (self.journal.flush, self.answers.flush):
            try:
                await flush()
            except ProblemError as error:
                trouble = error
        if trouble is not None:
            raise trouble

    def close(self) -> None:
        """Finish what was given, then close the file; see ``Database.close``."""
        self._database.close()
