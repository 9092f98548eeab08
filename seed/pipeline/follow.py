"""Links -> what lies at their addresses: where what was listed is fetched, and what was fetched is read."""

from collections.abc import Callable, Iterable, Iterator

from seed.fetch.client import Answer
from seed.fetch.errors import NotFetchedError
from seed.readers.context import ReaderContext
from seed.readers.fetched import read_fetched
from seed.records import Link, Origin, Record, Refusal, Unchanged, Visited

Fetch = Callable[[str], Answer]


def followed(records: Iterable[Record], fetch: Fetch, context: ReaderContext) -> Iterator[Record]:
    """The same records with each link replaced by what it leads to, or by why it leads nowhere.

    Documents are read one at a time, and an address that comes again is not asked again.
    """
    asked: set[str] = set()
    for record in records:
        if not isinstance(record, Link):
            yield record
        elif record.url in asked:
            yield Unchanged(record.origin)
        else:
            asked.add(record.url)
            yield from _at(record, fetch, context)


def _at(link: Link, fetch: Fetch, context: ReaderContext) -> Iterator[Record]:
    try:
        answer = fetch(link.url)
    except NotFetchedError as error:
        listed = link.origin.line is not None
        yield Refusal(link.origin, f"{link.url}: {error}" if listed else str(error))
        return
    if answer.document is None:
        yield Unchanged(Origin(link.url))
    else:
        yield from read_fetched(answer.document, context)
    yield Visited(Origin(link.url), answer.visit)
