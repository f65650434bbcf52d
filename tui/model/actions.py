"""One registry of what keys do, by id; that of the dialogs is ``dialog_actions``."""

from __future__ import annotations

from dataclasses import replace

from tui.model.action import Action, group

HELP = Action("screen.help", "question_mark,f1", "help", "the keys of this screen", id="app.help")
HELP_WHILE_TYPING = replace(HELP, keys="f1")
PALETTE = Action(
    "app.command_palette",
    "ctrl+p",
    "palette",
    "find an action by name",
    in_footer=False,
    id="app.palette",
)
QUIT = Action("screen.leave", "ctrl+q", "quit", "leave the program", in_footer=False, id="app.quit")
TROUBLE = Action(
    "screen.trouble",
    "exclamation_mark",
    "error",
    "what went wrong: all of it, and the policy to grant",
    in_footer=False,
    id="app.error",
)

FAILING = group(
    "error",
    Action("in_full", "enter", "in full", "the error in full", in_footer=False),
)

EVERYWHERE = group(
    "app",
    TROUBLE,
    HELP,
    PALETTE,
    Action("app.change_theme", "", "theme", "choose the colours, and keep them", in_footer=False),
    Action("app.doctor", "H", "doctor", "look at all that it needs", in_footer=False),
    Action(
        "app.suspend_process", "ctrl+z", "suspend", "to the shell; fg comes back", in_footer=False
    ),
    Action("screen.leave", "q", "quit", "leave; running invocations go on", id="table.quit"),
    QUIT,
)

TABLE = group(
    "table",
    Action("screen.new", "n", "new", "type a new invocation"),
    Action("screen.many", "N", "many", "send many, out of files", in_footer=False),
    Action("screen.open", "enter,l", "open", "open the invocation"),
    Action("screen.filter", "slash", "filter", "show only what holds these words"),
    Action("screen.download", "d", "download", "save the outputs to disk"),
    Action("screen.share", "u", "share", "a URL or command for its outputs", in_footer=False),
    Action("screen.stop_saving", "D", "stop saving", "save no more; saving again goes on there"),
    Action("screen.again", "R", "again", "type it again, or send an unanswered one again"),
    Action(
        "screen.retry",
        "t",
        "retry",
        "send a failed one again, as a new invocation",
        in_footer=False,
    ),
    Action("screen.copy", "y", "copy", "copy its ARN, or output location, to the clipboard"),
    Action(
        "screen.copy_as", "Y", "copy as", "copy the request as a command or code", in_footer=False
    ),
    Action("screen.forget", "x,delete", "forget", "drop what ended, or waits", in_footer=False),
    Action("screen.export", "e", "export", "write what is shown to a file", in_footer=False),
    Action(
        "screen.tab_by(-1)", "left_square_bracket", "tab left", "the status left", in_footer=False
    ),
    Action(
        "screen.tab_by(1)", "right_square_bracket", "tab right", "the status right", in_footer=False
    ),
    Action("screen.refresh", "r", "refresh", "ask AWS now", in_footer=False),
    Action("screen.pause", "p", "pause", "ask AWS no more, or go on asking", in_footer=False),
    Action("screen.pause_queue", "P", "queue", "stop the queue, or let it go on", in_footer=False),
    Action("screen.context", "c", "context", "choose, open or close a context"),
    Action("screen.log_in", "L", "log in", "log in again, once signed out"),
    Action(
        "screen.way_in",
        "L",
        "log in?",
        "say how to sign in, where no command does",
        id="table.log-in",
    ),
    Action("screen.older", "o", "older", "list what is older than the horizon", in_footer=False),
    Action("screen.sort", "s", "sort", "sort by the next column", in_footer=False),
    Action("screen.reverse", "S", "reverse", "turn the order round", in_footer=False),
    Action("screen.columns", "C", "columns", "choose and order the columns", in_footer=False),
    Action("screen.back", "escape", "back", "step back: detail, marks, filter", id="app.back"),
)

DETAIL = group(
    "detail",
    Action("screen.tab('overview')", "1", "overview", "status, times and places", in_footer=False),
    Action("screen.tab('input')", "2", "input", "the model input", in_footer=False),
    Action("screen.tab('output')", "3", "output", "the objects it wrote", in_footer=False),
    Action("screen.tab('request')", "4", "request", "the same as a command", in_footer=False),
    Action("screen.more", "m", "read on", "read the next 256 KiB of a preview, up to 8 MB"),
    Action("screen.view", "v", "view", "the object on the whole screen"),
)

MOVE = group(
    "move",
    Action("cursor_up", "up,k", "up", "one row up", in_footer=False),
    Action("cursor_down", "down,j", "down", "one row down", in_footer=False),
    Action("page_up", "pageup,ctrl+b", "page up", "one page up", in_footer=False),
    Action("page_down", "pagedown,ctrl+f", "page down", "one page down", in_footer=False),
    Action("first", "g,home", "first", "the first row", in_footer=False),
    Action("last", "G,end", "last", "the last row", in_footer=False),
)

