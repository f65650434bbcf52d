"""What the README says is so: keys, options, commands, exit codes, rights, settings and files."""

from __future__ import annotations

import argparse
import ast
import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from tests import written
from tests.written import PAGES, ROOT, blocks, rows, section, spans, text_of
from tui.commands import exit_codes, options
from tui.model import key_names, policy
from tui.model.action import Action
from tui.model.actions import SCREENS

THEIRS = {
    "--no-deps": "pip",
    "--kills": "tests.crash",
    "--version": "every program",
    "--headless": "chromium",
    "--help": "every program",
    "--check": "ruff",
    "--all": "screenshots/render.py",
    "--hypothesis-profile": "pytest",
}
"""Options of other programs."""

NO_RIGHT = {"GetCallerIdentity"}
"""What anybody may ask, whatever the policies say."""

RIGHTS = {"DescribeKey": "kms:DescribeKey"}
"""What only the doctor asks; no denial of it is explained by a statement."""

UNASKED = {
    "bedrock:TagResource": "checked where StartAsyncInvoke has tags",
    "bedrock:ApplyGuardrail": "checked where InvokeModel names a guardrail",
    "bedrock:GetInferenceProfile": "checked where InvokeModel names an inference profile",
    "kms:GenerateDataKey": "checked where S3 encrypts with a key",
    "kms:Decrypt": "checked where S3 decrypts with a key",
}
"""Rights for what AWS does itself on the way of one of our calls."""

SERVICES = [
    "bedrock-runtime",
    "bedrock",
    "s3",
    "sagemaker-runtime",
    "sagemaker",
    "kms",
    "sts",
    "cloudwatch",
]


def registry() -> Iterator[Action]:
    for groups in SCREENS.values():
        for _, actions in groups:
            yield from actions


@pytest.mark.parametrize(
    ("keys", "what", "name"), rows(section("README.md", "Keys"), "keys", "what", "id")
)
def test_a_key_does_what_its_row_says(keys: str, what: str, name: str) -> None:
    found = [action for action in registry() if [action.id] == spans(name) and action.help == what]

    assert found, f"no action of the registry is called {name} and says: {what}"
    assert spans(keys) in [[*map(key_names.prose, action.key_list)] for action in found]


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parsers of the commands, by their names."""
    (commands,) = (
        action
        for action in options.build()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return dict(commands.choices)


def known_options() -> set[str]:
    every = (options.build(), *parsers().values())
    return {
        option for each in every for action in each._actions for option in action.option_strings
    }


@pytest.mark.parametrize("page", PAGES)
def test_every_option_is_one_of_ours_or_of_a_named_program(page: str) -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", text_of(page)))

    assert named - known_options() - THEIRS.keys() == set()


def test_every_command_is_told_of_and_no_other() -> None:
    text = text_of("README.md")
    # In front of the command stand options, with their values: none of these begins with a letter.
    named = set(re.findall(r"\basyncinvoke (?:--sandbox )?([a-z][a-z-]+)", text))

    assert named - {"sandbox"} <= parsers().keys()
    assert {name for name in parsers() if f"`{name}`" not in text} <= named


def test_the_exit_codes_are_those_of_the_program() -> None:
    told = rows(section("README.md", "Without a screen"), "exit code", "meaning")
    codes = {int(code) for row in told for code in re.findall(r"\d+", row[0])}
    ours = {value for name, value in vars(exit_codes).items() if name.isupper()}
    signals = {128 + signal.SIGHUP, 128 + signal.SIGINT, 128 + signal.SIGTERM}

    assert codes == ours | signals
    assert exit_codes.INTERRUPTED in signals


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_heading_that_is_linked_is_there(page: str) -> None:
    for file, anchor in written.links(page):
        if "://" in file:
            continue
        target = (ROOT / page).parent / file if file else ROOT / page
        assert target.exists(), file
        if anchor:
            assert anchor in written.anchors(str(target.resolve().relative_to(ROOT))), anchor


@pytest.mark.parametrize("page", PAGES)
def test_every_test_benchmark_and_module_that_is_named_is_there(page: str) -> None:
    text = text_of(page)
    paths = set(re.findall(r"\b(?:tests|benchmarks|screenshots|tui)/[\w./-]*\w", text))
    modules = set(re.findall(r"-m ((?:tests|benchmarks|tui)[\w.]*)", text))

    assert [path for path in paths if not (ROOT / path).exists()] == []
    for module in modules:
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module


def granted() -> set[str]:
    (block,) = (block for block in blocks("README.md") if block.heading == "Rights")
    whole = json.loads(block.text)
    assert whole["Version"] == "2012-10-17"
    for statement in whole["Statement"]:
        assert statement.keys() == {"Sid", "Effect", "Action", "Resource"}
        assert statement["Effect"] == "Allow"
        assert f"`{statement['Sid']}`" in section("README.md", "Rights")
    return {action for statement in whole["Statement"] for action in statement["Action"]}


def called() -> set[str]:
    """The operations that some module of ``tui/aws`` asks a client for."""
    session = botocore.session.get_session()
    operations = {
        xform_name(name): name
        for service in SERVICES
        for name in session.get_service_model(service).operation_names
    }
    names: set[str] = set()
    for path in (ROOT / "tui/aws").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names |= _asked(node)
    return {operations[name] for name in names if name in operations}


def _asked(node: ast.AST) -> set[str]:
    """The methods of a client that a call is, or has as its texts."""
    if not isinstance(node, ast.Call):
        return set()
    texts = {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    of = node.func
    is_client = isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name)
    method = {of.attr} if is_client and of.value.id in ("client", "sts") else set()  # type: ignore[attr-defined]
    return method | {text for text in texts if isinstance(text, str)}


def test_the_policy_grants_what_the_program_calls_and_nothing_else() -> None:
    operations = called() - NO_RIGHT
    needed: set[str] = set()
    for operation in operations:
        of_objects = policy._ON_OBJECTS.get(operation, ())
        right = policy._OF_OPERATIONS.get(operation) or RIGHTS.get(operation)
        assert of_objects or right, f"nobody knows the right for {operation}"
        needed |= {*of_objects} | ({right} if right else set())

    assert {"StartAsyncInvoke", "InvokeEndpointAsync", "GetObject", "HeadBucket"} <= operations
    assert granted() == needed | UNASKED.keys()


def test_what_can_be_denied_is_granted() -> None:
    rights = {*policy._OF_OPERATIONS.values(), *policy._KEY_ACTIONS}
    rights |= {right for each in policy._ON_OBJECTS.values() for right in each}

    assert rights - granted() == {"sts:AssumeRole"}
    assert "`sts:AssumeRole`" in section("README.md", "Rights")


def test_the_extras_are_those_of_the_package() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = project.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    names = set(re.findall(r"^(\w+) = \[", extras, re.MULTILINE)) - {"dev"}
    needs = project.partition("\ndependencies = [")[2].partition("\n]")[0]
    packages = set(re.findall(r'^ +"([\w-]+)', needs, re.MULTILINE))

    told = rows(section("README.md", "Install"), "extra", "brings", "for")
    assert {spans(row[0])[0] for row in told} == names
    for package in packages:
        assert package in section("README.md", "What it installs"), package


def test_the_lines_are_short_and_few() -> None:
    lines = Path(ROOT, "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 450
    assert [line for line in lines if len(line) > 110 and not line.startswith("|")] == []
