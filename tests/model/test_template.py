from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model import document
from tui.model.catalogue import ASYNC_MODELS, check_input
from tui.model.form import ASYNC, OPERATION, WAITED_FOR
from tui.model.model_list import is_sync_only
from tui.model.template import TEMPLATES, Template, next_placeholder, unfilled


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: f"{t.model_id} {t.name}")
def test_a_template_is_valid_once_it_is_filled_in(template: Template) -> None:
    text, filled = template.fields["model_input"], 0
    while place := next_placeholder(text):
        start, end = place
        wanted = text[start + 2 : end - 2]
        text = text[:start] + (wanted if wanted.startswith("s3://") else "A" * 8) + text[end:]
        filled += 1

    value = document.parse(text)

    assert filled
    assert unfilled(value) == []
    assert "fileb://" in text or check_input(template.model_id, value) == []


def test_every_model_of_the_catalogue_has_templates() -> None:
    models = {t.model_id for t in TEMPLATES if t.fields[OPERATION] == ASYNC}
    assert models == {m.model_id for m in ASYNC_MODELS}


def test_what_is_waited_for_has_templates_for_models_that_answer_at_once() -> None:
    models = [t.model_id for t in TEMPLATES if t.fields[OPERATION] == WAITED_FOR]
    assert models
    assert all(is_sync_only(model_id) for model_id in models)


def test_names_are_unique_within_a_model() -> None:
    names = [(template.model_id, template.name) for template in TEMPLATES]
    assert len(names) == len(set(names))


def test_the_next_placeholder_is_the_one_behind_and_then_there_is_none() -> None:
    text = '{"a": "{{one}}", "b": "{{two}}"}'
    first, second = (match.span() for match in re.finditer(r"\{\{\w+\}\}", text))

    assert next_placeholder(text) == first
    assert next_placeholder(text, first[1]) == second
    assert next_placeholder(text, second[1]) is None


@pytest.mark.parametrize("text", ["", "{}", '{"a": {"b": {}}}', '{{"a"}}', "{{}}", "{{a\nb}}"])
def test_json_of_its_own_is_no_placeholder(text: str) -> None:
    assert next_placeholder(text) is None


def test_what_is_not_filled_in_is_a_fault_at_its_path() -> None:
    value = {"a": ["x", "fileb://{{picture}}"], "b": {"c": "{{text}}"}, "d": 1}

    assert [str(fault) for fault in unfilled(value)] == [
        "a[1]: something in the place of {{picture}}",
        "b.c: something in the place of {{text}}",
    ]


@pytest.mark.parametrize("letter", ["é", "😀", "\x01"])
def test_the_longest_placeholder_is_found_whatever_its_letters_take_in_json(letter: str) -> None:
    assert len(unfilled({"a": "{{" + letter * 80 + "}}"})) == 1


placeholders = st.builds("{{{{{}}}}}".format, st.text(min_size=1, max_size=85))
inputs = st.dictionaries(st.text(max_size=3), st.text(max_size=3) | placeholders, max_size=3)


@given(inputs)
def test_every_placeholder_is_found_whatever_its_letters(value: dict[str, str]) -> None:
    left = [name for name, text in value.items() if next_placeholder(text)]

    assert [fault.path for fault in unfilled(value)] == [(name,) for name in left]


@given(st.text())
def test_any_text_has_a_placeholder_or_none(text: str) -> None:
    place = next_placeholder(text)

    assert place is None or text[place[0] : place[1]].startswith("{{")
