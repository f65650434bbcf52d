"""Filters, and the rows that they look through, for the tests of both."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from tests.builders import NOW, a_note, an_invocation
from tui.model.filter import parse
from tui.model.haystack import Haystack
from tui.model.invocation import Status
from tui.model.tag import Tag

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
