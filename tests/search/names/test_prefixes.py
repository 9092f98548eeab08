"""Prefixes of names, exact and with a typo, compared with checking every name."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.labels import EntityLabel, SourceLabel
from app.models import EntityType
from app.search.names.prefixes import Prefixes, PrefixMatches
from app.text.folding import fold_name
from tests.oracle_suggest import begins_with_typo, word_suffixes

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


def names_by_id(matches: PrefixMatches, prefixes: Prefixes = PREFIXES) -> dict[str, str]:
    """Return the name that matches, by the id of its owner."""
    rows = zip(matches.owners.tolist(), matches.rows.tolist(), strict=True)
    return {prefixes.labels[owner].id: prefixes.names[row] for owner, row in rows}


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
def test_a_prefix_of_a_name_or_of_its_words_matches(prefix: str, expected: dict[str, str]) -> None:
    assert names_by_id(PREFIXES.exact(prefix)) == expected


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
def test_one_typo_is_tolerated_at_any_position(prefix: str) -> None:
    assert set(names_by_id(PREFIXES.near(prefix))) == {"vladimir-putin"}


@pytest.mark.parametrize("prefix", ["nitup", "pxtxn", "ptuni", "xxputin", "putin vladimir"])
def test_two_typos_are_not_tolerated(prefix: str) -> None:
    assert names_by_id(PREFIXES.near(prefix)) == {}


def test_an_empty_corpus_has_no_names() -> None:
    empty = Prefixes((), ())
    assert names_by_id(empty.exact("a"), empty) == names_by_id(empty.near("abcd"), empty) == {}


LETTERS = st.text("abé -", min_size=1, max_size=6)


@given(names=st.lists(LETTERS, max_size=8), prefix=LETTERS.map(fold_name).filter(bool))
def test_prefixes_match_as_if_every_name_were_checked(names: list[str], prefix: str) -> None:
    """Use few letters, so that a prefix is often one typo away from several names."""
    prefixes = Prefixes([EntityLabel(f"{n:02}", PERSON, name) for n, name in enumerate(names)], ())

    def ids_of(matches_text: Callable[[str], bool]) -> set[str]:
        texts = enumerate(map(fold_name, names))
        return {f"{n:02}" for n, text in texts if any(map(matches_text, word_suffixes(text)))}

    exact = ids_of(lambda text: text.startswith(prefix))
    near = ids_of(lambda text: begins_with_typo(text, prefix))
    assert set(names_by_id(prefixes.exact(prefix), prefixes)) == exact
    assert set(names_by_id(prefixes.near(prefix), prefixes)) | exact == near | exact
