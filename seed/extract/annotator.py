"""The way from a text to its annotation: dictionary, rules, overlaps, credits, statements."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from app.models import MentionKind
from seed.extract.candidates import Candidate, longest
from seed.extract.context import DocumentContext
from seed.extract.lexicon.disambiguation import read_hits
from seed.extract.lexicon.gazetteer import Gazetteer
from seed.extract.lexicon.lexicon import Lexicon
from seed.extract.lexicon.word_lists import load_word_lists
from seed.extract.mentions.acronyms import find_definitions, resolve_acronyms
from seed.extract.mentions.local_entities import Locals, PersonIndex
from seed.extract.mentions.metonyms import find_metonyms
from seed.extract.mentions.name_runs import NameRun, find_names
from seed.extract.mentions.person_names import find_people
from seed.extract.mentions.person_resolution import carry_surnames, find_offices, find_roles, resolve_people
from seed.extract.statements.statements import find_statements
from seed.extract.text.credits import find_credits, mark_credits
from seed.extract.text.document import Document
from seed.records import Annotation, Field, Mention


class Annotator:
    """Finds mentions and statements with one lexicon; compiled once, then a pure function of the text."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._known = lexicon.entities.keys()
        self._gazetteer = Gazetteer(lexicon)
        self._people = PersonIndex(lexicon)
        self._word_lists = load_word_lists()

    def annotate(self, *, title: str | None, text: str, outlet: str | None = None) -> Annotation:
        """Returns mentions, statements and the local entities they name; no text makes it raise.

        `outlet` is the name of the source, which conditions of ambiguous forms may look at.
        """
        document = Document(title, text, outlet or "", self._word_lists.kinds)
        found = Locals()
        hits = longest(read_hits(document, self._gazetteer.hits(document.folded)))
        credits_ = find_credits(document)
        context = DocumentContext(document, self._word_lists, hits, credits_)
        roles: dict[tuple[str, ...], str] = {}
        mentions = mark_credits(credits_, self._mentions(context, found, roles))
        statements = find_statements(context, mentions, roles)
        used = chain((mention.entity for mention in mentions), (statement.speaker for statement in statements))
        return Annotation(
            mentions=tuple(_placed(document, mentions)), statements=tuple(statements), entities=found.used(used)
        )

    def _mentions(self, context: DocumentContext, found: Locals, roles: dict[tuple[str, ...], str]) -> list[Candidate]:
        names = find_people(context)
        people = resolve_people(context, names, self._people, found)
        roles.update(find_roles(context, [*context.hits, *people]))
        named = list(_named(context, find_names(context), found))
        short = list(resolve_acronyms(context, find_definitions(context), [*context.hits, *named], found))
        carried = carry_surnames(context, [*context.hits, *people])
        return longest(
            chain(
                context.hits,
                find_metonyms(context, context.hits, self._known),
                people,
                named,
                short,
                carried,
                find_offices(context, roles),
            )
        )


def _named(context: DocumentContext, names: Iterable[NameRun], found: Locals) -> Iterator[Candidate]:
    for name in names:
        start, end = context.tokens[name.first].start, context.tokens[name.last - 1].end
        entity = found.add(context.document.whole[start:end], name.type, _entity_context(context, name))
        yield Candidate(start, end, name.type, MentionKind.NAME, entity, name.rule, name.confidence)


def _entity_context(context: DocumentContext, name: NameRun) -> str:
    """Returns the state or organization that the name itself or the words just behind its comma hold."""
    for index in (name.first, name.last if context.follows(name.last, ", ") else name.first):
        if (hit := context.hit_at.get(index)) is not None and hit.entity is not None:
            return hit.entity
    return ""


def _placed(document: Document, mentions: Sequence[Candidate]) -> Iterator[Mention]:
    for mention in mentions:
        field: Field = "title" if mention.end <= document.title_end and document.offset else "text"
        shift = 0 if field == "title" else document.offset
        start, end = mention.start - shift, mention.end - shift
        surface = document.whole[mention.start : mention.end]
        yield Mention(
            field, start, end, surface, mention.type, mention.kind, mention.entity, mention.rule, mention.confidence
        )
