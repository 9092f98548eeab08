"""YAML as strings, lists and mappings, built from events: no tags, no aliases, no key twice, no deep nesting.

The C parser's own tree builder overflows its stack on deeply nested input, and the usual loaders turn dates into
dates and let the last of two equal keys win.
"""

from collections.abc import Iterator
from typing import Any

import yaml

Value = str | list["Value"] | dict[str, "Value"]

DEEPEST = 8
"""Nesting that no file of ours needs."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # PyYAML without libyaml is slower and reads the same.


def parse(text: str) -> Value:
    """The one document in `text`; an empty one is an empty mapping. Raises ValueError naming line and problem."""
    try:
        events = iter(yaml.parse(text, Loader=_LOADER))
        return _document(events)
    except yaml.YAMLError as error:
        raise ValueError(f"no YAML: {_problem(error)}") from None


def _problem(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    return problem if mark is None else f"line {mark.line + 1}: {problem}"


def _place(event: yaml.Event) -> str:
    mark: Any = event.start_mark
    return f"line {mark.line + 1}"


def _document(events: Iterator[yaml.Event]) -> Value:
    value: Value = {}
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        elif isinstance(event, yaml.NodeEvent):
            value = _value(event, events, 0)
    if documents > 1:
        raise ValueError("more than one YAML document: wanted one")
    return value


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Value:
    if depth > DEEPEST:
        raise ValueError(f"{_place(event)}: wanted at most {DEEPEST} levels")
    match event:
        case yaml.ScalarEvent():
            return str(event.value)
        case yaml.SequenceStartEvent():
            return _sequence(events, depth + 1)
        case yaml.MappingStartEvent():
            return _mapping(events, depth + 1)
        case _:
            raise ValueError(f"{_place(event)}: an alias: wanted the value itself")


def _sequence(events: Iterator[yaml.Event], depth: int) -> list[Value]:
    items: list[Value] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_value(event, events, depth))
    return items


def _mapping(events: Iterator[yaml.Event], depth: int) -> dict[str, Value]:
    found: dict[str, Value] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _value(event, events, depth)
        if not isinstance(key, str) or key in found:
            raise ValueError(f"{_place(event)}: the key {str(key)[:80]!r}: wanted each key once, as text")
        found[key] = _value(next(events), events, depth)
    return found
