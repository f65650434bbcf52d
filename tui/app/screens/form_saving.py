"""What the form does to save what stands in it as a template, under a name that it asks for."""

from __future__ import annotations

import asyncio

from tui.app.screens.prompt import PromptScreen
from tui.app.screens.working import WorkingScreen
from tui.app.widgets.request_fields import RequestFields
from tui.engine import templates
from tui.engine.session import Engine
from tui.model import form
from tui.model.invocation import Key
from tui.model.problem import ProblemError


class Saving:
    """Saves templates; one of the same name is replaced when that is given once more at once."""

    def __init__(
        self, screen: WorkingScreen[Key | None], engine: Engine, fields: RequestFields
    ) -> None:
        """Save nothing yet.

        Args:
            screen: The form; the question for the name lies over it.
            engine: Its settings say where templates are.
            fields: What is saved, and where it is said what became of it.
        """
        self._screen = screen
        self._folder = engine.settings.template_folder
        self._fields = fields

    async def save(self) -> None:
        """Save what stands in the fields, without the token; say where, or why not."""
        try:
            members = form.members_of({**self._fields.texts, "token": "", "inference_id": ""})
        except ValueError as error:
            self._fields.say(f"not saved: {error}", "$text-error")
            return
        taken = ""

        async def take(answer: str) -> None:
            nonlocal taken
            name = answer.removesuffix(templates.SUFFIX)
            is_again, taken = name == taken, ""
            try:
                path = await asyncio.to_thread(
                    templates.save, self._folder, name, members, replaces=is_again
                )
            except ProblemError as error:
                taken = name if error.problem.kind == templates.TAKEN else ""
                raise
            self._fields.say(f"saved as {path}", "$foreground-muted")

        hint = f"a name; it goes to {self._folder}"
        await self._screen.app.push_screen_wait(PromptScreen("Save as template", "", hint, take))
