"""The places that a command names -> the records that are found there."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from app.settings import Settings
from seed.cli.runtime import lexicon_folders
from seed.fetch.client import Client
from seed.fetch.guard import Guard
from seed.fetch.http_exchange import Exchange, user_agent
from seed.pipeline.follow import followed
from seed.pipeline.language import with_doubts, with_languages
from seed.pipeline.visits import known_visit
from seed.pipeline.workers import Workers
from seed.readers import Overrides, read, reader_context
from seed.readers.formats import url_list
from seed.readers.input.byte_counter import ByteCounter
from seed.readers.inputs import at_once
from seed.records import RawArticle, Record, Refusal


def records_at(
    places: Sequence[str],
    overrides: Overrides,
    client: Client,
    workers: Workers | None = None,
    intake: ByteCounter | None = None,
) -> Iterator[Record]:
    """What files, folders and URLs hold; what is fetched is read at once, as waiting for hosts takes much longer."""
    lexicon = lexicon_folders()[1:]
    found = [url_list.link_of(place) or Path(place) for place in places]
    through = at_once if workers is None else workers.read_all
    listed = read(found, overrides=overrides, lexicon=lexicon, through=through, intake=intake)
    return with_languages(followed(listed, client.fetch, reader_context(overrides, lexicon)))


def found_at(
    places: Sequence[str], overrides: Overrides, workers: Workers | None = None, intake: ByteCounter | None = None
) -> Iterator[RawArticle | Refusal]:
    """What there is to load, as if for the first time."""
    records = records_at(places, overrides, client(None), workers, intake)
    for record in records:
        if isinstance(record, RawArticle | Refusal):
            yield with_doubts(record) if isinstance(record, RawArticle) else record


def client(engine: Engine | None) -> Client:
    """A client as the settings want it; it asks only for what changed since the visits that a database remembers."""
    settings = Settings()
    guard = Guard.of(settings.fetch_allow, settings.fetch_ports)
    exchange = Exchange(guard, user_agent(settings.contact))
    known = (lambda _url: None) if engine is None else partial(known_visit, engine)
    return Client(exchange, known=known, delay=settings.fetch_delay_seconds)
