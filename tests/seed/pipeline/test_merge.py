"""The content of an article after another record: nothing known is lost, nothing better is overwritten."""

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import Basis, EntityType, TextKind
from seed.dates import parse_iso
from seed.pipeline.merge import TEXT_DETAILS, Content, content_of_record, merge
from seed.records import DETAILS as DETAIL_NAMES
from seed.records import GivenEntity, Published
from tests.seed.loading import digest, extract, named, report

STATED = parse_iso("2019-03-04", basis=Basis.STATED)
OTHER_STATED = parse_iso("2019-03-05", basis=Basis.STATED)
METADATA = parse_iso("2019-03-06", basis=Basis.METADATA)
INFERRED = replace(parse_iso("2019-03-07", basis=Basis.INFERRED), evidence="“on Thursday” and the day of the storm")
UNKNOWN = Published()

ContentFactory = Callable[..., Content]

ADA = named("Ada Byrne")
JO = named("Jo Lindqvall", EntityType.PERSON, id="jo")


def full(text: str = "The ferry sails again.", **fields: Any) -> Content:  # noqa: ANN401 - fields
    """Return the content of a full text."""
    return content_of_record(report(text=text, **fields), "harbour-gazette")


def short(text: str = "It sails.", **fields: Any) -> Content:  # noqa: ANN401 - fields
    """Return the content of a digest."""
    return content_of_record(digest(text=text, **fields), "harbour-gazette")


def teaser(text: str = "The ferry sails", **fields: Any) -> Content:  # noqa: ANN401 - fields
    """Return the content of an extract."""
    return content_of_record(extract(text=text, **fields), "harbour-gazette")


def test_the_first_record_is_the_content() -> None:
    """There is nothing to merge with."""
    assert merge(None, short()) == short()


@pytest.mark.parametrize("kind", [short, teaser])
def test_a_full_text_replaces_an_extract_and_a_digest(kind: ContentFactory) -> None:
    """And its title."""
    content = merge(kind(), replace(full(), title="FERRY RESUMES"))
    assert (content.title, content.text, content.text_kind) == ("FERRY RESUMES", full().text, TextKind.FULL)


@pytest.mark.parametrize(("known", "new"), [(full, short), (full, teaser), (short, teaser), (teaser, short)])
def test_no_text_is_replaced_by_one_of_a_lesser_or_another_kind(known: ContentFactory, new: ContentFactory) -> None:
    """Neither text nor title: a teaser is no better than a digest, nor a digest better than a teaser."""
    assert merge(known(), replace(new(), title="FERRY RESUMES")) == known()


@pytest.mark.parametrize("kind", [full, short, teaser])
def test_a_newer_text_of_the_same_kind_replaces_the_older(kind: ContentFactory) -> None:
    """It is a correction."""
    assert merge(kind("As it was."), kind("As it is.")) == kind("As it is.")


@pytest.mark.parametrize("kind", [short, teaser])
def test_the_same_text_keeps_its_kind_unless_the_record_says_another(kind: ContentFactory) -> None:
    """A table without a column for it does not make a full text of a teaser."""
    known = kind("It sails.", rights="CC0-1.0")
    assert merge(known, full("It sails."), assumes_kind=True) == known
    assert merge(known, full("It sails.")).text_kind is TextKind.FULL
    assert merge(known, full("It sails again."), assumes_kind=True).text_kind is TextKind.FULL


