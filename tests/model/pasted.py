"""Requests as they are pasted, and what is read from them, for the tests of their syntaxes."""

from __future__ import annotations

from tui.model.document import DocumentFault
from tui.model.paste import read
from tui.model.reading import Pasted

START = "aws bedrock-runtime start-async-invoke "
INVOKE = "aws bedrock-runtime invoke-model "
OUTPUT = {"s3OutputDataConfig": {"s3Uri": "s3://media/ray/"}}
INPUT = {"prompt": "a tide pool"}
WHOLE = {"modelId": "luma.ray-v2:0", "modelInput": INPUT, "outputDataConfig": OUTPUT}
INVOKED = {"modelId": "amazon.nova-pro-v1:0", "body": INPUT, "trace": "ENABLED"}


def understood(found: Pasted | DocumentFault) -> Pasted:
    assert isinstance(found, Pasted), found
    return found


def members(text: str) -> object:
    return understood(read(text)).members


def fault(text: str) -> DocumentFault:
    found = read(text)
    assert isinstance(found, DocumentFault), found
    return found
