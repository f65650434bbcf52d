"""One field of a form: a label, a one-line input, and the place where its faults are said."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.suggester import Suggester
from textual.widgets import Input

from tui.app.widgets.line import Line
from tui.model.text import even_lines, fit, masked

_BEGINNINGS = ("s3://", "arn:")
"""What begins a thing of its own: such a line continues none."""


class PlainInput(Input):
    """An input that paints pasted control characters as one replacement each, and keeps them.

    Attributes:
        holds_words: Whether blanks part what it holds, as line ends do; elsewhere, lines are the
            pieces of one word that was wrapped.
    """

    DEFAULT_CLASSES = "-textual-compact"
    compact = reactive(True)  # Textual's own adds the class later, and styles the input once more

    holds_words = True
    _hint = ""

    def on_paste(self, event: events.Paste) -> None:
        """Have it decided what it is for; another text than that becomes a line here."""
        from tui.app.widgets.pasting import take

        take(self, event, self._put)

    def _put(self, text: str) -> None:
        lines = even_lines(text).strip("\n").split("\n")
        if not self.holds_words and len(lines) > 1:
            first, *others = lines
            if any(line.lstrip().startswith(_BEGINNINGS) for line in others):
                told = f"not pasted: these {len(lines)} lines are not one thing"
                self.notify(told, severity="warning", markup=False)
                return
            line = "".join([first, *(line.lstrip() for line in others)])
        else:
            line = " ".join(lines)
        if line:
            self.replace(line, *self.selection)
        if len(lines) > 1:
            self.notify(f"{len(lines)} lines were joined into one", markup=False)

    def on_resize(self) -> None:
        """Show as much of what belongs into it as there is room for."""
        self.hint(self._hint or self.placeholder)

    def hint(self, text: str) -> None:
        """Say what belongs into it; a mark stands where that is cut."""
        self._hint = text
        width = self.size.width
        self.placeholder = fit(text, width).rstrip() if width else text

    @property
    def _value(self) -> Text:
        return Text(masked(self.value), no_wrap=True, overflow="ignore", end="")


class Complaint(Line):
    """A line under a field that says what is wrong with it; takes no room while nothing is."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, hides_when_empty=True)

    def complain(self, text: str, *, is_warning: bool = False) -> None:
        """Say it, or nothing."""
        self.set_class(is_warning and bool(text), "-warning")
        self.say(text, keep_lines=True)


class Field(Vertical):
    """A labelled input, by the id of what it holds: ``s3_uri``."""

    def __init__(
        self,
        name: str,
        label: str,
        placeholder: str = "",
        suggester: Suggester | None = None,
        *,
        holds_words: bool = False,
        typed_in: PlainInput | None = None,
    ) -> None:
        """Make an empty one.

        Args:
            name: What it holds.
            label: What stands before it.
            placeholder: What belongs into it.
            suggester: Completes what is typed.
            holds_words: See ``PlainInput``.
            typed_in: Where it is typed, in place of a plain input.
        """
        super().__init__(id=f"{name.replace('_', '-')}-field")
        self.input = typed_in or PlainInput(
            id=name.replace("_", "-"), placeholder=placeholder, compact=True, suggester=suggester
        )
        self.input.holds_words = holds_words
        self._label = label
        self._complaint: Complaint | None = None

    def compose(self) -> ComposeResult:
        """The input, right of the label; the first complaint mounts the line below."""
        yield self.input

    def render(self) -> Content:
        """The label, where the input leaves it room: a form of widgets for all would open late."""
        is_faulty = self.has_class("-faulty")
        return Content.styled(self._label, "$text-error" if is_faulty else "$foreground-muted")

    def complain(self, text: str, *, is_warning: bool = False) -> None:
        """Say what is wrong with the field, or that nothing is."""
        if text and self._complaint is None:
            self._complaint = Complaint()
            self.mount(self._complaint, after=self.input)
        if self._complaint is not None:
            self._complaint.complain(text, is_warning=is_warning)
        is_faulty = bool(text) and not is_warning
        if is_faulty != self.has_class("-faulty"):
            self.set_class(is_faulty, "-faulty")
            self.refresh()  # no rule is for the class, so setting it paints nothing
