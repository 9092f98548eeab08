"""The oracle of similar articles, computed naively over plain dicts, without the engine."""

from collections import Counter
from math import log, sqrt
from typing import Any

from tests import oracle
from tests.oracle import Record


def similar(records: list[Record], one: Record) -> tuple[int, list[dict[str, Any]]]:
    """Return how many records share an entity with one, and their ids, scores, entities and words in order."""
    sharing = [other for other in records if other is not one and oracle.entity_ids(other) & oracle.entity_ids(one)]
    named = Counter(entity for record in records for entity in oracle.entity_ids(record))
    words_of = {record["public_id"]: words(record) for record in (one, *sharing)}
    counts = Counter(word for record_words in words_of.values() for word in record_words)
    entity_weights = {entity: log((len(records) + 1) / count) for entity, count in named.items()}
    word_weights = {word: log((len(words_of) + 1) / count) for word, count in counts.items()}
    items = []
    for other in sharing:
        entities = oracle.entity_ids(one) & oracle.entity_ids(other)
        shared = words_of[one["public_id"]] & words_of[other["public_id"]]
        score = (
            cosine(entity_weights, oracle.entity_ids(one), oracle.entity_ids(other))
            + cosine(word_weights, words_of[one["public_id"]], words_of[other["public_id"]])
        ) / 2
        rare = [word for word in shared if counts[word] <= max(2, len(words_of) / 2)]
        items.append(
            {
                "id": other["public_id"],
                "score": score,
                "entities": sorted(entities, key=lambda id_: (named[id_], id_)),
                "words": sorted(rare, key=lambda word: (counts[word], -len(word), word))[:10],
            }
        )
    return len(sharing), sorted(items, key=lambda item: (-round(item["score"], 4), item["id"]))


def words(record: Record) -> set[str]:
    """Return the words of title and text."""
    return {*oracle.tokens(record["title"]), *oracle.tokens(record["text"])}


def cosine(weights: dict[str, float], first: set[str], second: set[str]) -> float:
    """Return the cosine of two sets as vectors of these weights."""
    product = sum(weights[value] ** 2 for value in first & second)
    lengths = [sqrt(sum(weights[value] ** 2 for value in values)) for values in (first, second)]
    return product / (lengths[0] * lengths[1]) if all(lengths) else 0.0
