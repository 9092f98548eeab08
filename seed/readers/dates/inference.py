"""The day of a report that prints none, if a dated fact that it names gives one and nothing in it speaks against."""

import re
from collections.abc import Iterable, Iterator

from app.models import Basis, Precision
from seed.readers.dates.facts import Claim, Fact
from seed.readers.dates.in_text import days, weekdays
from seed.records import Published

LEADING = 5
"""Paragraphs, the title among them, in which a report tells the news of its day."""

# A full stop after a single capital is an initial's.
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\"'”’][.!?])\s+")


def infer(title: str, text: str, facts: Iterable[Fact]) -> Published | None:
    """The inferred day with its evidence; None if no fact is named, facts differ, or the text names a later day."""
    claims = list(_claims(f"{title}\n{text}", tuple(facts)))
    if not claims or len({claim.day for claim in claims}) > 1 or _later_day(text, claims[0]):
        return None
    return Published(
        claims[0].day.isoformat(), precision=Precision.DAY, basis=Basis.INFERRED, evidence=claims[0].evidence
    )


def _claims(text: str, facts: tuple[Fact, ...]) -> Iterator[Claim]:
    paragraphs = [row for row in text.split("\n") if row.strip()]
    yearless = {(named.month, named.day): named.phrase for named in days(text) if named.year is None}
    for place, paragraph in enumerate(paragraphs):
        if place >= LEADING and "birthday" not in paragraph:
            continue  # Most paragraphs of most texts: events are only looked for near the top.
        for sentence in _SENTENCE_END.split(paragraph):
            for fact in facts:
                yield from fact.claims(sentence, yearless=yearless, leading=place < LEADING)


def _later_day(text: str, claim: Claim) -> bool:
    """Whether the text names a day after the claimed one, which puts its own day in doubt.

    Days without a year and weekdays are taken for the nearest ones; weekdays only matter to a claim that rests on one.
    """
    named = (day.nearest(claim.day) for day in days(text))
    if any(day is not None and day > claim.day for day in named):
        return True
    return claim.by_weekday and any((weekday - claim.day.weekday()) % 7 in {1, 2, 3} for _, weekday in weekdays(text))