FIELDS: dict[str, tuple[Any, Any, Any]] = {
    "url": ("https://harbour-gazette.example/1", "https://harbour-gazette.example/2", None),
    "authors": (("Ada Byrne",), ("Jo Lindqvall",), ()),
    "language": ("en", "fr", None),
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("kind", [full, short, teaser])
def test_an_empty_field_keeps_its_value(field: str, kind: ContentFactory) -> None:
    """And gets the newer value where there is one."""
    old, new, empty = FIELDS[field]
    assert getattr(merge(kind(**{field: old}), kind(**{field: empty})), field) == old
    assert getattr(merge(kind(**{field: old}), kind(**{field: new})), field) == new
    assert getattr(merge(kind(**{field: empty}), kind(**{field: new})), field) == new


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("kind", [short, teaser])
def test_a_digest_and_an_extract_fill_the_empty_fields_of_a_full_text(field: str, kind: ContentFactory) -> None:
    """They replace nothing."""
    old, new, empty = FIELDS[field]
    assert getattr(merge(full(**{field: empty}), kind(**{field: new})), field) == new
    assert getattr(merge(full(**{field: old}), kind(**{field: new})), field) == old


MINUTE = parse_iso("2019-03-04T18:30:00+01:00", basis=Basis.METADATA)
MONTH = parse_iso("2019-03", basis=Basis.METADATA)
DATES = [
    (MINUTE, STATED, MINUTE),
    (MINUTE, MONTH, MINUTE),
    (STATED, MONTH, STATED),
    (MONTH, STATED, STATED),
    (STATED, MINUTE, MINUTE),
    (MINUTE, OTHER_STATED, OTHER_STATED),
    (INFERRED, MONTH, MONTH),
    (STATED, replace(STATED, basis=Basis.METADATA), replace(STATED, basis=Basis.METADATA)),
    (UNKNOWN, STATED, STATED),
    (STATED, UNKNOWN, STATED),
    (STATED, OTHER_STATED, OTHER_STATED),
    (METADATA, STATED, STATED),
    (STATED, METADATA, METADATA),
    (INFERRED, STATED, STATED),
    (INFERRED, METADATA, METADATA),
    (STATED, INFERRED, STATED),
    (METADATA, INFERRED, METADATA),
    (UNKNOWN, INFERRED, INFERRED),
    (INFERRED, UNKNOWN, INFERRED),
    (INFERRED, replace(INFERRED, evidence="another"), replace(INFERRED, evidence="another")),
]


@pytest.mark.parametrize(("known", "new", "expected"), DATES)
def test_an_inferred_date_never_replaces_a_printed_one(known: Published, new: Published, expected: Published) -> None:
    """A date is replaced as a whole, with its basis and evidence."""
    assert merge(full(published=known), full(published=new)).published == expected


def test_rights_stay_with_their_text() -> None:
    """The terms of a digest do not apply to the publisher's text."""
    assert merge(short(rights="CC0-1.0"), full()).rights is None
    assert merge(full(), short(rights="CC0-1.0")).rights is None
    assert merge(full(rights="All rights reserved"), short(rights="CC0-1.0")).rights == "All rights reserved"
    assert merge(full(rights="All rights reserved"), full("Changed.")).rights == "All rights reserved"


KNOWN = {"edition": "Late", "page": "A4", "length": "812 words"}
NEW = {"page": "B1", "place": "SULA"}

DETAILS: dict[str, tuple[Content, Content, dict[str, str]]] = {
    "none in the new record": (full(details=KNOWN), full("Changed."), KNOWN),
    "none in the known one": (full(), full(details=KNOWN), KNOWN),
    "some in both": (
        full(details=KNOWN),
        full(details=NEW),
        {"edition": "Late", "page": "B1", "length": "812 words", "place": "SULA"},
    ),
    "a digest of a full text": (
        full(details={"page": "A4"}),
        short(details={**NEW, "edited": "noon"}),
        {**NEW, "page": "A4"},
    ),
    "a full text for an extract": (teaser(details=KNOWN), full(), {"edition": "Late", "page": "A4"}),
    "a length of each text": (
        teaser(details=KNOWN),
        full(details={"length": "9 words"}),
        {**KNOWN, "length": "9 words"},
    ),
}


@pytest.mark.parametrize(("known", "new", "expected"), DETAILS.values(), ids=DETAILS)
def test_each_detail_is_a_field_of_its_own(known: Content, new: Content, expected: dict[str, str]) -> None:
    """All but those of a text, which stay with its kind; they are in the order in which they are shown."""
    details = merge(known, new).details
    assert details == expected
    assert list(details) == [name for name in DETAIL_NAMES if name in expected]


ENTITIES = [
    (full(entities=(ADA,)), full(), (ADA,)),
    (full(entities=(ADA,)), full("Changed."), None),
    (full(entities=(ADA,)), full(entities=(JO,)), (JO,)),
    (full(entities=(ADA,)), full(entities=()), ()),
    (full(), short(entities=(ADA,)), None),
    (short(entities=(ADA,)), full(), None),
    (full(entities=(ADA,)), short(entities=(JO,)), (ADA,)),
]


@pytest.mark.parametrize(("known", "new", "expected"), ENTITIES)
def test_given_entities_stay_with_their_text(
    known: Content, new: Content, expected: tuple[GivenEntity, ...] | None
) -> None:
    """Their spans count its characters."""
    assert merge(known, new).entities == expected


CONTENTS = st.builds(
    lambda kind, text, **fields: kind(text, **fields),
    st.sampled_from([full, short, teaser]),
    st.sampled_from(["One.", "Two."]),
    url=st.sampled_from(FIELDS["url"]),
    authors=st.sampled_from(FIELDS["authors"]),
    language=st.sampled_from(FIELDS["language"]),
    rights=st.sampled_from(["CC0-1.0", None]),
    published=st.sampled_from([UNKNOWN, STATED, METADATA, INFERRED]),
    entities=st.sampled_from([None, (), (ADA,)]),
    details=st.sampled_from([{}, KNOWN, NEW]),
)


@given(CONTENTS, CONTENTS)
def test_the_same_record_again_changes_nothing(first: Content, second: Content) -> None:
    """Whatever the content was before."""
    once = merge(first, second)
    assert merge(once, second) == once


@given(st.lists(CONTENTS, min_size=1, max_size=6))
def test_nothing_known_is_lost(records: list[Content]) -> None:
    """A field with a value keeps one, and a full text stays a full text."""
    states = list(accumulate(records[1:], merge, initial=records[0]))
    for before, after in pairwise(states):
        assert after.text_kind in {before.text_kind, TextKind.FULL}
        for field in ("url", "authors", "language"):
            assert bool(getattr(before, field)) <= bool(getattr(after, field))
        assert (before.published.on is None) >= (after.published.on is None)
        assert before.details.keys() - TEXT_DETAILS <= after.details.keys()


PAGE, OTHER, THIRD = (f"https://harbour-gazette.example/{number}" for number in (1, 2, 3))

SEEN: list[tuple[list[Content], str | None, tuple[str, ...]]] = [
    ([full(url=PAGE), full(url=PAGE)], PAGE, ()),
    ([full(url=PAGE), full(url=None)], PAGE, ()),
    ([full(url=None), full(url=PAGE)], PAGE, ()),
    ([full(url=None), full(url=None)], None, ()),
    ([full(url=PAGE), full(url=OTHER)], OTHER, (PAGE,)),
    ([full(url=PAGE), full(url=OTHER), full(url=PAGE)], OTHER, (PAGE,)),
    ([full(url=PAGE), full(url=OTHER), full(url=PAGE), full(url=OTHER)], OTHER, (PAGE,)),
    ([full(url=PAGE), full(url=OTHER), full(url=None)], OTHER, (PAGE,)),
    ([full(url=OTHER), full(url=THIRD), full(url=PAGE)], PAGE, (OTHER, THIRD)),
    ([full(url=PAGE), short(url=OTHER)], PAGE, (OTHER,)),
    ([full(url=PAGE), short(url=OTHER), short(url=OTHER)], PAGE, (OTHER,)),
    ([short(url=PAGE), full(url=OTHER)], OTHER, (PAGE,)),
    ([full(url=None), short(url=OTHER)], OTHER, ()),
    ([full(url=PAGE), full(url=f"{PAGE}?utm_source=feed")], f"{PAGE}?utm_source=feed", ()),
    ([full(url=PAGE), full(url=OTHER), full(url=f"{PAGE}?amp")], OTHER, (PAGE,)),
    ([full(url=PAGE), full(url=OTHER), full(url=f"{OTHER}?amp")], f"{OTHER}?amp", (PAGE,)),
]


@pytest.mark.parametrize(("records", "own", "others"), SEEN)
def test_no_url_is_lost(records: list[Content], own: str | None, others: tuple[str, ...]) -> None:
    """There is one per page; a page seen before does not become the own one, so that two may alternate."""
    *_, content = accumulate(records[1:], merge, initial=records[0])
    assert (content.url, content.other_urls) == (own, others)
