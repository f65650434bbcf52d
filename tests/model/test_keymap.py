from __future__ import annotations

import pytest

from tui.model import actions
from tui.model.keymap import BY_ID, NEEDED, REACHES, UNBOUND, Keymap, conflicts, fault


def test_an_action_has_the_keys_of_config_toml_or_its_own() -> None:
    keymap = Keymap({"table.new": " f2 , ?", "table.older": ""})
    new, older, again = (BY_ID[name][0] for name in ("table.new", "table.older", "table.again"))

    assert keymap.keys(new) == ("f2", "question_mark")
    assert keymap.keys(older) == ()
    assert keymap.keys(again) == ("R",)
    assert keymap.for_textual == {"table.new": "f2,question_mark", "table.older": UNBOUND}


def test_a_sentence_names_the_key_of_now_or_the_way_through_the_palette() -> None:
    keymap = Keymap({"table.new": "f2", "table.older": "", "app.palette": "f7"})

    assert keymap.prose("table.new") == "F2"
    assert keymap.prose("table.older") == "F7 older"
    assert keymap.prose("app.help") == "?"
    assert keymap.prose("app.help", actions.FORM) == "F1"


def test_an_id_stands_for_one_thing_on_a_screen() -> None:
    for reach in REACHES:
        for group in (reach.own, *reach.widgets):
            labels: dict[str, set[str]] = {}
            for action in group:
                labels.setdefault(action.id, set()).add(action.label)
            double = {name for name, found in labels.items() if len(found) > 1}
            assert double <= {"table.log-in"}, reach.name


def test_no_two_actions_of_one_widget_have_a_key_in_common() -> None:
    for reach in REACHES:
        for group in (reach.own, *reach.widgets):
            alone = type(reach)(reach.name, group)
            assert alone.overlaps(Keymap()) == {}, reach.name


def test_only_what_leads_out_must_have_a_key() -> None:
    told = {name: fault(name, "  ") for name in BY_ID}

    needs = "needs a key, or nobody would find the way"
    assert told == {name: needs if name in NEEDED else "" for name in BY_ID}


def test_every_action_can_have_another_key() -> None:
    for name in BY_ID:
        assert fault(name, "ctrl+f11") == "", name
        assert conflicts({name: "ctrl+f11"}) == {}, name


@pytest.mark.parametrize(
    ("name", "keys", "told"),
    [
        ("form.submit", "s", "s is for the text fields of the form"),
        ("form.submit", "up", "up is for the text fields of the form"),
        ("app.help", "h", "h is for the text fields of the table"),
        ("app.back", "backspace", "backspace is for the text fields of the table"),
        ("edit.undo", "u", "u is for the text fields of the form"),
        ("contexts.close", "x,f2", "x could not be typed any more, in the contexts"),
        ("drafts.delete", "enter", "enter is what the list takes for itself, in the drafts"),
        ("contexts.close", "enter", "enter is what the text field takes for itself, in the cont"),
        ("contexts.close", "backspace,f8", "backspace is what the text field takes for itself"),
        ("contexts.region", "left", "left is what the text field takes for itself, in the cont"),
        ("help.find", "down", "down is what scrolls the text, in the help"),
        ("error.copy", "pagedown", "PgDn is what scrolls the text, in an error"),
        ("dialog.close", "q,end", "end is what scrolls the text"),
        ("nothing.at-all", "x", "is no action; config.example.toml lists them all"),
    ],
)
def test_keys_that_would_do_nothing_somewhere_are_refused(name: str, keys: str, told: str) -> None:
    assert fault(name, keys).startswith(told)


@pytest.mark.parametrize("keys", [",", " , ", "n,,", "n,", ",n"])
def test_a_comma_that_parts_nothing_says_what_the_key_is_named(keys: str) -> None:
    assert fault("table.new", keys).endswith("the key of a comma is named comma")
    assert fault("table.new", "comma,n") == ""


def test_a_letter_beside_a_key_that_fields_leave_alone_is_taken() -> None:
    assert fault("app.help", "h,f2") == ""
    assert fault("many.drop", "X") == ""
    assert fault("contexts.region", "tab,f2") == ""


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"table.new": "u"}, {"table.new": "u is the key of table.share, too, in the table"}),
        (
            {"table.new": "f6", "table.older": "f6"},
            {"table.new": "F6 is the key of table.older, too, in the table"},
        ),
        ({"table.new": "w"}, {"table.new": "w is the key of lines.wrap, too, in the table"}),
        ({"app.help": "f2"}, {"app.help": "F2 is the key of form.choose, too, in the form"}),
        ({"table.new": "e", "table.export": "n"}, {}),
        ({"table.new": "u", "table.share": ""}, {}),
        ({"viewer.find": "y"}, {"viewer.find": "y is the key of viewer.copy, too, in one object"}),
        ({"table.new": "f4"}, {}),
    ],
)
def test_two_actions_with_one_key_are_both_named(
    changed: dict[str, str], told: dict[str, str]
) -> None:
    assert conflicts(changed) == told
