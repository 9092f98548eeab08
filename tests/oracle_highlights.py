"""The oracle of highlights: the places that made a record match, computed naively, without the engine."""

import re
from collections.abc import Iterator

from tests import oracle
from tests.oracle import Pairs, Record

Highlights = set[tuple[str, int, int, str, str]]
"""Field, start, end, parameter and value of each place."""


def expected_highlights(record: Record, records: list[Record], pairs: Pairs) -> Highlights:
    """Return the places of all required words and phrases, and of all requested entities."""
    words = {place for parameter, value in pairs if parameter == "q" for place in _of_query(record, value)}
    entity_pairs = [pair for pair in pairs if pair[0] in {"actor", "any_actor", "place", "weapon"}]
    return words | {
        place for pair in entity_pairs for place in _of_entity(record, *pair, oracle.resolve(records, *pair))
    }


def _of_query(record: Record, query: str) -> Highlights:
    required = [quoted or word for minus, quoted, word in oracle.QUERY_ITEM.findall(query) if not minus]
    return {
        (field, *place, "q", item)
        for item in required
        for field in ("title", "text")
        for place in _of_phrase(record[field], oracle.tokens(item))
    }


def _of_phrase(text: str, wanted: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where these words are consecutive; places that overlap are merged."""
    words = [(*match.span(), "".join(oracle.tokens(match[0]))) for match in re.finditer(r"[^\W_]+", text)]
    joined: list[tuple[int, int]] = []
    for at in range(len(words) - len(wanted) + 1):
        window = words[at : at + len(wanted)]
        if [word for _, _, word in window] != wanted:
            continue
        if joined and window[0][0] < joined[-1][1]:
            joined[-1] = (joined[-1][0], window[-1][1])
        else:
            joined.append((window[0][0], window[-1][1]))
    yield from joined


def _of_entity(record: Record, parameter: str, value: str, id_: str) -> Highlights:
    spans = [span for entity in record["entities"] if entity["id"] == id_ for span in entity["mentions"]]
    return {("text", start, end, parameter, value) for start, end in spans}
