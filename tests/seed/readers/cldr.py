"""Generate what the readers know of CLDR: words of dates, and names of languages. `make cldr` writes the files.

The tables are stored because Babel takes long to load seventy locales, and because its aliases of one locale lead to
the data of the locale loaded before: here each locale is loaded afresh.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from babel import Locale, localedata

READERS = Path(__file__).resolve().parents[3] / "seed" / "readers"
DATE_WORDS = READERS / "dates" / "cldr.json"
LANGUAGE_NAMES = READERS / "languages.json"

_LOCALES = (
    "af am ar ar_DZ ar_LB ar_MA az be bg bn bs ca ckb cs cy da de de_AT el en en_AU es es_AR es_PE et eu fa "
    "fi fil fr fr_CA ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ku ky lo lt lv mk ml mn mr ms my nb "
    "ne nl pa pl ps pt pt_PT ro ru si sk sl so sq sr sr_Latn sv sw ta te tg th tk tr uk ur uz uz_Cyrl vi zh "
    "zh_Hant "
)
LOCALES = _LOCALES.split()
"""The locales whose names of months and weekdays are read."""

_LANGUAGES = (
    "af am ar arz az ba be bg bn bo br bs ca ceb ckb cs cv cy da de dv el en eo es et eu fa fi fil fo fr fy "
    "ga gd gl gu ha haw he hi hr ht hu hy id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml "
    "mn mr ms mt my nb ne nl nn no oc om or pa pl ps pt qu rm ro ru rw sa sd si sk sl sm sn so sq sr st su sv "
    "sw ta te tg th ti tk tl tn tr tt ug uk ur uz vi wo xh yi yo yue zh zu en_GB en_US es_MX fr_CA pt_BR "
    "pt_PT zh_Hans zh_Hant "
)
LANGUAGES = _LANGUAGES.split()
"""The languages whose names are known, each in itself and in the languages of `NAMED_IN`."""

_NAMED_IN = "ar cs de el en es fa fr hi id it ja ko nl pl pt ro ru sv th tr uk vi zh"
NAMED_IN = _NAMED_IN.split()

_SIZES = {"months": range(1, 13), "days": range(7), "day_periods": ("am", "pm")}


def words_of_dates(locales: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return months, weekdays (Monday first) and halves of the day by language."""
    words: dict[str, dict[str, Any]] = {}
    for name in locales:
        data = _load(name)
        language = words.setdefault(name.partition("_")[0], {})
        for key, places in _SIZES.items():
            lists = language.setdefault(key, [[] for _ in places])
            for values in _tables(data[key]):
                for names, place in zip(lists, places, strict=True):
                    value = values.get(place)
                    if isinstance(value, str) and value not in names and not value.isdecimal():
                        names.append(value)
    return words


def _load(name: str) -> Mapping[str, Any]:
    localedata._cache.clear()
    return localedata.load(name)


def _tables(contexts: Mapping[str, Any]) -> Iterator[Mapping[Any, Any]]:
    """Yield the tables of names, without aliases but with what overrides them; the narrow ones are single letters."""
    for widths in map(_without_alias, contexts.values()):
        for width in ("wide", "abbreviated"):
            yield _without_alias(widths.get(width))


def _without_alias(value: object) -> Mapping[Any, Any]:
    value = value[1] if isinstance(value, tuple) else value
    return value if isinstance(value, dict) else {}


def _orders() -> Iterator[tuple[str, str]]:
    """Yield the order of day, month and year in short dates of each locale without a script."""
    for name in localedata.locale_identifiers():
        language, _, territory = name.partition("_")
        if language in LOCALES and len(territory) in {0, 2}:
            pattern = str(Locale.parse(name).date_formats["short"].pattern)
            letters = [letter for letter in pattern if letter in "dMy"]
            yield name.replace("_", "-"), "".join(dict.fromkeys(letters)).upper()


def language_names() -> dict[str, Any]:
    """Return the tag of each language by its names, and the code of each territory by its English name."""
    tags: dict[str, set[str]] = {}
    for name in filter(localedata.exists, LANGUAGES):
        data = _load(name)["languages"]
        for tag in LANGUAGES if name in NAMED_IN else (name,):
            if isinstance(known := data.get(tag), str):
                tags.setdefault(known.casefold(), set()).add(tag.replace("_", "-"))
    territories = {
        name.casefold(): code
        for code, name in sorted(_load("en")["territories"].items())
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ"}
    }
    names = {name: min(known) for name, known in sorted(tags.items()) if len(known) == 1}
    return {"languages": names, "territories": territories}


def serialize(table: Mapping[str, Any]) -> str:
    """Return a table of tables as it is stored: a line for each language, name or locale."""
    blocks = []
    for key, values in sorted(table.items()):
        lines = (f"{_json(name)}:{_json(value)}" for name, value in sorted(values.items()))
        blocks.append(f"{_json(key)}:{{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tables() -> Iterable[tuple[Path, str]]:
    """Yield each file and what it has to contain."""
    yield DATE_WORDS, serialize({"words": words_of_dates(LOCALES), "orders": dict(_orders())})
    yield LANGUAGE_NAMES, serialize(language_names())


if __name__ == "__main__":
    for path, content in tables():
        path.write_text(content, encoding="utf-8")
