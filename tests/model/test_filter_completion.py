from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW
from tests.model.filters import MANY, NAMED, ROWS, TEXTS
from tui.model.filter import parse
from tui.model.filter_completion import complete
from tui.model.filter_fields import FIELDS
from tui.model.invocation import Invocation


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
