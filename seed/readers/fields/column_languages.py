"""Find the fields in columns and keys whose names are in a language other than English."""

import re
import shlex
from collections.abc import Mapping, Sequence, Set
from functools import cache
from pathlib import Path
from typing import Any

from seed.readers.dates.words import fold, normalize
from seed.readers.strict_yaml import parse_yaml

MAX_NAMED_COLUMNS = 200
"""Maximum number of columns among which such names are looked for; tables of articles have a tenth."""

_NAMES_FILE = Path(__file__).with_name("column_names.yaml")
_ANY_LANGUAGE = "*"
_EXAMPLE_FIELDS = ("title", "source", "text", "published", "authors", "url")
_MAX_NAME_LENGTH = 100  # Characters; the longest names have a quarter.
_SEPARATORS = re.compile(r"[\W_]+")


def fields_by_language(columns: Sequence[str], mapped: Set[str], other_names: Mapping[str, str]) -> dict[str, str]:
    """Return the column of each field, if the columns clearly name the fields in one language; nothing otherwise.

    That is the language of the most columns. No field may have two columns, title and text must have one or be
    `mapped`, and none of the `other_names`, in English, may be that of a field without a column. Languages may share
    their names.
    """
    if len(columns) > MAX_NAMED_COLUMNS:
        return {}
    folded = {column: _folded(column) for column in columns}
    if not _titles().intersection(folded.values()) and "title" not in mapped:
        return {}
    readings = [
        [(field, column) for column, name in folded.items() if (field := names.get(name)) and field not in mapped]
        for names in _names().values()
    ]
    most = max(map(len, readings))
    best = [pairs for pairs in readings if len(pairs) == most]
    fields = dict(best[0])
    has_one_column_each = len(fields) == most and all(dict(pairs) == fields for pairs in best)
    is_complete = {"title", "text"} <= fields.keys() | mapped
    is_mixed = any(field not in fields.keys() | mapped for field in other_names.values())
    return fields if has_one_column_each and is_complete and not is_mixed else {}


def map_example(columns: Sequence[str], known: Mapping[str, str]) -> str:
    """Return the options of `--map` for the columns that may hold fields by their names in any language.

    It is empty if no name says so in a language other than English; `known` are the columns with English names.
    """
    guesses = dict(known)
    for column in columns[:MAX_NAMED_COLUMNS]:
        name = _folded(column)
        for names in _names().values():
            if (field := names.get(name)) is not None and column not in guesses.values():
                guesses.setdefault(field, column)
    if guesses == dict(known):
        return ""
    return " ".join(f"--map {name}={shlex.quote(guesses[name])}" for name in _EXAMPLE_FIELDS if name in guesses)


def _folded(column: str) -> str:
    return _SEPARATORS.sub("", fold(normalize(column[:_MAX_NAME_LENGTH])))


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """Return the field of each folded name, by language; loaded for the first table without English names."""
    lists: Any = parse_yaml(_NAMES_FILE.read_text(encoding="utf-8"))
    return {
        language: {
            _folded(name): field
            for fields in (lists[_ANY_LANGUAGE], own)
            for field, names in fields.items()
            for name in names
        }
        for language, own in lists.items()
        if language != _ANY_LANGUAGE
    }


@cache
def _titles() -> frozenset[str]:
    return frozenset(name for names in _names().values() for name, field in names.items() if field == "title")
