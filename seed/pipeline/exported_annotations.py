"""Take over the annotation that an export has of an article, instead of the one that is extracted from its text."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from app.models import EntityType
from seed.pipeline.registry import KnownEntity
from seed.records import Annotation, ExportedAnnotation, ExtractedMention, ExtractedStatement, LocalEntity

FindEntity = Callable[[str], KnownEntity | None]
"""A function that returns the known entity with an id, or the one that has taken its place."""


def agree_on_entities(
    annotations: Iterable[ExportedAnnotation], find: FindEntity
) -> tuple[dict[str, LocalEntity], list[str]]:
    """Return one name and type of each unknown entity of exports, by id, and notes on those of several types.

    Names and types do not depend on the order of the annotations. A name that an export lists comes before the texts of
    mentions, and a longer one before a shorter one; of several types, the most frequent one counts.
    """
    names: defaultdict[str, Counter[tuple[bool, str]]] = defaultdict(Counter)
    types: defaultdict[str, Counter[EntityType]] = defaultdict(Counter)
    for annotation in annotations:
        for entity in annotation.entities:
            names[entity.id][True, entity.name] += 1
            types[entity.id][entity.type] += 1
        for mention in annotation.mentions or ():
            if mention.entity is not None:
                names[mention.entity][False, mention.text] += 1
                types[mention.entity][mention.type] += 1
    unknown = sorted(id_ for id_ in names if find(id_) is None)
    entities: dict[str, LocalEntity] = {}
    notes = []
    for id_ in unknown:
        _, name = max(names[id_], key=lambda name: (name[0], len(name[1]), name[1]))
        ranked = sorted(types[id_], key=lambda type_: (-types[id_][type_], type_))
        entities[id_] = LocalEntity(id_, name, ranked[0])
        if len(ranked) > 1:
            others = " and ".join(type_.noun for type_ in ranked[1:])
            notes.append(f"the entity {id_!r} of the export is {others}, too: it is {ranked[0].noun} here")
    return entities, notes


def with_entities(exported: ExportedAnnotation, entities: Mapping[str, LocalEntity]) -> ExportedAnnotation:
    """Return what an export has of an annotation, with the entities that it uses as they are in a mapping."""
    ids = _used_ids(exported.mentions or (), exported.statements or ())
    ids |= dict.fromkeys(entity.id for entity in exported.entities)
    return replace(exported, entities=tuple(entities[id_] for id_ in ids if id_ in entities))


def complete_annotation(exported: ExportedAnnotation, extracted: Annotation, find: FindEntity) -> Annotation:
    """Return what an export has of an annotation, with the extracted one in place of what it lacks.

    An entity that is known here has the id and the type that it has here. An unknown one has the name on which its
    export agrees, else the extracted one, which depends on the order of the articles, else its first mention. A speaker
    of unknown type has only the words.
    """
    extracted_mentions = (*extracted.mentions, *extracted.links)
    mentions = extracted_mentions if exported.mentions is None else exported.mentions
    statements = extracted.statements if exported.statements is None else exported.statements
    own = {entity.id: entity for entity in extracted.entities}
    named = {
        id_: LocalEntity(id_, mention.text, mention.type) for mention in reversed(mentions) if (id_ := mention.entity)
    }
    agreed = {
        entity.id: replace(own.get(entity.id, entity), name=entity.name, type=entity.type)
        for entity in exported.entities
    }
    candidates = {**named, **own, **agreed}
    known = {id_: find(id_) or candidates.get(id_) for id_ in _used_ids(mentions, statements)}
    return Annotation(
        [_with_entity(mention, known) for mention in mentions],
        [_with_speaker(statement, known) for statement in statements],
        [candidates[id_] for id_, entity in known.items() if id_ in own or isinstance(entity, LocalEntity)],
    )


def _used_ids(mentions: Iterable[ExtractedMention], statements: Iterable[ExtractedStatement]) -> dict[str, None]:
    """Return the ids of all entities in their order, each once."""
    ids = (*(mention.entity for mention in mentions), *(statement.speaker for statement in statements))
    return dict.fromkeys(id_ for id_ in ids if id_ is not None)


Known = dict[str, KnownEntity | LocalEntity | None]


def _with_entity(mention: ExtractedMention, known: Known) -> ExtractedMention:
    entity = known[mention.entity] if mention.entity else None
    return mention if entity is None else mention._replace(entity=entity.id, type=EntityType(entity.type))


def _with_speaker(statement: ExtractedStatement, known: Known) -> ExtractedStatement:
    entity = known[statement.speaker] if statement.speaker else None
    return replace(statement, speaker=None if entity is None else entity.id)
