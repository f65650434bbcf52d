from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import NOW, TOKEN, a_note, an_invocation
from tui.model.filter import LONGEST, Filter, parse
from tui.model.filter_completion import complete
from tui.model.filter_fields import FIELDS
from tui.model.haystack import Haystack, is_short_for
from tui.model.invocation import Invocation, Status
from tui.model.request import Tag

RUNNING = an_invocation(
    id="running1",
    submit_time=NOW - timedelta(minutes=1),
    prompt='Dragons over a\ntide pool, "golden" hour',
    is_ours=True,
)
REEL = an_invocation(
    id="Done2",
    status=Status.COMPLETED,
    model_id="amazon.nova-reel-v1:1",
    submit_time=NOW - timedelta(hours=1),
    end_time=NOW - timedelta(minutes=50),
    s3_uri="s3://Media/Reel/done",
    region="us-east-1",
    tags=(Tag("Team", "Media Lab"), Tag("run", "42")),
)
MARENGO = an_invocation(
    id="broken3",
    status=Status.FAILED,
    model_id="twelvelabs.marengo-embed-2-7-v1:0",
    submit_time=NOW - timedelta(hours=30),
    end_time=NOW - timedelta(hours=30) + timedelta(seconds=41),
    failure_message="Blocked by our\ncontent filters",
    tags=(Tag("team", "search"),),
)
NOVA = an_invocation(
    id="nova4",
    status=Status.COMPLETED,
    model_id="amazon.nova-2-multimodal-embeddings-v1:0",
    submit_time=datetime(2026, 3, 1, 10, tzinfo=timezone.utc),
    end_time=datetime(2026, 3, 1, 10, 0, 5, tzinfo=timezone.utc),
    s3_uri="s3://else/4",
    invocation_arn="arn:aws:bedrock:us-west-2:999999999999:async-invoke/nova4",
)
LOST = a_note(submit_time=NOW - timedelta(days=3))
NAMES = {"running": RUNNING, "reel": REEL, "marengo": MARENGO, "nova": NOVA, "lost": LOST}
ROWS = list(NAMES.values())
NAMED = {
    "bad": "status:failed,unknown",
    "mine": "origin:here",
    "recent": "since:2h",
    "both": "@bad @mine",
    "loop": "luma @pool",
    "pool": "@loop",
    "wrong": "status:nosuch luma",
    "cut": "luma status:",
}


def shown(text: str, named: dict[str, str] = NAMED) -> str:
    names = {id(row): name for name, row in NAMES.items()}
    return " ".join(names[id(row)] for row in parse(text, NOW, named).select(ROWS, Haystack()))


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
    ("word", "names"),
    [
        ("nreel", "reel"),
        ("nvreel", "reel"),
        ("reel11", "reel"),
        ("anr", "reel"),
        ("marengo27", "marengo"),
        ("mrng", "marengo"),
        ("ray2", "running lost"),
        ("lr2", "running lost"),
        ("nova2", "nova"),
        ("mltmdl", "nova"),
        ("srch", "marengo"),
        ("drgns", "running"),
        ("gldn", "running"),
    ],
)
def test_a_word_may_abbreviate_model_id_tag_or_prompt_word(word: str, names: str) -> None:
    assert shown(word) == names


@pytest.mark.parametrize(
    "word",
    [
        "rl",  # too short
        "eel2",  # the first letter begins no part
        "rngo",
        "twb",  # leaves out consonants
        "the",
        "cat",
        "20",  # a number
        "nova.rl",  # punctuation is meant literally
        "rnnng1",  # an id
        "blckd",  # a failure message
        "tmsr",  # pieces of a tag's key and value
        "dtp",  # initials of prompt words
        "tdpl",  # pieces of two prompt words
    ],
)
def test_a_word_does_not_match_nearly_everything(word: str) -> None:
    assert shown(word) == ""


def test_a_phrase_is_literal_and_contiguous_over_line_ends() -> None:
    assert shown('"a tide pool"') == "running"
    assert shown('"our content filters"') == "marengo"
    assert shown('"tide a pool"') == ""
    assert shown('"nvreel"') == ""
    assert shown('"tide   pool') == "running"


def test_a_phrase_does_not_reach_from_one_field_into_the_next() -> None:
    row = an_invocation(id="one", s3_uri="s3://two")

    assert not parse('"one InProgress"', NOW).keeps(row)
    assert not parse('"InProgress s3"', NOW).keeps(row)


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
        ("status:failed,x luma", "pending, completed, failed or unknown", "x"),
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


def test_words_are_found_in_a_row_that_took_another_ones_place() -> None:
    haystack = Haystack()
    blocked = parse("blocked", NOW)
    assert blocked.select([RUNNING, REEL], haystack) == []

    failed = replace(RUNNING, status=Status.FAILED, failure_message="blocked")

    assert blocked.select([failed, REEL], haystack) == [failed]


