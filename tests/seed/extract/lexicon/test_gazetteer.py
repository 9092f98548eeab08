"""What the forms of the lexicon match, and under which conditions."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from seed.extract import Annotator, Lexicon, load_lexicon
from seed.extract.text.tokens import MAX_WORDS

Find = Callable[[str], list[tuple[str, str, str, str | None]]]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Syria’s RUSSIA", [("Syria", "syria"), ("RUSSIA", "russia")]),
        ("in Prussia or Syrians", []),
        ("anti-ISIS and ISIL-held", [("ISIS", "islamic-state"), ("ISIL", "islamic-state")]),
        ("U.S.-backed, US, us", [("U.S.", "united-states"), ("US", "united-states")]),
        ("It is IS", [("IS", "islamic-state")]),
        ("Islamic\u00a0State", [("Islamic State", "islamic-state")]),
        (
            "Bashar Al Assad, BASHAR AL-ASSAD",
            [("Bashar Al Assad", "bashar-al-assad"), ("BASHAR AL-ASSAD", "bashar-al-assad")],
        ),
        ("Al-Dawla and al Dawla", [("Al-Dawla", "islamic-state"), ("al Dawla", "islamic-state")]),
        ("COTE D'IVOIRE", [("COTE D'IVOIRE", "cote-divoire")]),
        ("LANGE STRAßE", [("LANGE STRAßE", "strasse")]),
        ("OTAN met", [("OTAN", "nato")]),
        ("a Tu-160 bomber", [("Tu-160 bomber", "tu-160")]),
    ],
)
def test_forms_match_between_boundaries_in_their_letter_case(
    find: Find, text: str, mentions: list[tuple[str, str]]
) -> None:
    assert [(surface.replace("\u00a0", " "), entity) for surface, _, _, entity in find(text)] == mentions


@pytest.mark.parametrize(
    ("text", "surface", "entity"),
    [
        ("The Syrian army moved", "Syrian", "syria"),
        ("the Islamic State group", "Islamic State", "islamic-state"),
        ("in eastern Aleppo", "Aleppo", "aleppo"),
        ("the American embassy in Syria", "American", "united-states"),
        ("the U.S.-led coalition", "U.S.-led coalition", "big-coalition"),
    ],
)
def test_common_nouns_around_a_name_are_no_part_of_it(find: Find, text: str, surface: str, entity: str) -> None:
    assert (surface, entity) in [(mention[0], mention[3]) for mention in find(text)]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Homs is a city", ["homs"]),
        ("Homs province", ["homs-governorate"]),
        ("Homs and Hama provinces", ["homs-governorate", "hama-governorate"]),
        ("Homs and Hama cities", ["homs", "hama"]),
        ("Georgia voted", []),
        ("Georgia, with Tbilisi in Georgia", ["georgia", "georgia"]),
        ("In Georgia's South Ossetia", ["georgia"]),
        ("Atlanta, Georgia", ["georgia-us"]),
        ("Atlanta, Georgia and Tbilisi", ["georgia-us"]),
        ("the City", []),
        ("Aleppo, then the City", ["aleppo", "aleppo"]),
        ("The City, then Aleppo", ["aleppo"]),
        ("the US Embassy", ["united-states", "us-embassy"]),
        ("an Embassy", []),
    ],
)
def test_a_condition_decides(find: Find, text: str, entities: list[str]) -> None:
    assert [
        entity for _, kind, _, entity in find(text) if kind != "person" and entity and "--" not in entity
    ] == entities


def test_the_outlet_counts_as_context(annotator: Annotator) -> None:
    mentions = annotator.annotate(title=None, text="Georgia voted", outlet="Tbilisi Daily").mentions
    assert [mention.entity for mention in mentions] == ["georgia"]


def test_two_remaining_readings_name_no_entity(find: Find) -> None:
    assert find("The OC met") == [("OC", "organization", "acronym", None)]


def test_the_reading_with_better_evidence_wins(find: Find) -> None:
    assert find("an opera with Sergei Ivanov")[0][3] == "sergei-ivanov-singer"


def test_a_lexicon_without_entries_finds_nothing_by_itself() -> None:
    assert Annotator(Lexicon()).annotate(title="Russia", text="Syria").mentions == ()


@pytest.mark.parametrize(
    ("aliases", "text", "surfaces"),
    [
        (["Al", "Al-Bab", "Al-Bab Front"], "Al-Bab Front, Al-Bab, Al-Babs, Al", ["Al-Bab Front", "Al-Bab", "Al", "Al"]),
        (["'Abd", "+Plus"], "'Abd met +Plus, not Plus", ["'Abd", "+Plus"]),
        (["de Mistura"], "de Mistura, made Mistura", ["de Mistura"]),
        (["شام"], "Plain, then شام", ["شام"]),
    ],
)
def test_forms_are_found_by_their_first_word_or_sign(
    tmp_path: Path, aliases: list[str], text: str, surfaces: list[str]
) -> None:
    entry = yaml.dump([{"id": "group", "name": "The Group", "aliases": aliases}])
    (tmp_path / "armed_groups.yaml").write_text(entry, encoding="utf-8")
    mentions = Annotator(load_lexicon(tmp_path)).annotate(title=None, text=text).mentions
    assert [mention.text for mention in mentions if mention.entity == "group"] == surfaces


def test_forms_are_found_after_more_words_than_are_kept(find: Find) -> None:
    words = " ".join(f"a{number}" for number in range(MAX_WORDS + 1))
    assert [entity for *_, entity in find(f"the Homs {words} the Homs")] == ["homs", "homs"]
