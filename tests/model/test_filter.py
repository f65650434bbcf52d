from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, TOKEN
from tests.model.filters import MANY, MARENGO, NAMED, ROWS, SOME, TEXTS, WORDS, shown
from tui.model.filter import LONGEST, Filter, parse
from tui.model.haystack import Haystack
from tui.model.invocation import Invocation

ALL = "running reel marengo nova lost"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ALL),
        ("  ", ALL),
        ("luma", "running lost"),
        ("LUMA", "running lost"),
        ("luma dragons", "running"),
        ("dragons luma", "running"),
        ("broken3", "marengo"),
        ("done2", "reel"),
        ("filters", "marengo"),
        ("s3://media/reel", "reel"),
        ("pending", "running"),
        ("inprogress", "running"),
        ("failed", "marengo"),
        ("media 42", "reel"),
        ("team=search", "marengo"),
        ("nothing-like-it", ""),
        ("2-7-v1:0", "marengo"),
        ("amazon.nova-reel-v1:1", "reel"),
        ("arn:aws:bedrock:us-west-2:999999999999:async-invoke/nova4", "nova"),
        ("foundation-model/luma", ""),
        ("arn:aws:bedrock:us-west-2::foundation-model/luma", "running reel marengo nova"),
    ],
)
def test_every_word_must_occur_in_any_case(text: str, names: str) -> None:
    assert shown(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("status:pending", "running"),
        ("status:inprogress", "running"),
        ("STATUS:Completed", "reel nova"),
        ("status:f", "marengo"),
        ("status:failed,unknown", "marengo lost"),
        ("status:failed, luma", ""),
        ("model:reel", "reel"),
        ("model:nvreel,marengo", "reel marengo"),
        ("model:done2", ""),
        ("id:bro", "marengo"),
        (f"id:{TOKEN[:9]}", "lost"),
        (f"id:{MARENGO.key}", "marengo"),
        ("region:east", "reel"),
        ("account:9999", "nova"),
        ("since:2h", "running reel"),
        ("since:1h", "running reel"),
        ("since:3599s", "running"),
        ("before:1h", "marengo nova lost"),
        ("since:1d12h", "running reel marengo"),
        ("before:1w", "nova"),
        ("since:2026-03-14", "running reel"),
        ("before:2026-03-01T10:00", ""),
        ("before:2026-03-01T10:00:01Z", "nova"),
        ("since:2026-03-01T10:00", ALL),
        ("took:>5m", "reel"),
        ("took:<41s", "marengo nova"),
        ("took:<=5s", "nova"),
        ("took:>1m took:<2m", "running"),
        ("tag:team", "reel marengo"),
        ("tag:team=media", "reel"),
        ('tag:team="media lab"', "reel"),
        ("tag:tea=media", ""),
        ("tag:run=", "reel"),
        ("output:media/reel", "reel"),
        ("failure:content", "marengo"),
        ('failure:"our content"', "marengo"),
        ("prompt:tide", "running"),
        ('prompt:"pool, "', "running"),
        ("prompt:luma", ""),
        ("origin:here", "running lost"),
        ("origin:e", "reel marengo nova"),
        ("status:completed model:nova since:2h", "reel"),
    ],
)
def test_a_field_looks_in_that_field_alone(text: str, names: str) -> None:
    assert parse(text, NOW).fault is None
    assert shown(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("!luma", "reel marengo nova"),
        ("!nvreel", "running marengo nova lost"),
        ('!"tide pool" luma', "lost"),
        ("!status:completed,failed", "running lost"),
        ("!!model:nova", "reel nova"),
        ("!arn:aws", "lost"),
        ("!@bad", "running reel nova"),
        ("!@both", "running reel marengo nova"),
        ("!", ALL),
    ],
)
def test_an_exclamation_mark_turns_a_term_round(text: str, names: str) -> None:
    assert shown(text) == names


