"""Names without context: their ids, and what is known of a bearer without the database."""

import pytest

from app.labels import Labels, bearer_id, bearer_label, name_words_backwards, split_bearer_id
from app.search.names.bearers import MAX_NAME_IDS, name_ids
from app.search.names.directory import NameDirectory
from app.search.names.readings import Reading

ARTICLE = "7h2k9m4p6q8r"


@pytest.mark.parametrize(
    ("stored", "public"),
    [
        ("john-smith--", f"john-smith--{ARTICLE}"),
        ("john-smith--uk", "john-smith--uk"),
        ("putin", "putin"),
        (None, None),
    ],
)
def test_the_id_of_a_bearer_holds_the_article(stored: str | None, public: str | None) -> None:
    assert bearer_id(stored, ARTICLE) == public


@pytest.mark.parametrize(
    ("id_", "parts"),
    [
        (f"john-smith--{ARTICLE}", ("john-smith--", ARTICLE)),
        (f"иванов--{ARTICLE}", ("иванов--", ARTICLE)),
        (f"--{ARTICLE}", None),
        (f"john-smith-{ARTICLE}", None),
        ("john-smith--turkmenistan", None),
        ("john-smith--", None),
    ],
)
def test_an_id_is_split_into_name_and_article(id_: str, parts: tuple[str, str] | None) -> None:
    """The digits of an article are never letters that look alike."""
    assert split_bearer_id(id_) == parts


def test_a_bearer_has_a_name_even_if_no_row_has_it() -> None:
    id_ = f"john-van-smith--{ARTICLE}"
    directory = NameDirectory(Labels())
    assert directory.entity(id_, {id_: "John van Smith"}).name == "John van Smith"
    assert directory.entity(id_).name == "John Van Smith"
    assert bearer_label("putin", {}) is None
    with pytest.raises(KeyError):
        directory.entity("putin")


def test_a_value_can_be_several_names() -> None:
    """From the strictest reading, each once, without those that have no whole word."""
    readings = [Reading(("smith", "john")), Reading(("john", "q.", "smith")), Reading(("j.",))]
    assert name_ids("John Smith", readings) == ["john-smith--", "smith-john--"]
    assert name_ids("J.", []) == []
    many = [Reading((f"john{number}",)) for number in range(MAX_NAME_IDS + 9)]
    assert len(name_ids("John", many)) == MAX_NAME_IDS


@pytest.mark.parametrize(
    ("name", "backwards"),
    [("john-smith--", "smith-john"), ("xi--", "xi"), ("ursula-van-der-meer--", "meer-der-van-ursula")],
)
def test_the_words_of_a_name_are_stored_backwards(name: str, backwards: str) -> None:
    assert name_words_backwards(name) == backwards
