"""Apply rules to the mentions and statements of a revision: a pure function of its texts and rows, and of the rules.

Each mention follows the rules in their order: the next one that is about its entity or its wording. A speaker follows
the nearest mention of the same entity.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from app.labels import bearer_id
from app.models import BEARER_MARK, Action, EntityType, MentionKind
from seed.corrections.rules import Rule, Rules, normal_surface

CORRECTED_RULE = "corrected"
"""The rule of a mention that a correction has changed; its confidence is 1."""

MentionRow = tuple[Any, ...]
"""Field, start, end, text, kind, type, entity, rule, confidence: a row without the revision id."""

StatementRow = tuple[Any, ...]
"""Field, start, end, kind, speaker id, speaker, cue: a row without the revision id."""


class KnownEntities(Protocol):
    """The entities that are known, such as a registry of them."""

    def current_id(self, id_: str) -> str:
        """Return the id of the entity into which the lexicon merged another one, else the id itself."""

    def type_of(self, id_: str) -> EntityType | None:
        """Return the type of an entity; None if it is unknown."""


Rows = tuple[list[MentionRow], list[StatementRow]]
"""The mentions and the statements of a revision."""


def in_order(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return rows in the order of their field, start and end, which no two share."""
    return sorted(rows, key=lambda row: row[:3])


@dataclass(frozen=True)
class Document:
    """The texts of an article, by its public id."""

    article: str
    title: str
    text: str
    _occurrences: dict[tuple[str, bool], list[tuple[str, int, int]]] = field(default_factory=dict, repr=False)

    def occurrences(self, phrase: str, *, exact: bool) -> list[tuple[str, int, int]]:
        """Return field, start and end of each occurrence of a phrase as whole words; `exact` in its very letters."""
        key = phrase, exact
        if key not in self._occurrences:
            pattern = _pattern(phrase, exact)
            self._occurrences[key] = [
                (name, match.start(), match.end())
                for name, text in (("title", self.title), ("text", self.text))
                for match in pattern.finditer(text)
            ]
        return self._occurrences[key]


@lru_cache(maxsize=4096)
def _pattern(phrase: str, exact: bool) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, phrase.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", 0 if exact else re.IGNORECASE)


@dataclass(slots=True)
class _State:
    """A mention on its way through the rules; `after` is the number of the last rule that it has met."""

    row: MentionRow
    entity: str | None
    is_dropped: bool = False
    is_hidden: bool = False
    is_changed: bool = False
    after: int = -1

    @property
    def span(self) -> tuple[str, int, int]:
        return self.row[:3]


def correct_rows(
    document: Document,
    mentions: Sequence[MentionRow],
    statements: Sequence[StatementRow],
    rules: Rules,
    known: KnownEntities,
) -> Rows:
    """Return the rows of mentions and statements as the rules want them; others stay as they are."""
    states = [_State(row, None if row[6] is None else known.current_id(row[6])) for row in mentions]
    states += _added(document, states, rules)
    for state in states:
        _follow(document, state, rules)
    rows = [_corrected(state, rules, known) for state in states if not state.is_dropped]
    return rows, [_with_speaker(document, row, states, rules, known) for row in statements]


def _added(document: Document, states: Sequence[_State], rules: Rules) -> list[_State]:
    """Return mentions of the wordings that corrections know where nothing was found, each before its rule."""
    taken = [state.span for state in states]
    added = []
    for rule in rules.finding:
        if rule.decision.article not in (None, document.article):
            continue
        for name, start, end in document.occurrences(str(rule.decision.surface), exact=True):
            if any(field == name and first < end and start < last for field, first, last in taken):
                continue
            text = (document.title if name == "title" else document.text)[start:end]
            row = (name, start, end, text, MentionKind.NAME.value, "", None, CORRECTED_RULE, 1.0)
            state = _State(row, None, is_dropped=True, after=rule.number - 1)
            _follow(document, state, rules)
            if not state.is_dropped:
                taken.append(state.span)
                added.append(state)
    return added


