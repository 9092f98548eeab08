"""Weapons by the family of their designation."""

from collections.abc import Callable

import pytest

from app.models import EntityType, MentionKind
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity, NameForm
from seed.extract.mentions.designations import WeaponIndex

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


def weapons(mentions: list[tuple[str, str, str, str | None]]) -> list[tuple[str, str | None]]:
    return [(surface, entity) for surface, type_, _, entity in mentions if type_ == "weapon"]


@pytest.mark.parametrize(
    ("text", "surface", "entity"),
    [
        ("A Su-34M flew.", "Su-34M", "su-34m--weapon"),
        ("Two Su-34s flew.", "Su-34s", "su-34--weapon"),
        ("A Su34 flew.", "Su34", "su34--weapon"),
        ("A T-90M tank burned.", "T-90M", "t-90m--weapon"),
        ("A T-72B3 tank burned.", "T-72B3", "t-72b3--weapon"),
        ("A Kh-101 fell.", "Kh-101", "kh-101--weapon"),
        ("A GBU-39 fell.", "GBU-39", "gbu-39--weapon"),
        ("An F-16 jet flew.", "F-16", "f-16--weapon"),
        ("A B-2 stealth bomber flew.", "B-2", "b-2--weapon"),
        ("The fighter, an F-5, flew.", "F-5", "f-5--weapon"),
        ("A Shahed-136 fell.", "Shahed-136", "shahed-136--weapon"),
        ("A Shahed 136 fell.", "Shahed 136", "shahed-136--weapon"),
        ("Four Shahed drones fell.", "Shahed", "shahed--weapon"),
        ("An Iskander-M fell.", "Iskander-M", "iskander-m--weapon"),
        ("The M142 and its crew left.", "M142", "m142--weapon"),
        ("An M1A2 burned.", "M1A2", "m1a2--weapon"),
        ("A 9M729 fell.", "9M729", "9m729--weapon"),
        ("A 2S19 fired.", "2S19", "2s19--weapon"),
        ("A TB2 flew.", "TB2", "tb2--weapon"),
        ("FPV drones flew.", "FPV", "fpv--weapon"),
        ("A Hawk 3 missile rose.", "Hawk 3", "hawk-3--weapon"),
        ("A Lancet-E fell.", "Lancet-E", "lancet-e--weapon"),
        ("The missile, an SA-17, rose.", "SA-17", "sa-17--weapon"),
        ("KN23 missiles rose.", "KN23", "kn23--weapon"),
        ("A Tu-160M flew.", "Tu-160M", "tu-160"),
        ("Tu-160s flew.", "Tu-160s", "tu-160"),
        ("A TU160 flew.", "TU160", "tu-160"),
    ],
)
def test_a_designation_is_a_weapon(find: Find, text: str, surface: str, entity: str) -> None:
    assert weapons(find(text)) == [(surface, entity)]


@pytest.mark.parametrize(
    "text",
    [
        "He holds a B-1 visa.",
        "Vitamin B-12, a Ford F-150 and the T-20 World Cup.",
        "Flight MH370, rule EC261, AA123 and the masks KN95 and KN-95.",
        "The PAC-12 teams met in EC1A.",
        "A C-4 form.",
        "Page F-5 of it.",
        "They played Rainbow 6 in Puma 5 shoes.",
        "The 9-year-old ran.",
        "The G-7 met.",
        "COVID-19 spread.",
        "The Shahed family fled.",
        "A Shahed 13621 form.",
        "He saw the Leopard 2b3c, he said.",
        "Quill-7 rose.",
        "The M25 and M4 were shut.",
        "A U-20 side won.",
        "su-34",
        "Su-abc, Su-34567",
        "7",
    ],
)
def test_other_letters_and_numbers_are_no_weapons(find: Find, text: str) -> None:
    assert weapons(find(text)) == []


def test_a_variant_is_found_by_the_type_that_the_lexicon_has() -> None:
    forms = (NameForm("Tu-160", MentionKind.NAME), NameForm("Blackjack", MentionKind.NAME))
    entity = LexiconEntity("tu-160", EntityType.WEAPON, "Tu-160", forms=forms)
    index = WeaponIndex(Lexicon({"tu-160": entity}))
    assert [index.find(name) for name in ("Tu-160", "TU 160M2", "Tu-160s", "Tu-160-M", "Tu-16", "7")] == [
        *("tu-160", "tu-160", "tu-160", "tu-160"),
        *(None, None),
    ]
