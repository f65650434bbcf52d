from __future__ import annotations

from pathlib import Path

import pytest
from botocore.session import Session as BotocoreSession

from tui.aws.profiles import profiles
from tui.commands import run
from tui.commands.embedded import embedded
from tui.commands.start import Start
from tui.config import Settings
from tui.model.context import Context
from tui.sandbox.server import Sandbox


def test_in_the_sandbox_it_is_said_who_says_where(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_no_screen", lambda: "")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    seen: list[Start] = []

    def look(start: Start) -> int:
        seen.append(start)
        return 0

    assert run.run(["--sandbox", "--seed-jobs=0", "--debug", "--log-file=l.jsonl"], look) == 0

    (start,) = seen
    shown = {each.key: (each.value, each.origin) for each in start.shown}
    assert shown["profile"] == ('"sandbox"', "--sandbox")
    assert shown["endpoint-url"] == (f'"{start.context.endpoint_url}"', "--sandbox")
    assert shown["debug"] == ("true", "--debug")
    assert not [key for key in shown if key.startswith("endpoint-url (")]
    assert start.context.endpoints == ()
    assert start.context.endpoint_of("s3") == start.context.endpoint_url
    assert (start.debug, start.log_file) == (True, Path("l.jsonl"))


def test_a_sandbox_that_runs_already_is_joined(
    machine: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_no_screen", lambda: "")
    seen: list[Start] = []

    def look(start: Start) -> int:
        seen.append(start)
        return 0

    words = ["--sandbox", f"--endpoint-url={sandbox.url}", "--region=eu-west-1"]
    assert run.run(words, look) == 0

    (start,) = seen
    assert (start.context.endpoint_url, start.context.region) == (sandbox.url, "eu-west-1")
    assert (start.context.profile, start.settings.defaults.model_id) == ("sandbox", "luma.ray-v2:0")
    assert sandbox.jobs.count("eu-west-1") == 0


def test_the_other_profile_of_an_embedded_one_is_there_too() -> None:
    start = Start(Settings(), Context(), Path("unused"))
    with embedded(start, Sandbox(), seed_jobs=0) as inside:
        contexts = inside.begin()
        other = contexts.named("sandbox-eu")
        contexts.ledger.close()
    assert (other.profile, other.region) == ("sandbox-eu", "eu-west-1")
    assert other.endpoint_url == inside.context.endpoint_url


def test_no_key_of_the_person_s_own_is_read_in_the_sandbox(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_no_screen", lambda: "")
    monkeypatch.delenv("AWS_SHARED_CREDENTIALS_FILE", raising=False)
    (machine / ".aws").mkdir()
    own = "[{}]\naws_access_key_id = mine\naws_secret_access_key = mine\n"
    keys = "".join(map(own.format, ("prod", "sandbox")))
    (machine / ".aws" / "credentials").write_text(keys)

    def look(start: Start) -> int:
        assert [each.name for each in profiles()] == ["sandbox", "sandbox-eu"]
        assert BotocoreSession(profile="sandbox").get_credentials().access_key == "sandbox"
        return 7

    assert run.run(["--sandbox", "--seed-jobs=0"], look) == 7
