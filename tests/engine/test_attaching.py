from __future__ import annotations

import base64
import os
import socket
from pathlib import Path

import pytest

from tests.model.test_picture import jpeg, png
from tui.engine import attaching
from tui.model import catalogue, document
from tui.model.problem import Problem, ProblemError

REEL = "amazon.nova-reel-v1:0"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, which is home as well."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def reel(picture: str, image_format: str = "png", text: str = "a tide pool") -> dict[str, object]:
    image = {"format": image_format, "source": {"bytes": picture}}
    return {"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": text, "images": [image]}}


async def refused(looked: attaching.Looked) -> Problem:
    with pytest.raises(ProblemError) as caught:
        await attaching.fill(looked)
    return caught.value.problem


async def test_a_document_is_filled_with_text_and_base64(folder: Path) -> None:
    content = bytes(range(256))
    (folder / "a.bin").write_bytes(content)
    (folder / "prompt.txt").write_text(
        "a tide pool \N{WATER WAVE}\r\n", encoding="utf-8", newline=""
    )
    value = {
        "text": "file://prompt.txt",
        "all": ["fileb://~/a.bin", f"fileb://{folder}/a.bin"],
        "s3": "s3://media/a.bin",
        "seed": 2**70,
    }

    filled = await attaching.fill(await attaching.look(value))

    encoded = base64.b64encode(content).decode()
    assert filled == {
        "text": "a tide pool \N{WATER WAVE}\r\n",
        "all": [encoded, encoded],
        "s3": "s3://media/a.bin",
        "seed": 2**70,
    }


@pytest.mark.parametrize("size", [3 * 2**20 - 1, 3 * 2**20, 3 * 2**20 + 1, 7_000_000])
async def test_a_large_file_is_one_base64_text(folder: Path, size: int) -> None:
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    (folder / "a").write_bytes(content)

    filled = await attaching.fill(await attaching.look("fileb://a"))

    assert filled == base64.b64encode(content).decode()


async def test_what_a_file_says_is_not_read_again(folder: Path) -> None:
    (folder / "a.txt").write_text("file://b.txt")

    assert await attaching.fill(await attaching.look({"a": "file://a.txt"})) == {
        "a": "file://b.txt"
    }


async def test_a_file_is_told_by_size_format_and_pixels(folder: Path) -> None:
    (folder / "cat.png").write_bytes(png(12, 7, 2, b"\0"))
    (folder / "dog.jpeg").write_bytes(jpeg(1280, 720))
    (folder / "a.txt").write_text("hello")
    value = ["fileb://cat.png", "fileb://dog.jpeg", "file://a.txt", "fileb://a.txt"]

    looked = await attaching.look(value)

    size = (folder / "cat.png").stat().st_size
    assert document.abridged(value, notes=looked.notes) == [
        f"fileb://cat.png ({size} B PNG 12×7)",
        "fileb://dog.jpeg (27 B JPEG 1280×720)",
        "file://a.txt (5 B text)",
        "fileb://a.txt (5 B bytes)",
    ]


async def test_an_empty_file_is_sent_as_nothing(folder: Path) -> None:
    (folder / "a").touch()

    looked = await attaching.look(["file://a", "fileb://a"])

    assert await attaching.fill(looked) == ["", ""]


async def test_what_cannot_be_sent_is_a_fault_at_its_place(folder: Path) -> None:
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "latin").write_bytes(b"caf\xe9 au lait")
    with (folder / "large").open("wb") as file:
        file.truncate(30_000_000)
    (folder / "loop").symlink_to("loop")
    plug = socket.socket(socket.AF_UNIX)
    plug.bind("plug")
    plug.close()
    wrong = {
        "fileb://folder": "a regular file, not a directory",
        "fileb://pipe": "a regular file, not a pipe",
        "fileb://plug": "a regular file, not a socket",
        "file:///dev/zero": "a regular file, not a device",
        "fileb://missing": "a file that can be read, not missing: No such file or directory",
        "fileb://latin/x": "a file that can be read, not latin/x: Not a directory",
        "fileb://loop": "a file that can be read, not loop: Too many levels of symbolic links",
        "fileb://large": "a file of at most 25.0 MB, not 30.0 MB",
        "file://latin": "UTF-8 text (fileb:// sends any content, as base64), not other bytes",
        "fileb://": "the name of a file, not nothing",
        "fileb://" + "n" * 300: f"a file that can be read, not {'n' * 300}: File name too long",
    }
    value = {"list": [*wrong, "fileb://~nobody-has-this-name/x", "fileb://a\0b"]}

    looked = await attaching.look(value)

    found = {fault.where: str(fault) for fault in looked.faults}
    for index, text in enumerate(wrong.values()):
        assert found[f"list[{index}]"] == f"list[{index}]: {text}"
    assert "home directory" in found[f"list[{len(wrong)}]"]
    assert "null" in found[f"list[{len(wrong) + 1}]"]
    assert looked.notes == {}
    assert looked.stand_in == value


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
async def test_a_file_of_somebody_else_is_a_fault(folder: Path) -> None:
    (folder / "secret").touch(mode=0o000)

    (fault,) = (await attaching.look(["fileb://secret"])).faults

    assert str(fault) == "[0]: a file that can be read, not secret: Permission denied"


async def test_nothing_is_sent_while_a_file_is_at_fault() -> None:
    looked = await attaching.look({"images": ["fileb://missing.png"]})

    problem = await refused(looked)

    assert problem.kind == "AttachmentNotRead"
    assert problem.message.startswith("images[0]: ")
    assert "missing.png" in problem.message
    assert "nothing was sent" in problem.message
    assert problem.remedy


