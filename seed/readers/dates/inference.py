"""Infer the day of an undated report from a dated fact that it mentions, if nothing in it contradicts the day."""

import re
from collections.abc import Iterable, Iterator

from app.models import Basis, Precision
from seed.readers.dates.facts import Claim, Fact
from seed.readers.dates.in_text import find_days, find_weekdays
from seed.records import Published

LEADING_PARAGRAPHS = 5
"""Number of leading paragraphs, including the title, in which a report tells the news of its day."""

# A full stop after a single capital belongs to an initial.
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\"'”’][.!?])\s+")


def infer_date(title: str, text: str, facts: Iterable[Fact]) -> Published | None:
    """Return the inferred day with its evidence; None if no fact matches, facts differ, or the text has a later day."""
    claims = list(_claims(f"{title}\n{text}", tuple(facts)))
    if not claims or len({claim.day for claim in claims}) > 1 or _mentions_later_day(text, claims[0]):
        return None
    return Published(
        claims[0].day.isoformat(), precision=Precision.DAY, basis=Basis.INFERRED, evidence=claims[0].evidence
    )


def _claims(text: str, facts: tuple[Fact, ...]) -> Iterator[Claim]:
    paragraphs = [row for row in text.split("\n") if row.strip()]
    yearless = {(mention.month, mention.day): mention.phrase for mention in find_days(text) if mention.year is None}
    for index, paragraph in enumerate(paragraphs):
        if index >= LEADING_PARAGRAPHS and "birthday" not in paragraph:
            continue  # Most paragraphs of most texts: events are looked for only near the top.
        for sentence in _SENTENCE_END.split(paragraph):
            for fact in facts:
                yield from fact.claims(sentence, yearless=yearless, leading=index < LEADING_PARAGRAPHS)


def _mentions_later_day(text: str, claim: Claim) -> bool:
    """Return whether the text mentions a day after the claimed one, which makes the claim doubtful.

    Days without a year and weekdays count as the nearest ones; weekdays matter only to a claim that rests on one.
    """
    mentioned_days = (day.nearest(claim.day) for day in find_days(text))
    if any(day is not None and day > claim.day for day in mentioned_days):
        return True
    return claim.by_weekday and any(
        (weekday - claim.day.weekday()) % 7 in {1, 2, 3} for _, weekday in find_weekdays(text)
    )
