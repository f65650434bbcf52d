from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.pasted import (
    ENDPOINT,
    INPUT,
    INVOKE,
    INVOKED,
    OUTPUT,
    START,
    WHOLE,
    fault,
    members,
    understood,
)
from tests.model.requests import HARD, documents
from tui.model.document import DocumentFault, compact
from tui.model.operation import INVOKE_MODEL, START_ASYNC_INVOKE
from tui.model.paste import read
from tui.model.reading import Pasted


@pytest.mark.parametrize(
    "text",
    [
        """aws bedrock-runtime start-async-invoke --model-id luma.ray-v2:0 \\
             --model-input '{"prompt": "a tide pool"}' \\
             --output-data-config '{"s3OutputDataConfig": {"s3Uri": "s3://media/ray/"}}'""",
        """$ aws bedrock-runtime start-async-invoke --model-id=luma.ray-v2:0 \\\r
             --model-input="{\\"prompt\\": \\"a tide pool\\"}" \\\r
             --output-data-config s3OutputDataConfig={s3Uri=s3://media/ray/}\r\n""",
        """# the pool\n
           AWS_PROFILE=prod B='x y' /usr/bin/aws --region us-west-2 bedrock-runtime \\
             start-async-invoke --model-id 'luma'.ray-"v2:0" \\
             --model-input $'{"prompt":"a tide\\x20pool"}' \\
             --output-data-config "s3OutputDataConfig={s3Uri='s3://media/ray/'}" """,
        f"{START} --cli-input-json '{json.dumps(WHOLE)}'",
        f"""{START} --cli-input-json '{json.dumps({**WHOLE, "modelId": "x"})}' \\
             --model-id luma.ray-v2:0""",
        f"{START} --cli-input-json file:///dev/stdin <<'END'\n{json.dumps(WHOLE)}\nEND\n",
        f"{START} --cli-input-yaml 'modelId: luma.ray-v2:0\nmodelInput: {{prompt: a tide pool}}\n"
        "outputDataConfig:\n  s3OutputDataConfig:\n    s3Uri: s3://media/ray/'",
        json.dumps(WHOLE),
        "\ufeff" + json.dumps(WHOLE, indent=2),
        """response = client.start_async_invoke(
               modelId='luma.ray-v2:0',  # the (model
               modelInput={"prompt": "a tide " "pool"},
               **{"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": ("s3://media/ray/")}}},
           )""",
        f"kwargs = {WHOLE!r}",
        f"""import boto3
# client.start_async_invoke(x)
try:
    r = c.start_async_invoke(**{WHOLE!r})
""",
        f"{{'modelId': 'luma.ray-v2:0', 'modelInput': {INPUT!r}, 'outputDataConfig': {OUTPUT!r},}}",
        """c.start_async_invoke(modelId="luma.ray-v2:0", modelInput=json.dumps({"prompt":
           "a tide pool"}), outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://media/ray/"}})""",
        """import { StartAsyncInvokeCommand } from "@aws-sdk/client-bedrock-runtime";
           // new StartAsyncInvokeCommand(input)
           await client.send(new StartAsyncInvokeCommand({
             modelId: "luma.ray-v2:0", /* the model */
             modelInput: { 'prompt': `a tide pool`, },
             outputDataConfig: { s3OutputDataConfig: { "s3Uri": "s3://media/" + 'ray/' } },
           }));""",
        """const input = {
             modelId: "luma.ray-v2:0",
             modelInput: { ["prompt"]: "a tide \\u0070ool" },
             outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://media/ray/" } },
           };""",
        """client.startAsyncInvoke({modelId: "luma.ray-v2:0", modelInput: JSON.stringify({prompt:
           "a tide pool"}), outputDataConfig: {s3OutputDataConfig: {s3Uri: "s3://media/ray/"}}})""",
        """# a request
modelId: luma.ray-v2:0
modelInput:
  prompt: a tide pool
outputDataConfig: {s3OutputDataConfig: {s3Uri: "s3://media/ray/"}}
""",
    ],
)
def test_the_same_request_is_read_from_any_syntax(text: str) -> None:
    assert members(text) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        f"""{INVOKE} --model-id amazon.nova-pro-v1:0 --trace ENABLED \\
             --body '{{"prompt": "a tide pool"}}' \\
             --cli-binary-format raw-in-base64-out out.json""",
        f"{INVOKE} --body eyJwcm9tcHQiOiAiYSB0aWRlIHBvb2wifQ== out.json --trace=ENABLED"
        " --model-id amazon.nova-pro-v1:0",
        f"{INVOKE} --model-id amazon.nova-pro-v1:0 --trace ENABLED --body fileb:///dev/stdin"
        " out.json"
        ' <<\'END\'\n{\n"prompt": "a tide pool"}\nEND\n',
        f"{INVOKE} out.json --cli-input-json '{json.dumps(INVOKED)}'",
        f"{INVOKE} o.json --cli-input-json '{json.dumps({**INVOKED, 'body': json.dumps(INPUT)})}'",
        f"""{INVOKE} --cli-input-yaml 'modelId: amazon.nova-pro-v1:0\ntrace: ENABLED
body: eyJwcm9tcHQiOiAiYSB0aWRlIHBvb2wifQ==' out.json""",
        json.dumps(INVOKED),
        json.dumps({**INVOKED, "body": json.dumps(INPUT)}),
        "modelId: amazon.nova-pro-v1:0\ntrace: ENABLED\nbody:\n  prompt: a tide pool",
        """r = client.invoke_model(modelId="amazon.nova-pro-v1:0", trace="ENABLED",
               body=json.dumps({"prompt": "a tide pool"}))""",
        """client.invoke_model(modelId="amazon.nova-pro-v1:0", trace="ENABLED",
               body=json.dumps({"prompt": "a tide pool"}).encode("utf-8"))""",
        """client.invoke_model(modelId="amazon.nova-pro-v1:0", trace="ENABLED",
               body=b'{"prompt": "a tide pool"}')""",
        """client.invoke_model(modelId="amazon.nova-pro-v1:0", trace="ENABLED",
               body='{"prompt": ' '"a tide pool"}')""",
        """new InvokeModelCommand({ modelId: "amazon.nova-pro-v1:0", trace: "ENABLED",
               body: JSON.stringify({ prompt: "a tide pool" }), })""",
        """client.invokeModel({ modelId: "amazon.nova-pro-v1:0", trace: "ENABLED",
               body: new TextEncoder().encode('{"prompt": "a tide pool"}') })""",
        """const input = { modelId: "amazon.nova-pro-v1:0", trace: "ENABLED",
               body: Buffer.from(JSON.stringify({ prompt: "a tide pool" })) };""",
    ],
)
def test_a_request_that_is_waited_for_is_read_from_any_syntax(text: str) -> None:
    pasted = understood(read(text))

    assert pasted.operation is INVOKE_MODEL
    assert pasted.members == INVOKED


