"""Organizations by a legal form, a noun next to their name, or a role at them."""

from collections.abc import Callable

import pytest

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


@pytest.mark.parametrize(
    ("text", "surface", "type_", "entity"),
    [
        ("Shares of Varro SE fell.", "Varro SE", "organization", "varro--organization"),
        ("then Varro Lanza S.p.A. fell", "Varro Lanza S.p.A.", "organization", "varro-lanza--organization"),
        ("the Port of Homs Varro NV grew", "Port of Homs Varro NV", "organization", None),
        ("then NATO Varro AG fell", "NATO Varro AG", "organization", None),
        ("the lender Varro fell", "Varro", "organization", "varro--organization"),
        ("the union ACQO met", "ACQO", "organization", "acqo--organization"),
        ("the rights group Varro Quill Watch wrote", "Varro Quill Watch", "organization", None),
        ("the news agency Varro wrote", "Varro", "media", "varro--media"),
        ("the daily Varro wrote", "Varro", "media", "varro--media"),
        ("the Varro hospital burned", "Varro", "organization", None),
        ("the Al Salem hospital burned", "Al Salem", "organization", None),
        ("the James hospital burned", "James", "organization", None),
        ("He left Varro, a small private lender in Homs.", "Varro", "organization", None),
        ("He left Varro, the chipmaker, today.", "Varro", "organization", None),
        ("He reads Varro, a weekly.", "Varro", "media", None),
        ("two engineers at Varro left", "Varro", "organization", "varro--organization"),
        ("an analyst at the Varro left", "Varro", "organization", None),
        ("He walked to Varro, a small port of fishers.", "Varro", "place", "varro--place"),
        ("Police Syria said no.", "Police Syria", "organization", "police-syria--organization"),
        ("officers of Police Syria left", "Police Syria", "organization", None),
        ("He asked Public Health Texas.", "Public Health Texas", "organization", None),
        ("Varro U.S. said no.", "Varro U.S.", "organization", None),
        ("Later, Quill Varro Syria said no.", "Quill Varro Syria", "organization", None),
        ("He left when Varro Homs said no.", "Varro Homs", "organization", None),
    ],
)
def test_the_words_next_to_a_name_make_it_an_organization(
    find: Find, text: str, surface: str, type_: str, entity: str | None
) -> None:
    mentions = {mention[0]: mention for mention in find(text)}
    assert mentions[surface][1] == type_
    assert entity in (None, mentions[surface][3])


@pytest.mark.parametrize(
    "text",
    [
        "the varro SE fell",
        "Varro-SE fell",
        "then AG fell",
        "the bank Monday",
        "the Bank Varro",
        "the bank, Varro",
        "the company CEO Varro",
        "the company President left",
        "the lender Varro Quill Lanza Dorsi fell",
        "Varro, a lender shut",
        "Varro, a friend of the lender",
        "Varro, a small, private lender",
        "Varro, a big small old new wide tall deep lender",
        "Varro, lender",
        "He saw Varro, a",
        "engineers for Varro",
        "the Friday union",
        "the James union leader Varro",
        "Varro Syria said no.",
        "He left when Greater Homs said no.",
        "He left when Varro Homs burned.",
        "He left when Varro Homs",
        "He left when Varro Syrian said no.",
        "Police, Syria said no.",
        "He left when Varro-Homs said no.",
        "Police Putin said no.",
        "Police Homs Varro said no.",
        "Quill of Police Syria said no.",
    ],
)
def test_other_words_make_no_organization(find: Find, text: str) -> None:
    assert [mention[0] for mention in find(text) if mention[1] == "organization" and mention[0] != "James"] == []


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("the group James Quill left", ["person"]),
        ("the lender Homs fell", ["place"]),
        ("in Homs SE, he said", ["place"]),
    ],
)
def test_people_and_places_keep_their_names(find: Find, text: str, types: list[str]) -> None:
    assert [mention[1] for mention in find(text)] == types
