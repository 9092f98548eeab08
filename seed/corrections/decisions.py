"""What a correction says: its fields, how a line of the file is read and written, and which corrections are in effect.

The file has one JSON object a line. Lines are only ever added: an `undo` takes back what an earlier line says.
"""

import json
import re
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.errors import DatelineError
from app.labels import ID_ALPHABET
from app.models import Action, EntityType

MAX_LENGTH = 300
"""Maximum length of a value, in code points."""

ID_DIGITS = 11
"""Characters of a new id after its first letter: 55 random bits."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ENTITY_ID = re.compile(r"[^\s/?#%\x00-\x1f\x7f-\x9f]{1,100}")
_ARTICLE_ID = re.compile(f"[{ID_ALPHABET}]{{12}}")
_WIKIDATA_ID = re.compile(r"Q[1-9][0-9]{0,17}")
_INSTANT = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class CorrectionError(DatelineError, ValueError):
    """A correction is malformed, or contradicts others; the message names the field, its value and what was wanted."""


class Kind(NamedTuple):
    """What the value of a field has to be: its pattern, if it has one, and words for it."""

    pattern: re.Pattern[str] | None
    wanted: str


class FieldRule(NamedTuple):
    """A field of an action: the attribute of `Decision` that has it, its kind, and whether it has to be there."""

    attribute: str
    kind: Kind
    is_required: bool = True


_TEXT = Kind(None, f"a text of 1 to {MAX_LENGTH} characters without line breaks")
_ENTITY = Kind(_ENTITY_ID, "the id of an entity: 1 to 100 characters without space, / ? # or %")
_ARTICLE = Kind(_ARTICLE_ID, "the public id of an article, such as 2v8k0q4m1xsc")
_TYPE = Kind(re.compile("|".join(EntityType)), f"one of {', '.join(EntityType)}")
_QID = Kind(_WIKIDATA_ID, "a Wikidata id such as Q159, or null for none")
_CORRECTION = Kind(_ID, "the id of a correction")

_MADE = {"name": FieldRule("name", _TEXT, False), "type": FieldRule("type", _TYPE, False)}
"""The name and the type of an entity that the correction makes, which nothing else knows."""

_CONDITIONS = {
    "article": FieldRule("article", _ARTICLE, False),
    "context": FieldRule("context", _TEXT, False),
    "surface": FieldRule("surface", _TEXT, False),
}

FIELDS: Mapping[Action, Mapping[str, FieldRule]] = {
    Action.MERGE: {"from": FieldRule("entity", _ENTITY), "into": FieldRule("into", _ENTITY), **_MADE},
    Action.SPLIT: {"entity": FieldRule("entity", _ENTITY), "into": FieldRule("into", _ENTITY), **_MADE},
    Action.RENAME: {"entity": FieldRule("entity", _ENTITY), "name": FieldRule("name", _TEXT)},
    Action.ALIAS_ADD: {"entity": FieldRule("entity", _ENTITY), "alias": FieldRule("surface", _TEXT)},
    Action.ALIAS_REMOVE: {"entity": FieldRule("entity", _ENTITY), "alias": FieldRule("surface", _TEXT)},
    Action.RETYPE: {"entity": FieldRule("entity", _ENTITY), "type": FieldRule("type", _TYPE)},
    Action.HIDE: {"entity": FieldRule("entity", _ENTITY)},
    Action.NOT_A_NAME: {
        "surface": FieldRule("surface", _TEXT),
        "context": FieldRule("context", _TEXT, False),
    },
    Action.IS: {
        "surface": FieldRule("surface", _TEXT),
        "entity": FieldRule("into", _ENTITY),
        "article": FieldRule("article", _ARTICLE, False),
        "context": FieldRule("context", _TEXT, False),
        **_MADE,
    },
    Action.WIKIDATA: {"entity": FieldRule("entity", _ENTITY), "wikidata": FieldRule("wikidata", _QID, False)},
    Action.UNDO: {"of": FieldRule("of", _CORRECTION)},
}
"""The fields of each action besides those that all have."""

WHEN = "when"
"""The field of a split that has its conditions, all of which must hold."""

_SHARED = ("id", "at", "by", "why", "do")


@dataclass(frozen=True, slots=True)
class Decision:
    """One correction; which attributes are set depends on `do`, as `FIELDS` says.

    `entity` is the entity that it is about, `into` the one that mentions name afterwards. `surface` is the wording of a
    mention or an alias.
    """

    id: str
    do: Action
    at: str
    by: str | None = field(default=None, compare=False)
    why: str | None = field(default=None, compare=False)
    entity: str | None = None
    into: str | None = None
    surface: str | None = None
    article: str | None = None
    context: str | None = None
    name: str | None = None
    type: str | None = None
    wikidata: str | None = None
    of: str | None = None

    @property
    def entities(self) -> tuple[str, ...]:
        """The ids of the entities that it names."""
        return tuple(id_ for id_ in (self.entity, self.into) if id_ is not None)

    @property
    def makes(self) -> str | None:
        """The id of the entity that it makes, if it says so by giving its name."""
        return self.into if self.name is not None else None

    def fields(self) -> dict[str, Any]:
        """Return the fields that only this action has, as in the file."""
        rules = FIELDS[self.do]
        values = {name: getattr(self, rule.attribute) for name, rule in rules.items()}
        # Null is a value there: no Wikidata id.
        fields = {name: value for name, value in values.items() if value is not None or rules[name].kind is _QID}
        if self.do is Action.SPLIT:
            conditions = {name: getattr(self, rule.attribute) for name, rule in _CONDITIONS.items()}
            fields[WHEN] = {name: value for name, value in conditions.items() if value is not None}
        return fields

    def line(self) -> str:
        """Return the decision as a line of the file, without its line feed."""
        shared = {"id": self.id, "at": self.at, "by": self.by, "why": self.why, "do": self.do.value}
        return json.dumps(shared | self.fields(), ensure_ascii=False)


def new_decision(do: Action, **values: str | None) -> Decision:
    """Return a new decision of this moment, with an id of its own; raise CorrectionError as `parse_line` does."""
    id_ = "c" + "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_DIGITS))
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return parse_line(Decision(id_, do, at, **values).line())


def parse_line(line: str) -> Decision:
    """Return the decision of a line; raise CorrectionError, which names the field, its value and what was wanted."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CorrectionError(f"the line is not JSON ({error}): expected an object") from None
    if not isinstance(record, dict):
        raise CorrectionError(f"the line is a JSON {type(record).__name__}: expected an object")
    do = record.get("do")
    if not isinstance(do, str) or do not in list(Action):
        raise CorrectionError(f"do is {do!r}: expected one of {', '.join(Action)}")
    action = Action(do)
    rules = FIELDS[action]
    values: dict[str, Any] = {
        "id": _checked("id", record.get("id"), _CORRECTION),
        "at": _checked("at", record.get("at"), Kind(_INSTANT, "an instant such as 2026-01-31T12:00:00Z")),
        "by": _optional("by", record, _TEXT),
        "why": _optional("why", record, _TEXT),
    }
    for name, rule in rules.items():
        read = _checked(name, record.get(name), rule.kind) if rule.is_required else _optional(name, record, rule.kind)
        values[rule.attribute] = read
    known = {*_SHARED, *rules}
    if action is Action.SPLIT:
        known.add(WHEN)
        values |= _conditions(record.get(WHEN))
    if unknown := sorted(record.keys() - known):
        raise CorrectionError(f"{unknown[0]} is not a field of {action}: expected {', '.join(sorted(known))}")
    decision = Decision(do=action, **values)
    _check_together(decision)
    return decision


