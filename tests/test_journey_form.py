"""The ways to fill in a form, by the keyboard alone, in a real pseudo-terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tui.model.form import ASYNC, AT_ENDPOINT, OPERATIONS, WAITED_FOR, lines
from tui.sandbox.server import Sandbox

ROOT = Path(__file__).parents[1]
NARROW, WIDE = (80, 24), (120, 40)
KEY = "arn:aws:kms:us-west-2:123456789012:alias/films"
REEL = {"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": "a lighthouse in the fog"}}

COMMAND = r"""aws bedrock-runtime start-async-invoke \
    --model-id luma.ray-v2:0 \
    --model-input '{"prompt": "a tide pool, it'"'"'s dusk"}' \
    --output-data-config s3OutputDataConfig={s3Uri=s3://journeys/pasted/} \
    --tags key=team,value=media key=run,value=42
"""

CALL = """response = bedrock.invoke_model(
    modelId="us.anthropic.claude-3-5-haiku-20241022-v1:0",
    body=json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 20,
                     "messages": [{"role": "user", "content": "What lives there?"}]}),
    trace="ENABLED",
)
"""

FIELDS = {
    ASYNC: [
        ("Model", "no model", "a model id or ARN, not no model"),
        ("Output", "s3://Journeys/", "in lower case, not"),
        ("KMS key", "mine", "the ARN of a key"),
        ("Owner", "me", "12 digits, not me"),
        ("Tags", "team", "is not key=value"),
        ("Token", "a_b", "letters, digits and single hyphens"),
    ],
    AT_ENDPOINT: [
        ("Endpoint", "no endpoint", "with single hyphens between them, not no endpoint"),
        ("Input", "http://x", "or an https:// URL, not http://x"),
        ("Upload", "media", "an s3:// folder like"),
        ("ID", "é", "it goes into a header"),
        ("Type", "é", "ASCII characters, not é"),
        ("Accept", "é", "ASCII characters, not é"),
        ("Custom", "é", "ASCII characters, not é"),
        ("TTL", "30", "at least 60, not 30"),
        ("Timeout", "soon", "a whole number of seconds"),
        ("Folder", "s3://x", "without s3:, not s3://x"),
        ("File", "a.b.c", "with one dot at most, not a.b.c"),
    ],
    WAITED_FOR: [
        ("Model", "no model", "a model id or ARN, not no model"),
        ("Type", "text/plain", "Bedrock takes no other"),
        ("Accept", "text/plain", ""),
        ("Guard", "no guard", "id or ARN of a guardrail, not no"),
        ("Version", "first", "a number or DRAFT, not first"),
        ("Trace", "on", ", not on"),
        ("Latency", "low", ", not low"),
        ("Tier", "best", ", not best"),
        ("Metadata", "team=media", ""),
    ],
}
"""The fields of one line, what no one of them takes, and what is said beside it."""

OpenForm = Callable[[tuple[int, int]], Terminal]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """One on the real clock, as the program's is; no job ends meanwhile."""
    with Sandbox(job_seconds=3600) as running:
        yield running


@pytest.fixture
def open_form(sandbox: Sandbox, tmp_path: Path) -> Iterator[OpenForm]:
    """Opens an empty form, for a person without settings of their own."""
    opened: list[Terminal] = []
    config = tmp_path / "config.toml"
    config.write_text("[polling]\nfastest = 0.2\n")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "ASYNCINVOKE_CONFIG": str(config),
        "EDITOR": str(tmp_path / "editor"),
        **sandbox.environment(),
    }

    def open_(size: tuple[int, int]) -> Terminal:
        terminal = Terminal([sys.executable, "-m", "tui"], environment, size)
        opened.append(terminal)
        terminal.wait_for("123456789012", "No invocation", "q quit")
        terminal.press("n")
        terminal.wait_for("New invocation", "JSON · 0 B", "^s submit")
        return terminal

    yield open_
    for terminal in opened:
        terminal.close()


def type_in(terminal: Terminal, label: str, text: str, *said: str) -> None:
    """Type into the field of one line that has the focus, in the place of what stands there."""
    terminal.press("ctrl+u", text)
    terminal.wait_for(f"\n {label:<9}{text}", *said)


