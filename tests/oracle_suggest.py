"""The oracle of suggestions, computed naively from the records."""

import re
import unicodedata
from typing import Any

from tests import oracle
from tests.oracle import Record

Suggestable = tuple[dict[str, Any], list[str]]
"""An entity or source as a suggestion shows it, and all its names, its own first."""


def suggestables(records: list[Record], known: dict[str, list[str]]) -> list[Suggestable]:
    """Return everything that can be suggested: the entities and sources in the records, and the other known sources."""
    by_id: dict[tuple[str, str], Suggestable] = {
        ("source", id_): ({"kind": "source", "id": id_, "name": names[0], "type": None}, names)
        for id_, names in known.items()
    }
    for record in records:
        id_, name = record["source_id"], record["source"]
        by_id["source", id_] = ({"kind": "source", "id": id_, "name": name, "type": None}, [name])
        for entity in record["entities"]:
            shown = {"kind": "entity", **{key: entity[key] for key in ("id", "name", "type")}}
            by_id["entity", entity["id"]] = (shown, [entity["name"]])
    return list(by_id.values())


def suggest(
    bearers: list[Suggestable], results: list[Record], prefix: str, kinds: list[str], limit: int
) -> list[dict[str, Any]]:
    """Return the suggestions: exact ones before those with a typo, then by number of records, then by id."""
    typed = folded(prefix)
    suggestions = []
    for shown, names in bearers:
        if kinds and (shown["type"] or "source") not in kinds:
            continue
        exact = best(names, lambda text: text.startswith(typed))
        near = best(names, lambda text: begins_with_typo(text, typed)) if sum(map(str.isalnum, typed)) >= 4 else None
        if matched := exact or near:
            suggestions.append(
                {**shown, "matched": matched, "typo": exact is None, "articles": sum(has(r, shown) for r in results)}
            )
    suggestions.sort(key=lambda item: (item["typo"], -item["articles"], item["id"], item["kind"]))
    return suggestions[:limit]


def has(record: Record, shown: dict[str, Any]) -> bool:
    """Return whether a record names an entity or is of a source."""
    return shown["id"] in (oracle.entity_ids(record) if shown["kind"] == "entity" else {record["source_id"]})


def best(names: list[str], begins: Any) -> str | None:  # noqa: ANN401 - a test of a text
    """Return the first name with such a beginning, or else the first name with a word that has it."""
    for name in names:
        if begins(folded(name)):
            return name
    return next((name for name in names if any(begins(text) for text in word_suffixes(folded(name)))), None)


def word_suffixes(text: str) -> list[str]:
    """Return the suffixes of a text that start with a word."""
    return [text[word.start() :] for word in re.finditer(r"[^\W_]+", text)]


def folded(text: str) -> str:
    """Return a text without case and accents, with hyphens as spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().replace("-", " ").split())


def begins_with_typo(text: str, typed: str) -> bool:
    """Return whether a text begins with what was typed, with exactly one typo."""
    return any(is_one_typo(typed, text[:length]) for length in range(len(typed) - 1, len(typed) + 2))


def is_one_typo(typed: str, meant: str) -> bool:
    """Return whether one letter was replaced, inserted or omitted, or two neighbours were swapped."""
    if len(typed) < len(meant):
        typed, meant = meant, typed
    if len(typed) == len(meant) + 1:
        return any(typed[:at] + typed[at + 1 :] == meant for at in range(len(typed)))
    wrong = [at for at, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b]
    if len(typed) > len(meant) or len(wrong) > 2:
        return False
    swapped = (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and typed[wrong[0]] + typed[wrong[1]] == (meant[wrong[1]] + meant[wrong[0]])
    )
    return len(wrong) == 1 or swapped
