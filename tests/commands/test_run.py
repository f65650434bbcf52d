from __future__ import annotations

import io
import signal
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Finished, Invoke, Spawn, a_start, finish
from tui.commands import exit_codes, run
from tui.sandbox.server import Sandbox


def refused(done: Finished, words: str) -> None:
    assert done.code == 2
    assert done.out == ""
    assert words in done.err
    assert "Traceback" not in done.err


def test_help_names_the_commands_and_the_exit_codes(here: Invoke) -> None:
    done = here("--help")
    assert done.code == 0
    assert done.err == ""
    for word in ("start-async-invoke", "list", "sandbox", "130", "--endpoint-url"):
        assert word in done.out


def test_help_says_what_every_exit_code_means(here: Invoke) -> None:
    epilog = here("--help").out.partition("exit codes:")[2]
    codes = {value for name, value in vars(exit_codes).items() if name.isupper()}
    assert {int(word) for word in epilog.split() if word.isdigit()} >= codes


def test_the_version_is_data(here: Invoke) -> None:
    done = here("--version")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("asyncinvoke ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lst",), "argument COMMAND: 'lst' is not a choice: did you mean list?"),
        (("start",), "'start' is not a choice: did you mean start-async-invoke?"),
        (("xyz",), "invalid choice: 'xyz' (choose from"),
        (("list", "--output="), "invalid choice: '' (choose from"),
        (("list", "--colour"), "list: not understood: --colour; did you mean --color?"),
        (("list", "--output=xml"), "argument --output: invalid choice: 'xml'"),
        (("list", "--cli-read-timeout=nan"), "nan is not a number of seconds"),
        (("list", "--cli-connect-timeout=-1"), "-1 is not a number of seconds"),
        (("list", "--cli-connect-timeout=\x1b[2J"), "�[2J is not a number of seconds"),
        (("list", "--\x1b[2J\u202e"), "list: not understood: --�[2J�"),
    ],
)
def test_a_command_line_that_is_wrong_is_usage(
    here: Invoke, arguments: tuple[str, ...], words: str
) -> None:
    refused(here(*arguments), words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[polling]\nfastest = 1\nslowst = 3\n", "line 3: polling.slowst: is not a setting"),
        ("[polling]\nfastest = 'soon'\n", 'line 2: polling.fastest: expected a number, got "soon"'),
        ("region = \n", "line 1, column 10: is not TOML: "),
    ],
)
def test_a_config_that_is_wrong_is_named_by_file_line_and_key(
    here: Invoke, machine: Path, content: str, words: str
) -> None:
    path = machine / "settings.toml"
    path.write_text(content)
    refused(here("list"), f"asyncinvoke: {path}: {words}")


def test_a_config_that_was_named_must_be_there(here: Invoke) -> None:
    refused(here("list", "--config=nowhere.toml"), "nowhere.toml: there is no such file")


def test_a_ledger_that_cannot_be_used_is_named(here: Invoke, machine: Path) -> None:
    refused(here("list", f"--ledger={machine}"), f"{machine}: the ledger cannot be opened")


def test_a_ledger_that_is_no_database_stays_as_it_is(invoke: Invoke, machine: Path) -> None:
    notes = machine / "notes.txt"
    notes.write_text("no database, but somebody's notes\n" * 99)
    refused(invoke("list", "--ledger=notes.txt"), "notes.txt")
    assert notes.read_text() == "no database, but somebody's notes\n" * 99


# The screen needs a terminal ---------------------------------------------------------------------


def test_without_a_terminal_the_screen_is_refused_with_what_to_do_instead(spawn: Spawn) -> None:
    done = finish(spawn())
    refused(done, "stdin, stdout and stderr are none; try `asyncinvoke list`")


class Tty(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (None, "TERM is not set: it cannot show the screen"),
        ("", "TERM is not set: it cannot show the screen"),
        ("dumb", "TERM=dumb cannot show the screen"),
        ("unknown", "TERM=unknown cannot show the screen"),
        ("vt100", ""),
    ],
)
def test_a_terminal_that_cannot_show_the_screen_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str | None, told: str
) -> None:
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, stream, Tty())
    if name is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", name)

    assert run._no_screen() == told


# Who one is --------------------------------------------------------------------------------------


def test_missing_credentials_are_refused_with_what_to_do(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    done = invoke(*a_start())
    assert done.code == 2
    assert done.out == ""
    assert "NoCredentialsError" in done.err
    assert "remedy: choose a --profile" in done.err


@pytest.mark.parametrize("arguments", [("list",), a_start()])
def test_a_profile_that_does_not_exist_is_named(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    done = invoke(*arguments, "--profile=nobody")
    assert done.code == 2
    assert "ProfileNotFound: The config profile (nobody) could not be found" in done.err
    assert "remedy: choose another --profile" in done.err


def test_a_missing_region_is_refused_with_what_to_do(here: Invoke, sandbox: Sandbox) -> None:
    done = here("list", "--endpoint-url", sandbox.url)
    assert done.code == 2
    assert "remedy: choose a --region, set AWS_REGION, or write region = " in done.err


def test_a_profile_of_the_aws_files_names_region_and_keys(
    here: Invoke, sandbox: Sandbox, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = machine / "aws-config"
    config.write_text(
        "[profile work]\nregion = eu-west-1\naws_access_key_id = a\naws_secret_access_key = b\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    sandbox.region = "eu-west-1"
    sandbox.seed(1)
    done = here("list", "--profile=work", "--endpoint-url", sandbox.url)
    assert done.code == 0
    assert [row["region"] for row in done.data] == ["eu-west-1"]


# The sandbox around a command --------------------------------------------------------------------


def test_the_sandbox_uses_nothing_of_one_s_own_and_leaves_nothing(
    here: Invoke, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    before = sorted(machine.iterdir())
    done = here("--sandbox", "--seed-jobs=4", "list", "--filter=!status:failed")
    assert done.code == 0
    assert len(done.data) == 4
    assert sorted(machine.iterdir()) == before


def test_a_ledger_that_was_chosen_is_kept(here: Invoke, machine: Path) -> None:
    assert here("--sandbox", "list", "--ledger=mine.sqlite3").code == 0
    assert (machine / "mine.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_the_sandbox_too_and_leaves_no_file(
    spawn: Spawn, machine: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    temporary = machine / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    process = spawn("--sandbox", "--job-seconds=600", *a_start("--wait"))
    assert process.stderr is not None
    assert "waiting for it to end" in process.stderr.readline()
    process.send_signal(number)
    done = finish(process)
    assert done.code == code
    assert done.out == ""
    assert list(temporary.iterdir()) == []
