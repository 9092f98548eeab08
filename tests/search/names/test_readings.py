"""Readings of names: identifiers, words, orders, titles, initials."""

import pytest

from app.errors import ErrorCode, ParameterProblem
from app.labels import EntityLabel, Labels
from app.models import ACTOR_TYPES, EntityType
from app.search.names.readings import NameForms, Reading, id_in_address, name_words, readings, wikidata_id
from app.search.names.resolver import NameResolver

PERSON = EntityType.PERSON


@pytest.mark.parametrize(
    "value",
    [
        "http://www.wikidata.org/entity/Q7747",
        "https://www.wikidata.org/entity/Q7747",
        "https://www.wikidata.org/wiki/Q7747",
        "https://wikidata.org/wiki/Q7747?uselang=ru#P31",
        "https://m.wikidata.org/wiki/Q7747/",
        "//www.wikidata.org/wiki/Q7747",
        "www.wikidata.org/wiki/Q7747",
        "wikidata.org/item/Q7747",
        "https://www.wikidata.org/wiki/Item:Q7747",
        "https://www.wikidata.org/wiki/Special:EntityData/Q7747.json",
        " <http://www.wikidata.org/entity/Q7747> ",
        "wd:Q7747",
        "wikidata: Q7747",
        "Wikidata Q7747",
    ],
)
def test_a_wikidata_id_is_read_from_every_form(value: str) -> None:
    assert wikidata_id(value) == "Q7747"


@pytest.mark.parametrize(
    "value", ["Q7747", "wd:P31", "https://www.wikidata.org/wiki/Property:P31", "https://a.example/Q1"]
)
def test_other_texts_have_no_wikidata_address(value: str) -> None:
    assert wikidata_id(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://a.example/v1/entities/ann-lee", "ann-lee"),
        ("http://a.example:8000/news/v1/entities/ann-lee?x=1#y", "ann-lee"),
        ("/v1/entities/ann-lee", "ann-lee"),
        ("v1/entities/ann-lee/related", "ann-lee"),
        ("../../v1/entities/caf%C3%A9/", "café"),
        ("https://a.example/v1/sources/ann-lee", None),
        ("https://a.example/v1/entities", None),
        ("ann-lee", None),
    ],
)
def test_an_id_is_read_from_our_own_addresses(value: str, expected: str | None) -> None:
    assert id_in_address(value, "entities") == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ann Lee", ("ann", "lee")),
        ("The Islamic State's", ("islamic", "state")),
        ("l'Iran", ("iran",)),
        ("Da’esh", ("daesh",)),
        ("U.S.A", ("usa",)),
        ("V.V.Putin", ("vv", "putin")),
        ("V. Putin", ("v.", "putin")),
        ("Bashar al-Assad", ("bashar", "assad")),
        ("Bashar Al Assad", ("bashar", "assad")),
        ("ar-Raqqah", ("raqqah",)),
        ("الرقة", ("رقه",)),
        ("The", ("the",)),
        ("El Al", ("el", "al")),
        ("AT&T", ("at", "and", "t")),
        ("---", ()),
    ],
)
def test_words_of_a_name(text: str, words: tuple[str, ...]) -> None:
    assert name_words(text) == words


def nobody(_name: str) -> bool:
    return False


def test_readings_begin_with_the_strictest() -> None:
    in_order, in_other_order = readings("Gen. Lee, Ann", nobody)
    assert in_order == [
        Reading(("gen.", "lee", "ann")),
        Reading(("ann", "gen.", "lee")),
        Reading(("lee", "ann"), is_person=True),
    ]
    assert Reading(("ann", "lee"), is_person=True) in in_other_order


@pytest.mark.parametrize("value", ["", "---", "a " * 13])
def test_no_words_and_too_many_have_no_reading(value: str) -> None:
    assert readings(value, nobody) == ([], [])


def test_what_is_in_brackets_alone_is_read() -> None:
    assert readings("(Lee)", nobody)[0] == [Reading(("lee",))]


def test_an_article_can_follow_a_title() -> None:
    assert Reading(("emir",), is_person=True) in readings("President la Emir", nobody)[0]


FORMS = NameForms(
    [
        ("Ann B. Lee", 0),
        ("Ann Beth Lee", 0),
        ("Alan Lee", 1),
        ("C. Lee", 2),
        ("Guard of Lee", 3),
        ("---", 4),
        ("Ann B. Lee", 0),
    ],
    lambda owner: owner != 3,
)


