"""The words of dates: what is stored of CLDR, and what is added to it."""

import json

from seed.readers.dates.words import vocabulary
from tests.seed.readers.cldr import DATE_WORDS, LANGUAGE_NAMES, LOCALES, words_of_dates

KEYS = {"where", "event", "around", "updated", "by", "and", "after", "months", "weekdays", "am", "pm"}


def test_the_stored_words_are_those_of_cldr() -> None:
    """A few locales stand for all, which take ten seconds: run `make cldr` after an upgrade of Babel."""
    stored = json.loads(DATE_WORDS.read_text(encoding="utf-8"))["words"]
    for locales in (["de", "de_AT"], ["ar", "ar_DZ", "ar_LB", "ar_MA"], ["th"]):
        language = locales[0]
        assert words_of_dates(locales) == {language: stored[language]}


def test_all_locales_are_stored() -> None:
    stored = json.loads(DATE_WORDS.read_text(encoding="utf-8"))
    assert stored["words"].keys() == {name.partition("_")[0] for name in LOCALES}
    assert len(json.loads(LANGUAGE_NAMES.read_text(encoding="utf-8"))["languages"]) > 2_000


def test_added_words_stand_under_known_keys() -> None:
    """Lists of words, and names by the number of their month or weekday."""
    for language, lists in vocabulary().words.items():
        assert lists.keys() <= KEYS, language
        for key, names in lists.items():
            if key in {"months", "weekdays"}:
                assert all(1 <= int(number) <= (12 if key == "months" else 7) for number in names), language
                assert all(isinstance(each, list) for each in names.values()), language
            else:
                assert isinstance(names, list), (language, key)
