"""Name resolution in a small lexicon with every trap; ordinals are looked up by id so that the tables read well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Candidate, ErrorCode, InvalidRequestError, ParameterProblem
from app.labels import EntityLabel, Labels, SourceLabel
from app.models import ACTOR_TYPES, EntityType
from app.search.names.resolver import NameResolver

PERSON, STATE, PLACE, WEAPON = EntityType.PERSON, EntityType.STATE, EntityType.PLACE, EntityType.WEAPON
ORGANIZATION, GROUP, MEDIA = EntityType.ORGANIZATION, EntityType.ARMED_GROUP, EntityType.MEDIA
PLACES, WEAPONS = frozenset({PLACE}), frozenset({WEAPON})

ENTITIES = sorted(
    [
        EntityLabel("ABC", ORGANIZATION, "ABC News Bureau", local=True),
        EntityLabel("abc", MEDIA, "Abc Weekly", local=True),
        EntityLabel("bashar-al-assad", PERSON, "Bashar al-Assad", "Q44329", ("Assad", "President Assad")),
        EntityLabel("georgia-state", STATE, "Georgia", "Q230", ("Republic of Georgia",)),
        EntityLabel("georgia-us", PLACE, "Georgia", "Q1428", ("State of Georgia",)),
        EntityLabel("hafez-al-assad", PERSON, "Hafez al-Assad", "Q17179", ("Assad the Elder",)),
        EntityLabel("islamic-state", GROUP, "Islamic State", "Q2429253", ("ISIS", "Da’esh"), ("isil", "isis-group")),
        EntityLabel("john-smith-mayor", PERSON, "John Smith", local=True),
        EntityLabel("john-smith-pilot", PERSON, "John Smith", local=True),
        EntityLabel("kalibr", WEAPON, "Kalibr", None, ("3M-54",)),
        EntityLabel("kalibr-group", ORGANIZATION, "Kalibr", None, (), (), (), local=True),
        EntityLabel("moscow", PLACE, "Moscow", "Q649", ("Победа",)),
        EntityLabel("raqqa", PLACE, "Raqqa", "Q219617", ("Ar-Raqqah", "Rakka")),
        EntityLabel("russia", STATE, "Russia", "Q159", ("Russian Federation", "Moscow")),
        EntityLabel("sergei-shoigu", PERSON, "Sergei Shoigu", "Q312483", ("Shoigu", "Sergei Shoigu", "SHOIGU")),
        EntityLabel("sergei-shoigu-baker", PERSON, "Sergei Shoigu", None, ("Baker Shoigu",), local=True),
        EntityLabel("tu-160", WEAPON, "Tu-160", "Q203841", ("Blackjack",)),
        EntityLabel("tu-95", WEAPON, "Tu-95", "Q188943"),
        EntityLabel("vladimir-putin", PERSON, "Vladimir Putin", "Q7747", ("Putin", "Vladimir V. Putin"), ("v-putin",)),
        EntityLabel("xx-one", PERSON, "Xx One", None, ("Former Twin",), ("xx",)),
        EntityLabel("xx-two", PERSON, "Xx Two", None, ("---", ""), ("xx", "isil")),
    ],
    key=lambda entity: entity.id,
)
SOURCES = [
    SourceLabel("cnsnews", "CNSNews.com", ("Cybercast News Service",), ("cnsnews.com",)),
    SourceLabel("daily-one", "The Daily", ("Daily",), ("one.example",)),
    SourceLabel("daily-two", "The Daily", ("Two",), ("two.example", "shared.example")),
    SourceLabel("nyt", "The New York Times", ("New York Times", "NYT"), ("nytimes.com", "www.NYT.com")),
    SourceLabel("rferl", "RFE/RL", ("Radio Free Europe",), ("rferl.org", "shared.example")),
    SourceLabel("two", "Second", (), ()),
]
NAMES = NameResolver(Labels(source=tuple(SOURCES), entity=tuple(ENTITIES)))


def resolver_of(entities: list[EntityLabel]) -> NameResolver:
    """Return the resolver of a corpus with these entities and no sources."""
    return NameResolver(Labels(entity=tuple(entities)))


def refusal(
    code: ErrorCode,
    parameter: str,
    value: str,
    wanted: str,
    nearest: tuple[str, ...] = (),
    *,
    others: tuple[str, ...] = (),
) -> ParameterProblem:
    """Return an error with the candidates for its nearest ids, or for other ids."""
    by_id = {label.id: Candidate(label.id, label.name, label.type) for label in ENTITIES}
    by_id |= {label.id: Candidate(label.id, label.name) for label in SOURCES}
    candidates = tuple(by_id[id_] for id_ in nearest or others)
    return ParameterProblem(parameter, value, wanted, nearest, code=code, candidates=candidates)


def actor(value: str) -> str:
    return ENTITIES[NAMES.entity("actor", value, ACTOR_TYPES)].id


def source(value: str) -> str:
    return SOURCES[NAMES.source("source", value)].id


def entity_error(parameter: str, value: str, types: frozenset[EntityType]) -> ParameterProblem:
    with pytest.raises(InvalidRequestError) as caught:
        NAMES.entity(parameter, value, types)
    assert caught.value.errors == (NAMES.try_entity(parameter, value, types),)
    return caught.value.errors[0]


def source_error(value: str) -> ParameterProblem:
    with pytest.raises(InvalidRequestError) as caught:
        NAMES.source("exclude_source", value)
    assert caught.value.errors == (NAMES.try_source("exclude_source", value),)
    return caught.value.errors[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("vladimir-putin", "vladimir-putin"),
        ("VLADIMIR-PUTIN", "vladimir-putin"),
        ("Vladimir Putin", "vladimir-putin"),
        ("PUTIN", "vladimir-putin"),
        (" putin ", "vladimir-putin"),
        ("Q7747", "vladimir-putin"),
        ("q7747", "vladimir-putin"),
        ("v-putin", "vladimir-putin"),
        ("V-Putin", "vladimir-putin"),
        ("vladimir v. putin", "vladimir-putin"),
        ("Bashar Al‑Assad", "bashar-al-assad"),
        ("assad", "bashar-al-assad"),
        ("Da'esh", "islamic-state"),
        ("shoigu", "sergei-shoigu"),
        ("abc", "abc"),
        ("ABC", "ABC"),
        ("isis-group", "islamic-state"),
    ],
)
def test_one_entity_has_many_names(value: str, expected: str) -> None:
    assert actor(value) == expected


def test_a_lexicon_name_has_precedence_over_a_local_one() -> None:
    assert actor("Sergei Shoigu") == "sergei-shoigu"
    assert actor("Baker Shoigu") == "sergei-shoigu-baker"


def test_a_later_rank_decides_if_the_first_has_no_fitting_type() -> None:
    assert actor("Kalibr") == "kalibr-group"
    assert actor("moscow") == "russia"
    assert actor("Georgia") == "georgia-state"
    assert ENTITIES[NAMES.entity("place", "moscow", PLACES)].id == "moscow"
    assert ENTITIES[NAMES.entity("weapon", "3m 54", WEAPONS)].id == "kalibr"


@pytest.mark.parametrize(
    ("value", "candidates"),
    [
        ("John Smith", ("john-smith-mayor", "john-smith-pilot")),
        ("xx", ("xx-one", "xx-two")),
        ("isil", ("islamic-state", "xx-two")),
        ("Abc", ("ABC", "abc")),
    ],
)
def test_two_entities_of_one_rank_are_ambiguous(value: str, candidates: tuple[str, str]) -> None:
    wanted = f"the id of one of the 2 that “{value}” names"
    expected = refusal(ErrorCode.AMBIGUOUS, "any_actor", value, wanted, candidates)
    assert entity_error("any_actor", value, ACTOR_TYPES) == expected


def test_a_name_can_be_ambiguous_across_types() -> None:
    assert entity_error("about", "Georgia", frozenset(EntityType)).nearest == ("georgia-state", "georgia-us")


def test_an_error_lists_at_most_twenty_candidates() -> None:
    many = NameResolver(
        Labels(entity=tuple(EntityLabel(f"john-{i:03}", PERSON, "John", local=True) for i in range(300)))
    )
    error = many.try_entity("actor", "john", ACTOR_TYPES)
    ids = tuple(f"john-{i:03}" for i in range(20))
    assert error == ParameterProblem(
        "actor",
        "john",
        "the id of one of the 300 that “john” names",
        ids,
        code=ErrorCode.AMBIGUOUS,
        candidates=tuple(Candidate(id_, "John", "person") for id_ in ids),
    )


@pytest.mark.parametrize(
    ("parameter", "value", "types", "wanted"),
    [
        ("place", "Mr. Putin", PLACES, "a place; “Mr. Putin” is a person: use actor=vladimir-putin"),
        ("actor", "raqqa", ACTOR_TYPES, "an actor; “raqqa” is a place: use place=raqqa"),
        ("exclude_actor", "q219617", ACTOR_TYPES, "an actor; “q219617” is a place: use place=raqqa"),
        ("actor", "Tu-160", ACTOR_TYPES, "an actor; “Tu-160” is a weapon: use weapon=tu-160"),
        ("place", "PUTIN", PLACES, "a place; “PUTIN” is a person: use actor=vladimir-putin"),
        (
            "weapon", "Georgia", WEAPONS,
            "a weapon; “Georgia” is a state or a place: use actor=georgia-state or place=georgia-us",
        ),
        ("place", "ISIS", PLACES, "a place; “ISIS” is an armed group: use actor=islamic-state"),
        ("place", "abc", PLACES, "a place; “abc” is a media outlet: use actor=abc"),
        ("place", "kalibr-group", PLACES, "a place; “kalibr-group” is an organization: use actor=kalibr-group"),
        ("place", "xx", PLACES, "a place; “xx” is a person: use actor=xx-one or actor=xx-two"),
    ],
)  # fmt: skip
def test_an_error_for_a_wrong_type_names_the_right_parameter(
    parameter: str, value: str, types: frozenset[EntityType], wanted: str
) -> None:
    uses = tuple(use.partition("=")[2] for use in wanted.partition("use ")[2].split(" or "))
    assert entity_error(parameter, value, types) == refusal(ErrorCode.WRONG_TYPE, parameter, value, wanted, others=uses)


@pytest.mark.parametrize(
    ("types", "wanted"),
    [
        (ACTOR_TYPES, "the id, Wikidata id or name of an actor"),
        (PLACES, "the id, Wikidata id or name of a place"),
        (WEAPONS, "the id, Wikidata id or name of a weapon"),
        (frozenset({PERSON, STATE}), "the id, Wikidata id or name of an entity"),
    ],
)
def test_an_error_for_an_unknown_name_says_what_is_wanted(types: frozenset[EntityType], wanted: str) -> None:
    assert entity_error("x", "qqqqqqqq", types) == refusal(ErrorCode.UNKNOWN, "x", "qqqqqqqq", wanted)


@pytest.mark.parametrize(
    ("value", "types", "nearest"),
    [
        ("Putni", ACTOR_TYPES, "vladimir-putin"),
        ("vladimir-putni", ACTOR_TYPES, "vladimir-putin"),
        ("Comrade Putni", ACTOR_TYPES, "vladimir-putin"),
        ("Sergey Shoygu", ACTOR_TYPES, "sergei-shoigu"),
        ("Asad", ACTOR_TYPES, "bashar-al-assad"),
        ("Isalmic State", ACTOR_TYPES, "islamic-state"),
        ("Raka", PLACES, "raqqa"),
        ("T-160", WEAPONS, "tu-160"),
    ],
)
def test_the_nearest_name_is_the_one_that_was_misspelt(value: str, types: frozenset[EntityType], nearest: str) -> None:
    assert entity_error("x", value, types).nearest[0] == nearest


def test_the_nearest_names_have_a_fitting_type_and_ties_are_by_id() -> None:
    assert entity_error("actor", "Jon Smith", ACTOR_TYPES).nearest[:2] == ("john-smith-mayor", "john-smith-pilot")
    assert entity_error("place", "Kalibrr", PLACES).nearest == ()


def test_names_far_below_the_best_score_are_not_near() -> None:
    names = NameResolver(
        Labels(entity=tuple(EntityLabel(name, PERSON, name) for name in ("barack obama", "barbara hama", "barbary")))
    )
    error = names.try_entity("actor", "Barack Obamo", ACTOR_TYPES)
    assert isinstance(error, ParameterProblem)
    assert error.nearest == ("barack obama",)


def test_at_most_five_names_are_nearest() -> None:
    many = NameResolver(
        Labels(entity=tuple(EntityLabel(f"jon-{i:03}", PERSON, f"Jon {i:03}", None, ("Jonny",)) for i in range(300)))
    )
    error = many.try_entity("actor", "Jonni", ACTOR_TYPES)
    assert isinstance(error, ParameterProblem)
    assert error.nearest == ("jon-000", "jon-001", "jon-002", "jon-003", "jon-004")


@pytest.mark.parametrize("value", ["---", "", " ", "’", "\ud800", "\0"])
def test_a_value_that_folds_to_nothing_names_nobody(value: str) -> None:
    assert entity_error("actor", value, ACTOR_TYPES).nearest == ()
    assert source_error(value).nearest == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("rferl", "rferl"),
        ("RFERL", "rferl"),
        ("RFE/RL", "rferl"),
        ("radio free  europe", "rferl"),
        ("rferl.org", "rferl"),
        ("WWW.RFERL.ORG", "rferl"),
        ("https://www.rferl.org/", "rferl"),
        ("http://rferl.org:8080/a/b.html?c=d#e", "rferl"),
        ("//rferl.org", "rferl"),
        ("rferl.org:443", "rferl"),
        ("rferl.org.", "rferl"),
        ("rferl.org/a\nb", "rferl"),
        ("rferl.org?x", "rferl"),
        ("cnsnews.com", "cnsnews"),
        ("nyt.com", "nyt"),
        ("nyt", "nyt"),
        ("new-york-times", "nyt"),
        ("Two", "two"),
        ("https://news.example/v1/sources/rferl", "rferl"),
        ("/v1/sources/RFERL?limit=1", "rferl"),
        ("RFE RL", "rferl"),
        ("RFE/RL's", "rferl"),
        ("New York Times, The", "nyt"),
        ("Cybercast News Service (CNS)", "cnsnews"),
    ],
)
def test_one_source_has_many_names(value: str, expected: str) -> None:
    assert source(value) == expected


@pytest.mark.parametrize(
    ("value", "candidates"),
    [("the daily", ("daily-one", "daily-two")), ("https://shared.example/", ("daily-two", "rferl"))],
)
def test_two_sources_of_one_rank_are_ambiguous(value: str, candidates: tuple[str, str]) -> None:
    wanted = f"the id of one of the 2 that “{value}” names"
    assert source_error(value) == refusal(ErrorCode.AMBIGUOUS, "exclude_source", value, wanted, candidates)


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("New York Tims", ("nyt",)),
        ("rferll", ("rferl",)),
        ("rfrl.org", ("rferl",)),
        ("https://www.nytimes.co/x", ("nyt",)),
        ("qqqqqqqq", ()),
        ("user@rferl.org", ("rferl",)),
    ],
)
def test_an_error_for_an_unknown_source_has_the_nearest(value: str, nearest: tuple[str, ...]) -> None:
    wanted = "the id, name or domain of a source"
    assert source_error(value) == refusal(ErrorCode.UNKNOWN, "exclude_source", value, wanted, nearest)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("sergei", ["sergei-shoigu", "sergei-shoigu-baker"]),
        ("SHOI", ["sergei-shoigu", "sergei-shoigu-baker"]),
        ("shoi ser", ["sergei-shoigu", "sergei-shoigu-baker"]),
        ("hoigu", []),
        ("baker sergei", []),
        ("bak shoigu", ["sergei-shoigu-baker"]),
        ("al-ass", ["bashar-al-assad", "hafez-al-assad"]),
        ("assad elder", ["hafez-al-assad"]),
        ("tu", ["tu-160", "tu-95"]),
        ("Tu-1", ["tu-160"]),
        ("da’e", ["islamic-state"]),
        ("по", ["moscow"]),
        ("geo geo georgia", ["georgia-state", "georgia-us"]),
        ("zzz", []),
    ],
)
def test_words_find_names_that_contain_them(words: str, expected: list[str]) -> None:
    assert [ENTITIES[ordinal].id for ordinal in NAMES.find(words)] == expected


def test_words_without_letters_are_refused() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        NAMES.find(" -’ ")
    wanted = "at least one word of letters or digits"
    assert caught.value.errors == (ParameterProblem("name", " -’ ", wanted, code=ErrorCode.BLANK),)


def test_an_empty_corpus_knows_nobody() -> None:
    empty = NameResolver(Labels())
    assert isinstance(empty.try_entity("actor", "putin", ACTOR_TYPES), ParameterProblem)
    assert isinstance(empty.try_source("source", "rferl"), ParameterProblem)
    assert not empty.find("putin")


@pytest.mark.parametrize("value", ["Mr. Putin", "mr putin", "MR. Vladimir Putin"])
def test_an_honorific_is_ignored(value: str) -> None:
    assert ENTITIES[NAMES.entity("actor", value, ACTOR_TYPES)].id == "vladimir-putin"


@given(st.text())
def test_any_text_resolves_or_is_an_error(value: str) -> None:
    for result in (NAMES.try_entity("actor", value, ACTOR_TYPES), NAMES.try_source("source", value)):
        assert isinstance(result, int) or result.value == value


@given(st.sampled_from(ENTITIES))
def test_every_id_and_wikidata_id_names_its_entity(entity: EntityLabel) -> None:
    for value in filter(None, (entity.id, entity.wikidata)):
        assert ENTITIES[NAMES.entity("about", value, frozenset(EntityType))] is entity
