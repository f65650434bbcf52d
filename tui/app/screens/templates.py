"""The template picker: the form's operation first, in it the person's own, then its model's.

It also asks for the name of one to be saved; writing it is the form's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from tui.app.bindings import bindings, keyed
from tui.app.text import safe
from tui.app.widgets.line import Line
from tui.model.dialog_actions import TEMPLATES as KEYS
from tui.model.form import AT_ENDPOINT, WAITED_FOR, operation_of, target_of
from tui.model.template import TEMPLATES, Template
from tui.model.text import fit

SAVE = "save"
"""What the picker is dismissed with when the form is to be saved as a template."""


class TemplateScreen(ModalScreen["Template | str | None"]):
    """Chooses a template; dismissed with it, with ``SAVE``, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(
        self, own: Sequence[Template], faults: Sequence[str], operation: str, target: str
    ) -> None:
        """Offer templates.

        Args:
            own: The person's.
            faults: Why others of theirs could not be read.
            operation: The form's operation.
            target: Its model, or endpoint.
        """
        super().__init__()

        def rank(template: Template) -> tuple[bool, bool, bool]:
            is_other = operation_of(template.fields) != operation
            return is_other, not template.is_own, template.model_id != target

        self._templates = sorted((*own, *TEMPLATES), key=rank)
        self._faults = faults

    def compose(self) -> ComposeResult:
        """The templates, what could not be read, and what the keys do."""
        with Vertical(id="models"):
            yield Label("Templates", markup=False, id="question")
            yield OptionList(
                *(Option(safe(self._line(each))) for each in self._templates),
                markup=False,
                compact=True,
            )
            for fault in self._faults:
                yield Line(fault, classes="fault")
            hint = keyed(
                "{enter} take   {templates.save} save the form as one   {dialog.close} cancel"
            )
            yield Label(hint, markup=False, classes="hint")

    @staticmethod
    def _line(template: Template) -> str:
        operation = operation_of(template.fields)
        any_target = "any endpoint" if operation == AT_ENDPOINT else "any model"
        owner = target_of(template.fields) or any_target
        if operation == WAITED_FOR:
            owner = f"{owner}, waits"
        name = f"{template.name} (yours)" if template.is_own else template.name
        return f"{fit(name, 30)} {fit(owner, 40)}".rstrip()

    def on_mount(self) -> None:
        """Start on the first."""
        self.query_one(OptionList).highlighted = 0

    def action_save(self) -> None:
        """Leave the choice, to save one."""
        self.dismiss(SAVE)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the template."""
        self.dismiss(self._templates[event.option_index])