ACROSS = group(
    "table",
    Action("scroll_sideways(-1)", "left", "left", "the columns further left", in_footer=False),
    Action("scroll_sideways(1)", "right", "right", "the columns further right", in_footer=False),
)

LINES = group(
    "lines",
    Action("fold", "space", "fold", "fold the object or list, or unfold it", in_footer=False),
    Action("left", "left", "left", "fold it, or go to what it is in", in_footer=False),
    Action("right", "right", "right", "unfold it, or go into it", in_footer=False),
    Action("fold_all(True)", "minus", "fold all", "fold every object and list", in_footer=False),
    Action(
        "fold_all(False)", "plus,equals_sign", "unfold all", "unfold all of them", in_footer=False
    ),
    Action("wrap", "w", "wrap", "let long lines go on in the next row, or not", in_footer=False),
    Action("numbers", "L", "numbers", "number the lines, or not", in_footer=False),
)

VIEWER = group(
    "viewer",
    Action("screen.find", "slash", "find", "look for words in what is shown"),
    Action("screen.go_on(1)", "n", "next", "the next place where they stand", in_footer=False),
    Action("screen.go_on(-1)", "N", "previous", "the place before", in_footer=False),
    Action("screen.query", "full_stop", "query", "ask JSON by JMESPath"),
    Action("screen.copy_value", "y", "copy", "copy the value under the cursor, or the line"),
    Action("screen.copy_path", "Y", "path", "copy where it stands, as JMESPath"),
    Action("screen.more", "m", "read on", "read the next 256 KiB, up to 8 MB", id="detail.read-on"),
    Action("screen.turn", "t", "turn", "from the picture to its bytes, and back"),
    Action("screen.page", "P", "pager", "show what is read in $PAGER", in_footer=False),
    Action("screen.edit", "E", "editor", "show a copy in $VISUAL or $EDITOR", in_footer=False),
    Action(
        "screen.refresh",
        "r",
        "refresh",
        "read it again, as it is now",
        in_footer=False,
        id="table.refresh",
    ),
    Action("screen.download", "d", "save", "save it to disk", id="table.download"),
    Action("screen.share", "u", "share", "a URL or command for it", id="table.share"),
    TROUBLE,
    Action(
        "screen.back",
        "escape,q",
        "back",
        "step back: from what is asked, from the object",
        id="app.back",
    ),
    HELP,
    PALETTE,
    QUIT,
)

TREE = group(
    "tree",
    Action("open", "enter", "open", "fold the folder, open the object, list more", in_footer=False),
    Action("fold_or_unfold", "space", "fold", "fold the folder, or unfold it", in_footer=False),
    Action(
        "fold", "left,h", "fold", "fold the folder, or go to it", in_footer=False, id="tree.left"
    ),
    Action(
        "unfold",
        "right,l",
        "unfold",
        "unfold the folder, or go into it",
        in_footer=False,
        id="tree.right",
    ),
)

MARK = group(
    "table",
    Action("mark", "space", "mark", "mark the row and go on to the next", in_footer=False),
    Action("mark(-1)", "shift+up", "mark up", "mark the row and go up", in_footer=False),
    Action("mark(1)", "shift+down", "mark down", "mark the row and go down", in_footer=False),
    Action(
        "mark_range",
        "v",
        "range",
        "mark from the last marked row to here",
        in_footer=False,
        id="table.mark-range",
    ),
    Action("mark_all", "ctrl+a", "mark all", "mark all that is shown, or none", in_footer=False),
)

FORM = group(
    "form",
    Action("screen.submit", "ctrl+s", "submit", "check it and send it"),
    Action("screen.model", "f2", "choose", "choose the model from a list"),
    Action("screen.operation", "ctrl+r", "next form", "change to the next form", in_footer=False),
    Action("screen.open_file", "ctrl+o", "open", "read a request or an input from a file"),
    Action("screen.drafts", "f3", "drafts", "open or delete a draft"),
    Action(
        "screen.template", "ctrl+t", "template", "take a template, or save one", in_footer=False
    ),
    Action("screen.copy_as", "f9", "copy as", "copy it as a command or code", in_footer=False),
    Action("screen.format", "f4", "format", "lay the JSON out"),
    Action("screen.edit", "f5", "edit", "change the input in $VISUAL or $EDITOR"),
    Action(
        "screen.look",
        "f8",
        "look",
        "try whether Output can be written to",
        in_footer=False,
    ),
    replace(TROUBLE, keys="f12"),
    Action(
        "screen.over",
        "ctrl+n",
        "start over",
        "begin another form; the draft is kept",
        in_footer=False,
    ),
    Action("screen.cancel", "ctrl+x", "cancel", "wait for the answer no more"),
    Action("screen.back", "escape", "back", "leave the form; the draft is kept", id="app.back"),
    HELP_WHILE_TYPING,
    PALETTE,
    replace(QUIT, help="leave; the draft is kept"),
)

WAITING = tuple(action for action in FORM if action.action != "screen.look")
"""In the form whose answer is waited for: its outputs go to no folder."""

