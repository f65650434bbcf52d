"""Requests of any kind, for the tests of their text."""

from __future__ import annotations

from hypothesis import strategies as st

from tui.model import document
from tui.model.request import InvokeModel, StartAsyncInvoke, metadata_of
from tui.model.tag import Tag

HARD = "'\"\\$`!\t\n;&|#~=a%-{}[],:*<>()/\u2028\u202e\x1b\r\x7f\x85é🌊"

texts = (
    st.text()
    | st.text(HARD)
    | st.sampled_from(
        [
            "file://x",
            "fileb://x",
            "https://x",
            "-x",
            "--region",
            "</script><!--",
            "${x}",
            "$(x)",
            "{x}",
            "aws bedrock-runtime start-async-invoke --model-id x",
            'client.start_async_invoke(modelId="x")',
            "new StartAsyncInvokeCommand({",
            "\\u0041\\x41\\N{DIGIT ONE}",
            "REQUEST",
            "\nREQUEST\n",
            "__proto__",
            "'''",
            "a\0b",
        ]
    )
)
words = texts.filter(bool)
numbers = (
    st.integers() | st.integers(2**53 - 2, 2**66) | st.floats(allow_nan=False, allow_infinity=False)
)
documents = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
requests = st.builds(
    StartAsyncInvoke,
    model_id=words,
    model_input=documents,
    s3_uri=words,
    client_request_token=texts,
    kms_key_id=texts,
    bucket_owner=texts,
    tags=st.lists(st.builds(Tag, words, texts), max_size=2).map(tuple),
)

trimmed = texts.filter(lambda text: text == text.strip())
targets = trimmed.filter(lambda text: text and not document.begins_object(text))
inferences = st.builds(
    InvokeModel,
    model_id=targets,
    model_input=documents.filter(lambda value: value is not None),
    client_request_token=st.just("token"),
    **{
        **dict.fromkeys(InvokeModel.OPTIONS.values(), trimmed),
        "request_metadata": trimmed.map(metadata_of),
    },
)