@given(documents)
def test_any_document_is_a_body_as_text_as_base64_and_in_a_call(value: object) -> None:
    encoded = base64.b64encode(compact(value).encode()).decode()
    texts = [
        json.dumps({"modelId": "x", "body": compact(value)}),
        f"{INVOKE} --body {encoded}",
        f"client.invoke_model(body=json.dumps({value!r}))",
        f"client.invoke_model(body={compact(value).encode()!r})",
        f"new InvokeModelCommand({{ body: {compact(compact(value))} }})",
    ]

    found = [read(text) for text in texts]

    assert {repr(one.members["body"]) for one in found if isinstance(one, Pasted)} == {repr(value)}
    assert all(isinstance(one, Pasted) for one in found)


@pytest.mark.parametrize(
    "value", [{"body": "text"}, {"body": {}, "title": "x"}, {"accept": "all"}, {"body": None}]
)
def test_what_only_resembles_a_body_is_a_model_input(value: object) -> None:
    pasted = understood(read(json.dumps(value)))

    assert pasted.operation is START_ASYNC_INVOKE
    assert pasted.members == {"modelInput": value}


def test_an_object_without_a_model_is_a_model_input() -> None:
    pasted = understood(read('{"prompt": "x", "seed": 12345678901234567890}'))

    assert pasted.members == {"modelInput": {"prompt": "x", "seed": 12345678901234567890}}
    assert "modelId" in pasted.notes[0]


def test_words_that_look_like_a_call_stay_words() -> None:
    text = "prompt: they converse(softly)"

    assert members(text) == {"modelInput": {"prompt": "they converse(softly)"}}


def test_part_of_a_request_is_one() -> None:
    assert members('{"modelInput": {"a": 1}}') == {"modelInput": {"a": 1}}
    assert members('{"body": {"a": 1}}') == {"body": {"a": 1}}
    assert members(json.dumps({"outputDataConfig": OUTPUT})) == {"outputDataConfig": OUTPUT}


