"""Times of day as pages print them, with their zones."""

import re
from dataclasses import dataclass
from functools import cache

from seed.dates import seconds_of_day, utc_second
from seed.readers.dates.words import TIME_MARKS, vocabulary
from seed.readers.dates.zones import ZONE_OFFSETS, numeric_offset, zone_offset

_ABBREVIATIONS = "|".join(sorted(ZONE_OFFSETS, key=len, reverse=True))
_NO_LETTER = r"(?![^\W\d_])"
_ZONE = (
    r"(?:,?\s?(?:hours|hrs|uhr|uur|h|น\.)?\s?[(\[]?(?P<zone>"
    r"(?:(?:GMT|UTC)\s?)?(?P<sign>[+-])(?P<offset>[0-9]{1,2}(?::?[0-9]{2})?)(?![0-9.])"
    rf"|(?-i:(?P<name>{_ABBREVIATIONS}))\b(?![+-]))[)\]]?(?:\s?\([A-Za-z][A-Za-z ]{{1,50}}\))?)?"
)
_MINUTES = ("minute", "minute_h", "minute_unit", "minute_cjk", "minute_half", "military")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in seconds since midnight, None if there is none such, with its zone as printed."""

    local_time: int | None
    zone: str | None = None
    sign: str | None = None
    offset: str | None = None
    name: str | None = None

    def instant(self, on: str, language: str | None) -> int | None:
        """Return the UTC second of this time on a day; None without a zone of one offset."""
        if self.sign and self.offset:
            offset = numeric_offset(self.sign, self.offset)
        else:
            offset = zone_offset(self.name, on, language) if self.name else None
        return None if offset is None or self.local_time is None else utc_second(on, self.local_time, offset)


def mark_clocks(text: str, *, dotted: bool) -> tuple[str, list[Clock]]:
    """Return a normalized text with a mark in place of each time of day, and these times.

    `dotted` times such as `18.30`, which may be of a date, count only if there are no others.
    """
    clocks: list[Clock] = []

    def mark(match: re.Match[str]) -> str:
        clocks.append(_clock(match))
        return f" {TIME_MARKS[min(len(clocks), len(TIME_MARKS)) - 1]} "

    for pattern in _clock_patterns() if dotted else _clock_patterns()[:1]:
        if not clocks:
            text = pattern.sub(mark, text)
    return text, clocks[: len(TIME_MARKS)]


@cache
def _clock_patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of times of day: those that are surely one, and `18.30`."""
    halves = {name: "|".join(map(re.escape, names)) for name, names in vocabulary().halves.items()}
    any_half = f"(?:{halves['am']}|{halves['pm']}){_NO_LETTER}"
    clock = (
        r"(?<![0-9:.])(?P<hour>[0-9]{1,2})(?:"
        r":(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?(?![0-9:])"
        r"|\s?(?:h|u(?=[0-9]))\s?(?P<minute_h>[0-9]{2})(?![0-9])(?:\s?min\b)?"
        r"|\s?[時时點点시](?:\s?(?P<minute_cjk>[0-9]{1,2})\s?[分분](?:\s?(?P<second_cjk>[0-9]{1,2})\s?[秒초])?)?"
        r"|(?P<military>[0-9]{2})(?=\s?(?:GMT|UTC)\b)"
        rf"|(?:\.(?P<minute_unit>[0-9]{{2}}))?\s?(?:h|uhr|uur|น\.?){_NO_LETTER}"
        rf"|(?:\.(?P<minute_half>[0-9]{{2}}))?(?=\s?{any_half}))"
    )
    before = rf"(?:(?:(?<![^\W\d_])|(?<=[日號号일])){_half('before', halves)}\s?)?"
    after = rf"(?:\s?{_half('after', halves)})?"
    dotted = r"(?<![0-9.:/-])(?P<hour>[0-9]{1,2})\.(?P<minute>[0-9]{2})(?!\.?[0-9])"
    return re.compile(before + clock + after + _ZONE, re.IGNORECASE), re.compile(dotted + _ZONE, re.IGNORECASE)


def _half(place: str, halves: dict[str, str]) -> str:
    """Return a pattern for the words of each half of the day, in groups such as `after_pm`."""
    groups = "|".join(f"(?P<{place}_{name}>{words})" for name, words in halves.items())
    return rf"(?:{groups}){_NO_LETTER}\.?"


def _clock(match: re.Match[str]) -> Clock:
    groups = match.groupdict()
    minute = next((groups[name] for name in _MINUTES if groups.get(name)), "0")
    second = groups.get("second") or groups.get("second_cjk") or "0"
    hour: int | None = int(groups["hour"])
    for half in ("am", "pm"):
        word = groups.get(f"before_{half}") or groups.get(f"after_{half}")
        hour = _hour_of_day(hour, half, word) if word and hour is not None else hour
    local_time = None if hour is None else seconds_of_day(hour, int(minute), int(second))
    return Clock(local_time, *(groups[name] for name in ("zone", "sign", "offset", "name")))


def _hour_of_day(hour: int, half: str, word: str) -> int | None:
    """Return the hour of 24; None for an hour that does not go with `am` and `pm`, while 下午 goes with 18, too."""
    if word[0] in "apAP" and not 1 <= hour <= 12:
        return None
    if hour > 12:
        return hour
    return hour % 12 + (12 if half == "pm" else 0)
