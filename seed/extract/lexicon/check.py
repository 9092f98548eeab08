"""What is wrong with the lexicon: every message names file, entry, value and what was wanted."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app.text.folding import fold_code_points
from seed.extract.lexicon.lexicon import LexiconEntity, LexiconError, entity_files, entity_of, read_entries

# One hyphen between parts: ids with two are those of entities found in articles.
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")
_DAY = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")


def check(*folders: Path) -> list[str]:
    """Returns the problems of the lexicon that ships, or of the given folders taken together; none if all is well."""
    problems: list[str] = []
    known: dict[str, LexiconEntity] = {}
    places: dict[str, Path] = {}
    for path in entity_files(*folders):
        for entry in _entries(path, problems):
            try:
                entity = entity_of(entry, path)
            except LexiconError as error:
                problems.append(str(error))
                continue
            first = places.get(entity.id)
            if first is not None and first.parent == path.parent:
                problems.append(f"{_where(entity)}: the id is taken in {first.name}; wanted one of its own")
            known[entity.id], places[entity.id] = entity, path
    return problems + [problem for problems_of in _CHECKS for problem in problems_of(known)]


def _entries(path: Path, problems: list[str]) -> Iterable[object]:
    try:
        return read_entries(path)
    except LexiconError as error:
        problems.append(str(error))
        return ()


def _where(entity: LexiconEntity) -> str:
    return f"{entity.file}: {entity.id}"


def _shapes(known: Mapping[str, LexiconEntity]) -> Iterator[str]:
    for entity in known.values():
        if not _ID.fullmatch(entity.id):
            yield f"{_where(entity)}: id; wanted small ASCII letters and digits joined by single hyphens"
        if entity.wikidata is not None and not _WIKIDATA.fullmatch(entity.wikidata):
            yield f"{_where(entity)}: wikidata {entity.wikidata!r}; wanted Q and a number, as Q159"


def _former_ids(known: Mapping[str, LexiconEntity]) -> Iterator[str]:
    survivors: dict[str, str] = {}
    for entity in known.values():
        for former in entity.former_ids:
            if former in known:
                yield f"{_where(entity)}: former id {former!r} is in use; wanted one that no entry has"
            elif survivors.setdefault(former, entity.id) != entity.id:
                yield f"{_where(entity)}: former id {former!r} belongs to {survivors[former]} too; wanted one survivor"


def _memberships(known: Mapping[str, LexiconEntity]) -> Iterator[str]:
    for entity in known.values():
        for membership in entity.member_of:
            if membership.of not in known:
                yield f"{_where(entity)}: member_of {membership.of!r}; wanted the id of an entry"
            for day in (membership.since, membership.until):
                if day is not None and not _DAY.fullmatch(day):
                    yield f"{_where(entity)}: {day!r} in member_of; wanted YYYY, YYYY-MM or YYYY-MM-DD"


def _cycles(known: Mapping[str, LexiconEntity]) -> Iterator[str]:
    done: set[str] = set()
    for start in known:
        path: list[str] = []
        stack = [(start, 0)]
        while stack:
            id_, depth = stack.pop()
            del path[depth:]
            if id_ in path:
                yield f"{_where(known[start])}: member_of goes round: {' > '.join([*path[path.index(id_) :], id_])}"
            elif id_ not in done and id_ in known:
                path.append(id_)
                stack += [(membership.of, len(path)) for membership in known[id_].member_of]
        done.add(start)


def _clashes(known: Mapping[str, LexiconEntity]) -> Iterator[str]:
    """Yields forms that name two entities whatever the context; a condition on either one settles it."""
    owners: dict[str, str] = {}
    for entity in known.values():
        for form in entity.forms:
            if form.when is None and owners.setdefault(fold_code_points(form.text), entity.id) != entity.id:
                other = owners[fold_code_points(form.text)]
                yield f"{_where(entity)}: {form.text!r} names {other} too; wanted a condition (when) on one of them"


def _twins(known: Mapping[str, LexiconEntity]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for entity in known.values():
        if entity.wikidata is not None and owners.setdefault(entity.wikidata, entity.id) != entity.id:
            yield f"{_where(entity)}: {entity.wikidata} is {owners[entity.wikidata]} too; wanted one entity for each"


_CHECKS = (_shapes, _former_ids, _memberships, _cycles, _clashes, _twins)
