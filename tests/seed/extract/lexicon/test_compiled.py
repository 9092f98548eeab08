"""The compiled copies of entity files: in step with the lexicon that ships, and read only if they are."""

from pathlib import Path

import pytest

from seed.extract.lexicon.compiled import compiled_entries, compiled_path, compiled_text
from seed.extract.lexicon.lexicon import load_lexicon
from tests.seed.extract.lexicon.compiled_files import compiled_files, write_compiled_files

TEXT = '- {id: ann-lee, name: "Ann\u2028Lee", aliases: [Энн Ли], at: {lat: 1.5, lon: 2}}\n- {id: b, name: B}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "places.yaml"
    path.write_text(TEXT, encoding="utf-8")
    write_compiled_files(tmp_path)
    return path


def names(path: Path) -> list[str]:
    return [entity.name for entity in load_lexicon(path.parent).entities.values()]


def test_the_compiled_copies_are_in_step_with_the_lexicon() -> None:
    stale = [path.name for path, text in compiled_files() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make lexicon`"


def test_a_compiled_copy_has_the_same_entries(path: Path) -> None:
    entries = compiled_entries(path, path.read_bytes())
    assert entries == [
        {"id": "ann-lee", "name": "Ann\u2028Lee", "aliases": ["Энн Ли"], "at": {"lat": 1.5, "lon": 2}},
        {"id": "b", "name": "B"},
    ]


def test_a_lexicon_is_read_from_its_compiled_copy(path: Path) -> None:
    compiled_path(path).write_text(compiled_text(path.read_bytes(), [{"id": "c", "name": "C"}]), encoding="utf-8")
    assert names(path) == ["C"]


def test_an_edit_takes_effect_without_its_compiled_copy(path: Path) -> None:
    path.write_text("- {id: d, name: D}", encoding="utf-8")
    assert names(path) == ["D"]


@pytest.mark.parametrize("content", ["", "\n", '"0"\n{"id":"c","name":"C"}\n'])
def test_a_copy_without_the_checksum_is_not_read(path: Path, content: str) -> None:
    compiled_path(path).write_text(content, encoding="utf-8")
    assert names(path) == ["Ann\u2028Lee", "B"]


def test_a_value_that_json_lacks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text("- {id: a, name: 2015-11-20}", encoding="utf-8")
    with pytest.raises(TypeError, match="date is not JSON serializable"):
        write_compiled_files(tmp_path)
