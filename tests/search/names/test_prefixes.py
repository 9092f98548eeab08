"""Beginnings of names, exact and but for a typo, against looking at every name."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.labels import EntityLabel, SourceLabel
from app.models import EntityType
from app.search.names.prefixes import Borne, Prefixes
from app.text.folding import fold
from tests.oracle_suggest import begins_nearly, words_on

PERSON, GROUP = EntityType.PERSON, EntityType.ARMED_GROUP
ENTITIES = (
    EntityLabel("bashar-al-assad", PERSON, "Bashar al-Assad", None, ("Assad", "President Assad")),
    EntityLabel("islamic-state", GROUP, "Islamic State", None, ("ISIS", "Da’esh", "'Caliphate'")),
    EntityLabel("nobody", PERSON, "---", None, ("",)),
    EntityLabel("reuters", EntityType.MEDIA, "Reuters"),
    EntityLabel("vladimir-putin", PERSON, "Vladimir Putin", None, ("Putin", "Vladimir V. Putin", "Путин")),
)
SOURCES = (
    SourceLabel("rferl", "RFE/RL", ("Radio Free Europe",), ("rferl.org",)),
    SourceLabel("reuters", "Reuters"),
    SourceLabel("le-figaro", "Le Figaro", ("Fígaro",)),
)
PREFIXES = Prefixes(ENTITIES, SOURCES)


def found(borne: Borne, prefixes: Prefixes = PREFIXES) -> dict[str, str]:
    """Return the id of each bearer and the name by which it was found."""
    rows = zip(borne.bearers.tolist(), borne.rows.tolist(), strict=True)
    return {prefixes.labels[bearer].id: prefixes.names[row] for bearer, row in rows}


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("vlad", {"vladimir-putin": "Vladimir Putin"}),
        ("putin", {"vladimir-putin": "Putin"}),
        ("vladimir v", {"vladimir-putin": "Vladimir V. Putin"}),
        ("v", {"vladimir-putin": "Vladimir Putin"}),
        ("пу", {"vladimir-putin": "Путин"}),
        ("assad", {"bashar-al-assad": "Assad"}),
        ("al assad", {"bashar-al-assad": "Bashar al-Assad"}),
        ("da'e", {"islamic-state": "Da’esh"}),
        ("cali", {"islamic-state": "'Caliphate'"}),
        ("'cali", {"islamic-state": "'Caliphate'"}),
        ("rl", {"rferl": "RFE/RL"}),
        ("rfe/", {"rferl": "RFE/RL"}),
        ("figaro", {"le-figaro": "Fígaro"}),
        ("r", {"reuters": "Reuters", "rferl": "RFE/RL"}),
        ("utin", {}),
        ("org", {}),
    ],
)
def test_a_name_is_found_by_its_beginning_and_those_of_its_words(prefix: str, expected: dict[str, str]) -> None:
    assert found(PREFIXES.exact(prefix)) == expected


@pytest.mark.parametrize(
    "prefix",
    [
        "putni",
        "puttin",
        "ptin",
        "pitin",
        "xutin",
        "utin",
        "pputin",
        "uptin",
        "putix",
        "putinx",
        "vladmir",
        "valdimir p",
    ],
)
def test_one_typo_is_forgiven_wherever_it_is(prefix: str) -> None:
    assert set(found(PREFIXES.near(prefix))) == {"vladimir-putin"}


@pytest.mark.parametrize("prefix", ["nitup", "pxtxn", "ptuni", "xxputin", "putin vladimir"])
def test_two_are_not(prefix: str) -> None:
    assert found(PREFIXES.near(prefix)) == {}


def test_an_empty_corpus_has_no_names() -> None:
    nothing = Prefixes((), ())
    assert found(nothing.exact("a"), nothing) == found(nothing.near("abcd"), nothing) == {}


LETTERS = st.text("abé -", min_size=1, max_size=6)


@given(names=st.lists(LETTERS, max_size=8), prefix=LETTERS.map(fold).filter(bool))
def test_every_beginning_of_every_name_is_looked_at(names: list[str], prefix: str) -> None:
    """Of few letters, so that a prefix is often a typo away from several names."""
    prefixes = Prefixes([EntityLabel(f"{n:02}", PERSON, name) for n, name in enumerate(names)], ())

    def bearing(begins: Callable[[str], bool]) -> set[str]:
        texts = enumerate(map(fold, names))
        return {f"{n:02}" for n, text in texts if any(map(begins, words_on(text)))}

    exact = bearing(lambda text: text.startswith(prefix))
    near = bearing(lambda text: begins_nearly(text, prefix))
    assert set(found(prefixes.exact(prefix), prefixes)) == exact
    assert set(found(prefixes.near(prefix), prefixes)) | exact == near | exact
