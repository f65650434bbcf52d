from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import a_request
from tui.engine import templates
from tui.model import form
from tui.model.problem import ProblemError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "config" / "templates"


def test_what_was_saved_is_loaded_with_all_that_it_fills(folder: Path) -> None:
    request = a_request("{{what happens}}", kms_key_id="", client_request_token="")
    members = {name: value for name, value in request.arguments().items() if value}

    path = templates.save(folder, "night tides", members)

    (template,), faults = templates.load(folder)
    assert faults == []
    assert (template.name, template.is_own) == ("night tides", True)
    filled = {name: text for name, text in form.fields_of(request).items() if text}
    assert dict(template.fields) == filled
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_bare_model_input_is_a_template_too(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "bare.json").write_text('{"prompt": "{{x}}"}')

    (template,), _ = templates.load(folder)

    assert template.fields == {"model_input": '{"prompt": "{{x}}"}'}
    assert template.model_id == ""


def test_a_file_that_is_none_keeps_no_other_from_being_loaded(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.json").write_bytes(b"\xff\xfe\x00")
    (folder / "b.json").mkdir()
    (folder / "c.json").write_text("{}")
    (folder / "notes.txt").write_text("no template")

    loaded, faults = templates.load(folder)

    assert [template.name for template in loaded] == ["c"]
    assert [Path(fault.split()[0]).name.rstrip(":") for fault in faults] == ["a.json", "b.json"]


def test_without_a_folder_there_are_none(folder: Path) -> None:
    assert templates.load(folder) == ([], [])


def test_one_of_the_same_name_is_written_over_only_when_that_is_meant(folder: Path) -> None:
    path = templates.save(folder, "x", {"modelInput": 1})

    with pytest.raises(ProblemError, match="exists"):
        templates.save(folder, "x", {"modelInput": 2})
    assert "1" in path.read_text()

    templates.save(folder, "x", {"modelInput": 2}, replaces=True)
    assert "2" in path.read_text()
    assert [each.name for each in folder.iterdir()] == ["x.json"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", ".hidden", "a\0b", "a\nb", "x" * 99]
)
def test_a_name_that_leads_elsewhere_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(ProblemError, match="name"):
        templates.save(folder, name, {})

    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file")

    with pytest.raises(ProblemError, match="cannot be written"):
        templates.save(tmp_path / "config" / "templates", "x", {})
