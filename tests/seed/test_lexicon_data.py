"""The shipped lexicon as the extractor reads it: no conflicts, no dangling references, and well-known entities."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

import pytest

from app.text.folding import fold_code_points
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity, entity_files, entity_of, read_entries

MAX_LINE_LENGTH = 200  # A diff still shows such a line as a whole.


@pytest.fixture(scope="module")
def lexicon(shipped_lexicon: Lexicon) -> Lexicon:
    return shipped_lexicon


@pytest.fixture(scope="module")
def entries() -> list[LexiconEntity]:
    return [entity_of(entry, path) for path in entity_files() for entry in read_entries(path)]


def repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.mark.unmeasured
def test_ids_are_unique(entries: list[LexiconEntity]) -> None:
    assert repeated(entity.id for entity in entries) == []
    assert repeated(former for entity in entries for former in (entity.id, *entity.former_ids)) == []


@pytest.mark.unmeasured
def test_ids_are_plain_slugs(lexicon: Lexicon) -> None:
    # Two consecutive hyphens are reserved for local ids.
    assert [id_ for id_ in lexicon.entities if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id_)] == []


def test_wikidata_ids_are_well_formed_and_name_one_entity_each(lexicon: Lexicon) -> None:
    known = [entity.wikidata for entity in lexicon.entities.values() if entity.wikidata is not None]
    assert [id_ for id_ in known if not re.fullmatch(r"Q[1-9][0-9]*", id_)] == []
    assert repeated(known) == []


def test_no_form_without_condition_names_two_entities(lexicon: Lexicon) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for entity in lexicon.entities.values():
        for form in entity.forms:
            if form.when is None or form.when.case:
                owners[fold_code_points(form.text)].add(entity.id)
    assert {text: sorted(ids) for text, ids in owners.items() if len(ids) > 1} == {}


def test_every_form_has_a_letter_or_digit_at_each_end_or_a_full_stop(lexicon: Lexicon) -> None:
    # A bare hyphen or bracket would be found in every text.
    forms = [form.text for entity in lexicon.entities.values() for form in entity.forms]
    assert [text for text in forms if not text[0].isalnum() or not re.search(r"[^\W_][.)'+’]?$", text)] == []


def test_every_membership_is_of_a_known_entity(lexicon: Lexicon) -> None:
    pairs = [(entity.id, member.of) for entity in lexicon.entities.values() for member in entity.member_of]
    assert [pair for pair in pairs if pair[1] not in lexicon.entities] == []


def test_memberships_have_no_cycles(lexicon: Lexicon) -> None:
    parents = {id_: {member.of for member in entity.member_of} for id_, entity in lexicon.entities.items()}
    while leaves := [id_ for id_, of in parents.items() if not of & parents.keys()]:
        for id_ in leaves:
            del parents[id_]
    assert parents == {}


def test_days_of_membership_are_dates_in_order(lexicon: Lexicon) -> None:
    members = [(entity.id, member) for entity in lexicon.entities.values() for member in entity.member_of]
    day = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
    days = [(id_, day_) for id_, member in members for day_ in (member.since, member.until) if day_ is not None]
    assert [pair for pair in days if not re.fullmatch(day, pair[1])] == []
    assert [id_ for id_, member in members if member.since and member.until and member.since > member.until] == []


def test_lines_stay_short_enough_to_review() -> None:
    lines = [(path.name, line) for path in entity_files() for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if len(line[1]) > MAX_LINE_LENGTH] == []


@pytest.mark.parametrize(
    ("id_", "type_", "wikidata"),
    [
        ("vladimir-putin", "person", "Q7747"),
        ("barack-obama", "person", "Q76"),
        ("bashar-al-assad", "person", "Q44329"),
        ("francois-hollande", "person", "Q157"),
        ("recep-tayyip-erdogan", "person", "Q39259"),
        ("russia", "state", "Q159"),
        ("syria", "state", "Q858"),
        ("united-states", "state", "Q30"),
        ("islamic-state", "armed_group", "Q2429253"),
        ("nato", "organization", "Q7184"),
        ("reuters", "media", "Q130879"),
        ("moscow", "place", "Q649"),
        ("aleppo", "place", "Q41183"),
        ("tu-160", "weapon", None),
    ],
)
def test_well_known_entities_have_their_ids(lexicon: Lexicon, id_: str, type_: str, wikidata: str | None) -> None:
    entity = lexicon.entities[id_]
    assert (entity.type, entity.wikidata) == (type_, wikidata)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Vladimir V. Putin", "vladimir-putin"),
        ("Ar-Raqqah", "raqqa"),
        ("Dayr az-Zawr", "deir-ez-zor"),
        ("Deir al-Zour", "deir-ez-zor"),
        ("Da'esh", "islamic-state"),
        ("ISIL", "islamic-state"),
        ("Jabhat al-Nusra", "al-nusra-front"),
        ("Haydar al-Abadi", "haider-al-abadi"),
        ("Al-Bukamal", "abu-kamal"),
        ("U.S. Central Command", "us-central-command"),
        ("Hashd al-Shaabi", "popular-mobilization-forces"),
    ],
)
def test_spellings_lead_to_one_entity(lexicon: Lexicon, name: str, id_: str) -> None:
    spelled = {spelling.casefold() for spelling in lexicon.entities[id_].all_names}
    assert name.casefold() in spelled


def test_ambiguous_forms_have_a_condition(lexicon: Lexicon) -> None:
    conditions = {
        (entity.id, form.text): form.when is not None for entity in lexicon.entities.values() for form in entity.forms
    }
    assert conditions["islamic-state", "IS"]
    assert conditions["georgia-us", "Georgia"]
    assert conditions["hit-iraq", "Hit"]
    assert conditions["time-magazine", "Time"]
    assert not conditions["georgia", "Georgia"]


def test_the_ministers_lead_to_their_state(lexicon: Lexicon) -> None:
    def reached(id_: str) -> set[str]:
        parents = {member.of for member in lexicon.entities[id_].member_of}
        return parents.union(*map(reached, parents))

    assert "russia" in reached("sergei-shoigu")
    assert "united-states" in reached("john-kirby")
    assert "syria" in reached("al-bab")


def test_no_folded_spelling_bypasses_a_condition(lexicon: Lexicon) -> None:
    # "Hīt" without a condition would be found wherever "Hit" is.
    guarded = {
        (entity.id, fold_code_points(f.text)) for entity in lexicon.entities.values() for f in entity.forms if f.when
    }
    free = {
        (entity.id, fold_code_points(f.text))
        for entity in lexicon.entities.values()
        for f in entity.forms
        if not f.when
    }
    assert guarded & free == set()
