"""One object on the whole screen: read, folded, searched, asked, and shown by other programs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.css.query import NoMatches

from tui.app import passing
from tui.app.bindings import bindings, key_of
from tui.app.clipboard import MOST_BYTES
from tui.app.screens import share, viewer_wording
from tui.app.screens.sketch import draw
from tui.app.screens.working import ASKING, WorkingScreen
from tui.app.widgets.ask_line import AskLine
from tui.app.widgets.content_pane import ContentPane
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.keys import Keys
from tui.app.widgets.line_view import LineView
from tui.app.widgets.problem_line import ProblemLine
from tui.engine import paging, viewing
from tui.engine.editing import EDITORS
from tui.engine.loop import seen
from tui.engine.program import Program, program_of
from tui.engine.session import Engine
from tui.engine.source import Store
from tui.engine.viewing import MOST, View
from tui.model.actions import VIEWER
from tui.model.document import size_text
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject
from tui.model.problem import Problem, ProblemError
from tui.model.query import Document
from tui.model.text import printable

READING = "reading"
"""The group of the workers that read the object: the last one that is asked for wins."""


class ViewerScreen(WorkingScreen[None]):
    """Shows an object of an invocation.

    Attributes:
        view: What has been read of it; None at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(VIEWER)
    AUTO_FOCUS = "#lines"
    HELP_NAME = "viewer"

    def __init__(
        self,
        engine: Engine,
        row: Invocation,
        thing: OutputObject,
        save: Callable[[list[Invocation], OutputObject], object],
    ) -> None:
        """Show an object.

        Args:
            engine: Reads it.
            row: Whose it is.
            thing: Which one.
            save: Asks for a folder and saves it there.
        """
        super().__init__()
        self._engine = engine
        self._row, self._thing, self._save = row, thing, save
        self._parsed: tuple[View, asyncio.Future[Document]] | None = None
        self._remark = ""
        self._answered = ""  # the expression whose answer is shown
        self._line: int | None = None  # where one read before an expression was asked
        self.view: View | None = None

    def compose(self) -> ComposeResult:
        """Where it is read, what it is, its lines, and what is asked of them."""
        yield ContextBar(self._engine, "One object")
        yield ProblemLine(id="kind")
        yield ContentPane(self._engine.settings.pictures, "lines")
        yield AskLine(key_of("viewer.find"), "words; a capital letter minds the case", id="find")
        yield AskLine(key_of("viewer.query"), "JMESPath: data[].startSec, length(data)", id="query")
        yield Keys()

    def on_mount(self) -> None:
        """Read its beginning."""
        self._read(self._look)

    @property
    def _content(self) -> ContentPane:
        return self.query_one(ContentPane)

    @property
    def _lines(self) -> LineView:
        return self._content.lines

    @property
    def _find(self) -> AskLine:
        return self.query_one("#find", AskLine)

    @property
    def _query(self) -> AskLine:
        return self.query_one("#query", AskLine)

    @property
    def _is_typed(self) -> bool:
        """Whether letters go into what is looked for, or asked."""
        return self._find.is_typed or self._query.is_typed

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer in the footer just what the keys do now."""
        try:
            if self._is_typed:
                return action in ("back", "leave", "command_palette", "help")
        except NoMatches:
            return True  # they are not there yet, or no more
        if action == "more":
            return self.view is not None and self.view.has_more
        if action == "copy_path":
            return self.view is not None and bool(self.view.preview.document)
        if action in ("copy_value", "find"):
            return self._lines.display and self.view is not None and bool(self.view.preview.text)
        return self.view is not None or action not in ("page", "edit", "query", "turn")

    def explains(self, action: str) -> bool:
        """See ``WorkingScreen``."""
        if action == "turn":
            return not self._content.has_picture
        if action == "query":
            return self.view is None or not (self.view.is_end or self.view.preview.document)
        return super().explains(action)

    def why_not(self, action: str) -> str:
        """Why nothing more is read, found or copied."""
        return viewer_wording.why_not(action, self.view, is_typed=self._is_typed)

    # Reading ---------------------------------------------------------------------------------

    @work(exclusive=True, group=READING, exit_on_error=False)
    async def _read(self, read: Callable[[], Awaitable[None]]) -> None:
        """Read what is wanted, or say why it cannot be read; what is there stays."""
        self._say_line("reading…")
        with self._complaining_in_place():
            await read()

    @contextmanager
    def _complaining_in_place(self) -> Iterator[None]:
        """Say what goes wrong inside, in place of what the object is."""
        try:
            yield
        except ProblemError as error:
            self._say_line(error.problem.one_line, "$text-error", error.problem)
        else:
            if self.view is not None:
                self._say_about(self.view)

    async def _look(self) -> None:
        await self._show(await viewing.look(self._source, self._thing))

    async def _show(self, view: View, *, stays: bool = False) -> None:
        self._answered = ""
        await self._content.show_lines(view, stays=stays)
        self.view, self._thing, self._remark = view, view.thing, ""
        self._parsed = None
        if self._lines.text is not view.preview.text:  # an expression was taken back meanwhile
            await self._content.show_lines(view)
        if expression := self._query.text.strip():
            await self._answer(view, expression)
        self.refresh_bindings()
        self._say_about(view)
        self._remark = await draw(self._content, self._source, view, lambda: self.view is view)
        self.refresh_bindings()

    @property
    def _source(self) -> Store:
        return self._engine.source_of(self._row)

    def _say_about(self, view: View) -> None:
        """Say what it is, and what of it cannot be seen."""
        is_shown = self._lines.text is view.preview.text
        laid_out = viewer_wording.laid_out(self._lines.sheet) if is_shown else ""
        about = viewer_wording.about(view)
        self._say_line(" · ".join(filter(None, (about, laid_out, self._remark))))

    def _say_line(
        self, text: str, style: str = "$foreground-muted", of: Problem | None = None
    ) -> None:
        self.query_one(ProblemLine).say(f"{self._thing.name} · {text}", style, problem=of)

    def action_more(self) -> None:
        """Read the next bytes."""
        view = self.view
        if view is None:
            return

        async def go_on() -> None:
            await self._show(await viewing.look(self._source, view.thing, view), stays=True)

        self._read(go_on)

    def action_refresh(self) -> None:
        """Read it again, as it is now."""

        async def look_again() -> None:
            head = await self._source.head(self._thing)
            if head is None:
                raise ProblemError(viewer_wording.gone())
            await self._show(await viewing.look(self._source, head.thing))

        self._read(look_again)

    @on(LineView.EndWanted)
    def _to_the_end(self) -> None:
        """Read what lacks up to the end or, of a large object, its last bytes."""
        view = self.view
        is_there = view is None or (view.is_whole and not self._lines.sheet.is_cut)
        if view is None or is_there or view.is_end or self._query.text:
            return

        async def read_end() -> None:
            whole = view
            if view.thing.size <= MOST and view.has_more:
                whole = await viewing.look(self._source, view.thing, view, MOST)
                await self._show(whole)
            if not whole.is_whole or self._lines.sheet.is_cut:
                await self._show(await viewing.look_at_end(self._source, whole))
            self._lines.move_by(self._lines.row_count)

        self._read(read_end)

    @on(LineView.BeginningWanted)
    def _to_the_beginning(self) -> None:
        if self.view is not None and self.view.is_end:
            self._read(self._look)

    def action_turn(self) -> None:
        """Show the bytes of what is drawn, or the picture again."""
        if not self._content.has_picture:
            passing.tell(self.app, viewer_wording.no_picture())
            return
        self._content.turn()
        if self._lines.display:
            self._lines.focus()
        self.refresh_bindings()

    # Finding ---------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Type what is looked for."""
        self._find.open()

    @on(AskLine.Asked, "#find")
    @work(exclusive=True, group="find", exit_on_error=False)
    async def _look_for(self, message: AskLine.Asked) -> None:
        await self._lines.find(message.text)
        self._tell_match(self._lines.go_on(1, is_here_too=True))

    def action_go_on(self, by: int) -> None:
        """Go to the next place where the words stand."""
        if self._lines.words:
            self._tell_match(self._lines.go_on(by))
        else:
            self._find.open()

    def _tell_match(self, number: int) -> None:
        lines = self._lines
        count = f"{number:,} of {len(lines.found):,}" if number else "not found"
        where = viewer_wording.within(self.view, lines.sheet)
        self._find.tell(f"{count}{where}" if lines.words else "")

    # Asking ----------------------------------------------------------------------------------

    def action_query(self) -> None:
        """Type an expression."""
        if self.view is not None and self.view.preview.document:
            self._query.open()
        else:
            passing.tell(self.app, viewer_wording.not_asked(self.view))

    @on(AskLine.Asked, "#query")
    @work(exclusive=True, group="query", exit_on_error=False)
    async def _ask(self, message: AskLine.Asked) -> None:
        """Show what the expression comes to; while it is unfinished, what there was before."""
        view, expression = self.view, message.text.strip()
        if view is not None and expression:
            await self._answer(view, expression)
            return
        self._query.tell("")
        line, self._line, self._answered = self._line, None, ""
        if view is not None and line is not None:
            await self._content.show_lines(view)
            self._lines.go_to(self._lines.sheet.row_of(line))

    async def _answer(self, view: View, expression: str) -> None:
        try:
            document = await asyncio.shield(self._document_of(view))
        except (ValueError, RecursionError):
            self._query.tell("", "there is no JSON to be asked here")
            return
        answer = await asyncio.to_thread(document.answer, expression)
        if self.view is not view or self._query.text.strip() != expression:
            return
        if answer.fault:
            self._query.tell("", f"{'':{answer.place}}^ {answer.fault}")
            return
        if self._line is None:
            self._line = self._lines.line
        part = "" if view.is_whole else "of what is read"
        self._answered = expression
        self._query.tell("nothing" if answer.text == "null" else part)
        await self._lines.show_text(answer.text, wraps=True, is_outlined=True)

    def _document_of(self, view: View) -> asyncio.Future[Document]:
        """What is asked, parsed once, however many keys come meanwhile."""
        if self._parsed is None or self._parsed[0] is not view:
            parsing = asyncio.create_task(asyncio.to_thread(Document, view.preview.document))
            parsing.add_done_callback(seen)
            self._parsed = view, parsing
        return self._parsed[1]

    @on(AskLine.Accepted)
    def _accepted(self) -> None:
        self._lines.focus()

    # Copying ---------------------------------------------------------------------------------

    @work(exclusive=True, group="copy", exit_on_error=False)
    async def action_copy_value(self) -> None:
        """Copy what is under the cursor."""
        sheet, line = self._lines.sheet, self._lines.line
        what = "value" if sheet.outline else "line"
        if self._answered and self.view and not self.view.is_whole:
            what += ", of what is read alone,"
        self._copy(await asyncio.to_thread(sheet.value, line), what)

    def action_copy_path(self) -> None:
        """Copy the expression for what is under the cursor."""
        path, query = self._lines.path, self._answered
        self._copy(f"{query} | {path}" if query else path, "path")

    def _copy(self, text: str, what: str) -> None:
        size = len(text.encode("utf-8", "replace"))
        self.app.copy_to_clipboard(text)
        if size <= MOST_BYTES:
            shown = text if len(text) <= 40 and "\n" not in text else size_text(size)
            self.say(f"{what} sent to the terminal's clipboard: {shown}")

    # Elsewhere -------------------------------------------------------------------------------

    def action_download(self) -> None:
        """Save it."""
        self._save([self._row], self._thing)

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_share(self) -> None:
        """Share it: by URI, presigned URL or command."""
        if done := await share.ask(self.app, self._engine, self._row, self._thing):
            self.say(done)

    @work(exclusive=True, group="elsewhere", exit_on_error=False)
    async def action_page(self) -> None:
        """Show what is laid out in a pager."""
        text = await asyncio.to_thread(printable, self._lines.sheet.text, keep_lines=True)
        with self.complaining():
            pager = paging.pager_of(os.environ)
            await self._show_elsewhere(f"{text}\n".encode("utf-8", "replace"), pager)

    @work(exclusive=True, group="elsewhere", exit_on_error=False)
    async def action_edit(self) -> None:
        """Show a copy of the object in an editor."""
        view = self.view
        if view is None:
            return
        with self.complaining():
            editor = program_of(os.environ, *EDITORS)
            content = await viewing.content(self._source, view)
            await self._show_elsewhere(content, editor)
            if len(content) < view.thing.size:
                self.say(viewer_wording.only_first(len(content)))

    async def _show_elsewhere(self, content: bytes, program: Program) -> None:
        with self.app.suspend():
            await paging.show(content, self._thing.name, program, os.environ)

    def action_back(self) -> None:
        """Step back: from what is asked, from what was found, from the object."""
        for line in (self._find, self._query):
            if line.display:
                line.clear()
                self._lines.focus()
                return
        self.dismiss(None)
