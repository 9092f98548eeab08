"""The tokenizer: places in the stored text, the words that FTS5 splits again, and tables of examples."""

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.sqlite_driver import DRIVER
from app.text import tokenizer
from app.text.characters import is_assigned
from app.text.folding import fold_name
from app.text.tokenizer import (
    MAX_TOKEN_BYTES,
    is_open,
    joined,
    joined_form,
    joined_words,
    spaced_words,
    tokens,
    words,
)
from tests.contract.strategies import bounded

LETTERS = (
    "aAbé\u0301E\u0327ßİıΣςЙйё12,.²½·-–'’ʿ`\" \n\u200b\u00ad\u0345ʰ"
    "日本かが\u3099ガｶﾞ한\u1112\u1161\u11abกิ่ാെ𝒳😀™\u2028\x01\x00הצ״"
)

TEXTS = st.one_of(
    st.text(st.sampled_from(LETTERS), max_size=30),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """Yield a text index in memory, and a view of its words."""
    with closing(DRIVER.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, content='', tokenize='ascii')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        yield connection


def indexed_words(index: sqlite3.Connection, text: str) -> list[str]:
    """Return the words that FTS5 finds in what it is given."""
    index.execute("INSERT INTO t(rowid, x) VALUES (1, ?)", [text])
    found = [term for (term,) in index.execute("SELECT term FROM v ORDER BY offset")]
    index.execute("INSERT INTO t(t) VALUES ('delete-all')")
    return found


@settings(bounded, max_examples=600)
@example("1,500kg")
@example("a\x00b 1,500,000.5 約1,500人")
@given(text=TEXTS)
def test_the_index_has_the_words_of_the_tokens(index: sqlite3.Connection, text: str) -> None:
    """Whatever the shortcut for ASCII does."""
    assert indexed_words(index, spaced_words(text)) == words(text) == [token.token for token in tokens(text)]
    assert indexed_words(index, " ".join(joined_words(text, text))) == joined_words(text, text)


@settings(bounded, max_examples=600)
@given(text=TEXTS)
def test_a_token_is_read_from_its_place(text: str) -> None:
    """A piece of a text has the token that it was cut for, and pieces are in order."""
    found = tokens(text)
    assert [token.start for token in found] == sorted(token.start for token in found)
    for token, start, end in found:
        assert 0 <= start < end <= len(text)
        assert "".join(words(text[start:end])).startswith(token) or token in words(text[start:end])
    for token, start, end in joined(text):
        assert token in {one.token for one in joined(text[start:end])}


@settings(bounded, max_examples=300)
@given(text=TEXTS)
def test_composed_and_decomposed_letters_are_read_alike(text: str) -> None:
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))


@settings(bounded, max_examples=500)
@given(letter=st.characters(categories=["L", "N"]))
def test_names_have_the_letters_of_texts(letter: str) -> None:
    """Apart from marks that join words, and characters that are newer than the table."""
    if is_assigned(letter) and words(letter):
        assert words(fold_name(letter)) == words(letter)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Élan, cafe\u0301!\u0301 Tu-160", [("elan", "Élan"), ("cafe", "cafe\u0301"), ("tu", "Tu"), ("160", "160")]),
        ("Ver\u00adtei\u200bdigung", [("verteidigung", "Ver\u00adtei\u200bdigung")]),
        ("Straße ﬁn", [("strasse", "Straße"), ("fin", "ﬁn")]),
        ("½ ™x 5㎞ CO₂", [("1", "½"), ("2", "½"), ("tm", "™"), ("x", "x"), ("5", "5"), ("km", "㎞"), ("co2", "CO₂")]),
        ("東京で", [("東京", "東京"), ("京で", "京で")]),
        ("一架苏-24", [("一架", "一架"), ("架苏", "架苏"), ("苏", "苏"), ("24", "24")]),
        ("か\u3099く ｶﾞ", [("がく", "か\u3099く"), ("く", "く"), ("ガ", "ｶﾞ")]),
        ("สิทธิ", [("สิท", "สิท"), ("ทธิ", "ทธิ")]),
        ("約1,500人", [("約", "約"), ("1500", "1,500"), ("人", "人")]),
        ("1,500kg 26,5 2015,10,200 1,50,000 ١٬٥٠٠", ["1500kg", "26", "5", "2015", "10", "200", "150000", "1500"]),
        ("ｘ\ue000 \U00010d50", [("x\ue000", "ｘ\ue000")]),
        (" \n—", []),
    ],
)
def test_a_text_is_split_into_tokens(text: str, expected: list[tuple[str, str] | str]) -> None:
    found = [(token, text[start:end]) for token, start, end in tokens(text)]
    assert found == [one if isinstance(one, tuple) else (one, found[at][1]) for at, one in enumerate(expected)]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Da'esh Daʿesh", ["daesh", "daesh"]),
        ("O’Byrne's", ["obyrnes", "obyrne"]),
        ("anti-Da’esh-led", ["antidaeshled", "daesh"]),
        ("l’O’Byrne", ["lobyrne", "obyrne"]),
        ("air–strike zone--said", ["airstrike"]),
        ("Putin's", ["putins"]),
        ("1,500-2,000", []),
        ('צה"ל צה״ל', ["צהל", "צהל"]),
        ("苏-24", []),
        ("' - a- -b", []),
    ],
)
def test_words_with_joiners_have_joined_forms(text: str, forms: list[str]) -> None:
    assert [token.token for token in joined(text)] == joined_words("", text) == forms


def test_the_last_character_of_a_run_is_indexed_apart() -> None:
    assert joined_words("東京", "Tu-95 大阪 ") == ["京", "tu95", "阪", "¦京"]
    assert joined_words("東", "京 a") == []


@pytest.mark.parametrize(
    ("text", "form"),
    [("Su-24", "su24"), ("(Su-24)", "su24"), ("a Su-24", None), ("Su-24 Tu-95", None), ("su24", None), ("", None)],
)
def test_a_query_of_one_word_has_a_joined_form(text: str, form: str | None) -> None:
    assert joined_form(text) == form


@pytest.mark.parametrize(
    ("text", "expected"), [("東", True), ("A股", True), ("東京", False), ("a", False), ("สิ", True), ("", False)]
)
def test_a_query_may_end_within_a_run(text: str, expected: bool) -> None:
    assert is_open(words(text)) is expected


@pytest.mark.parametrize("letter", ["a", "é", "я", "ガ", "จิ"])
@pytest.mark.unmeasured
def test_a_token_has_a_maximum_length(index: sqlite3.Connection, letter: str) -> None:
    text = f"x {letter * 40_000} y-{letter * 40_000}"
    assert max(len(word.encode()) for word in words(text)) <= MAX_TOKEN_BYTES
    assert indexed_words(index, spaced_words(text)) == words(text)
    assert indexed_words(index, " ".join(joined_words(text, text))) == joined_words(text, text)


def test_a_character_with_many_marks_is_cut(index: sqlite3.Connection) -> None:
    text = "จ" + "\u0e34" * 20_000
    assert indexed_words(index, spaced_words(text)) == words(text) == [text[: MAX_TOKEN_BYTES // 3]]


def test_the_cache_of_code_points_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "MAX_CACHED_CODE_POINTS", 2)
    cache = tokenizer._Readings()
    assert [cache[ord(letter)] for letter in "aÉж"] == ["a", "e", "ж"]
    assert len(cache) == 1
