from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.query import Document, fault_of

SHOTS = Document('{"shots": [{"id": 1, "state": "ok"}, {"id": 2, "state": "blocked"}], "n": 1.50}')


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("shots[?state!='ok'].id", "[ 2 ]"),
        ("length(shots)", "2"),
        ("n", "1.5"),
        ("shots[0]", '{\n  "id": 1,\n  "state": "ok"\n}'),
        ("nope", "null"),
    ],
)
def test_an_answer_is_laid_out(expression: str, text: str) -> None:
    assert SHOTS.answer(expression) == (text, "", 0)


@pytest.mark.parametrize(
    ("expression", "fault", "place"),
    [
        ("shots[", "it ends too early", 6),
        ("shots..id", "'.' does not fit here", 6),
        ("nope(@)", "Unknown function: nope()", 0),
        ("length(n)", "In function length()", 0),
        ('"a', "Unclosed", 0),
        ("&a", "Object of type", 0),
    ],
)
def test_a_fault_has_its_place(expression: str, fault: str, place: int) -> None:
    answer = SHOTS.answer(expression)

    assert answer.text == ""
    assert answer.fault.startswith(fault)
    assert answer.place == place


@pytest.mark.filterwarnings("ignore:deprecated string literal")
@given(st.text(st.sampled_from("ab.[]*?{}()&|!'\"`@:,01 -<=>"), max_size=12))
def test_any_expression_has_an_answer_or_a_fault(expression: str) -> None:
    answer = SHOTS.answer(expression)

    assert bool(answer.text) != bool(answer.fault)


def test_what_is_not_json_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        Document("{nope")


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("[].status", ""),
        ("[?status", "'[?status': it ends too early, at character 9"),
        ("a b", "'a b': 'b' does not fit here, at character 3"),
        ("a %", "'a %': Unknown token %, at character 3"),
    ],
)
def test_a_fault_of_an_expression_alone_is_told_with_its_place(expression: str, fault: str) -> None:
    assert fault_of(expression) == fault
