"""YAML restricted to strings, lists and mappings: no tags, no aliases, no duplicate keys, no deep nesting.

Values are built from parser events: the tree builder of the C parser overflows its stack on deeply nested input, and
the usual loaders convert dates and let the last of two equal keys win.
"""

from collections.abc import Iterator
from typing import Any

import yaml

YamlValue = str | list["YamlValue"] | dict[str, "YamlValue"]

MAX_YAML_DEPTH = 8
"""Maximum nesting depth; our own files need less."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # Without libyaml, PyYAML is slower but parses the same.


def parse_yaml(text: str) -> YamlValue:
    """Return the single document in `text`, {} if empty; raise ValueError naming line and problem."""
    try:
        events = iter(yaml.parse(text, Loader=_LOADER))
        return _document(events)
    except yaml.YAMLError as error:
        raise ValueError(f"invalid YAML: {_describe(error)}") from None


def _describe(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    return problem if mark is None else f"line {mark.line + 1}: {problem}"


def _line_of(event: yaml.Event) -> str:
    mark: Any = event.start_mark
    return f"line {mark.line + 1}"


def _document(events: Iterator[yaml.Event]) -> YamlValue:
    value: YamlValue = {}
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        elif isinstance(event, yaml.NodeEvent):
            value = _value(event, events, 0)
    if documents > 1:
        raise ValueError("more than one YAML document: expected one")
    return value


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> YamlValue:
    if depth > MAX_YAML_DEPTH:
        raise ValueError(f"{_line_of(event)}: nested too deeply: expected at most {MAX_YAML_DEPTH} levels")
    match event:
        case yaml.ScalarEvent():
            return str(event.value)
        case yaml.SequenceStartEvent():
            return _sequence(events, depth + 1)
        case yaml.MappingStartEvent():
            return _mapping(events, depth + 1)
        case _:
            raise ValueError(f"{_line_of(event)}: an alias: expected the value itself")


def _sequence(events: Iterator[yaml.Event], depth: int) -> list[YamlValue]:
    items: list[YamlValue] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_value(event, events, depth))
    return items


def _mapping(events: Iterator[yaml.Event], depth: int) -> dict[str, YamlValue]:
    mapping: dict[str, YamlValue] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _value(event, events, depth)
        if not isinstance(key, str) or key in mapping:
            raise ValueError(
                f"{_line_of(event)}: the key {str(key)[:80]!r} is repeated or not text: expected each key once, as text"
            )
        mapping[key] = _value(next(events), events, depth)
    return mapping
