from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Invoke, Spawn, finish
from tui.config.layers import defaults

WRONG = 'regoin = "x"\n[polling]\nfastest = "soon"\n'


def test_the_path_is_the_one_that_is_used(here: Invoke, machine: Path) -> None:
    done = here("config", "path")
    assert (done.code, done.out, done.err) == (0, f"{machine / 'settings.toml'}\n", "")


def test_a_path_without_a_file_is_still_one(
    here: Invoke, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASYNCINVOKE_CONFIG")
    done = here("config", "path")
    assert done.code == 0
    assert done.out.endswith("asyncinvoke/config.toml\n")
    assert "the defaults hold" in done.err


def test_the_path_of_a_file_that_is_wrong_is_told_too(here: Invoke, machine: Path) -> None:
    (machine / "settings.toml").write_text(WRONG)
    assert here("config", "path").code == 0


def test_show_says_of_every_setting_who_said_it(
    here: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://me:hunter2@s3.example.com")
    monkeypatch.setenv("ASYNCINVOKE_POLLING_IDLE", "30")
    done = here("config", "show", "--profile=prod")
    rows = [line.split() for line in done.out.splitlines()]
    assert done.code == 0
    assert rows[0] == ["SETTING", "VALUE", "FROM"]
    assert ["profile", '"prod"', "--profile"] in rows
    assert ["region", '"eu-west-1"', "AWS_REGION"] in rows
    assert ["polling.fastest", "0.05", "settings.toml", "line", "2"] in rows
    assert ["polling.idle", "30.0", "ASYNCINVOKE_POLLING_IDLE"] in rows
    assert ["output", "–", "default"] in rows
    assert ["endpoint-url", "(s3)", '"https://***@s3.example.com"', "AWS_ENDPOINT_URL_S3"] in rows
    assert "hunter2" not in done.out


def test_show_is_of_the_context_that_is_active(here: Invoke, machine: Path) -> None:
    (machine / "settings.toml").write_text(
        'region = "us-west-2"\nopen = "eu"\n[contexts.eu]\nprofile = "p"\nregion = "eu-west-1"\n'
    )

    def settings(*arguments: str) -> dict[str, tuple[object, str]]:
        done = here("config", "show", "--output=json", *arguments)
        return {row["key"]: (row["value"], row["origin"]) for row in done.data}

    for named in (settings(), settings("--context=eu")):
        assert named["profile"] == ("p", "contexts.eu in settings.toml line 4")
        assert named["region"] == ("eu-west-1", "contexts.eu in settings.toml line 5")
    assert settings("--profile=own")["region"] == ("us-west-2", "settings.toml line 1")


@pytest.mark.parametrize("name", ["ASYNCINVOKE_OUTPUT", "ASYNCINVOKE_REGION", "AWS_PROFILE"])
def test_a_variable_that_is_not_utf_8_is_a_fault(
    here: Invoke, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "\udce9")

    done = here("config", "check")

    assert done.code == 2
    assert done.err == f"asyncinvoke: {name}: holds bytes that are not UTF-8\n"


def test_show_is_data_where_that_is_asked_for(here: Invoke) -> None:
    done = here("config", "show", "--output=json")
    told = {row["key"]: (row["value"], row["origin"]) for row in done.data}
    assert told["polling.fastest"] == (0.05, "settings.toml line 2")
    assert told["output"] == ("json", "--output")
    assert told["region"] == (None, "default")
    own = (("filters",), ("contexts",), ("keys",))
    named = {place for place, _ in defaults() if place not in own}
    assert told.keys() == {".".join(place) for place in named}


def test_show_can_be_asked(here: Invoke) -> None:
    done = here("config", "show", "--query", "[?key=='confirm'].value", "--output=json")
    assert done.data == [True]


def test_what_is_right_is_ok(here: Invoke) -> None:
    done = here("config", "check")
    assert (done.code, done.out, done.err) == (0, "ok\n", "")


@pytest.mark.parametrize("action", ["check", "show"])
def test_every_fault_is_told_with_its_line(here: Invoke, machine: Path, action: str) -> None:
    path = machine / "settings.toml"
    path.write_text(WRONG)
    done = here("config", action)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"asyncinvoke: {path}: line 1: regoin: is not a setting; did you mean region?",
        f'asyncinvoke: {path}: line 3: polling.fastest: expected a number, got "soon"',
    ]


def test_a_variable_that_is_wrong_is_a_fault_too(
    here: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASYNCINVOKE_LEDGER", "~no-such-user/l")
    done = here("config", "check")
    assert done.code == 2
    assert "ledger: ~no-such-user/l" in done.err


def test_in_a_process_of_its_own_it_needs_neither_terminal_nor_aws(
    spawn: Spawn, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    shown = finish(spawn("config", "show", "--output", "json"))
    assert {row["key"]: row["value"] for row in json.loads(shown.out)}["profile"] == "nobody"
    assert finish(spawn("config", "check")).out == "ok\n"
    (machine / "settings.toml").write_text("[polling\n")
    wrong = finish(spawn("config", "check"))
    assert wrong.code == 2
    assert "settings.toml: line 1, column 9: is not TOML" in wrong.err


CONTEXTS = """\
region = "us-east-1"
[contexts.prod]
profile = "live"
region = "eu-west-1"
[contexts.gone]
profile = "nope"
"""


@pytest.fixture
def live(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose AWS files have one profile, and whose config.toml has a context for it."""
    (machine / "settings.toml").write_text(CONTEXTS)
    (machine / "aws-config").write_text("[profile live]\nregion = sa-east-1\noutput = text\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(machine / "aws-config"))
    return machine


@pytest.mark.usefixtures("live")
def test_show_tells_what_holds_in_the_context_that_is_asked_for(here: Invoke) -> None:
    def told(*arguments: str) -> dict[str, tuple[object, str]]:
        data = here("config", "show", "--output=json", *arguments).data
        return {row["key"]: (row["value"], row["origin"]) for row in data}

    named = told("--context", "prod")
    assert named["profile"] == ("live", "contexts.prod in settings.toml line 3")
    assert named["region"] == ("eu-west-1", "contexts.prod in settings.toml line 4")
    profile = told("--context", "live")
    assert profile["profile"] == ("live", "--context live")
    assert profile["region"][0] == "sa-east-1"
    assert profile["region"][1].startswith("profile live in ")
    assert told("--context", "prod", "--region", "us-west-2")["region"] == ("us-west-2", "--region")


@pytest.mark.usefixtures("live")
def test_show_says_which_contexts_it_does_not_show(here: Invoke) -> None:
    done = here("config", "show", "--context", "prod", "--context", "live")

    assert done.code == 0
    assert "eu-west-1" in done.out
    assert "live is not shown here: asyncinvoke config show --context live" in done.err


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("action", ["show", "check"])
def test_a_context_that_is_nowhere_is_said_to_be_none(here: Invoke, action: str) -> None:
    done = here("config", action, "--context", "lvie")

    assert (done.code, done.out) == (2, "")
    assert "'lvie' is neither a context of config.toml nor a profile" in done.err
    assert "did you mean live?" in done.err


def test_check_finds_names_of_nothing_and_filters_that_are_none(here: Invoke, live: Path) -> None:
    path = live / "settings.toml"
    path.write_text(f'open = "prod, nopo"\n{CONTEXTS}[filters]\nbad = "statu:failed"\n')

    done = here("config", "check")

    assert (done.code, done.out) == (2, "")
    filters, opened, profile = done.err.splitlines()
    assert filters.startswith("asyncinvoke: settings.toml line 9: filters.bad: there is no field")
    assert opened.startswith("asyncinvoke: settings.toml line 1: open: 'nopo' is neither a context")
    assert profile == (
        "asyncinvoke: settings.toml line 7: contexts.gone.profile: "
        "the AWS files have no profile 'nope'"
    )


def test_check_names_the_line_of_an_aws_file_that_is_none(here: Invoke, live: Path) -> None:
    (live / "aws-config").write_text("[profile broken\nregion = us-west-2\n")

    done = here("config", "check")

    assert done.code == 2
    assert f"{live / 'aws-config'}: line 1: is in no section" in done.err


def test_an_empty_profile_is_none_that_is_missing(here: Invoke, machine: Path) -> None:
    (machine / "settings.toml").write_text('profile = ""\n')
    assert here("config", "check").code == 0
