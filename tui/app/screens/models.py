"""The model picker: the known async models, with what they make and need."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from tui.app.text import safe
from tui.model.catalogue import ASYNC_MODELS


class ModelScreen(ModalScreen[str | None]):
    """Chooses a model; dismissed with its id, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "cancel"),
        Binding("j", "app.simulate_key('down')", show=False),
        Binding("k", "app.simulate_key('up')", show=False),
    ]

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current

    def compose(self) -> ComposeResult:
        """The models, the current one under the cursor."""
        with Vertical(id="models"):
            yield Label("Models for StartAsyncInvoke", markup=False, id="question")
            yield OptionList(
                *(
                    Option(safe(f"{model.model_id}\n    {model.makes} from {model.needs}"))
                    for model in ASYNC_MODELS
                ),
                markup=False,
                compact=True,
            )
            yield Label("⏎ choose   esc cancel   any id or ARN may be typed", markup=False)

    def on_mount(self) -> None:
        """Start on the model that is in the form."""
        ids = [model.model_id for model in ASYNC_MODELS]
        self.query_one(OptionList).highlighted = (
            ids.index(self._current) if self._current in ids else 0
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the model."""
        self.dismiss(ASYNC_MODELS[event.option_index].model_id)