def test_json_in_a_string_is_noted_only_where_the_text_makes_it() -> None:
    made = understood(read('c.start_async_invoke(modelInput=json.dumps({"a": 1}))'))
    written = understood(read("c.start_async_invoke(modelInput='{\"a\": 1}')"))

    assert (made.members, written.members) == ({"modelInput": {"a": 1}}, {"modelInput": '{"a": 1}'})
    assert made.notes
    assert not written.notes


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("", "there is no text", (1, 1)),
        ("ls -l", "no request is found", (1, 1)),
        ("42", "no request is found", (1, 1)),
        ("[1]", "an object is wanted", (1, 1)),
        ('{"a": 1,\n  "b" 2}', "':' delimiter", (2, 7)),
        ('{"a": 1, "a": 2}', "stands twice", (1, 10)),
        ('{"a": NaN}', "NaN", (1, 7)),
        ('{"a": 1e400}', "larger", (1, 7)),
        ('{"a": 1} {"b": 2}', "extra data", (1, 10)),
        ("{modelId: nope}", "value of nope is not known", (1, 11)),
        ('{modelId: "a", modelInput: {a: "unclosed}}', "does not end", (1, 32)),
        ('{"modelId": "x", "modelName": "y"}', "modelName: StartAsyncInvoke has no", (1, 1)),
        ('{"modelId": 5}', "modelId: wants a string", (1, 1)),
        ("c.start_async_invoke(modelId=MODEL)", "MODEL is not known", (1, 30)),
        ("c.start_async_invoke(\n  modelId=f'{model}-v2')", "model in an f-string", (2, 11)),
        ("c.start_async_invoke(modelId=os.environ['M'])", "os.environ is not known", (1, 30)),
        ("c.start_async_invoke('x')", "name=value", (1, 22)),
        ("c.start_async_invoke(modelId='x'", "the text ends", (1, 33)),
        ("c.invoke_model(body=body)", "value of body is not known", (1, 21)),
        ("c.invoke_model(body=json.dumps(request))", "value of request is", (1, 32)),
        ("c.invoke_model(body='{]')", "body: line 1, column 2", (1, 3)),
        ("c.invoke_model(modelInput={})", "modelInput: InvokeModel has no such", (1, 3)),
        (
            "c.invoke_model_with_response_stream(body='')",
            "with_response_stream is not read",
            (1, 3),
        ),
        (
            "c.converse(modelId='x')",
            "converse is not read, only these are: StartAsyncInvoke",
            (1, 3),
        ),
        ("new ConverseCommand({})", "Converse is not read", (1, 5)),
        ("c.invokeModelWithResponseStream({})", "ResponseStream is not read", (1, 3)),
        ("new InvokeModelCommand({ modelId, body })", "modelId is not known", (1, 26)),
        ('{"modelId": "x", "body": "{"}', "body: line 1", (1, 1)),
        ("c.start_async_invoke(modelName='x')", "modelName", (1, 3)),
        ("c.start_async_invoke(modelId='x', modelId='y')", "modelId stands twice", (1, 35)),
        ("new StartAsyncInvokeCommand(input)", "input is not known", (1, 29)),
        ("new StartAsyncInvokeCommand({ modelId })", "modelId is not known", (1, 31)),
        ("new StartAsyncInvokeCommand({ a: `${b}` })", "b in a template", (1, 34)),
        ("new StartAsyncInvokeCommand({ ...rest })", "in quotes is wanted", (1, 31)),
        ("modelId: a\nmodelId: b", "modelId stands twice", (2, 1)),
        ("modelId: a\n  b: c", "not YAML", (2, 4)),
        ("a: [" + "[" * 200, "nested too deeply", (1, 104)),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(
    text: str, words: str, place: tuple[int, int]
) -> None:
    found = fault(text)

    assert words in found.message
    assert (found.line, found.column) == place


anything = st.text() | st.text(HARD + "abcdef0123.:\\\"'", max_size=80)
beginnings = st.sampled_from(
    [
        "",
        START,
        f"{START} --tags ",
        f"{INVOKE} --body ",
        f"{INVOKE} --cli-input-json ",
        "c.invoke_model(body=",
        "c.invoke_model(body=b'",
        "new InvokeModelCommand({body: ",
        f"{ENDPOINT} --body ",
        f"{ENDPOINT} --request-ttl-seconds ",
        f"printf %s x | {ENDPOINT} --body fileb:///dev/stdin ",
        "printf 'aws ",
        "echo aws | aws ",
        "c.invoke_endpoint_async(Body=b'",
        "new InvokeEndpointAsyncCommand({Body: Buffer.from(",
        f"{START} --cli-input-yaml ",
        f"{START} --output-data-config s3OutputDataConfig={{",
        "aws ",
        "{",
        "x = {",
        "c.start_async_invoke(",
        "c.start_async_invoke(modelInput=",
        "new StartAsyncInvokeCommand({",
        "new StartAsyncInvokeCommand({a: ",
        "a: ",
        "--- ",
    ]
)


@given(beginnings, st.lists(anything, max_size=4).map("".join))
def test_any_text_is_a_request_or_a_fault_within_the_text(start: str, text: str) -> None:
    found = read(start + text)

    if isinstance(found, DocumentFault):
        assert found.message
        assert found.line <= (start + text).count("\n") + 1


@given(beginnings, st.text(st.characters(), max_size=20))
def test_halves_of_surrogate_pairs_do_no_harm(start: str, text: str) -> None:
    assert read(start + text + "\ud800")
    assert read(f'{start}"\ud800{text}"')


@pytest.mark.parametrize("depth", [300, 100_000])
@pytest.mark.parametrize(
    "part",
    [
        "[",
        '{"a":',
        "(",
        "-",
        "bytes(",
        "new Uint8Array([",
        "a.encode(",
        "json.dumps(",
        "JSON.stringify(",
        "{a:",
        "'",
        '\\"',
        "&a [*a,",
    ],
)
@pytest.mark.parametrize(
    "start",
    ["", "{a: ", "c.start_async_invoke(modelInput=", "new StartAsyncInvokeCommand({a: "],
)
def test_no_depth_is_too_much(start: str, part: str, depth: int) -> None:
    assert fault(start + part * depth).message


def test_aliases_do_not_multiply_beyond_bounds() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    assert "aliases" in fault("\n".join(lines)).message
