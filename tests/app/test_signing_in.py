"""Signed out on the screen: what it says, the key that mends it, the question for a code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.app.conftest import Screen, settled, shown
from tests.conftest import MakeEngine, Until
from tests.signed_in import SERIAL, AwsFiles
from tui.app.screens.mfa import MfaScreen
from tui.app.signing_in import ending
from tui.engine import signing_in
from tui.engine.session import Engine
from tui.model.problem import Problem
from tui.sandbox.server import Sandbox

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "WATCH_SECONDS", 0.01)


@pytest.fixture
def with_keys(aws_files: AwsFiles, make_engine: MakeEngine, sandbox: Sandbox) -> Engine:
    aws_files.keys("first")
    sandbox.seed(12)
    sandbox.expiry.set("first", 60)
    return make_engine()


async def until_shown(pilot: Pilot[int], *texts: str) -> None:
    """Wait until all the texts stand on the screen together; never longer than ten seconds."""

    async def look() -> None:
        while not all(text in shown(pilot) for text in texts):
            await pilot.pause(0.02)

    await asyncio.wait_for(look(), 10)


async def signed_out(engine: Engine, sandbox: Sandbox, until: Until, pilot: Pilot[int]) -> None:
    await until(engine, lambda: engine.identity is not None and len(engine.board) == 12)
    sandbox.clock.advance(61)
    engine.wake()
    await until(engine, lambda: engine.signing_in.problem is not None)
    await settled(pilot)


def statuses(engine: Engine) -> dict[str, str]:
    return {row.key: row.status.value for row in engine.board}


async def test_credentials_that_end_are_told_and_a_renewal_from_outside_goes_on_by_itself(
    with_keys: Engine, aws_files: AwsFiles, sandbox: Sandbox, until: Until, screen: Screen
) -> None:
    async with screen(with_keys) as pilot:
        await signed_out(with_keys, sandbox, until, pilot)
        before = statuses(with_keys)

        await until_shown(
            pilot, "signed out, heard", "signed out; new keys are noticed.", "L log in?"
        )
        sandbox.calls.clear()
        await pilot.pause(0.1)
        assert not sandbox.calls
        assert statuses(with_keys) == before

        aws_files.keys("second")
        await until(with_keys, lambda: with_keys.problem is None)
        await settled(pilot)

        assert "signed out" not in shown(pilot)
        assert "log in" not in shown(pilot)


async def test_refresh_tries_at_once(
    with_keys: Engine, sandbox: Sandbox, until: Until, screen: Screen
) -> None:
    async with screen(with_keys) as pilot:
        await signed_out(with_keys, sandbox, until, pilot)
        sandbox.expiry.clear()

        await pilot.press("r")
        await until(with_keys, lambda: with_keys.problem is None)

        assert with_keys.signing_in.problem is None


async def test_keys_that_no_command_renews_are_said_to_be_written_anew(
    with_keys: Engine, sandbox: Sandbox, until: Until, screen: Screen
) -> None:
    async with screen(with_keys) as pilot:
        await signed_out(with_keys, sandbox, until, pilot)

        await pilot.press("L")

        await until_shown(pilot, "write new keys", "profile default")


async def test_what_mends_keys_without_a_command_is_said_at_once_and_in_full(
    with_keys: Engine, sandbox: Sandbox, until: Until, screen: Screen
) -> None:
    async with screen(with_keys) as pilot:
        await signed_out(with_keys, sandbox, until, pilot)

        await until_shown(pilot, "new keys are noticed.", "L log in?")
        assert "logs in" not in shown(pilot)
        await pilot.press("exclamation_mark")

        await until_shown(pilot, "write new keys of profile default into the AWS files")
        assert "log in again" not in shown(pilot)


async def test_keys_of_the_environment_want_another_start(
    make_engine: MakeEngine, sandbox: Sandbox, until: Until, screen: Screen
) -> None:
    sandbox.faults.add("ListAsyncInvokes", "expired", times=None)
    engine = make_engine()
    async with screen(engine, (120, 40)) as pilot:
        await until(engine, lambda: engine.signing_in.problem is not None)

        await until_shown(pilot, "signed out. ExpiredToken", "L log in?")
        assert "start again with new keys in the environment" in " ".join(shown(pilot).split())


async def test_the_log_in_says_that_one_is_signed_in(
    engine: Engine, until: Until, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await until(engine, lambda: engine.identity is not None)
        await settled(pilot)
        assert "L log in" not in shown(pilot)
        assert "L log in?" not in shown(pilot)

        await pilot.press("L")

        await until_shown(pilot, "signed in")


async def test_where_no_region_is_set_the_key_that_chooses_one_is_named(
    make_engine: MakeEngine, until: Until, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    engine = make_engine(region=None)
    async with screen(engine) as pilot:
        await until(engine, lambda: engine.problem is not None)

        await until_shown(pilot, "Press c to choose a profile", "c chooses a profile and a region.")
        assert "r tries again" not in shown(pilot)


async def test_an_empty_table_says_that_nobody_is_signed_in(
    aws_files: AwsFiles, make_engine: MakeEngine, until: Until, screen: Screen
) -> None:
    engine = make_engine()
    async with screen(engine) as pilot:
        await until(engine, lambda: engine.signing_in.problem is not None)

        await until_shown(pilot, "Signed out: nothing is asked.", "NoCredentialsError")


async def test_a_submission_while_signed_out_says_so_and_loses_no_word(
    with_keys: Engine, sandbox: Sandbox, until: Until, screen: Screen
) -> None:
    async with screen(with_keys, (120, 40)) as pilot:
        await signed_out(with_keys, sandbox, until, pilot)
        await pilot.press("n")
        await settled(pilot)
        pilot.app.screen.query_one(TextArea).text = '{"prompt": "typed while signed out"}'
        await pilot.pause()

        await pilot.press("ctrl+s")
        await until_shown(pilot, "ExpiredToken")

        assert "typed while signed out" in shown(pilot)
        assert not sandbox.calls["StartAsyncInvoke"]
        assert not await with_keys.journal.all()


# The log-in -------------------------------------------------------------------------------------

Fake = Callable[[str], Path]


@pytest.fixture
def fake_aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """An ``aws`` on the PATH that does what a Python program says; its arguments are kept."""

    def write(program: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        file, told = folder / "aws", tmp_path / "told"
        file.write_text(
            f"#!{sys.executable} -I\nimport sys\n"
            f"open({str(told)!r}, 'w').write(' '.join(sys.argv[1:]))\n{program}"
        )
        file.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=":")
        return told

    return write


@pytest.fixture
def with_sso(aws_files: AwsFiles, make_engine: MakeEngine, sandbox: Sandbox) -> Engine:
    """A profile of single sign-on whose cached token is half written."""
    aws_files.configure(
        "[profile team]\nsso_session = corp\nsso_account_id = 123456789012\n"
        "sso_role_name = Tester\n[sso-session corp]\nsso_region = us-east-1\n"
        "sso_start_url = https://corp.awsapps.com/start\n"
    )
    cache = aws_files.home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    (cache / "3b5d.json").write_text('{"accessToken": "half')
    return make_engine(profile="team")


async def test_single_sign_on_is_renewed_with_its_own_command(
    with_sso: Engine, aws_files: AwsFiles, until: Until, screen: Screen, fake_aws: Fake
) -> None:
    told = fake_aws(
        f"open({str(aws_files.config)!r}, 'w').write('''[profile team]\n"
        "aws_access_key_id = new\naws_secret_access_key = s\n''')\n"
    )
    async with screen(with_sso) as pilot:
        await until(with_sso, lambda: with_sso.signing_in.problem is not None)
        assert with_sso.signing_in.problem is not None
        assert with_sso.signing_in.problem.kind == "SSOTokenLoadError"

        await pilot.press("L")
        await until(with_sso, lambda: with_sso.heard is not None)

        assert told.read_text() == "sso login --profile team"
        assert with_sso.problem is None


async def test_a_command_that_fails_is_told_with_its_code_and_last_line(
    with_sso: Engine, until: Until, screen: Screen, fake_aws: Fake
) -> None:
    fake_aws("sys.exit('one line\\nthe browser went away')\n")
    async with screen(with_sso, (120, 40)) as pilot:
        await until(with_sso, lambda: with_sso.signing_in.problem is not None)

        await pilot.press("L")

        await until_shown(pilot, "exit code 1", "the browser went away")
        assert with_sso.signing_in.problem is not None


async def test_a_command_that_leaves_no_credentials_is_told_so(
    with_sso: Engine, until: Until, screen: Screen, fake_aws: Fake
) -> None:
    fake_aws("")
    async with screen(with_sso, (120, 40)) as pilot:
        await until(with_sso, lambda: with_sso.signing_in.problem is not None)
        await until_shown(pilot, "signed out: L logs in.", "L log in")

        await pilot.press("L")

        await until_shown(pilot, "ended,", "left no")


async def test_what_fails_after_a_log_in_for_another_reason_is_told_as_it_is(
    with_sso: Engine,
    until: Until,
    screen: Screen,
    fake_aws: Fake,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def no_network() -> Problem:
        return Problem(kind="EndpointConnectionError", message="cannot connect to SSO")

    fake_aws("")
    monkeypatch.setattr(with_sso.signing_in, "lack", no_network)
    async with screen(with_sso, (120, 40)) as pilot:
        await until(with_sso, lambda: with_sso.signing_in.problem is not None)

        await pilot.press("L")

        await until_shown(pilot, "EndpointConnectionError: cannot connect to SSO")
        assert "left no credentials" not in shown(pilot)


async def test_a_command_that_is_missing_is_told_with_what_to_do(
    with_sso: Engine, until: Until, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    async with screen(with_sso, (120, 40)) as pilot:
        await until(with_sso, lambda: with_sso.signing_in.problem is not None)

        await pilot.press("L")

        await until_shown(pilot, "aws: No such file or directory", "run aws sso login --profile")


# A second factor --------------------------------------------------------------------------------


async def test_the_code_of_a_role_is_asked_for_on_the_screen(
    a_role: AwsFiles, make_engine: MakeEngine, sandbox: Sandbox, until: Until, screen: Screen
) -> None:
    engine = make_engine(profile="team")
    async with screen(engine) as pilot:
        await until_shown(pilot, "Profile team wants a code", SERIAL)
        await pilot.press(*"12345", "enter")
        await until_shown(pilot, "a code has 6 digits, this has 5")
        await pilot.press("6", "enter")
        await until(engine, lambda: engine.heard is not None)

        assert not isinstance(pilot.app.screen, MfaScreen)
        assert engine.problem is None
        assert sandbox.calls["AssumeRole"] == 1


async def test_a_code_that_is_not_given_is_asked_for_again_with_one_key(
    a_role: AwsFiles, make_engine: MakeEngine, until: Until, screen: Screen
) -> None:
    engine = make_engine(profile="team")
    async with screen(engine) as pilot:
        await until_shown(pilot, "Profile team wants a code")
        await pilot.press("escape")
        await until_shown(pilot, "MfaCancelled", "L asks for another code", "L log in")

        await pilot.press("L")
        await until_shown(pilot, "Profile team wants a code")
        await pilot.press(*"123456", "enter")
        await until(engine, lambda: engine.heard is not None)

        assert engine.problem is None


async def test_letters_are_no_part_of_a_code(
    a_role: AwsFiles, make_engine: MakeEngine, screen: Screen
) -> None:
    async with screen(make_engine(profile="team")) as pilot:
        await until_shown(pilot, "Profile team wants a code")

        await pilot.press(*"q1n2")

        assert pilot.app.screen.query_one(Input).value == "12"


# The end in sight -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (12 * MINUTE, ""),
        (8.5 * MINUTE, "credentials end in 8m"),
        (MINUTE / 2, "credentials end in 1m"),
        (-MINUTE, ""),
    ],
)
def test_the_end_of_credentials_is_told_when_it_is_near(
    engine: Engine, left: timedelta, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Found:
        _expiry_time = engine.clock() + left

    monkeypatch.setattr(engine.aws.signing, "_found", Found())

    assert ending(engine) == said
