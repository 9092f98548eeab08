"""The oracle of suggestions, computed naively from the records."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

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
    """Return the suggestions: those of a stricter way to match first, then by number of records, then by id."""
    suggestions = []
    for shown, names in bearers:
        if kinds and (shown["type"] or "source") not in kinds:
            continue
        for level, way in enumerate(ways(prefix)):
            matched = way.best(names) if shown["type"] == "person" or not way.is_person else None
            if matched:
                articles = sum(has(record, shown) for record in results)
                suggestions.append((level, {**shown, "matched": matched, "typo": way.typo, "articles": articles}))
                break
    suggestions.sort(key=lambda pair: (pair[0], -pair[1]["articles"], pair[1]["id"], pair[1]["kind"]))
    return [item for _, item in suggestions[:limit]]


class Way(NamedTuple):
    """A way to match names: how, by which text, whether only people have such names, and whether that is a typo."""

    match: Callable[[list[str], str], str | None]
    text: str
    is_person: bool = False
    typo: bool = False

    def best(self, names: list[str]) -> str | None:
        """Return which of an owner's names matches best, if any does."""
        return self.match(names, self.text)


def ways(prefix: str) -> Iterator[Way]:
    """Yield the ways to match names with a prefix, the strictest first."""
    typed = folded(prefix)
    yield Way(lambda names, text: best(names, lambda n: n.startswith((text, text.removeprefix("the ")))), typed)
    meant = readings(prefix)
    looser = [(" ".join(words), is_person) for words, is_person in meant if " ".join(words) != typed]
    for text, is_person in looser:
        yield Way(lambda names, text: best(names, lambda name: name.startswith(text)), text, is_person)
    for words, is_person in meant:
        if len(words) > 1:
            yield Way(first_with_words, " ".join(words), is_person)
    for text, is_person in [(typed, False), *looser[-1:]]:
        if sum(map(str.isalnum, text)) >= 4:
            yield Way(best_with_typo, text, is_person, typo=True)


def best_with_typo(names: list[str], text: str) -> str | None:
    """Return the best name that begins with a text but for one typo."""
    return best(names, lambda name: begins_with_typo(name, text))


TITLES = {"president", "mr", "bay"}
"""The titles in what is drawn; Bay is Turkish for Mr."""


def readings(prefix: str) -> list[tuple[list[str], bool]]:
    """Return what a prefix can mean: its words, in another order after a comma, and without titles, as a person's."""
    parts = [folded(part).replace(".", "").split() for part in prefix.split(",")]
    words = [word for part in parts for word in part]
    orders = [without_article(words)]
    if len(parts) > 1:
        orders.append([*parts[1], *parts[0]])
    meant = [(order, False) for order in orders]
    for order in reversed(orders):
        titles = next((at for at, word in enumerate(order) if word not in TITLES), len(order) - 1)
        meant += ((order[at:], True) for at in range(1, titles + 1))
    return [pair for at, pair in enumerate(meant) if pair not in meant[:at]]


def without_article(words: list[str]) -> list[str]:
    """Return words without an article at the beginning."""
    return words[1:] if words[0] == "the" and len(words) > 1 else words


def first_with_words(names: list[str], text: str) -> str | None:
    """Return the first name with words that start with all words of a text, in any order."""
    for name in names:
        known = re.findall(r"[^\W_]+", folded(name))
        if all(any(word.startswith(begin) for word in known) for begin in text.split()):
            return name
    return None


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
    """Return whether one letter was replaced, inserted or omitted, or two adjacent letters were swapped."""
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
