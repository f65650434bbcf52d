"""The Output tab: the objects that an invocation wrote, and a preview of the chosen one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.app.text import safe
from tui.app.widgets.line import Line
from tui.app.widgets.line_view import LineView
from tui.app.widgets.meaning import Meaning
from tui.engine.source import Outputs
from tui.engine.viewing import View
from tui.model.document import size_text
from tui.model.invocation import Invocation, Key, Status, ago
from tui.model.meaning import Remarks
from tui.model.outputs import OutputObject
from tui.model.problem import Problem
from tui.model.text import fit


class OutputsPane(Vertical):
    """Lists objects and previews one. It asks for both by message; the screen answers."""

    @dataclass
    class PreviewWanted(Message):
        """A preview of this object is wanted, or more than was seen before."""

        thing: OutputObject
        before: View | None = None

    class ObjectOpened(Message):
        """The object under the cursor is wanted on the whole screen."""

    def __init__(self) -> None:
        super().__init__()
        self._objects: tuple[OutputObject, ...] = ()
        self.is_for: Key | None = None
        self.view: View | None = None

    def compose(self) -> ComposeResult:
        """A line about the whole, what was made, the objects, and the preview of one."""
        yield Line(id="summary")
        yield Meaning()
        yield OptionList(id="objects", markup=False, compact=True)
        yield Line(id="kind")
        yield LineView(id="preview")

    def on_mount(self) -> None:
        """Begin with nothing to show."""
        self.begin(None)

    def begin(self, key: Key | None) -> None:
        """Forget the invocation shown before; the objects of this one are asked for."""
        self.is_for = key
        self.tell(())
        self.say("looking…" if key else "")

    @property
    def chosen(self) -> OutputObject | None:
        """The object under the cursor."""
        index = self.query_one(OptionList).highlighted
        return self._objects[index] if index is not None and index < len(self._objects) else None

    def say(self, text: str, style: str = "$foreground-muted") -> None:
        """Show a line instead of objects."""
        self._objects = ()
        self._summary(text, style)
        self.query_one(OptionList).clear_options()
        self._no_preview("")
        self.set_class(True, "-empty")

    def show(self, outputs: Outputs, row: Invocation, now: datetime) -> None:
        """List the objects; the cursor stays on the object that it was on."""
        if not outputs.objects:
            self.say(_why_not_there(row) or f"nothing in {outputs.place} {_why_empty(row)}")
            return
        total = size_text(sum(thing.size for thing in outputs.objects))
        count = "1 object" if len(outputs.objects) == 1 else f"{len(outputs.objects)} objects"
        count = count if outputs.is_whole else f"the first {count}"
        self._summary(f"{count} · {total} · {outputs.place}", "$foreground-muted")
        if outputs.objects == self._objects:
            return
        before = self.chosen
        self._objects = outputs.objects
        self.set_class(False, "-empty")
        names = max(len(thing.name) for thing in self._objects)
        listing = self.query_one(OptionList)
        listing.clear_options()
        listing.add_options(
            Option(
                safe(
                    f"{fit(thing.name, min(names, 48))}  {size_text(thing.size):>9}"
                    f"  {ago(thing.modified, now)}",
                    keep_lines=False,
                )
            )
            for thing in self._objects
        )
        keys = [thing.key for thing in self._objects]
        is_kept = before is not None and before.key in keys
        listing.highlighted = keys.index(before.key) if before and is_kept else self._best()

    def tell(self, remarks: Remarks) -> None:
        """Say above the objects what the model made."""
        self.query_one(Meaning).tell(remarks)
        self.set_class(bool(remarks), "-told")

    async def show_content(self, view: View, *, stays: bool = False) -> None:
        """Preview an object.

        Args:
            view: What was read of it.
            stays: Whether its text is shown from where the one before is scrolled to.
        """
        thing = view.thing
        if self.chosen != thing:
            return
        self._say_about(f"{thing.name} · {_about(view)}", view)
        preview = view.preview
        await self.query_one(LineView).show_text(
            preview.text, wraps=preview.wraps, is_outlined=bool(preview.document), stays=stays
        )

    def show_problem(self, problem: Problem) -> None:
        """Say why there is no listing or preview; a preview that is there stays."""
        if self.view:
            self._say_about(problem.one_line, self.view, "$text-error")
        elif self._objects:
            self._no_preview(problem.one_line, "$text-error")
        else:
            self.tell(())
            self.say(problem.one_line, "$text-error")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Ask for the preview of the object under the cursor, unless it is there already."""
        event.stop()
        thing = self.chosen
        if thing and not (self.view and self.view.thing == thing):
            self._no_preview(f"{thing.name} · reading…")
            self.post_message(self.PreviewWanted(thing))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the object under the cursor."""
        event.stop()
        self.post_message(self.ObjectOpened())

    def read_more(self) -> None:
        """Ask for more of the object that is previewed, if there is more."""
        if self.view and self.view.has_more:
            self.post_message(self.PreviewWanted(self.view.thing, self.view))

    def _best(self) -> int:
        """The object to show first: what was made, not the list of what was made."""
        names = (thing.name for thing in self._objects)
        return next((index for index, name in enumerate(names) if name != "manifest.json"), 0)

    def _summary(self, text: str, style: str) -> None:
        self.query_one("#summary", Line).say(text, style)

    def _no_preview(self, about: str, style: str = "$foreground-muted") -> None:
        self._say_about(about, None, style)
        self.query_one(LineView).show_nothing()

    def _say_about(self, about: str, view: View | None, style: str = "$foreground-muted") -> None:
        self.view = view
        self.query_one("#kind", Line).say(about, style)
        self.screen.refresh_bindings()  # there is more to be read, or no more


def _about(view: View) -> str:
    """What an object is, and how much of it is shown."""
    size, read = size_text(view.thing.size), size_text(len(view.head))
    part = f"{read} of " if view.preview.grows and len(view.head) < view.thing.size else ""
    return f"{view.preview.facts} · {part}{size}"


def _why_not_there(row: Invocation) -> str:
    """Why there is no object of an inference at an endpoint; empty for other invocations."""
    if not row.is_at_endpoint:
        return ""
    if row.witness is None:
        return "no answer came that names a place: where an output would be is not known"
    where = row.witness.output_location
    if row.status is Status.COMPLETED:
        when = f" at {row.end_time:%Y-%m-%d %H:%M:%S} UTC" if row.end_time else ""
        return f"deleted since: it was there{when}, {where}"
    if row.status is Status.FAILED:
        return f"deleted since: {row.witness.failure_location or where}"
    why = " although its time is up" * (row.status is Status.OVERDUE)
    return f"not there yet{why}: {where}"


def _why_empty(row: Invocation) -> str:
    status = row.status
    if row.is_asked:
        return "yet: the answer is waited for"
    if row.is_waited_for:
        return "– no answer came, or it was not kept"
    if status is Status.IN_PROGRESS:
        return "yet: most models write when they are done"
    if status is Status.FAILED:
        return "– failed invocations often write nothing"
    return "(any more)"