def test_a_name_stands_for_the_filter_in_the_configuration() -> None:
    assert shown("@bad") == "marengo lost"
    assert shown("@bad luma") == "lost"
    assert shown("@both") == "lost"
    assert shown('"@bad"') == ""


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("luma stat:failed", "no field stat: did you mean status?", "stat:failed"),
        ("modle:x", "did you mean model?", "modle:x"),
        ("qqq:", "there are status, since", "qqq:"),
        ("status:failed,x luma", "failed, unknown, overdue, queued or inprogress", "x"),
        ("origin:moon", "here or elsewhere", "moon"),
        ("since:soon", "30m, 2h", "soon"),
        ("since:2 ", "30m, 2h", "2"),
        ("since:2026-13-01 ", "2026-11-20", "2026-13-01"),
        ("before:99999999999999999999w ", "30m, 2h", "99999999999999999999w"),
        ("since:9999999d ", "30m, 2h", "9999999d"),
        ("took:5m", "took:>5m", "5m"),
        ("status: luma", "status:failed", "status:"),
        ('model:"" luma', "a value is missing", 'model:""'),
        ("! luma", "a word is missing", "!"),
        ("!@bud", "did you mean bad?", "!@bud"),
        ("@ luma", "no filter", "@"),
        ("luma @loop", "stands for itself", "@loop"),
        ("@wrong", "in @wrong: a status is", "@wrong"),
        ("@cut", "in @cut: a value is missing", "@cut"),
        ("!@wrong", "in @wrong", "!@wrong"),
        ("x" * LONGEST + "yz", "at most 1,000 characters, not 1,002", "yz"),
    ],
)
def test_a_fault_says_what_is_wrong_and_where(text: str, message: str, marked: str) -> None:
    read = parse(text, NOW, NAMED)

    assert read.fault
    assert message in read.fault.message
    assert text[read.fault.start : read.fault.end] == marked
    assert not read.is_unfinished


def test_with_a_fault_what_can_be_read_still_holds() -> None:
    assert shown("luma since:soon") == "running lost"
    assert shown("status:failed,x") == "marengo"
    assert shown("@wrong") == "running lost"


def test_the_first_of_several_faults_is_told() -> None:
    fault = parse("a nope:x since:soon", NOW).fault

    assert fault
    assert fault.start == 2


@pytest.mark.parametrize(
    "text",
    [
        "status:",
        "since:",
        "since:2",
        "since:2026-11",
        "took:",
        "took:>",
        "took:>5",
        "@",
        "@ba",
        "!",
        "tag:",
        '"',
        "model:",
        '!status:"',
        "since:1h,2",
    ],
)
def test_what_has_only_been_begun_is_left_out_without_a_fault(text: str) -> None:
    read = parse(f"luma {text}", NOW, NAMED)

    assert read.is_unfinished
    assert read.fault is None
    assert {row.model_id for row in read.select(ROWS, Haystack())} == {"luma.ray-v2:0"}


@pytest.mark.parametrize(
    "text",
    [
        "v1:0",
        "s3://b/k",
        "https://x",
        "arn:aws:bedrock",
        "10:30",
        "luma.ray-v2:0",
        "http://x:80/",
        ":",
        "::x",
        'a"b',
        '"status:x"',
        "my-tag:x",
    ],
)
def test_a_colon_in_an_id_arn_or_uri_is_only_a_colon(text: str) -> None:
    read = parse(text, NOW)

    assert read.fault is None
    assert [word.text for word in read.words] == [text.strip('"')]


def test_only_ages_and_durations_change_as_time_passes() -> None:
    relative = [
        "since:2h",
        "!before:2h",
        "took:>5m",
        "@recent",
        "!@recent",
        "x since:2h,2026-01-01",
    ]

    assert all(parse(text, NOW, NAMED).is_relative for text in relative)
    assert not parse("luma since:2026-01-01 status:f @bad", NOW, NAMED).is_relative


def test_it_is_true_when_it_filters_anything() -> None:
    assert not any(parse(text, NOW) for text in ("", " ", "status:", "since:soon", "!"))
    assert all(parse(text, NOW, NAMED) for text in ("a", '"a"', "status:f", "@bad", "!@bad"))


def test_names_that_stand_for_one_another_without_end_are_a_fault() -> None:
    chain = {f"n{i}": f"@n{i + 1} !@n{i + 1} @n{i + 1}" for i in range(2000)}

    fault = parse("@n0", NOW, chain).fault

    assert fault
    assert "stand for one another" in fault.message


@given(TEXTS | st.text(alphabet='a":, ', min_size=900, max_size=1100), MANY)
def test_any_text_can_be_read_and_a_fault_lies_within_it(text: str, rows: list[Invocation]) -> None:
    read = parse(text, NOW, NAMED)

    assert isinstance(read, Filter)
    assert read.fault is None or 0 <= read.fault.start < read.fault.end <= len(text)
    read.select(rows, Haystack())


@given(TEXTS | SOME, MANY, MANY)
def test_what_is_selected_is_what_is_kept_whatever_was_seen_before(
    text: str, before: list[Invocation], rows: list[Invocation]
) -> None:
    read = parse(text, NOW, NAMED)
    haystack = Haystack()
    read.select(before, haystack)

    assert read.select(rows, haystack) == [row for row in rows if read.keeps(row)]


@given(WORDS | SOME.filter(lambda text: not set(text) & set(" \n\1")), MANY)
def test_a_negated_term_keeps_exactly_the_others(term: str, rows: list[Invocation]) -> None:
    read, negated = parse(term, NOW, NAMED), parse(f"!{term}", NOW, NAMED)

    if read:
        assert all(read.keeps(row) is not negated.keeps(row) for row in rows)