def submit(terminal: Terminal, model_id: str, *said: str) -> None:
    """Submit what stands in the form, and agree once all that is to be said is."""
    terminal.press("ctrl+s")
    terminal.wait_for(f"Submit this to {model_id}?", "where    default · us-west-2", *said)
    terminal.press("y")


def leave(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.wait() == 0
    assert terminal.is_restored
    assert b"Traceback" not in terminal.sent


def test_fill_all_fields_in_by_hand(open_form: OpenForm, sandbox: Sandbox) -> None:
    terminal = open_form(NARROW)
    terminal.press("ctrl+s")
    terminal.wait_for("not sent: mend what is marked", "is required")
    type_in(terminal, "Model", "amazon.nova-reel-v1:1")
    terminal.press("tab", json.dumps(REEL))
    terminal.wait_for("the fog", "B · valid")
    terminal.press("tab")
    type_in(terminal, "Output", "s3://Journeys/", "in lower case, not")
    type_in(terminal, "Output", "s3://journeys/by-hand/")
    terminal.press("tab")
    type_in(terminal, "KMS key", KEY)
    terminal.press("tab")
    type_in(terminal, "Owner", "123456789012")
    terminal.press("tab")
    type_in(terminal, "Tags", "team=media run=42")
    terminal.press("tab")
    type_in(terminal, "Token", "by-hand-1")
    submit(terminal, "amazon.nova-reel-v1:1", "output   s3://journeys/by-hand/", KEY)
    terminal.wait_for("▸◐ InProgress  amazon.nova-reel")
    leave(terminal)

    assert sandbox.requests == [
        {
            "modelId": "amazon.nova-reel-v1:1",
            "modelInput": REEL,
            "outputDataConfig": {
                "s3OutputDataConfig": {
                    "s3Uri": "s3://journeys/by-hand/",
                    "kmsKeyId": KEY,
                    "bucketOwner": "123456789012",
                }
            },
            "tags": [{"key": "team", "value": "media"}, {"key": "run", "value": "42"}],
            "clientRequestToken": "by-hand-1",
        }
    ]


def test_take_a_template_and_tab_through_its_placeholders(
    open_form: OpenForm, sandbox: Sandbox
) -> None:
    terminal = open_form(NARROW)
    type_in(terminal, "Model", "twelvelabs.marengo-embed-3-0-v1:0")
    terminal.press("ctrl+t")
    terminal.wait_for("Templates", "text and picture")
    terminal.press("down", "down", "down", "down", "enter")
    terminal.wait_for('"inputText": "{{a text}}"', "something in the place of {{a text}}")
    terminal.press("a tide pool")
    terminal.wait_for('"inputText": "a tide pool"')
    terminal.press("tab", "s3://journeys/still.jpg")
    terminal.wait_for('"uri": "s3://journeys/still.jpg"')
    terminal.press("tab", "123456789012", "tab")
    type_in(terminal, "Output", "s3://journeys/template/", "B · valid")
    submit(terminal, "twelvelabs.marengo-embed-3-0-v1:0", "output   s3://journeys/template/")
    terminal.wait_for("▸◐ InProgress  twelvelabs.marengo")
    leave(terminal)

    (request,) = sandbox.requests
    assert request["modelInput"] == {
        "inputType": "text_image",
        "text_image": {
            "inputText": "a tide pool",
            "mediaSource": {
                "s3Location": {"uri": "s3://journeys/still.jpg", "bucketOwner": "123456789012"}
            },
        },
    }


def test_paste_a_command_of_the_aws_cli(open_form: OpenForm, sandbox: Sandbox) -> None:
    terminal = open_form(WIDE)
    terminal.paste(COMMAND)
    terminal.wait_for("luma.ray-v2:0", "it's dusk", "team=media run=42", "B · valid")
    submit(terminal, "luma.ray-v2:0", "output   s3://journeys/pasted/")
    terminal.wait_for("▸◐ InProgress  luma.ray-v2:0")
    leave(terminal)

    (request,) = sandbox.requests
    assert request["modelId"] == "luma.ray-v2:0"
    assert request["modelInput"] == {"prompt": "a tide pool, it's dusk"}
    assert request["outputDataConfig"] == {"s3OutputDataConfig": {"s3Uri": "s3://journeys/pasted/"}}
    assert request["tags"] == [{"key": "team", "value": "media"}, {"key": "run", "value": "42"}]


def test_change_the_input_in_the_own_editor(
    open_form: OpenForm, sandbox: Sandbox, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/fog/snow/" "$1"\n')
    editor.chmod(0o700)
    terminal = open_form(NARROW)
    terminal.press("tab", '{"prompt": "fog"}', "tab")
    type_in(terminal, "Output", "s3://journeys/edited/")
    terminal.press("shift+tab", "shift+tab")
    type_in(terminal, "Model", "luma.ray-v2:0")
    terminal.press("f5")
    terminal.wait_for('1  {"prompt": "snow"}', "B · valid", "F5 edit")
    submit(terminal, "luma.ray-v2:0", "output   s3://journeys/edited/")
    terminal.wait_for("▸◐ InProgress  luma.ray-v2:0")
    leave(terminal)

    (request,) = sandbox.requests
    assert request["modelInput"] == {"prompt": "snow"}


def body_of(request: Mapping[str, object]) -> object:
    body = request["body"]
    assert isinstance(body, bytes)
    return json.loads(body)


def test_wait_for_answers_that_open_by_themselves_and_save_one(
    open_form: OpenForm, sandbox: Sandbox, tmp_path: Path
) -> None:
    terminal = open_form(NARROW)
    terminal.press("ctrl+r", "ctrl+r")
    terminal.wait_for("[Bedrock, wait for the answer]", "Metadata")
    terminal.press("tab", '{"inputText": "a tide pool"}', "shift+tab")
    type_in(terminal, "Model", "amazon.titan-embed-text-v2:0", "B · valid")
    submit(terminal, "amazon.titan-embed-text-v2:0", "output   comes back here")
    terminal.wait_for("3 Output", "answer.json · JSON", '"embedding": [')

    terminal.press("d")
    terminal.wait_for("Save answer.json below")
    terminal.press("ctrl+u", f"{tmp_path}/answers")
    terminal.wait_for("/answers")
    terminal.press("enter")
    terminal.wait_for("saved 11")
    (saved,) = (tmp_path / "answers").glob("*/answer.json")
    assert len(json.loads(saved.read_bytes())["embedding"]) == 1024

    terminal.press("n")
    terminal.wait_for("New invocation")
    terminal.paste(CALL)
    terminal.wait_for("[Bedrock, wait for the answer]", "us.anthropic.claude", "B · valid")
    submit(terminal, "us.anthropic.claude-3-5-haiku-20241022-v1:0", "trace=ENABLED")
    terminal.wait_for("3 Output", "answer.json · JSON", '"role": "assistant"')
    leave(terminal)

    typed, pasted = sandbox.requests
    assert typed["modelId"] == "amazon.titan-embed-text-v2:0"
    assert body_of(typed) == {"inputText": "a tide pool"}
    assert pasted["modelId"] == "us.anthropic.claude-3-5-haiku-20241022-v1:0"
    assert pasted["trace"] == "ENABLED"
    assert body_of(pasted) == {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 20,
        "messages": [{"role": "user", "content": "What lives there?"}],
    }


@pytest.mark.parametrize("operation", FIELDS)
def test_every_field_and_its_fault_is_in_reach_at_80_by_24(
    open_form: OpenForm, sandbox: Sandbox, operation: str
) -> None:
    fields = FIELDS[operation]
    assert len(fields) == len(lines(operation))
    terminal = open_form(NARROW)
    first = fields[0][0]
    for _ in range(list(OPERATIONS).index(operation)):
        terminal.press("ctrl+r")
    terminal.wait_for(f"[{OPERATIONS[operation]}]", fields[-1][0])
    terminal.paste("{\n}")
    terminal.wait_for("\n  1  {\n", "B · valid")
    for label, text, fault in fields:
        type_in(terminal, label, text, fault)
        terminal.press("tab", *["tab"] * (label == first))
    for label, _, _ in reversed(fields[1:]):
        terminal.press("shift+tab")
        type_in(terminal, label, "back")
    terminal.press("shift+tab", "back")
    terminal.wait_for("\n  2  }back")
    terminal.press("shift+tab")
    type_in(terminal, first, "back")
    terminal.press("shift+tab")
    terminal.wait_for("Submit\n")
    terminal.press("enter")
    terminal.wait_for("not sent: mend what is marked")
    assert not sandbox.requests
