"""The tokenizer, compared with the text index itself."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.sqlite_driver import DRIVER
from app.stores import store_of
from app.stores.sqlite import file_url
from app.stores.sqlite_text import fts_phrase
from app.text import tokenizer
from app.text.tokenizer import ACCENT, BLOCK_SIZE, TOKENIZER, Phrase, indexed, words
from tests.contract.strategies import bounded

OPEN, CLOSE = "\ue000", "\ue001"
"""Markers that the index puts around matches; no text here contains them."""

LETTERS = "aAbé\u0301E\u0327ßİıΣςЙй1²·-’ \n\u200b\u0345ʰ日本𝒳😀\u2028\x01"
"""There is no NUL, because `highlight` ends at it although the index reads on."""

TEXTS = st.one_of(
    st.text(st.sampled_from(LETTERS), max_size=30),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters=OPEN + CLOSE + "\0"), max_size=12),
)


def index_spans(field: str, phrase: str) -> list[tuple[int, int]]:
    """Return the spans that FTS5 itself highlights for a phrase."""
    connection = DRIVER.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE t USING fts5(x, tokenize='{TOKENIZER}')")
    connection.execute("INSERT INTO t VALUES (?)", [field])
    parameters = (OPEN, CLOSE, fts_phrase(phrase))
    rows = connection.execute("SELECT highlight(t, 0, ?, ?) FROM t WHERE t MATCH ?", parameters).fetchall()
    connection.close()
    spans, start, at = [], 0, 0
    for letter in rows[0][0] if rows else "":
        if letter == OPEN:
            start = at
        elif letter == CLOSE:
            spans.append((start, at))
        else:
            at += 1
    return spans


@settings(bounded, max_examples=400)
@given(field=TEXTS, phrase=st.text(st.sampled_from(LETTERS), max_size=4))
def test_a_phrase_has_the_spans_of_the_index(field: str, phrase: str) -> None:
    assert list(Phrase(phrase).spans(indexed(field))) == index_spans(field, phrase)


@pytest.mark.parametrize(
    ("field", "phrase", "spans"),
    [
        ("Élan de\u0301ja\u0300-vu \u0301x", "deja VU", [(5, 14)]),
        ("a a a b a a", "a a", [(0, 5), (8, 11)]),
        ("a a b", "a", [(0, 1), (2, 3)]),
        ("\u0301x", "x", [(1, 2)]),
    ],
)
def test_spans_are_offsets_into_the_stored_text(field: str, phrase: str, spans: list[tuple[int, int]]) -> None:
    """Spans include accents; occurrences that share a word are joined."""
    assert list(Phrase(phrase).spans(indexed(field))) == spans == index_spans(field, phrase)


@settings(bounded, max_examples=200)
@given(field=TEXTS)
def test_every_piece_of_a_text_has_the_spans_of_the_index(field: str) -> None:
    """Search a random text for its own pieces."""
    for piece in field.split():
        assert list(Phrase(piece).spans(indexed(field))) == index_spans(field, piece)


def test_the_indexed_form_is_as_long_as_the_text() -> None:
    assert indexed("Élan, cafe\u0301!\u0301 Tu-160") == f"elan  cafe{ACCENT}   tu 160"
    assert words("Élan, cafe\u0301!\u0301 Tu-160") == ["elan", "cafe", "tu", "160"]
    assert indexed("") == ""
    assert words(" \n") == []


def test_a_phrase_without_words_has_no_spans() -> None:
    assert list(Phrase("—").spans(indexed("a — b"))) == []


@pytest.mark.parametrize("code", [0, 0x301, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0x10FFFF])
def test_every_code_point_has_an_indexed_form(code: int) -> None:
    """Code points that no database accepts are in no word."""
    assert len(indexed(f"a{chr(code)}")) == 2


def test_the_cache_of_code_points_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "MAX_CACHED_CODE_POINTS", BLOCK_SIZE)
    cache = tokenizer._IndexedCodePoints()
    assert (cache[ord("A")], cache[ord("É")], len(cache)) == ("a", "e", BLOCK_SIZE)
    assert cache[ord("A")] == "a"


def test_the_migration_declares_the_same_tokenizer(migrated: Path) -> None:
    engine = store_of(file_url(migrated)).reader_engine()
    with engine.connect() as connection:
        declared = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'article_text'")).scalar_one()
    engine.dispose()
    assert f"tokenize='{TOKENIZER}'" in declared