def test_a_haystack_forgets_rows_that_have_gone() -> None:
    haystack = Haystack()
    word = parse("nvreel", NOW)
    for _ in range(5):
        rows = [replace(REEL) for _ in range(1000)]
        assert word.select(rows, haystack) == rows

    assert haystack.text_count <= 3500


def test_a_word_that_abbreviates_many_words_finds_them_all() -> None:
    words = [f"stage{letter}" for letter in "abcdefghij"]
    rows = [
        an_invocation(id=word, prompt=word, tags=(Tag("run", word),), s3_uri="") for word in words
    ]

    assert parse("stge", NOW).select([RUNNING, *rows], Haystack()) == rows
    assert parse("!stge", NOW).select([RUNNING, *rows], Haystack()) == [RUNNING]
    assert parse("stgec", NOW).select(rows, Haystack()) == rows[2:3]


def test_a_foreign_separator_in_a_row_makes_no_word() -> None:
    tagged = an_invocation(id="a", tags=(Tag("team", "media"),))
    forged = an_invocation(id="b", failure_message="\1media\1", s3_uri="\1media\1")

    assert parse("mdia", NOW).select([tagged, forged], Haystack()) == [tagged]


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("sta", "status:"),
        ("luma !STA", "luma !STAtus:"),
        ("ama", "amazon.nova-2-multimodal-embeddings-v1:0"),
        ("status:", "status:pending"),
        ("status:failed,un", "status:failed,unknown"),
        ("origin:e", "origin:elsewhere"),
        ("model:tw", "model:twelvelabs.marengo-embed-2-7-v1:0"),
        ("region:us-e", "region:us-east-1"),
        ("account:9", "account:999999999999"),
        ("since:", "since:2h"),
        ("since:30", "since:30h"),
        ("took:", "took:>5m"),
        ("took:<", "took:<5m"),
        ("took:>30", "took:>30m"),
        ("tag:te", "tag:team="),
        ("tag:team=s", "tag:team=search"),
        ('tag:"Team=me', 'tag:"Team=media Lab"'),
        ("tag:Team=me", None),
        ("@re", "@recent"),
        ("!@bo", "!@both"),
        ("", None),
        ("sta ", None),
        ('"sta', None),
        ("zzz", None),
        ("output:s", None),
        ("nope:x sta", None),
        ("@wro", None),
    ],
)
def test_the_last_term_is_completed(text: str, completed: str | None) -> None:
    assert complete(text, ROWS, NAMED) == completed


WORDS = st.sampled_from(
    [
        "luma",
        "nvreel",
        "drgn",
        "gldn",
        "srch",
        '"tide pool"',
        '"',
        "status:",
        "status:f,c",
        "tag:t",
        "since:2h",
        "since:2",
        "took:>1m",
        "took:",
        "@bad",
        "@both",
        "@loop",
        "@w",
        "model:ray2",
        ",",
        "nope:x",
        "origin:h",
        "arn:aws",
        "s3://",
        "before:2026-03-01",
        "id:b",
        "prompt:",
        "!",
        "sta",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(st.tuples(st.sampled_from(["", "!", "!!"]), WORDS), max_size=5).map(
        lambda terms: " ".join(bang + word for bang, word in terms)
    ),
    st.text(alphabet='ab!":,@= \t\0\1<>2hst', max_size=30),
)
SOME = st.text(alphabet="abdegilnortu \n\1=-.2", max_size=20)
BUILT = st.builds(
    an_invocation,
    id=st.text(alphabet="ab12", min_size=1, max_size=3),
    status=st.sampled_from(Status),
    model_id=st.sampled_from([row.model_id for row in ROWS]) | SOME,
    prompt=SOME | st.sampled_from(["a dragon", "golden hour"]),
    failure_message=SOME,
    tags=st.lists(st.builds(Tag, SOME, SOME), max_size=2).map(tuple),
)
MANY = st.lists(BUILT | st.sampled_from(ROWS), max_size=8)


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


@given(TEXTS, MANY)
def test_a_completion_goes_on_from_the_text_and_has_no_fault(
    text: str, rows: list[Invocation]
) -> None:
    completed = complete(text, rows, NAMED)

    if completed is not None:
        assert completed.startswith(text)
        assert len(completed) > len(text)
        assert parse(completed, NOW, NAMED).fault is None


@given(st.sampled_from(sorted(FIELDS)), st.integers(1))
def test_every_beginning_of_a_field_is_completed_to_a_field(name: str, length: int) -> None:
    completed = complete(name[:length], [], {})

    assert completed is not None
    assert completed.removesuffix(":") in FIELDS


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_abbreviation_has_its_letters_in_order(word: str, name: str) -> None:
    letters = iter(name)

    assert not is_short_for(word, name) or all(letter in letters for letter in word)
