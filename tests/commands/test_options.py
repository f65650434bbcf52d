from __future__ import annotations

import argparse
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.commands.conftest import Invoke
from tests.real_tools import AwsCli
from tui.commands import options
from tui.config.layers import OWN_KEYS, defaults
from tui.config.variables import flags, variable_of
from tui.sandbox.server import Sandbox

GLOBAL_OPTIONS = frozenset(
    {
        "--ca-bundle",
        "--cli-auto-prompt",
        "--cli-binary-format",
        "--cli-connect-timeout",
        "--cli-error-format",
        "--cli-read-timeout",
        "--color",
        "--debug",
        "--endpoint-url",
        "--no-cli-auto-prompt",
        "--no-cli-pager",
        "--no-paginate",
        "--no-sign-request",
        "--no-verify-ssl",
        "--output",
        "--profile",
        "--query",
        "--region",
        "--v2-debug",
        "--version",
    }
)
"""The global options of the AWS CLI, of both its versions."""

WITHOUT_MEANING = {
    "--cli-auto-prompt": "refused: the screen is the prompt",
    "--no-cli-auto-prompt": "there is no prompt to switch off",
    "--no-cli-pager": "no pager is ever opened for a command's data",
    "--cli-error-format": "refused for what is no text: errors are told with cause and remedy",
    "--v2-debug": "it helps from one version of the AWS CLI to the next",
}
"""Those that are taken and set nothing, and why; the README says the same."""

NO_KEY = {**WITHOUT_MEANING, "--version": "it is asked once, and sets nothing"}

VALUES = {
    "--ca-bundle": "/etc/ssl/corp.pem",
    "--cli-binary-format": "base64",
    "--cli-connect-timeout": "5",
    "--cli-read-timeout": "0",
    "--color": "off",
    "--endpoint-url": "https://host:1",
    "--output": "yaml",
    "--profile": "prod",
    "--query": "[].status",
    "--region": "eu-west-1",
}
"""A value for each option that takes one."""

README = Path(__file__).parents[2] / "README.md"


