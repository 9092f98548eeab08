"""The context of a load, from its first batch to its last: resources, known entities and sources, summary."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity
from seed.pipeline.merge import Content
from seed.pipeline.registry import KnownEntity, KnownSource, Registry
from seed.pipeline.report import Refusals
from seed.pipeline.workers import Titled, Workers
from seed.publish.publish import Checkpoint, no_checkpoint, publish, unpublished
from seed.readers.outlets import SourceEntry, Sources
from seed.records import Annotation, Refusal


@dataclass(frozen=True, slots=True)
class Resources:
    """What is needed to understand records: the lexicon, the annotator made from it, the known sources.

    Workers, where there are any, annotate many texts at once.
    """

    lexicon: Lexicon
    annotator: Annotator
    sources: Sources
    workers: Workers | None = None

    def annotate_all(self, texts: Sequence[Titled]) -> Iterable[Annotation]:
        """Return what is found in each text, in their order."""
        if self.workers is not None and len(texts) > 1:
            return self.workers.annotate_all(texts)
        return (self.annotator.annotate(title=title, text=text) for title, text in texts)


@dataclass(slots=True)
class Summary:
    """What a load did; `seconds` of wall time, `version` the corpus version if one was published.

    `removed` names the records that were passed over because their article was removed; `total` is how many there are
    to read, where that is known, and `publishing` how many articles wait, once all are stored.
    """

    read: int = 0
    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: Refusals = field(default_factory=Refusals)
    removed: Refusals = field(default_factory=Refusals)
    seconds: float = 0.0
    version: int | None = None
    total: int | None = None
    publishing: int | None = None


ProgressCallback = Callable[[Summary], None]
"""Is told what a load did so far: after each batch, and before it publishes."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a load has in hand from its first batch to its last."""

    resources: Resources
    registry: Registry
    summary: Summary
    sources: dict[str, KnownSource] = field(default_factory=dict)
    refused_at: set[str] = field(default_factory=set)

    def source(self, name: str) -> KnownSource:
        """Return the source of this name, as found in a record; most records name one that an earlier one named."""
        if name not in self.sources:
            self.sources[name] = _source(self.resources.sources.resolve(name))
        return self.sources[name]

    def refuse(self, refusal: Refusal) -> None:
        """Name a record that cannot be taken; what it came from has to be read again another time."""
        path = refusal.origin.path
        self.summary.refused.append(refusal)
        # A file in an archive is named behind the archive and "!".
        self.refused_at.update((path, *(path[: mark.start()] for mark in re.finditer("!", path))))


def annotations_of(contents: Sequence[Content], work: Work) -> list[Annotation]:
    """Return what the extractor finds in each; nothing where the record brought its entities along."""
    found = iter(work.resources.annotate_all([(c.title, c.text) for c in contents if c.entities is None]))
    annotations = [next(found) if content.entities is None else Annotation() for content in contents]
    for annotation in annotations:
        work.registry.add_found(annotation.entities)
    return annotations


def synced_registry(engine: Engine, resources: Resources, checkpoint: Checkpoint = no_checkpoint) -> Registry:
    """Write the lexicon to the database, and return all entities and sources that are known."""
    with engine.begin() as connection:
        registry = Registry(connection)
        registry.sync(
            map(_source, resources.sources.entries.values()), map(_entity, resources.lexicon.entities.values())
        )
        registry.store(connection)
        checkpoint("lexicon written")
    checkpoint("lexicon committed")
    return registry


def publish_loaded(
    engine: Engine, summary: Summary, progress: ProgressCallback, checkpoint: Checkpoint = no_checkpoint
) -> None:
    """Publish what is stored; whoever watches is told before how much that is."""
    summary.publishing = unpublished(engine)
    progress(summary)
    summary.version = publish(engine, checkpoint=checkpoint)


def _source(entry: SourceEntry) -> KnownSource:
    return KnownSource(entry.id, entry.name, entry.names, entry.domains)


def _entity(entry: LexiconEntity) -> KnownEntity:
    names = dict.fromkeys((*entry.all_names, *entry.demonyms))
    return KnownEntity(
        id=entry.id,
        type=entry.type,
        name=entry.name,
        wikidata=entry.wikidata,
        aliases=tuple(name for name in names if name != entry.name),
        former_ids=entry.former_ids,
        member_of=tuple(membership.as_dict() for membership in entry.member_of),
        local=False,
    )