_AT_ENDPOINT = {
    "screen.model": "choose the endpoint from a list",
    "screen.format": "lay a JSON body out",
    "screen.edit": "change the body in $VISUAL or $EDITOR",
    "screen.look": "try whether Upload can be written to",
    "screen.cancel": "stop the upload; nothing is sent then",
}

AT_ENDPOINT = tuple(
    replace(action, help=_AT_ENDPOINT.get(action.action, action.help)) for action in FORM
)
"""In the form for a SageMaker endpoint."""

_WHILE_SENT = {
    "screen.back": "leave the form; its row in the table says when AWS answers",
    "screen.help": "the keys of this screen",
    "app.command_palette": "find an action by name",
    "screen.leave": "leave the program",
}

_WHILE_AWAITED = {"screen.cancel": "wait for the answer no more", **_WHILE_SENT}

_WHILE_UPLOADED = {
    **_WHILE_SENT,
    "screen.cancel": "stop the upload; nothing is sent then",
    "screen.back": "leave the form, which stops the upload; the draft is kept",
}


def _only(told: dict[str, str]) -> tuple[Action, ...]:
    return tuple(
        replace(action, help=told[action.action]) for action in FORM if action.action in told
    )


EDIT = group(
    "edit",
    Action("partner", "ctrl+g", "partner", "to the bracket that belongs to this", in_footer=False),
    Action("undo", "ctrl+z", "undo", "take the last edit back", in_footer=False),
    Action("redo", "ctrl+y", "redo", "do it again after all", in_footer=False),
    Action("to_end(False)", "ctrl+home", "beginning", "to the beginning", in_footer=False),
    Action("to_end(True)", "ctrl+end", "end", "to the end", in_footer=False),
)

MANY = group(
    "many",
    Action(
        "screen.submit",
        "ctrl+s",
        "submit",
        "send all that is ready, once that is confirmed",
        id="form.submit",
    ),
    Action("screen.open", "enter,l", "whole", "show all of the line"),
    Action("screen.problem", "n", "next", "go to the next fault or warning"),
    Action("screen.drop", "x,delete", "drop", "leave the line out"),
    Action("screen.files", "ctrl+o", "files", "read other files"),
    Action("screen.back", "escape", "back", "leave; what is not sent is forgotten", id="app.back"),
    replace(HELP, keys="f1,question_mark"),
    PALETTE,
    replace(QUIT, help="leave; what is queued is kept"),
)

DOCTOR = group(
    "doctor",
    Action("screen.again", "r", "again", "look once more"),
    Action("screen.copy", "y", "copy", "copy the report to the clipboard"),
    Action("screen.scroll('up')", "up,k", "up", "one line up", in_footer=False, id="move.up"),
    Action(
        "screen.scroll('down')", "down,j", "down", "one line down", in_footer=False, id="move.down"
    ),
    Action(
        "screen.scroll('page_up')",
        "pageup,ctrl+b",
        "page up",
        "a page up",
        in_footer=False,
        id="move.page-up",
    ),
    Action(
        "screen.scroll('page_down')",
        "pagedown,ctrl+f,space",
        "page down",
        "a page down",
        in_footer=False,
        id="move.page-down",
    ),
    Action(
        "screen.scroll('home')",
        "g,home",
        "first",
        "to the beginning",
        in_footer=False,
        id="move.first",
    ),
    Action(
        "screen.scroll('end')",
        "G,end",
        "last",
        "to what is to mend",
        in_footer=False,
        id="move.last",
    ),
    Action("screen.back", "escape,q", "back", "back to where it was opened", id="app.back"),
    HELP,
    PALETTE,
    QUIT,
)

Groups = tuple[tuple[str, tuple[Action, ...]], ...]
"""Actions under the headings that the help screen gives them."""

FORMS: dict[str, Groups] = {
    "form": (("New invocation", FORM), ("Model input", EDIT)),
    "endpoint": (("New invocation", AT_ENDPOINT), ("Body", EDIT)),
    "waiting": (("New invocation", WAITING), ("Model input", EDIT)),
    "sending": (("While it is sent", _only(_WHILE_SENT)),),
    "awaited": (("While its answer is waited for", _only(_WHILE_AWAITED)),),
    "uploading": (("While its input is uploaded", _only(_WHILE_UPLOADED)),),
}
"""The actions of the form, in all that this screen may be."""

SCREENS: dict[str, Groups] = {
    "main": (
        ("Invocations", TABLE),
        ("Moving", MOVE + ACROSS),
        ("Marking", MARK),
        ("Detail", DETAIL),
        ("A preview", LINES),
        ("Output", TREE),
        ("Everywhere", EVERYWHERE),
    ),
    **FORMS,
    "viewer": (("One object", VIEWER), ("Reading", LINES), ("Moving", MOVE)),
    "doctor": (("The doctor", DOCTOR),),
    "many": (("Many invocations", MANY), ("Moving", MOVE)),
}
"""The actions of each screen."""
