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
        assert named["profile"] == ("p", "settings.toml line 4")
        assert named["region"] == ("eu-west-1", "settings.toml line 5")
    assert settings("--context=other")["profile"] == ("other", "the context other")
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
    named = {place for place, _ in defaults() if place not in (("filters",), ("contexts",))}
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
