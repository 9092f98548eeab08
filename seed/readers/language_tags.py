"""Turn what files call a language (a tag, any code of ISO 639, a name in English or in the language) into BCP 47."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from app.countries import COUNTRIES
from seed.readers.dates.words import fold, normalize

_COMMON = re.compile(r"([a-z]{2})(?:-([A-Z]{2}))?")
# The codes of ISO 639-1 that languages of the press have, each the one of BCP 47.
_CODE_LIST = (
    "af am ar as az ba be bg bn bo br bs ca ce cs cv cy da de dv el en eo es et eu fa fi fo fr fy ga gd gl gu "
    "ha he hi hr ht hu hy id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml mn mr ms mt my nb "
    "ne nl nn no oc om or pa pl ps pt qu rm ro ru rw sa sd si sk sl sm sn so sq sr su sv sw ta te tg th ti tk "
    "tn tr tt ug uk ur uz vi wo xh yi yo zh zu "
)
_CODES = frozenset(_CODE_LIST.split())
_TAG = re.compile(r"(?:[A-Za-z]{2,3}|[ixIX](?=[-_]))(?:[-_][A-Za-z0-9]{1,8}){0,7}")
_LOCALE_SUFFIX = re.compile(r"\.[A-Za-z0-9_-]{1,20}(?=@|$)")  # As in en_US.UTF-8.
_SPLIT = re.compile(r"\s*[()\[\],;/|]\s*|\s+[-–—]\s+")

_THREE_LETTERS = re.compile(r"(?<=^..)-[a-z]{3}(?:-|$)|(?<=^...)-[a-z]{3}(?:-|$)")
_ANY_AGE = frozenset({"modern", "standard"})  # As in "Greek, Modern".
_NO_LANGUAGES = frozenset({"und", "mis"})
_SCRIPTS = {
    "latin": "Latn",
    "cyrillic": "Cyrl",
    "arabic script": "Arab",
    **dict.fromkeys(("simplified", "simplifie", "simplificado", "vereinfacht", "semplificato", "简体", "簡體"), "Hans"),
    **dict.fromkeys(("traditional", "traditionnel", "tradicional", "traditionell", "tradizionale"), "Hant"),
    **dict.fromkeys(("繁体", "繁體"), "Hant"),
}
_SPLIT_SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva"}  # As in sr_RS@latin.
_REGIONS = {"us": "US", "usa": "US", "uk": "GB", "england": "GB", "britain": "GB", "latin america": "419"}
_MORE_NAMES = {
    "azeri": "az", "bahasa indonesia": "id", "bahasa malaysia": "ms", "bahasa melayu": "ms", "bangla": "bn",
    "belorussian": "be", "bokmal": "nb", "brazilian": "pt-BR", "british": "en-GB", "castellano": "es",
    "castilian": "es", "dari": "fa-AF", "farsi": "fa", "flemish": "nl", "gaelic": "gd", "haitian": "ht",
    "kurmanji": "ku", "mandarin": "zh", "mandarin chinese": "zh", "modern greek": "el", "moldavian": "ro",
    "nynorsk": "nn", "odia": "or", "oriya": "or", "panjabi": "pa", "pushto": "ps", "serbo-croatian": "sr-Latn",
    "sinhalese": "si", "sorani": "ckb", "standard arabic": "ar", "modern standard arabic": "ar", "uighur": "ug",
    "valencian": "ca",
}  # fmt: skip
"""Names that CLDR does not list, folded."""

_VARIETIES = frozenset({"bokmal", "dari", "kurmanji", "mandarin", "nynorsk", "sorani"})
"""Names that follow the one of a larger language, as in "Kurdish (Sorani)"."""


def language_tag(value: str) -> str | None:
    """Return the BCP 47 tag of a language, in the form that RFC 5646 recommends; None if it is not one.

    Codes of ISO 639-2 and 639-3 become those of ISO 639-1 where there are, and codes that were replaced their
    successors.
    """
    match = _COMMON.fullmatch(value)
    if match and match[1] in _CODES and (match[2] is None or match[2].lower() in COUNTRIES):
        return value
    return _find_tag(value)


@lru_cache(maxsize=1_024)
def _find_tag(value: str) -> str | None:
    text = _LOCALE_SUFFIX.sub("", " ".join(unicodedata.normalize("NFKC", value).split()))
    text, _, script = text.partition("@")
    if _TAG.fullmatch(text):
        tag = _standard_tag(text.replace("_", "-"))
        return _with_script(tag, _SPLIT_SCRIPTS.get(script.lower())) if tag else None
    return _tag_of_name(text)


def _standard_tag(tag: str) -> str | None:
    """Return a well-formed tag as it is registered; None if the registry does not have one of its subtags."""
    from langcodes import standardize_tag, tag_is_valid  # noqa: PLC0415 - most tags need no registry

    if tag.lower() in {"tl", "tgl"}:
        return "tl"  # CLDR replaces it with `fil`, which detected languages do not have.
    try:
        standard = standardize_tag(tag, macro=True)
        is_language = tag_is_valid(standard) and standard.partition("-")[0] not in _NO_LANGUAGES
    except ValueError:
        return None
    # A subtag of three letters that is still there is not one of the registry.
    return standard if is_language and not _THREE_LETTERS.search(standard) else None


def _with_script(tag: str, script: str | None) -> str:
    language, dash, remaining = tag.partition("-")
    return tag if script is None else f"{language}-{script}{dash}{remaining}"


def _tag_of_name(text: str) -> str | None:
    """Return the tag of a name alone, or with a country, script or another name of it: `Portuguese (Brazil)`."""
    names, territories = _names()
    if tag := names.get(_key(text)):
        return tag
    name, *others = [part for part in _SPLIT.split(text) if part and _key(part) not in _ANY_AGE] or [""]
    tag = names.get(_key(name)) or (_standard_tag(name.replace("_", "-")) if _TAG.fullmatch(name) else None)
    for other in others if tag else ():
        key = _key(other)
        if key in _SCRIPTS and tag:
            tag = _with_script(tag, _SCRIPTS[key])
        elif (region := _REGIONS.get(key) or territories.get(key) or _region_code(other)) and tag:
            tag = f"{tag}-{region}"
        elif key in _VARIETIES:
            tag = names[key]
        elif names.get(key) != tag and other.lower() != tag:
            return None
    return tag


def _region_code(text: str) -> str | None:
    return text if len(text) == 2 and text.isupper() and text.lower() in COUNTRIES else None


def _key(name: str) -> str:
    return fold(normalize(name)).removesuffix(" language").strip(" .")


@cache
def _names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the tags of languages and the codes of territories by folded name."""
    data = json.loads(Path(__file__).with_name("languages.json").read_text(encoding="utf-8"))
    languages = {_key(name): tag for name, tag in data["languages"].items()}
    return languages | _MORE_NAMES, {_key(name): code for name, code in data["territories"].items()}
