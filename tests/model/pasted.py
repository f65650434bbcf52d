"""Requests as they are pasted, and what is read from them, for the tests of their syntaxes."""

from __future__ import annotations

from tui.model.document import DocumentFault
from tui.model.paste import read
from tui.model.reading import Pasted

START = "aws bedrock-runtime start-async-invoke "
INVOKE = "aws bedrock-runtime invoke-model "
ENDPOINT = "aws sagemaker-runtime invoke-endpoint-async "
OUTPUT = {"s3OutputDataConfig": {"s3Uri": "s3://media/ray/"}}
INPUT = {"prompt": "a tide pool"}
WHOLE = {"modelId": "luma.ray-v2:0", "modelInput": INPUT, "outputDataConfig": OUTPUT}
INVOKED = {"modelId": "amazon.nova-pro-v1:0", "body": INPUT, "trace": "ENABLED"}
INFERRED = {
    "EndpointName": "sharpen",
    "ContentType": "text/csv",
    "InputLocation": "s3://media/in/x.csv",
    "RequestTTLSeconds": 600,
}
AS_PUBLISHED = {
    "location": {
        "EndpointName": "<endpoint-name>",
        "InputLocation": "s3://media/points.libsvm",
        "InferenceId": "5f0c1f7e-4c1a-4d38-9a51-0f5f6f0a9d11",
        "ContentType": "text/libsvm",
    },
    "body": {
        "EndpointName": "<endpoint-name>",
        "Body": '{"inputs": "a tide pool"}',
        "ContentType": "application/json",
        "InvocationTimeoutSeconds": 3600,
    },
}
"""boto3's arguments as AWS's own pages write them."""


def understood(found: Pasted | DocumentFault) -> Pasted:
    assert isinstance(found, Pasted), found
    return found


def members(text: str) -> object:
    return understood(read(text)).members


def fault(text: str) -> DocumentFault:
    found = read(text)
    assert isinstance(found, DocumentFault), found
    return found
