from __future__ import annotations

import random

import pytest

from tests.crash import crash


def test_a_kill_at_any_instant_loses_and_doubles_nothing(
    aws_environment: None, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}: repeat with python -m tests.crash --seed {seed}")

    assert "none lost, none doubled" in crash(5, seed)