def _follow(document: Document, state: _State, rules: Rules) -> None:
    """Let a mention follow all rules after the last one that it has met."""
    while (rule := _next_rule(document, state, rules)) is not None:
        state.after = rule.number
        _apply(rule, state)


def _next_rule(document: Document, state: _State, rules: Rules) -> Rule | None:
    candidates = [*rules.by_surface.get(normal_surface(state.row[3]), ())]
    if state.entity is not None and not state.is_dropped:
        for id_ in {state.entity, str(bearer_id(state.entity, document.article))}:
            candidates += rules.by_entity.get(id_, ())
    fitting = (rule for rule in candidates if rule.number > state.after and _fits(document, rule, state))
    return min(fitting, key=lambda rule: rule.number, default=None)


def _fits(document: Document, rule: Rule, state: _State) -> bool:
    decision = rule.decision
    if decision.article not in (None, document.article):
        return False
    if decision.surface is not None and normal_surface(decision.surface) != normal_surface(state.row[3]):
        return False
    if rule.do is Action.ALIAS_ADD and not _is_free(state):
        return False
    if rule.do is Action.NOT_A_NAME and state.is_dropped:
        return False
    return decision.context is None or _stands_in(document, decision.context, state)


def _is_free(state: _State) -> bool:
    """Return whether nobody knows whom a mention names: an alias takes no mention from another entity."""
    return not state.is_hidden and (state.entity is None or state.entity.endswith(BEARER_MARK))


def _stands_in(document: Document, context: str, state: _State) -> bool:
    """Return whether an article has a context; one that contains the wording of the mention has to be around it."""
    occurrences = document.occurrences(context, exact=False)
    name, start, end = state.span
    if _pattern(state.row[3], False).search(context):
        return any(field == name and first <= start and end <= last for field, first, last in occurrences)
    return bool(occurrences)


def _apply(rule: Rule, state: _State) -> None:
    state.is_changed = True
    if rule.do in (Action.HIDE, Action.NOT_A_NAME):
        state.is_dropped, state.is_hidden = True, rule.do is Action.HIDE
    elif rule.do is Action.ALIAS_REMOVE:
        state.entity = None
    elif rule.target is not None:
        state.entity, state.is_dropped, state.is_hidden = rule.target, False, False


def _corrected(state: _State, rules: Rules, known: KnownEntities) -> MentionRow:
    if not state.is_changed:
        return state.row
    type_ = state.row[5]
    if state.entity is not None:
        made = rules.made.get(state.entity)
        now = rules.types.get(state.entity) or (made.type if made else known.type_of(state.entity))
        type_ = now.value if now else type_ or EntityType.PERSON.value
    return *state.row[:5], type_, state.entity, CORRECTED_RULE, 1.0


def _with_speaker(
    document: Document, row: StatementRow, states: Sequence[_State], rules: Rules, known: KnownEntities
) -> StatementRow:
    """Return a statement whose speaker follows its nearest mention, or else the rules about the entity alone."""
    if row[4] is None:
        return row
    own = [state for state in states if state.row[6] == row[4]]
    if own:
        speaker = min(own, key=lambda state: _distance(state.span, row[:3]))
    else:
        nowhere = (row[0], row[1], row[1], "", MentionKind.NAME.value, "", row[4], "", 1.0)
        speaker = _State(nowhere, known.current_id(row[4]))
        _follow(document, speaker, rules)
    if not speaker.is_changed or (speaker.entity == row[4] and not speaker.is_dropped):
        return row
    id_ = None if speaker.is_dropped else speaker.entity
    words = row[5] if id_ is not None or speaker.is_hidden else row[5] or speaker.row[3] or None
    return *row[:4], id_, words, row[6]


def _distance(span: tuple[str, int, int], statement: tuple[str, int, int]) -> tuple[bool, int, int]:
    """Return how far a mention is from a statement: in the other field, code points between them, its start."""
    between = max(0, span[1] - statement[2], statement[1] - span[2])
    return span[0] != statement[0], between, span[1]
