"""Read the records of the files, folders and URLs that a command names."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from app.settings import read_settings
from seed.cli.runtime import lexicon_folders
from seed.fetch.client import Client
from seed.fetch.guard import Guard
from seed.fetch.http_exchange import Exchange, user_agent
from seed.pipeline.language import detect_missing_languages, note_language_mismatch
from seed.pipeline.links import last_visit, resolve_links
from seed.pipeline.workers import Workers
from seed.readers import Overrides, read_paths, reader_context
from seed.readers.formats import url_list
from seed.readers.input.byte_counter import ByteCounter
from seed.readers.inputs import run_inline
from seed.records import RawArticle, Record, Refusal


def read_places(
    places: Sequence[str],
    overrides: Overrides,
    client: Client,
    workers: Workers | None = None,
    byte_counter: ByteCounter | None = None,
) -> Iterator[Record]:
    """Yield the records of files, folders and URLs.

    Only files are read by workers: fetched documents are read in this process, as waiting for hosts takes much longer.
    """
    lexicon = lexicon_folders()[1:]
    inputs = [url_list.parse_link(place) or Path(place) for place in places]
    run_tasks = run_inline if workers is None else workers.read_all
    records = read_paths(inputs, overrides=overrides, lexicon=lexicon, run_tasks=run_tasks, byte_counter=byte_counter)
    return detect_missing_languages(resolve_links(records, client.fetch, reader_context(overrides, lexicon)))


def preview_places(
    places: Sequence[str], overrides: Overrides, workers: Workers | None = None, byte_counter: ByteCounter | None = None
) -> Iterator[RawArticle | Refusal]:
    """Yield the articles and refusals of files, folders and URLs as a first load would see them."""
    for record in read_places(places, overrides, create_client(None), workers, byte_counter):
        if isinstance(record, RawArticle):
            yield note_language_mismatch(record)
        elif isinstance(record, Refusal):
            yield record


def create_client(engine: Engine | None) -> Client:
    """Return a client with the configured limits.

    With an engine, it makes conditional requests that are based on the visits stored in that database.
    """
    settings = read_settings()
    guard = Guard.of(settings.fetch_allow, settings.fetch_ports)
    exchange = Exchange(guard, user_agent(settings.contact))
    known = (lambda _url: None) if engine is None else partial(last_visit, engine)
    return Client(exchange, known=known, delay=settings.fetch_delay_seconds)