@pytest.mark.parametrize(
    ("words", "owners"),
    [
        (("a.", "lee"), [0, 1]),
        (("a", "b", "lee"), [0]),
        (("ab", "lee"), [0]),
        (("an.", "lee"), [0]),
        (("ann", "bella", "lee"), [0]),  # the known initial fits, and the other name confirms it
        (("carl", "lee"), []),  # nothing confirms it
        (("a", "b", "c", "lee"), []),
        (("g", "lee"), []),
        (("lee",), []),
        (("abcd", "lee"), []),
    ],
)
def test_initials_stand_for_given_names(words: tuple[str, ...], owners: list[int]) -> None:
    assert FORMS.owners_by_initials([Reading(words)]) == owners


@pytest.mark.parametrize(
    ("words", "owners"),
    [
        (("alan", "q.", "lee"), [1]),
        (("alan", "quentin", "lee"), []),
        (("ann", "x", "lee"), []),  # known as B.
        (("ann", "beth", "q", "lee"), [0]),
        (("a", "q", "lee"), []),
    ],
)
def test_more_initials_than_are_known_must_not_contradict(words: tuple[str, ...], owners: list[int]) -> None:
    assert FORMS.owners_with_fewer_initials([Reading(words)]) == owners


ENTITIES = (
    EntityLabel("ann-lee", PERSON, "Ann Lee", aliases=("Энн Ли", "آن لي", "安李")),
    EntityLabel("bo-prince", PERSON, "Bo Prince"),
    EntityLabel("cairo", EntityType.PLACE, "Cairo", member_of=({"of": "egypt"},)),
    EntityLabel("cairo-georgia", EntityType.PLACE, "Cairo", member_of=({"of": "grady"},)),
    EntityLabel("egypt", EntityType.STATE, "Egypt", aliases=("Egyptian",)),
    EntityLabel("georgia-us", EntityType.PLACE, "Georgia"),
    EntityLabel("grady", EntityType.PLACE, "Grady County", member_of=({"of": "georgia-us"}, {"of": "grady"})),
    EntityLabel("lee-guard", EntityType.ARMED_GROUP, "Lee Guard", aliases=("Lee",)),
    EntityLabel("max-orr", PERSON, "Max Orr"),
    EntityLabel("max-roe--pilot", PERSON, "M. Roe", local=True),
    EntityLabel("mia-orr--judge", PERSON, "Mia Orr", local=True),
)
NAMES = NameResolver(Labels(entity=ENTITIES))


def resolved(value: str, types: frozenset[EntityType] = ACTOR_TYPES) -> str | ParameterProblem:
    result = NAMES.try_entity("actor", value, types)
    return ENTITIES[result].id if isinstance(result, int) else result


@pytest.mark.parametrize(
    "value", ["Ли, Энн", "Президент Энн Ли", "Господин Энн Ли", "الرئيس آن لي", "安李总统", "安李"]
)
def test_names_in_other_scripts_follow_the_same_habits(value: str) -> None:
    assert resolved(value) == "ann-lee"


@pytest.mark.parametrize(
    ("value", "id_"),
    [
        ("Cairo, Egypt", "cairo"),
        ("Cairo, Georgia", "cairo-georgia"),
        ("Cairo, Grady County", "cairo-georgia"),
        ("Lee Guard, The", "lee-guard"),
        ("Prince, Bo", "bo-prince"),
        ("Prince Bo", "bo-prince"),
    ],
)
def test_a_comma_inverts_or_contains(value: str, id_: str) -> None:
    assert resolved(value, frozenset(EntityType)) == id_


@pytest.mark.parametrize("value", ["Cairo, France", "Egypt, Cairo", "Mr. Lee", "President Cairo"])
def test_a_container_and_a_title_must_fit(value: str) -> None:
    """No place is in France, a state is in no place, and a title names a person."""
    error = resolved(value, frozenset(EntityType))
    assert isinstance(error, ParameterProblem)
    assert error.code in {ErrorCode.UNKNOWN, ErrorCode.MALFORMED}


def test_the_lexicon_has_no_precedence_for_initials() -> None:
    error = resolved("M Orr")
    assert isinstance(error, ParameterProblem)
    assert error.nearest == ("max-orr", "mia-orr--judge")
    assert resolved("M Roe") == "max-roe--pilot"


def test_of_equally_near_names_those_with_more_articles_come_first() -> None:
    people = [EntityLabel(f"max-{n}", PERSON, f"Max {n}") for n in range(30)]
    error = NameResolver(Labels(entity=tuple(people)), lambda ordinal: ordinal).try_entity("actor", "Max", ACTOR_TYPES)
    assert isinstance(error, ParameterProblem)
    assert error.nearest[0] == "max-29"
