"""Keys and public ids of records. The values here are frozen: a change would move the ids of every collection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.labels import ID_ALPHABET, ID_LENGTH, article_id, article_number, text_key
from seed.pipeline.identity import ArticleKeys, article_keys, given_entity_slug, normalize_title, public_id

TITLES = {
    "Ferry resumes": "ferry resumes",
    "  FERRY\u00a0—  Resumes! ": "ferry resumes",
    "“Ferry” ‘resumes’": "ferry resumes",
    "\"Ferry\" 'resumes'": "ferry resumes",
    "Café élan": "cafe elan",
    "Cafe\u0301 e\u0301lan": "cafe elan",
    "Straße": "strasse",
    "ﬁre at sea": "fire at sea",
    "snake_case": "snake case",
    "Tu-160": "tu 160",
    "Мир, труд": "мир труд",
    "١٢ boats": "١٢ boats",
    "???": "???",
    "  … ": "…",
}

NUMBERS = st.integers(0, 2**60 - 1)


@pytest.mark.parametrize(("title", "normalized"), TITLES.items())
def test_titles_are_compared_by_letters_and_digits(title: str, normalized: str) -> None:
    """Case, accents, quotes, dashes and spaces do not make another title."""
    assert normalize_title(title) == normalized


def test_a_slug_joins_words_by_hyphens() -> None:
    """It is the normalized title with hyphens."""
    assert given_entity_slug("Élan  of the “Café”") == "elan-of-the-cafe"


FROZEN = {
    ("url:news.example/storm", 0): "cdpva8w0vc4q",
    ("url:news.example/storm", 1): "7w15pkmrk3cg",
    ("id:record-1", 0): "bjk38y3d8dzg",
    ("title:harbour-gazette:ferry resumes:2019-03-04", 0): "z5bdbf5mw8ak",
    ("title:harbour-gazette:мир:", 0): "j9cwy6mdf080",
}


@pytest.mark.parametrize(("key", "attempt", "expected"), [(*arguments, id_) for arguments, id_ in FROZEN.items()])
def test_public_ids_are_frozen(key: str, attempt: int, expected: str) -> None:
    """A change would break every saved link."""
    assert public_id(key, attempt) == expected


@given(st.text(), st.integers(0, 9))
def test_a_public_id_is_twelve_characters_of_the_alphabet(key: str, attempt: int) -> None:
    """Whatever the key."""
    id_ = public_id(key.encode("utf-8", "replace").decode(), attempt)
    assert len(id_) == ID_LENGTH == 12
    assert set(id_) <= set(ID_ALPHABET)


@given(NUMBERS, NUMBERS)
def test_ids_and_numbers_have_the_same_order(first: int, second: int) -> None:
    """They convert both ways, and what sorts first as a number sorts first as text."""
    assert article_number(article_id(first)) == first
    assert (article_id(first) < article_id(second)) == (first < second)


def test_keys_are_strongest_first() -> None:
    """Id, URL, title with its day; the title prefix is the same for every day."""
    keys = article_keys(
        id="r1", url="https://www.news.example/storm", source="harbour-gazette", title="A Storm", day="2015-11"
    )
    title_prefix = "title:harbour-gazette:a storm:"
    assert keys == ArticleKeys(
        "id:harbour-gazette:r1", "url:news.example/storm", f"{title_prefix}2015-11", title_prefix
    )
    assert keys.all == ("id:harbour-gazette:r1", "url:news.example/storm", "title:harbour-gazette:a storm:2015-11")
    assert not keys.is_undated


def test_a_record_of_source_and_title_has_one_key() -> None:
    """No id, no URL, no day."""
    keys = article_keys(id=None, url=None, source="harbour-gazette", title="A Storm", day=None)
    assert keys.all == ("title:harbour-gazette:a storm:",)
    assert keys.is_undated


def test_the_key_of_a_text_is_frozen() -> None:
    """It is made of source and exact text, is weaker than id and URL, and no public id is made of it."""
    text = "x" * 200
    keys = article_keys(id=None, url=None, source="harbour-gazette", title="A Storm", day="2015-11", text=text)
    assert keys.text == "text:HqZfuDZtxS2y0MVnK76r:harbour-gazette"
    assert keys.all == (keys.text, "title:harbour-gazette:a storm:2015-11")
    assert keys.id_key == "title:harbour-gazette:a storm:2015-11"
    assert (keys.day, keys.text_on_day) == ("2015-11", f"{keys.text}:2015-11")


@pytest.mark.parametrize("text", ["", "x" * 199, "🚢" * 199])
def test_a_short_text_has_no_key(text: str) -> None:
    """Its length is counted in code points."""
    keys = article_keys(id=None, url=None, source="harbour-gazette", title="A Storm", day=None, text=text)
    assert (keys.text, keys.text_on_day) == (None, None)


@given(st.text(min_size=200, max_size=210, alphabet="ab "), st.text(min_size=200, max_size=210, alphabet="ab "))
def test_only_the_same_text_has_the_same_key(first: str, second: str) -> None:
    """Spaces and case matter, and the key has exactly two colons."""
    assert (text_key(first) == text_key(second)) == (first == second)
    assert str(text_key(first)).count(":") == 2


def test_a_made_title_has_no_key_of_its_own() -> None:
    """Two records with the same made title meet only if their texts are the same."""
    keys = {
        text: article_keys(
            id=None, url=None, source="quay", title="Good morning", day="2024-01-24", text=text, by_title=False
        )
        for text in ("Good morning\nto Sula", "Good morning\nto all")
    }
    named = article_keys(id=None, url=None, source="quay", title="Good morning", day="2024-01-24")
    assert len({*(key.title for key in keys.values()), named.title}) == 3
    assert {key.day for key in keys.values()} == {"2024-01-24"}
