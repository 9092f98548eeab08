"""Find elements by the CSS selectors that JSON-LD has: names, ids, classes, attributes, and descent."""

import re
from collections.abc import Iterator

from seed.readers.html_markup.tree import Element, find_elements

_MAX_SELECTOR_LENGTH = 1_000
_MAX_PARTS = 4  # Of a selector: each takes as long as all elements times their depth.
_COMPOUND = re.compile(r"(?P<tag>\*|[\w-]+)?(?P<rest>(?:[.#][\w-]+|\[[\w-]+(?:[*^$~|]?=[\"']?[^\"'\]]*[\"']?)?\])*)")
_SIMPLE = re.compile(
    r"(?P<kind>[.#])(?P<name>[\w-]+)|\[(?P<attribute>[\w-]+)(?:(?P<test>[*^$~|]?=)[\"']?(?P<value>[^\"'\]]*)[\"']?)?\]"
)


def find_by_selector(tree: Element, selector: str) -> list[Element]:
    """Return the elements that a list of selectors finds; a selector that is not understood finds none."""
    if len(selector) > _MAX_SELECTOR_LENGTH:
        return []
    paths = filter(None, map(_path, selector.split(",")))
    return [element for path in paths for element in find_elements(tree, path)]


def _path(selector: str) -> str | None:
    """Return a selector as XPath."""
    steps = []
    axis = "//"
    parts = re.sub(r"\s*>\s*", " > ", selector.strip()).split()
    for part in parts if len(parts) <= _MAX_PARTS else ():
        match = _COMPOUND.fullmatch(part)
        if part == ">":
            axis = "/"
        elif match is None:
            return None
        else:
            steps.append(f"{axis}{match['tag'] or '*'}{''.join(_conditions(match['rest']))}")
            axis = "//"
    return "".join(steps) or None


def _conditions(simple_selectors: str) -> Iterator[str]:
    for match in _SIMPLE.finditer(simple_selectors):
        if match["kind"] == "#":
            yield f"[@id='{match['name']}']"
        elif match["kind"]:
            yield f"[contains(concat(' ', normalize-space(@class), ' '), ' {match['name']} ')]"
        elif match["test"] == "=":
            yield f"[@{match['attribute']}='{match['value']}']"
        elif match["test"]:
            yield f"[contains(@{match['attribute']}, '{match['value']}')]"
        else:
            yield f"[@{match['attribute']}]"
