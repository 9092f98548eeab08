"""Habits of naming the persons and groups that the lexicon knows best: each finds the right one, or nobody."""

from functools import cache
from pathlib import Path

import pytest

import seed
from app.errors import ErrorCode, ParameterProblem
from app.labels import EntityLabel, Labels
from app.models import ACTOR_TYPES, EntityType
from app.search.names.resolver import NameResolver
from seed.extract.lexicon.lexicon import load_lexicon

LEXICON = Path(seed.__file__).parent / "lexicon"
PLACES, WEAPONS = frozenset({EntityType.PLACE}), frozenset({EntityType.WEAPON})


@cache
def labels() -> tuple[EntityLabel, ...]:
    """Return the entities of the lexicon that ships, as a publish stores them."""
    entities = sorted(load_lexicon(LEXICON).entities.values(), key=lambda entity: entity.id)
    return tuple(
        EntityLabel(
            entity.id,
            entity.type,
            entity.name,
            entity.wikidata,
            (*entity.all_names[1:], *entity.demonyms),
            member_of=tuple(membership.as_dict() for membership in entity.member_of),
        )
        for entity in entities
    )


@cache
def resolver() -> NameResolver:
    """Return the resolver of their names."""
    return NameResolver(Labels(entity=labels()))


def resolved(value: str, types: frozenset[EntityType] = ACTOR_TYPES) -> str | ParameterProblem:
    """Return the id of the entity that a value names, or the error."""
    result = resolver().try_entity("actor", value, types)
    return labels()[result].id if isinstance(result, int) else result


PERSONS = {
    # id: given name, initials, surname, a title before the name
    "vladimir-putin": ("Vladimir", "V.", "Putin", "President"),
    "barack-obama": ("Barack", "B. H.", "Obama", "U.S. President"),
    "john-kerry": ("John", "J. F.", "Kerry", "Secretary of State"),
    "sergei-lavrov": ("Sergei", "S. V.", "Lavrov", "Russian Foreign Minister"),
    "sergei-shoigu": ("Sergei", "S. K.", "Shoigu", "Gen."),
    "francois-hollande": ("François", "F.", "Hollande", "le président"),
    "ahmet-davutoglu": ("Ahmet", "A.", "Davutoğlu", "Turkish Prime Minister"),
    "recep-tayyip-erdogan": ("Recep Tayyip", "R. T.", "Erdoğan", "Cumhurbaşkanı"),
    "angela-merkel": ("Angela", "A.", "Merkel", "Bundeskanzlerin"),
    "dmitry-medvedev": ("Dmitry", "D. A.", "Medvedev", "Premier"),
    "dmitry-peskov": ("Dmitry", "D. S.", "Peskov", "Kremlin spokesman"),
    "andrei-kartapolov": ("Andrei", "A. V.", "Kartapolov", "Col. Gen."),
    "igor-konashenkov": ("Igor", "I.", "Konashenkov", "Maj.-Gen."),
    "hassan-rouhani": ("Hassan", "H.", "Rouhani", "Iranian President"),
    "david-cameron": ("David", "D.", "Cameron", "Britain's Prime Minister"),
}

HABITS = (
    "{given} {surname}", "{surname}, {given}", "{surname} {given}", "{SURNAME}, {given}", "{given} {surname}'s",
    "{given} {surname}’s", "{surname}'s", "Mr. {surname}", "mr {surname}", "{title} {surname}",
    "{title} {given} {surname}", "{given} {surname}, {title}", "{surname} ({title})", "{initials} {surname}",
    "{bare} {surname}", "{joined} {surname}", "{glued}{surname}", "{surname}, {initials}", "{surname} {bare}",
    "{surname} {joined}", "former {title} {surname}", "{title} {initials} {surname}", "“{given} {surname}”",
    "{given}_{surname}", "#{surname}", "{surname},", "  {given}   {surname} ", "Dr {given} {surname}, Jr.",
)  # fmt: skip


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.unmeasured
def test_every_habit_finds_the_person(habit: str) -> None:
    """Fifteen persons, 420 forms."""
    wrong = {}
    for id_, (given, initials, surname, title) in PERSONS.items():
        bare = initials.replace(".", "")
        forms = {"bare": bare, "joined": bare.replace(" ", ""), "glued": initials.replace(" ", "")}
        value = habit.format(
            given=given, surname=surname, SURNAME=surname.upper(), initials=initials, title=title, **forms
        )
        if (result := resolved(value)) != id_:
            wrong[value] = result
    assert wrong == {}


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("the Kremlin", "kremlin"),
        ("the Kremlin’s", "kremlin"),
        ("The Islamic State", "islamic-state"),
        ("Islamic State (IS)", "islamic-state"),
        ("Islamic State of Iraq and the Levant (ISIL)", "islamic-state"),
        ("ISIS/ISIL", "islamic-state"),
        ("the so-called Islamic State", "islamic-state"),
        ("I.S.I.S", "islamic-state"),
        ("the Daesh", "islamic-state"),
        ("l'Iran", "iran"),
        ("l’Iran", "iran"),
        ("Iran's", "iran"),
        ("le Hezbollah", "hezbollah"),
        ("the U.S.", "united-states"),
        ("U.S.A", "united-states"),
        ("United States of America, the", "united-states"),
        ("the Russian Federation's", "russia"),
        ("Korea, North", "north-korea"),
        ("N.A.T.O.", "nato"),
        ("the Nusra Front", "al-nusra-front"),
        ("an-Nusra Front", "al-nusra-front"),
        ("The White House", "white-house"),
        ("Washington Post, The", "the-washington-post"),
        ("Bashar Assad", "bashar-al-assad"),
        ("Bashar el-Assad", "bashar-al-assad"),
        ("al-Assad, Bashar", "bashar-al-assad"),
        ("al-Assad Bashar", "bashar-al-assad"),
        ("Syrian dictator Assad", "bashar-al-assad"),
        ("A. B. al-Baghdadi", "abu-bakr-al-baghdadi"),
        ("Abdel Fattah Sisi", "abdel-fattah-el-sisi"),
        ("King Salman", "salman-of-saudi-arabia"),
        ("Pope Francis", "pope-francis"),
        ("Crown Prince Mohammed bin Salman", "mohammed-bin-salman"),
        ("Sayyed Nasrallah", "hassan-nasrallah"),
        ("President of Russia Vladimir Putin", "vladimir-putin"),
        ("Vladimir Putin, President of Russia", "vladimir-putin"),
        ("Vl. Putin", "vladimir-putin"),
        ("http://www.wikidata.org/entity/Q7747", "vladimir-putin"),
        ("https://news.example/archive/v1/entities/vladimir-putin", "vladimir-putin"),
    ],
)
def test_other_habits(value: str, expected: str) -> None:
    assert resolved(value) == expected


