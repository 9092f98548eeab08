"""The file of corrections: where it is, how it is read, and that it only grows."""

from pathlib import Path

import pytest

from app.errors import DatelineError
from app.models import Action
from seed.corrections.decisions import CorrectionError
from seed.corrections.file import append_decisions, corrections_path, read_decisions, require_path
from tests.seed.corrections.drawn import decision

HIDE, RENAME = decision("c1", Action.HIDE, entity="a"), decision("c2", Action.RENAME, entity="b", name="Bö")


def test_it_is_beside_the_database_unless_a_setting_says_otherwise() -> None:
    assert corrections_path(None, Path("/data")) == Path("/data/corrections.jsonl")
    assert corrections_path(Path("own.jsonl"), Path("/data")) == Path("own.jsonl")
    assert require_path(Path("own.jsonl")) == Path("own.jsonl")


def test_a_database_on_a_server_needs_the_setting() -> None:
    assert corrections_path(None, None) is None
    assert read_decisions(None) == ()
    with pytest.raises(DatelineError, match=r"^DATELINE_CORRECTIONS is not set: expected the path of the file"):
        require_path(None)


def test_decisions_are_added_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    assert read_decisions(path) == ()
    append_decisions(path, [])
    assert not path.exists()
    append_decisions(path, [HIDE])
    first = path.read_bytes()
    append_decisions(path, [RENAME])
    assert path.read_bytes().startswith(first)
    assert read_decisions(path) == (HIDE, RENAME)


def test_an_editors_last_line_without_an_end_stays_a_line(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_text(f"\ufeff{HIDE.line()}\r\n\n{HIDE.line()}", encoding="utf-8")
    append_decisions(path, [RENAME])
    assert read_decisions(path) == (HIDE, RENAME)


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_text(f"{HIDE.line()}\nhello\n", encoding="utf-8")
    with pytest.raises(CorrectionError, match=r"corrections\.jsonl, line 2: the line is not JSON"):
        read_decisions(path)
    path.write_bytes(b"\xff\n")
    with pytest.raises(CorrectionError, match=r"corrections\.jsonl is not UTF-8 \(invalid start byte at byte 0\)"):
        read_decisions(path)
