from __future__ import annotations

import pytest

from tui.engine.editing import EDITORS
from tui.engine.program import Program, program_of
from tui.model.problem import ProblemError


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"EDITOR": "vim"}, Program("EDITOR", ("vim",))),
        ({"EDITOR": "vim", "VISUAL": "code --wait"}, Program("VISUAL", ("code", "--wait"))),
        ({"EDITOR": "ed", "VISUAL": " "}, Program("EDITOR", ("ed",))),
        ({"EDITOR": "'/my editor' -c 'set x'"}, Program("EDITOR", ("/my editor", "-c", "set x"))),
    ],
)
def test_visual_goes_before_editor(environment: dict[str, str], expected: Program) -> None:
    assert program_of(environment, *EDITORS) == expected


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "neither $VISUAL nor $EDITOR"),
        ({"VISUAL": "", "EDITOR": "  "}, "neither $VISUAL nor $EDITOR"),
        ({"VISUAL": "vim 'unclosed", "EDITOR": "ed"}, "$VISUAL is no command: No closing"),
    ],
)
def test_without_an_editor_it_is_said_what_to_set(
    environment: dict[str, str], message: str
) -> None:
    with pytest.raises(ProblemError) as caught:
        program_of(environment, *EDITORS)
    assert caught.value.problem.kind == "ProgramNotSet"
    assert message in caught.value.problem.message
    assert "EDITOR=" in caught.value.problem.remedy
