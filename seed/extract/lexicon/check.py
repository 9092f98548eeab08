"""Validation of the lexicon; every message names file, entry, value and what was expected."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app.text.folding import fold_code_points
from seed.extract.lexicon.disambiguation import disambiguate
from seed.extract.lexicon.gazetteer import Gazetteer
from seed.extract.lexicon.lexicon import (
    Condition,
    Lexicon,
    LexiconEntity,
    LexiconError,
    NameForm,
    entity_files,
    entity_of,
    read_entries,
)
from seed.extract.text.document import Document
from seed.extract.text.tokens import WordKinds

# Single hyphens only: local ids, of entities that the lexicon lacks, have two consecutive ones.
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")
_DAY = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")


def check_lexicon(*folders: Path) -> list[str]:
    """Return the problems of the lexicon that ships, or of these folders combined; an empty list if there are none."""
    problems: list[str] = []
    entities: dict[str, LexiconEntity] = {}
    path_of: dict[str, Path] = {}
    for path in entity_files(*folders):
        for entry in _entries(path, problems):
            try:
                entity = entity_of(entry, path)
            except LexiconError as error:
                problems.append(str(error))
                continue
            previous = path_of.get(entity.id)
            if previous is not None and previous.parent == path.parent:
                problems.append(f"{_location(entity)}: the id is already used in {previous.name}: expected a unique id")
            entities[entity.id], path_of[entity.id] = entity, path
    return problems + [problem for problems_of in _CHECKS for problem in problems_of(entities)]


def _entries(path: Path, problems: list[str]) -> Iterable[object]:
    try:
        return read_entries(path)
    except LexiconError as error:
        problems.append(str(error))
        return ()


def _location(entity: LexiconEntity) -> str:
    return f"{entity.file}: {entity.id}"


def _malformed_ids(entities: Mapping[str, LexiconEntity]) -> Iterator[str]:
    for entity in entities.values():
        if not _ID.fullmatch(entity.id):
            yield f"{_location(entity)}: invalid id: expected lowercase ASCII letters and digits with single hyphens"
        if entity.wikidata is not None and not _WIKIDATA.fullmatch(entity.wikidata):
            yield f"{_location(entity)}: wikidata {entity.wikidata!r}: expected Q and a number, such as Q159"


def _former_ids_in_use(entities: Mapping[str, LexiconEntity]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for entity in entities.values():
        for former in entity.former_ids:
            if former in entities:
                yield f"{_location(entity)}: former id {former!r} is in use: expected an id that no entry has"
            elif owners.setdefault(former, entity.id) != entity.id:
                yield f"{_location(entity)}: former id {former!r} also belongs to {owners[former]}: expected one owner"


def _invalid_memberships(entities: Mapping[str, LexiconEntity]) -> Iterator[str]:
    for entity in entities.values():
        for membership in entity.member_of:
            if membership.of not in entities:
                yield f"{_location(entity)}: member_of {membership.of!r}: expected the id of an entry"
            for day in (membership.since, membership.until):
                if day is not None and not _DAY.fullmatch(day):
                    yield f"{_location(entity)}: {day!r} in member_of: expected YYYY, YYYY-MM or YYYY-MM-DD"


def _membership_cycles(entities: Mapping[str, LexiconEntity]) -> Iterator[str]:
    done: set[str] = set()
    for start in entities:
        path: list[str] = []
        stack = [(start, 0)]
        while stack:
            id_, depth = stack.pop()
            del path[depth:]
            if id_ in path:
                cycle = " > ".join([*path[path.index(id_) :], id_])
                yield f"{_location(entities[start])}: member_of forms a cycle: {cycle}"
            elif id_ not in done and id_ in entities:
                path.append(id_)
                stack += [(membership.of, len(path)) for membership in entities[id_].member_of]
        done.add(start)


def _is_unconditional(form: NameForm) -> bool:
    """Return whether a form counts in every text that has it, be it only in its own letter case."""
    return form.when is None or form.when.case


def _ambiguous_forms(entities: Mapping[str, LexiconEntity]) -> Iterator[str]:
    """Yield a problem for each form that names two entities without a condition on either."""
    owners: dict[str, str] = {}
    for entity in entities.values():
        for form in entity.forms:
            if _is_unconditional(form) and owners.setdefault(fold_code_points(form.text), entity.id) != entity.id:
                other = owners[fold_code_points(form.text)]
                clash = f"{form.text!r} also names {other}"
                yield f"{_location(entity)}: {clash}: expected a condition (when) on one of them"


def _forms_without_matches(entities: Mapping[str, LexiconEntity]) -> Iterator[str]:
    """Yield a problem for each form that names nothing of its entity, even in a text that meets its condition."""
    gazetteer = Gazetteer(Lexicon(entities))
    for entity in entities.values():
        for form in entity.forms:
            text, start, end = _text_for(entity, form)
            document = Document(None, text, "", WordKinds({}))
            here = [
                candidate
                for candidate in disambiguate(document, gazetteer.hits(document))
                if candidate.start < end and start < candidate.end
            ]
            # Ambiguous forms without a condition have a problem of their own.
            is_ambiguous = _is_unconditional(form) and any(candidate.entity is None for candidate in here)
            if not is_ambiguous and all(candidate.entity != entity.id for candidate in here):
                wanted = "a form between word boundaries, with single spaces, that no other entity claims as well"
                yield f"{_location(entity)}: {form.text!r} can never match: expected {wanted}"


def _text_for(entity: LexiconEntity, form: NameForm) -> tuple[str, int, int]:
    """Return a text in which the condition of a form is met, and start and end of the form in it."""
    when = form.when or Condition()
    introductions = [other.text for other in entity.forms if when.introduced and other.when is None]
    before = "".join(f"{text}. " for text in (*introductions, *when.context[:1])) + "".join(
        f"{word} " for word in when.after[:1]
    )
    text = before + " ".join(form.text.split())
    return text + "".join(f" {word}" for word in when.before[:1]), len(before), len(text)


def _shared_wikidata_ids(entities: Mapping[str, LexiconEntity]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for entity in entities.values():
        if entity.wikidata is not None and owners.setdefault(entity.wikidata, entity.id) != entity.id:
            other = owners[entity.wikidata]
            yield f"{_location(entity)}: {other} also has {entity.wikidata}: expected a different one for each entity"


_CHECKS = (
    _malformed_ids,
    _former_ids_in_use,
    _invalid_memberships,
    _membership_cycles,
    _ambiguous_forms,
    _shared_wikidata_ids,
    _forms_without_matches,
)
