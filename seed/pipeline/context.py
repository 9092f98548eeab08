"""The state that a load carries from its first batch to its last: resources, registry and summary."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import Engine

from app.labels import SourceLabel
from seed.corrections.decisions import Decision
from seed.corrections.rules import NO_RULES, Rules
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity
from seed.faults import Fault
from seed.pipeline.article_matching import move_source_keys
from seed.pipeline.batch_plan import BatchPlan
from seed.pipeline.exported_annotations import complete_annotation
from seed.pipeline.merge import Content
from seed.pipeline.registry import KnownEntity, Registry
from seed.pipeline.report import Notes, Refusals
from seed.pipeline.workers import TitleAndText, Workers, annotate_or_fault
from seed.publish.pending import mark_new_keys
from seed.publish.publish import Checkpoint, count_pending, no_checkpoint, publish
from seed.readers.outlets import SourceEntry, Sources
from seed.records import Annotation, ExportedAnnotation, Visit


@dataclass(frozen=True, slots=True)
class Resources:
    """The lexicon, the annotator built from it, and the known sources.

    Workers, if there are any, annotate many texts in parallel. `extractor` is the id of the annotator, empty if it has
    none: annotations that were prepared with the same id are those that it would make. `decisions` are those of the
    file of corrections.
    """

    lexicon: Lexicon
    annotator: Annotator
    sources: Sources
    workers: Workers | None = None
    extractor: str = ""
    decisions: Sequence[Decision] = ()

    def annotate_all(self, texts: Sequence[TitleAndText]) -> Iterable[Annotation | Fault]:
        """Return the annotation of each text, in order, or why there is none."""
        if self.workers is not None and len(texts) > 1:
            return self.workers.annotate_all(texts)
        return (annotate_or_fault(self.annotator, text) for text in texts)


@dataclass(slots=True)
class LoadSummary:
    """The counts of a load, with its wall time in seconds and the corpus version, if one was published.

    `removed` are the records that were skipped because their article was removed, `renamed` those of exports whose
    article has another public id here, `notes` what was not taken over from exports. `total` is the number of
    articles to read, where it is known. `publishing` is the number of articles to publish, set once everything is
    stored.
    """

    read: int = 0
    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: Refusals = field(default_factory=Refusals)
    removed: Refusals = field(default_factory=Refusals)
    renamed: Refusals = field(default_factory=Refusals)
    notes: Notes = field(default_factory=Notes)
    seconds: float = 0.0
    version: int | None = None
    total: int | None = None
    publishing: int | None = None


NOTHING_PREPARED: Mapping[TitleAndText, Annotation] = MappingProxyType({})

ProgressCallback = Callable[[LoadSummary], None]
"""Called with the summary so far: after each batch, and before the publish."""


@dataclass(slots=True)
class LoadContext:
    """The state of a load; `refused_paths` are the paths of inputs with a refused record.

    `rules` are those of the corrections in effect.
    """

    resources: Resources
    registry: Registry
    summary: LoadSummary
    rules: Rules = NO_RULES
    sources: dict[str, SourceLabel] = field(default_factory=dict)
    refused_paths: set[str] = field(default_factory=set)

    def source(self, name: str) -> SourceLabel:
        """Return the source of this name, as a record spells it."""
        # Cached, as most records have the same source as an earlier one.
        if name not in self.sources:
            self.sources[name] = _known_source(self.resources.sources.resolve(name))
        return self.sources[name]

    def commit(self, plan: BatchPlan) -> None:
        """Count the records of a batch that is committed, and report those refused."""
        self.registry.commit()
        summary = self.summary
        summary.read += plan.read
        summary.loaded += plan.loaded
        summary.updated += plan.updated
        summary.unchanged += plan.unchanged
        for removal in plan.removed:
            summary.removed.append(removal)
        for renaming in plan.renamed:
            summary.renamed.append(renaming)
        for note in plan.notes:
            summary.notes.add(note.origin, note.reason)
        for refusal in plan.refusals:
            summary.refused.append(refusal)
        self.refused_paths.update(_refused_paths(plan))

    def storable_visits(self, plan: BatchPlan) -> Iterator[Visit]:
        """Yield the visits of URLs from which no record was refused: the others are read again next time."""
        refused = self.refused_paths | _refused_paths(plan)
        return (end.visit for end in plan.visits if end.origin.path not in refused)


def _refused_paths(plan: BatchPlan) -> set[str]:
    return {path for refusal in plan.refusals for path in _input_paths(refusal.origin.path)}


def _input_paths(path: str) -> Iterator[str]:
    """Yield the path of an input and, if it is in an archive, those of the archives around it."""
    yield path
    # The path of a file in an archive is that of the archive, "!" and the name of the file.
    for separator in re.finditer("!", path):
        yield path[: separator.start()]


def annotate_contents(
    contents: Sequence[Content],
    context: LoadContext,
    exported: Sequence[ExportedAnnotation | None] | None = None,
    prepared: Mapping[TitleAndText, Annotation] = NOTHING_PREPARED,
) -> list[Annotation | Fault]:
    """Return the annotation of each content, or why there is none; it is empty where the record has its entities.

    `exported` is what exports have of each, which takes precedence over what is extracted, and `prepared` what need not
    be extracted.
    """
    texts = [(content.title, content.text) for content in contents if content.entities is None]
    extracted = iter(context.resources.annotate_all([one for one in texts if one not in prepared]))
    annotations = [
        Annotation() if c.entities is not None else prepared.get((c.title, c.text)) or next(extracted) for c in contents
    ]
    if exported is not None:
        find = context.registry.known_entity
        annotations = [
            annotation if kept is None or isinstance(annotation, Fault) else complete_annotation(kept, annotation, find)
            for annotation, kept in zip(annotations, exported, strict=True)
        ]
    for annotation in annotations:
        if isinstance(annotation, Annotation):
            context.registry.add_local_entities(annotation.entities)
    return annotations


def sync_registry(engine: Engine, resources: Resources, checkpoint: Checkpoint = no_checkpoint) -> Registry:
    """Write the lexicon to the database, and return the registry of all known entities and sources.

    Keys of a source that the lexicon now calls otherwise follow it, so that its records still meet their articles.
    """
    with engine.begin() as connection:
        registry = Registry.read(connection)
        for source in registry.sources():
            if source.id in resources.sources.entries:
                continue
            target = resources.sources.resolve(source.name).id
            if target != source.id and move_source_keys(connection, source.id, target):
                mark_new_keys(connection)
        registry.sync(
            map(_known_source, resources.sources.entries.values()),
            map(_known_entity, resources.lexicon.entities.values()),
        )
        registry.store(connection)
        checkpoint("lexicon written")
    registry.commit()
    checkpoint("lexicon committed")
    return registry


def publish_loaded(
    engine: Engine, summary: LoadSummary, progress: ProgressCallback, checkpoint: Checkpoint = no_checkpoint
) -> None:
    """Publish what is stored, after reporting the number of pending articles to `progress`."""
    summary.publishing = count_pending(engine)
    progress(summary)
    summary.version = publish(engine, checkpoint=checkpoint)


def _known_source(entry: SourceEntry) -> SourceLabel:
    return SourceLabel(
        id=entry.id,
        name=entry.name,
        names=entry.names,
        domains=entry.domains,
        country=entry.country,
        owner=entry.owner,
        kind=entry.kind,
        founded=entry.founded,
        languages=entry.languages or ((entry.language,) if entry.language else ()),
        groups=entry.groups,
    )


def _known_entity(entry: LexiconEntity) -> KnownEntity:
    names = dict.fromkeys((*entry.all_names, *entry.demonyms))
    return KnownEntity(
        id=entry.id,
        type=entry.type,
        name=entry.name,
        wikidata=entry.wikidata,
        aliases=tuple(name for name in names if name != entry.name),
        former_ids=entry.former_ids,
        member_of=tuple(membership.as_dict() for membership in entry.member_of),
        at=entry.at and entry.at.as_dict(),
        local=False,
    )
