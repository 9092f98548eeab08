"""The corrections of a database: bring those of the file into its table, and into the revisions that they change."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, Engine, delete, or_, select
from sqlmodel import col

from app.labels import split_bearer_id
from app.models import Action, Article, Correction, Extracted, Mention, Revision, Statement
from seed.corrections.decisions import Decision, in_effect, united
from seed.corrections.rules import TEXT_ACTIONS, Rule, make_rules
from seed.corrections.stored import stored_decisions
from seed.pipeline.bulk import chunked, insert_rows
from seed.pipeline.context import LoadContext
from seed.pipeline.writer import correct_revisions, index_revisions, set_next_revisions
from seed.publish.publish import Checkpoint, no_checkpoint

_CURRENT = select(col(Article.revision_id))


def sync_corrections(engine: Engine, context: LoadContext, checkpoint: Checkpoint = no_checkpoint) -> int:
    """Bring the corrections of the resources into the database; return the number of articles that they change.

    The rules of the context become those in effect: the corrections of the file in its order, and then those that only
    the database has, so that a file that was lost loses nothing. Nothing is published.
    """
    with engine.begin() as connection:
        stored = stored_decisions(connection)
        decisions = united(context.resources.decisions, stored)
        context.rules = make_rules(decisions, context.registry.current_id)
        context.registry.make(context.rules.targets)
        context.registry.store(connection)
        written: dict[str, int] = {}
        if [decision.line() for decision in decisions] != [decision.line() for decision in stored]:
            connection.execute(delete(Correction))
            insert_rows(connection, Correction, [(number, one.line()) for number, one in enumerate(decisions)])
            revisions = set(_affected_revisions(connection, in_effect(stored), context))
            written = correct_revisions(connection, revisions, context)
            index_revisions(connection, written.values())
            set_next_revisions(connection, written)
            checkpoint("corrections written")
    context.registry.commit()
    return len(written)


def _affected_revisions(connection: Connection, before: Sequence[Decision], context: LoadContext) -> Iterator[int]:
    """Yield the revisions that differ, or may differ, after a change of the decisions in effect."""
    after = in_effect(context.rules.decisions)
    if before == after:
        return
    yield from connection.scalars(_CURRENT.where(col(Article.revision_id).in_(select(col(Extracted.revision_id)))))
    known = set(before)
    is_in_order = [one for one in before if one in set(after)] == [one for one in after if one in known]
    added = {one.id for one in after if one not in known or not is_in_order}
    rules = [rule for rule in context.rules.all if rule.decision.id in added]
    yield from _with_entities(connection, _entity_ids(rules, context))
    for rule in rules:
        if rule.do in (*TEXT_ACTIONS, Action.NOT_A_NAME):
            yield from _with_surface(connection, rule)


def _entity_ids(rules: Iterable[Rule], context: LoadContext) -> Iterator[str]:
    """Yield the ids that rows may have of the entities of rules: current and former ones, and names of bearers."""
    for rule in rules:
        for id_ in (rule.entity, rule.decision.entity):
            if id_ is not None:
                known = context.registry.known_entity(id_)
                bearer = split_bearer_id(id_)
                yield from (id_, *(known.former_ids if known else ()), *(bearer[:1] if bearer else ()))


def _with_entities(connection: Connection, ids: Iterable[str]) -> Iterator[int]:
    for chunk in chunked(set(ids)):
        for table, column in ((Mention, col(Mention.entity_id)), (Statement, col(Statement.speaker_id))):
            revisions = select(col(table.revision_id)).where(column.in_(chunk))
            yield from connection.scalars(_CURRENT.where(col(Article.revision_id).in_(revisions)))


def _with_surface(connection: Connection, rule: Rule) -> Iterator[int]:
    """Yield the revisions whose title or text has the wording of a rule, whatever white space it has between words."""
    decision = rule.decision
    if decision.article is not None:
        yield from connection.scalars(_CURRENT.where(col(Article.id) == decision.article))
        return
    words = (word.replace("!", "!!").replace("%", "!%").replace("_", "!_") for word in str(decision.surface).split())
    pattern = f"%{'%'.join(words)}%"
    fields = (col(Revision.title), col(Revision.text))
    query = _CURRENT.join(Revision, col(Revision.id) == col(Article.revision_id))
    yield from connection.scalars(query.where(or_(*(field.like(pattern, escape="!") for field in fields))))