@pytest.mark.parametrize("content", [b"other", b"longer than it was", b"s"])
async def test_a_file_that_changed_since_it_was_looked_at_is_not_sent(
    folder: Path, content: bytes
) -> None:
    (folder / "a").write_bytes(b"first")
    looked = await attaching.look({"data": "fileb://a"})
    (folder / "new").write_bytes(content)
    (folder / "new").rename(folder / "a")

    problem = await refused(looked)

    assert problem.kind == "AttachmentChanged"
    assert problem.message == "data: a has changed since it was looked at; nothing was sent"
    assert problem.is_retryable


async def test_a_file_written_to_in_place_is_not_sent(folder: Path) -> None:
    (folder / "a").write_bytes(b"first")
    looked = await attaching.look({"data": "fileb://a"})
    (folder / "a").write_bytes(b"later")
    os.utime(folder / "a", ns=(0, 0))

    assert (await refused(looked)).kind == "AttachmentChanged"


async def test_a_file_that_vanished_since_it_was_looked_at_is_named(folder: Path) -> None:
    (folder / "a").touch()
    looked = await attaching.look({"data": "fileb://a"})
    (folder / "a").unlink()

    problem = await refused(looked)

    assert problem.kind == "AttachmentNotRead"
    assert problem.message.startswith("data: a file that can be read, not a: No such file")


async def test_a_pipe_in_the_place_of_a_file_hangs_nothing(folder: Path) -> None:
    (folder / "a").touch()
    looked = await attaching.look({"data": "fileb://a"})
    (folder / "a").unlink()
    os.mkfifo(folder / "a")

    assert "not a pipe" in (await refused(looked)).message


async def test_a_text_that_is_not_utf_8_after_its_head_is_not_sent(folder: Path) -> None:
    (folder / "a").write_bytes(b"x" * attaching.HEAD + b"\xff")
    looked = await attaching.look({"text": "file://a"})

    assert looked.faults == ()
    assert "text: UTF-8 text" in (await refused(looked)).message


async def test_a_character_that_the_head_cuts_in_two_is_text(folder: Path) -> None:
    text = "x" * (attaching.HEAD - 1) + "é" * 10
    (folder / "a").write_text(text, encoding="utf-8")
    looked = await attaching.look({"text": "file://a"})

    assert await attaching.fill(looked) == {"text": text}


async def test_the_rules_of_the_model_hold_for_the_contents(folder: Path) -> None:
    (folder / "small.png").write_bytes(png(8, 6, 2, b"\0"))
    (folder / "good.png").write_bytes(png(1280, 720, 6, b"\0"))
    (folder / "cat.gif").write_bytes(b"GIF89a" + bytes(30))
    (folder / "long.txt").write_text("x" * 513)

    async def wrong(*given: str) -> list[str]:
        looked = await attaching.look(reel(*given))
        rules = catalogue.check_input(REEL, looked.stand_in)
        return [str(fault) for fault in (*looked.faults, *looked.warnings, *rules)]

    images = "textToVideoParams.images[0]"
    assert await wrong("fileb://good.png") == []
    assert await wrong("fileb://small.png") == [
        f"{images}.source.bytes: exactly 1280x720 pixels, not 8x6 pixels"
    ]
    assert await wrong("fileb://good.png", "jpeg") == [
        f"{images}.format: png, which good.png is, not jpeg"
    ]
    assert await wrong("fileb://cat.gif") == [
        f"{images}.format: gif, which cat.gif is, not png",
        f"{images}.source.bytes: a PNG or JPEG image, not GIF",
    ]
    assert await wrong("fileb://good.png", "png", "file://long.txt") == [
        "textToVideoParams.text: at most 512 characters, not 513 characters"
    ]


async def test_more_than_the_service_takes_in_all_is_a_warning_at_the_largest(folder: Path) -> None:
    for name, size in (("a", 9_000_000), ("b", 11_000_000)):
        with (folder / name).open("wb") as file:
            file.truncate(size)

    looked = await attaching.look({"a": "fileb://a", "b": "fileb://b"})

    assert looked.faults == ()
    (warning,) = looked.warnings
    assert warning.where == "b"
    assert "at most 25.0 MB in all" in warning.expected
    assert warning.actual == "26.7 MB"


async def test_another_tool_gets_the_contents_and_is_told_where_it_does_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.bin").write_bytes(b"content")
    value = {"a": "fileb://a.bin", "b": "file://file://x"}
    encoded = base64.b64encode(b"content").decode()

    assert await attaching.filled({"b": "file://file://x"}) == ({"b": "file://x"}, "")
    assert await attaching.filled(value) == (
        {"a": encoded, "b": "file://x"},
        "with the content of a.bin",
    )

    monkeypatch.setattr(attaching, "LARGEST", 7)
    document, told = await attaching.filled(value)
    assert document == {"a": "fileb://a.bin", "b": "file://x"}
    assert "12 B are more than the service takes" in told

    _, told = await attaching.filled({"a": "fileb://no-such.bin"})
    assert "no-such.bin is not in it" in told
    assert "nothing was sent" not in told


async def test_the_size_is_that_of_the_contents_as_they_are_sent(folder: Path) -> None:
    (folder / "a.bin").write_bytes(b"content")

    looked = await attaching.look(["fileb://a.bin", "file://a.bin", "fileb://no-such.bin"])

    assert looked.size == 12 + 7