@pytest.mark.parametrize(
    ("value", "types", "expected"),
    [
        ("Raqqa, Syria", PLACES, "raqqa"),
        ("Tripoli, Lebanon", PLACES, "tripoli-lebanon"),
        ("the Hague", PLACES, "the-hague"),
        ("Raqqa's", PLACES, "raqqa"),
        ("the Tu-160", WEAPONS, "tu-160"),
    ],
)
def test_places_and_weapons(value: str, types: frozenset[EntityType], expected: str) -> None:
    assert resolved(value, types) == expected


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("W. Putin", "vladimir-putin"),  # another initial
        ("Viktor Putin", "vladimir-putin"),
        ("Vladimir X. Putin", "vladimir-putin"),
        ("Barack X. Obama", "barack-obama"),
        ("John Q. Kerry", "john-kerry"),
        ("Obama Putin", "vladimir-putin"),
        ("Vladimir Putin President Obama", "vladimir-putin"),
        ("Makarov", "nikolai-makarov"),  # a surname that is no alias
        ("Gen. Makarov", "nikolai-makarov"),
        ("Putni, Vladimir", "vladimir-putin"),
        ("President Putni", "vladimir-putin"),
        ("VladimirPutin", "vladimir-putin"),
    ],
)
def test_nobody_is_guessed_and_the_nearest_has_the_one_that_is_meant(value: str, nearest: str) -> None:
    error = resolved(value)
    assert isinstance(error, ParameterProblem)
    assert error.code is ErrorCode.UNKNOWN
    assert nearest in error.nearest
    assert [candidate.id for candidate in error.candidates] == list(error.nearest)


@pytest.mark.parametrize(
    ("value", "candidates"),
    [
        ("King Abdullah", ("abdullah-ii-of-jordan", "abdullah-of-saudi-arabia")),
        ("B. al-Assad", ("bashar-al-assad", "bassel-al-assad")),
    ],
)
def test_several_are_ambiguous(value: str, candidates: tuple[str, ...]) -> None:
    error = resolved(value)
    assert isinstance(error, ParameterProblem)
    assert (error.code, error.nearest) == (ErrorCode.AMBIGUOUS, candidates)


@pytest.mark.parametrize("value", ["putin,obama", "Putin, Obama , kerry"])
def test_a_list_says_that_the_parameter_is_repeated(value: str) -> None:
    error = resolved(value)
    assert isinstance(error, ParameterProblem)
    assert (error.code, error.nearest[:2]) == (ErrorCode.MALFORMED, ("vladimir-putin", "barack-obama"))


BODY_PATTERNS = (
    "{}'s army",
    "{}’s foreign ministry",
    "government of {}",
    "embassy of {} in Cairo",
    "the {} embassy in New Delhi",
    "ministry of defence of the {}",
)


def test_the_bodies_of_every_state_are_found_by_each_of_its_names() -> None:
    """Of a name of two states, such as Congo, the first one has them."""
    states = [label for label in labels() if label.type is EntityType.STATE]
    names: dict[str, str] = {}
    for state in states:
        for name in (state.name, *state.aliases):
            if name.isascii():
                names.setdefault(name, state.id)
    for number, (name, id_) in enumerate(names.items()):
        body = resolver().bodies.parse(BODY_PATTERNS[number % len(BODY_PATTERNS)].format(name))
        assert (body and body.state) == id_, name
    assert len(states) > 190