def known_options(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


def test_every_aws_cli_global_option_has_its_flag_and_config_key() -> None:
    known = known_options(options.build())
    places = {place for place, _ in defaults()}

    assert known >= GLOBAL_OPTIONS
    for option in GLOBAL_OPTIONS - NO_KEY.keys():
        assert (option.removeprefix("--"),) in places, option


def test_the_aws_cli_has_no_other_global_options(aws_cli: AwsCli) -> None:
    done = subprocess.run(
        [aws_cli.program, "help"],
        env={"PATH": aws_cli.path["PATH"], "AWS_PAGER": "cat", "PAGER": "cat", "HOME": "/"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    shown = re.sub(r"\x1b\[\d*m|.\x08", "", done.stdout)
    found = set(
        re.findall(r"(?m)^\s*\"?(--[a-z0-9-]+)\"? \((?:string|boolean|integer|int)\)", shown)
    )
    if not found:
        pytest.skip("this AWS CLI's help cannot be read: it needs groff")

    assert found <= GLOBAL_OPTIONS


def test_every_exception_is_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")

    for option in WITHOUT_MEANING:
        assert f"`{option}`" in text, option


@pytest.mark.parametrize("option", sorted(GLOBAL_OPTIONS - NO_KEY.keys()))
def test_a_flag_sets_its_key_before_and_after_the_command(option: str) -> None:
    value = [VALUES[option]] if option in VALUES else []
    parser = options.build()

    for arguments in ([option, *value, "list"], ["list", option, *value]):
        layer = flags(vars(parser.parse_args(arguments)))
        (place,) = layer
        assert place == (option.removeprefix("--"),)
        assert layer[place].origin == option
        assert str(layer[place].value).removesuffix(".0") == (value[0] if value else "True")


@pytest.mark.parametrize("option", sorted(GLOBAL_OPTIONS - NO_KEY.keys()))
def test_a_key_and_a_variable_set_the_same(
    here: Invoke, machine: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    key, value = option.removeprefix("--"), VALUES.get(option, "true")
    written = value if value in ("true", "5", "0") else json.dumps(value)
    asked = ("--query", f"[?key=='{key}'].[value, origin][]", "--output=json")
    shown = ("config", "show", *(() if option in ("--query", "--output") else asked))
    wanted = json.loads(written)

    (machine / "settings.toml").write_text(f"{key} = {written}\n")
    of_file = here(*shown)
    monkeypatch.setenv(variable_of((key,)), value)
    of_variable = here(*shown)

    if option in ("--query", "--output"):
        assert of_file.code == of_variable.code == 0
        assert of_file.out == of_variable.out.replace(variable_of((key,)), "settings.toml line 1")
    else:
        assert of_file.data == [wanted, "settings.toml line 1"]
        assert of_variable.data == [wanted, variable_of((key,))]


@pytest.mark.parametrize(
    "options",
    [
        ("--no-cli-pager",),
        ("--no-cli-auto-prompt",),
        ("--v2-debug",),
        ("--cli-error-format", "legacy"),
        ("--cli-error-format", "enhanced"),
    ],
)
def test_what_the_aws_cli_has_and_means_nothing_here_changes_nothing(
    invoke: Invoke, seeded: Sandbox, options: tuple[str, ...]
) -> None:
    plain = invoke("list-async-invokes")

    assert plain.code == 0
    assert invoke("list-async-invokes", *options) == invoke(*options, "list-async-invokes") == plain


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--cli-auto-prompt",), "--cli-auto-prompt: the screen is the prompt"),
        (("--cli-error-format", "json"), "--cli-error-format: errors are told as text"),
    ],
)
def test_what_would_change_something_is_refused_with_its_reason(
    invoke: Invoke, sandbox: Sandbox, options: tuple[str, ...], words: str
) -> None:
    done = invoke("list-async-invokes", *options)

    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert not sandbox.calls


# What they do ------------------------------------------------------------------------------------


@pytest.fixture
def seeded(sandbox: Sandbox) -> Sandbox:
    sandbox.seed(3)
    return sandbox


def test_a_query_and_an_output_hold_for_list(invoke: Invoke, seeded: Sandbox) -> None:
    done = invoke("list", "--query", "sort_by(@, &status)[].status", "--output", "text")
    assert done.code == 0
    assert len(done.out.strip().split("\t")) == 3


def test_a_wrong_query_is_told_before_anything_is_sent(invoke: Invoke, sandbox: Sandbox) -> None:
    done = invoke("list", "--query", "[?status")
    assert (done.code, done.out) == (2, "")
    assert "--query: '[?status': it ends too early, at character 9" in done.err
    assert not sandbox.requests


def test_output_and_query_may_come_from_the_environment(
    invoke: Invoke, seeded: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_OUTPUT", "yaml")
    monkeypatch.setenv("ASYNCINVOKE_QUERY", "length(@)")
    assert invoke("list").out == "3\n"
    assert invoke("list", "--output=json", "--query=[0].operation").out == '"StartAsyncInvoke"\n'


def test_without_pagination_one_page_is_listed(
    invoke: Invoke, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.aws.bedrock.PAGE_SIZE", 2)
    sandbox.seed(5)
    assert len(invoke("list", "--no-paginate").data) == 2
    assert len(invoke("list").data) == 5
    assert len(invoke("list", "--no-paginate").data) == 2


def test_without_colour_the_environment_says_so_as_long_as_the_program_runs(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from tui.commands import run

    seen: list[str | None] = []

    def look(_: object) -> int:
        seen.append(os.environ.get("NO_COLOR"))
        return 0

    monkeypatch.setattr(run, "_no_screen", lambda: "")
    for held in ("", "1"):
        monkeypatch.setenv("NO_COLOR", held)
        for color in ("on", "off", "auto"):
            assert run.run([f"--color={color}"], look) == 0
            assert os.environ["NO_COLOR"] == held

    assert seen == [None, "1", "", None, "1", "1"]


def test_a_proxy_of_the_environment_is_asked_and_one_that_refuses_is_told(
    here: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    done = here("list", "--endpoint-url=http://bedrock.example", "--region=us-west-2")
    assert done.code == 4
    assert "ProxyConnectionError" in done.err
    assert "remedy: " in done.err


BROKEN = "-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize("content", ["", "no certificates here\n", BROKEN, b"\x30\x82\xff", None])
def test_a_ca_bundle_that_is_none_is_named(
    here: Invoke, machine: Path, content: str | bytes | None
) -> None:
    bundle = machine / "corp.pem"
    if content is not None:
        bundle.write_bytes(content if isinstance(content, bytes) else content.encode())
    where = ("--endpoint-url=https://127.0.0.1:9", "--region=us-west-2")

    done = here("list", *where, f"--ca-bundle={bundle}")

    assert done.code == 2
    words = "there is no such file" if content is None else "holds no certificates in PEM"
    assert f"{bundle}: {words}" in done.err
    assert "--ca-bundle, AWS_CA_BUNDLE, ca-bundle of config.toml" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--context", "a", "list", "--profile", "b"),
        ("--profile", "b", "list", "--context", "a"),
        ("list", "--context", "a", "--profile="),
        ("doctor", "--profile", "b", "--context", "a"),
        ("config", "show", "--context", "a", "--profile", "b"),
    ],
)
def test_a_context_and_a_profile_are_not_both_taken(here: Invoke, arguments: list[str]) -> None:
    done = here(*arguments)

    assert (done.code, done.out) == (2, "")
    assert "--context and --profile both say whose credentials are used" in done.err


@pytest.mark.parametrize("option", ["--region=eu-west-1", "--endpoint-url=http://127.0.0.1:1"])
def test_a_place_holds_for_one_context_and_not_for_several(here: Invoke, option: str) -> None:
    done = here("list", "--context", "a", "--context", "b", option)

    assert (done.code, done.out) == (2, "")
    assert f"{option.partition('=')[0]} cannot hold for several --context" in done.err


def test_a_context_without_a_name_is_none(here: Invoke) -> None:
    done = here("list", "--context=")

    assert done.code == 2
    assert "--context: expected the name of a context" in done.err


def test_a_region_in_capitals_is_refused_with_its_name(here: Invoke) -> None:
    done = here("list", "--region", "US-WEST-2")

    assert done.code == 2
    assert "--region: 'US-WEST-2' is no region's name; did you mean us-west-2?" in done.err


def test_what_is_called_like_a_setting_sets_it() -> None:
    """A key of config.toml is looked for among all that the command line says."""
    (commands,) = (
        action
        for action in options.build()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    settings = {place[0] for place, default in defaults() if default is not OWN_KEYS}
    names = {name.replace("-", "_") for name in settings}

    for parser in (options.build(), *commands.choices.values()):
        for action in parser._actions:
            if action.dest in names:
                assert f"--{action.dest.replace('_', '-')}" in action.option_strings, parser.prog


@pytest.mark.parametrize(
    "line", [("--port", "9000", "sandbox"), ("sandbox", "--port", "9000")], ids=["before", "after"]
)
def test_the_sandbox_s_port_may_stand_before_the_command(line: tuple[str, ...]) -> None:
    given = options.parse(line)

    assert (given.port, options.fault_of(given)) == (9000, "")


def test_without_a_port_the_sandbox_has_its_own() -> None:
    assert not hasattr(options.parse(["sandbox"]), "port")