def _checked(name: str, value: object, kind: Kind) -> str:
    is_text = isinstance(value, str) and len(value.strip()) > 0 and len(value) <= MAX_LENGTH
    if not is_text or _UNPRINTABLE.search(str(value)) or (kind.pattern and not kind.pattern.fullmatch(str(value))):
        raise CorrectionError(f"{name} is {value!r}: expected {kind.wanted}")
    return str(value)


def _optional(name: str, record: Mapping[str, object], kind: Kind) -> str | None:
    return None if record.get(name) is None else _checked(name, record[name], kind)


def _conditions(when: object) -> dict[str, str | None]:
    """Return the conditions of a split."""
    names = ", ".join(_CONDITIONS)
    if not isinstance(when, dict) or not when or not when.keys() <= _CONDITIONS.keys():
        raise CorrectionError(f"{WHEN} is {when!r}: expected an object with at least one of {names}")
    return {name: _checked(f"{WHEN}.{name}", value, _CONDITIONS[name].kind) for name, value in when.items()}


def _check_together(decision: Decision) -> None:
    """Raise CorrectionError for fields that do not go together."""
    if decision.do is Action.IS and decision.article is None and decision.context is None:
        raise CorrectionError("article and context are missing: expected one of them, or both")
    if decision.do in (Action.MERGE, Action.SPLIT) and decision.entity == decision.into:
        raise CorrectionError(f"into is {decision.into!r}: expected another entity than the one that it is about")
    if decision.into is not None and (decision.name is None) != (decision.type is None):
        missing = "type" if decision.type is None else "name"
        raise CorrectionError(f"{missing} is missing: an entity that is made needs its name and its type")


def in_effect(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return the decisions that count, in order: an undo that is itself undone takes nothing back."""
    undone: set[str | None] = set()
    counted = []
    for decision in reversed(decisions):
        if decision.id in undone:
            continue
        if decision.do is Action.UNDO:
            undone.add(decision.of)
        else:
            counted.append(decision)
    return tuple(reversed(counted))


def undone_by(decisions: Sequence[Decision]) -> dict[str, str]:
    """Return the id of the undo that took each decision back, by the id of the decision."""
    undos: dict[str, str] = {}
    for decision in reversed(decisions):
        if decision.do is Action.UNDO and decision.id not in undos and decision.of is not None:
            undos.setdefault(decision.of, decision.id)
    return undos


def united(first: Iterable[Decision], second: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the decisions of both, each once: those of the first in their order, then the others.

    Raise CorrectionError for two different decisions with one id.
    """
    by_id: dict[str, Decision] = {}
    for decision in (*first, *second):
        if by_id.setdefault(decision.id, decision) != decision:
            raise CorrectionError(
                f"the correction {decision.id!r} is {_say(decision)}, but {_say(by_id[decision.id])} elsewhere: "
                "expected another id, as lines are only ever added"
            )
    return tuple(by_id.values())


def _say(decision: Decision) -> str:
    return json.dumps({"do": decision.do.value, **decision.fields()}, ensure_ascii=False)
