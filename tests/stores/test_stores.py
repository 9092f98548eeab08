"""Which store a URL names; no server is needed to say so."""

import re
import sys

import pytest

from app.errors import SettingsError
from app.settings import Settings
from app.stores import reading_store, store_of

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://ann@db.example/news", "postgresql://ann@db.example/news"),
        ("postgres://ann:secret@db.example:5433/news", "postgresql://ann:***@db.example:5433/news"),
        ("postgresql+psycopg2:///news?host=a:1&host=b:2", "postgresql:///news?host=a%3A1&host=b%3A2"),
    ],
)
def test_a_url_names_a_database(url: str, name: str) -> None:
    """A driver in it makes no difference, and messages have no password."""
    assert (store_of(url).name, store_of(url).url) == (name, url)


@pytest.mark.parametrize("url", ["postgresql://ann:secret@host", "postgresql://host/", "postgresql:"])
def test_a_url_without_a_database_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="expected a database, as in postgresql://") as refused:
        store_of(url)
    assert "secret" not in str(refused.value)


def test_readers_have_a_url_of_their_own() -> None:
    """Otherwise they read the database that is written."""
    both = Settings(database_url="postgresql://a/news", reader_url="postgresql://b/news")
    assert [(store.name, store.named_by) for store in (reading_store(both), reading_store(Settings()))] == [
        ("postgresql://b/news", "DATELINE_READER_URL"),
        ("dateline.db", "DATELINE_DATABASE_URL"),
    ]


def test_without_its_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "app.stores.postgresql.store", None)
    with pytest.raises(SettingsError, match=re.escape("pip install 'dateline[postgresql]'")):
        store_of(NOWHERE)
