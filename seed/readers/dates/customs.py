"""In which order a language or country writes day, month and year as numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from seed.readers.dates.words import numeric_orders

_MIXED = frozenset({"en", "es-PA", "es-PR", "es-US", "fr-CA", "en-CA", "en-ZA", "en-KE", "en-BI", "en-BZ"})
"""Languages and countries where both orders are in use, whatever CLDR prefers."""


@dataclass(frozen=True, slots=True)
class DateCustom:
    """The language of a page, and the order of numeric dates on it: DMY, MDY or YMD, None where it is not known."""

    language: str | None = None
    order: str | None = None


NO_CUSTOM = DateCustom()


def declared_custom(tags: Iterable[str], country: str | None = None) -> DateCustom:
    """Return the custom of the declared language tags; without an order if they contradict each other.

    `country` (ISO 3166-1) counts for tags that name none. A tag without a country adds nothing to one with it.
    """
    distinct = list(dict.fromkeys(tag.replace("_", "-") for tag in tags))
    languages = {tag.partition("-")[0].lower() for tag in distinct}
    if len(languages) != 1:
        return NO_CUSTOM
    language = languages.pop()
    countries = {part.upper() for tag in distinct for part in tag.split("-")[1:] if len(part) == 2 and part.isalpha()}
    if not countries and country:
        countries = {country.upper()}
    locales = {f"{language}-{code}" for code in countries} or {language}
    orders = {_order(locale) for locale in locales}
    return DateCustom(language, orders.pop() if len(orders) == 1 else None)


@cache
def _order(locale: str) -> str | None:
    orders = numeric_orders()
    return None if locale in _MIXED else orders.get(locale) or _language_order(locale.partition("-")[0])


def _language_order(language: str) -> str | None:
    """Return the order of a language if all its countries share it: for a country that CLDR does not list."""
    known = {order for name, order in numeric_orders().items() if name.partition("-")[0] == language}
    return known.pop() if len(known) == 1 else None
