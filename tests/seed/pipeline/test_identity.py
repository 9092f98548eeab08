"""Which article a record is. The values here are frozen: a change would move the ids of every collection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.labels import ALPHABET, ID_LENGTH, article_id, article_number, text_key
from seed.pipeline.identity import Keys, keys, normal_title, public_id, slug

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


@pytest.mark.parametrize(("title", "normal"), TITLES.items())
def test_titles_are_compared_by_their_letters(title: str, normal: str) -> None:
    """Case, accents, quotes, dashes and spaces make no other title."""
    assert normal_title(title) == normal


def test_a_slug_joins_words_by_hyphens() -> None:
    """It is the normal title with hyphens."""
    assert slug("Élan  of the “Café”") == "elan-of-the-cafe"


FROZEN = {
    ("url:news.example/storm", 0): "cdpva8w0vc4q",
    ("url:news.example/storm", 1): "7w15pkmrk3cg",
    ("id:record-1", 0): "bjk38y3d8dzg",
    ("title:harbour-gazette:ferry resumes:2019-03-04", 0): "z5bdbf5mw8ak",
    ("title:harbour-gazette:мир:", 0): "j9cwy6mdf080",
}


@pytest.mark.parametrize(("key", "attempt", "expected"), [(*asked, id_) for asked, id_ in FROZEN.items()])
def test_public_ids_are_frozen(key: str, attempt: int, expected: str) -> None:
    """A change of these moves every link that anybody has kept."""
    assert public_id(key, attempt) == expected


@given(st.text(), st.integers(0, 9))
def test_a_public_id_is_twelve_characters_of_the_alphabet(key: str, attempt: int) -> None:
    """Whatever the key."""
    id_ = public_id(key.encode("utf-8", "replace").decode(), attempt)
    assert len(id_) == ID_LENGTH == 12
    assert set(id_) <= set(ALPHABET)


@given(NUMBERS, NUMBERS)
def test_ids_and_numbers_are_in_the_same_order(first: int, second: int) -> None:
    """There and back, and what sorts first as a number sorts first as text."""
    assert article_number(article_id(first)) == first
    assert (article_id(first) < article_id(second)) == (first < second)


def test_keys_are_strongest_first() -> None:
    """Id, URL, title with its day; `titled` begins the keys of the title on whatever day."""
    found = keys(
        id="r1", url="https://www.news.example/storm", source="harbour-gazette", title="A Storm", day="2015-11"
    )
    titled = "title:harbour-gazette:a storm:"
    assert found == Keys("id:r1", "url:news.example/storm", f"{titled}2015-11", titled)
    assert found.all == ("id:r1", "url:news.example/storm", "title:harbour-gazette:a storm:2015-11")
    assert not found.undated


def test_a_record_of_source_and_title_has_one_key() -> None:
    """No id, no URL, no day."""
    found = keys(id=None, url=None, source="harbour-gazette", title="A Storm", day=None)
    assert found.all == ("title:harbour-gazette:a storm:",)
    assert found.undated


def test_the_key_of_a_text_is_frozen() -> None:
    """Of source and exact text, weaker than id and URL; nothing is named by it."""
    text = "x" * 200
    found = keys(id=None, url=None, source="harbour-gazette", title="A Storm", day="2015-11", text=text)
    assert found.text == "text:HqZfuDZtxS2y0MVnK76r:harbour-gazette"
    assert found.all == (found.text, "title:harbour-gazette:a storm:2015-11")
    assert found.naming == "title:harbour-gazette:a storm:2015-11"
    assert (found.day, found.text_on_day) == ("2015-11", f"{found.text}:2015-11")


@pytest.mark.parametrize("text", ["", "x" * 199, "🚢" * 199])
def test_a_short_text_has_no_key(text: str) -> None:
    """It is counted in code points."""
    found = keys(id=None, url=None, source="harbour-gazette", title="A Storm", day=None, text=text)
    assert (found.text, found.text_on_day) == (None, None)


@given(st.text(min_size=200, max_size=210, alphabet="ab "), st.text(min_size=200, max_size=210, alphabet="ab "))
def test_only_the_same_text_has_the_same_key(first: str, second: str) -> None:
    """Spaces and case count, and the key has but one colon behind its kind."""
    assert (text_key(first) == text_key(second)) == (first == second)
    assert str(text_key(first)).count(":") == 2
