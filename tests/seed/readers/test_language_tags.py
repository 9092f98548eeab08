"""What files call a language becomes a tag of BCP 47."""

import pytest

from seed.readers.language_tags import language_tag

TAGS = {
    "en": "en EN eng English|english language|ENGLISH|Englisch|anglais|inglés|английский|en - English|English [en]",
    "en-US": "en-US en-us en_US en_US.UTF-8|American English|English (US)|English - United States",
    "en-GB": "en-GB en-UK|English (UK)|British English|British",
    "de": "de ger deu German|Deutsch|allemand",
    "fr": "fr fra fre French|français|Francais",
    "es": "es spa Spanish|Español|Spanish; Castilian|castellano",
    "pt-BR": "pt-BR pt_br|Portuguese (Brazil)|Brazilian Portuguese|Portuguese, Brazil",
    "zh": "zh zho chi cmn zh-cmn Chinese|中文|Mandarin|Chinese (Mandarin)",
    "zh-Hans": "zh-Hans zh_hans|Chinese (Simplified)|Simplified Chinese",
    "zh-Hant-TW": "zh-hant-tw",
    "ar": "ar ara arb Arabic|العربية|Modern Standard Arabic",
    "fa": "fa fas per Persian|Farsi|فارسی",
    "fa-AF": "prs|Persian (Dari)",
    "he": "he heb iw Hebrew|עברית",
    "id": "id ind in|Bahasa Indonesia",
    "uk": "uk ukr Ukrainian|українська",
    "ru": "ru rus Russian|Русский",
    "el": "el ell gre Greek|Greek, Modern|Ελληνικά",
    "nl": "nl nld dut Dutch|Dutch; Flemish|Nederlands",
    "nb": "nb nob|Norwegian Bokmål|Norwegian (Bokmål)",
    "no": "no nor Norwegian|norsk",
    "sr-Latn": "sr-Latn sr@latin sh|Serbian (Latin)",
    "sr-Cyrl": "sr-Cyrl|Serbian (Cyrillic)",
    "ckb": "ckb|Kurdish (Sorani)",
    "tr": "tr tur Turkish|Türkçe",
    "ro": "ro ron rum mo|Romanian",
    "tl": "tl tgl Tagalog",
    "fil": "fil Filipino",
    "ja": "ja jpn Japanese|日本語",
    "ko": "ko kor Korean|한국어",
    "vi": "vi vie Vietnamese|Tiếng Việt",
    "x-foo": "x-foo",
    "es-419": "es-419|Spanish (Latin America)",
}


def spellings() -> list[tuple[str, str]]:
    """Return each spelling with its tag: codes stand before the first bar, separated by spaces."""
    pairs = []
    for tag, listed in TAGS.items():
        codes, *names = listed.split("|")
        pairs += [(name, tag) for name in (*codes.split(), *names)]
    return pairs


@pytest.mark.parametrize(("spelling", "tag"), spellings())
def test_a_tag_code_or_name_is_a_tag(spelling: str, tag: str) -> None:
    assert language_tag(spelling) == tag


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        " ",
        "xx",
        "zzz",
        "und",
        "jp",
        "cn",
        "en-USA",
        "en-",
        "en-x",
        "en,fr",
        "English/French",
        "Klingonish",
        "a language",
        "(",
        "@",
    ],
)
def test_anything_else_is_none(spelling: str) -> None:
    assert language_tag(spelling) is None
