"""The id of an extractor changes with what it finds."""

from pathlib import Path

from app import __version__
from seed.extract.extractor_id import extractor_id, is_extractor_id


def lexicon(folder: Path, content: str, name: str = "places.yaml") -> Path:
    """Write a lexicon of one file."""
    folder.mkdir()
    (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_an_extractor_is_known_by_its_release_and_lexicon(tmp_path: Path) -> None:
    """Wherever the lexicon is; a word, a file name or the order of folders makes a difference."""
    one = lexicon(tmp_path / "one", "- Amsel")
    same = lexicon(tmp_path / "same", "- Amsel")
    word = lexicon(tmp_path / "word", "- Amsel East")
    name = lexicon(tmp_path / "name", "- Amsel", "states.yaml")
    assert extractor_id(one) == extractor_id(same)
    assert len({extractor_id(*folders) for folders in ((), (one,), (word,), (name,), (one, word), (word, one))}) == 6
    assert extractor_id(one).startswith(f"dateline {__version__} ")


def test_an_id_is_recognized(tmp_path: Path) -> None:
    assert is_extractor_id(extractor_id(tmp_path))
    assert not any(map(is_extractor_id, (None, 1, "", "spacy", f"{extractor_id(tmp_path)} ")))
