"""The oracle of text queries: random trees, how people may write them, and what they match, computed naively.

A tree is a tuple: `("word", text)`, `("phrase", text)`, `("prefix", text)`, `("near", terms, distance)`,
`("title", tree)`, `("not", tree)`, `("and", trees)` or `("or", trees)`. Only the words of a text come from the engine.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random
from typing import Any

from app.text import tokenizer
from tests.oracle import Record
from tests.oracle_highlights import Highlights

Tree = tuple[Any, ...]
Spans = list[tuple[int, int]]

# Each text is searched for every leaf.
tokens, joined, words = cache(tokenizer.tokens), cache(tokenizer.joined), cache(tokenizer.words)

WORDS = (
    *(
        "port",
        "ports",
        "Portside",
        "ship",
        "Ships",
        "shipping",
        "café",
        "CAFE",
        "Élan",
        "naïve",
        "Tu-160",
        "Tu-16",
        "160",
    ),
    *("l’eau", "Da'esh", "Daesh", "air-strike", "airstrike", "1,500", "İzmir", "Straße", "Łódź", "or", "IS"),
    *("мир", "Мира", "ёлка", "Αθήνα", "حرب", "الحرب", "שלום", "空袭", "空袭停火", "停火", "東京都", "서울", "สงคราม"),
)
PREFIXES = ("por", "ship", "shi", "Tu-1", "caf", "мир", "Dae", "airs", "150", "الح")
RUNS = frozenset("空袭停火東京都")
"""Characters of a script that has no spaces between words."""

QUOTES = ('""', "“”", "„“", "«»")


def record(number: int, random: Random) -> Record:
    """Return an article of some of these words, short enough for one snippet."""
    fields = {"title": _text(random, 4), "text": _text(random, 18)[:190]}
    return {"id": f"q{number}", "url": f"https://queries.example/{number}", "source": "Alpha", "entities": [], **fields}


def _text(random: Random, size: int) -> str:
    text = random.choice(WORDS)
    for _ in range(random.randrange(size)):
        word = random.choice(WORDS)
        is_run = text[-1] in RUNS and word[0] in RUNS
        text += random.choice(["", "", " ", "，"] if is_run else [" ", " ", " ", ", ", ". ", "\n", " – "]) + word
    return text


def draw_tree(random: Random, depth: int = 3) -> Tree:
    """Return a random tree of at most a dozen leaves."""
    kind = random.choice(["leaf", "leaf", "and", "or", "not", "title"]) if depth else "leaf"
    if kind == "leaf":
        return _leaf(random)
    if kind in {"not", "title"}:
        return (kind, draw_tree(random, depth - 1))
    return (kind, [draw_tree(random, depth - 1) for _ in range(random.randint(2, 3))])


def _leaf(random: Random) -> Tree:
    if random.random() < 0.12:
        terms = {tuple(words(term[1])): term for term in (_term(random) for _ in range(random.randint(2, 3)))}
        return ("near", list(terms.values()), random.randint(1, 6)) if len(terms) > 1 else _term(random)
    return _term(random)


def _term(random: Random) -> Tree:
    kind = random.choice(["word", "word", "phrase", "prefix"])
    if kind == "prefix":
        return (kind, random.choice(PREFIXES))
    if kind == "phrase":
        return (kind, " ".join(random.choices(WORDS, k=random.randint(1, 2))))
    return (kind, random.choice(WORDS))


def leaves(tree: Tree) -> Iterator[Tree]:
    """Yield the leaves of a tree, those of titles as `("title", leaf)`."""
    if tree[0] in {"and", "or"}:
        yield from (leaf for operand in tree[1] for leaf in leaves(operand))
    elif tree[0] == "not":
        yield from leaves(tree[1])
    elif tree[0] == "title":
        yield from (leaf if leaf[0] == "title" else ("title", leaf) for leaf in leaves(tree[1]))
    else:
        yield tree


def written(tree: Tree, random: Random) -> str:
    """Return a tree as somebody may write it; brackets that are not needed may be there."""
    kind = tree[0]
    if kind == "not":
        return random.choice(["-", "NOT "]) + _grouped(tree[1], random)
    if kind == "title":
        return f"title:{_grouped(tree[1], random)}"
    if kind in {"and", "or"}:
        joints = [" ", " AND "] if kind == "and" else [" OR ", "|", " | "]
        first, *others = (
            _grouped(operand, random) if operand[0] == "or" or random.random() < 0.2 else written(operand, random)
            for operand in tree[1]
        )
        return first + "".join(random.choice(joints) + other for other in others)
    return _written_leaf(tree, random)


def _written_leaf(leaf: Tree, random: Random) -> str:
    if leaf[0] == "near":
        if all(term[0] == "word" for term in leaf[1]) and random.random() < 0.5:
            return f'"{" ".join(term[1] for term in leaf[1])}"~{leaf[2]}'
        return f"NEAR({' '.join(written(term, random) for term in leaf[1])}, {leaf[2]})"
    if leaf[0] == "phrase":
        quotes = random.choice(QUOTES)
        return f"{quotes[0]}{leaf[1]}{quotes[1]}"
    return str(leaf[1]) + ("*" if leaf[0] == "prefix" else "")


def _grouped(tree: Tree, random: Random) -> str:
    """Return a tree as one operand."""
    text = written(tree, random)
    return text if tree[0] not in {"and", "or", "not"} and random.random() < 0.8 else f"({text})"


def value(leaf: Tree) -> str:
    """Return the name of a leaf in responses."""
    if leaf[0] == "title":
        return f"title:{value(leaf[1])}"
    if leaf[0] == "near":
        terms = (f'"{term[1]}"' if term[0] == "phrase" else value(term) for term in leaf[1])
        return f"NEAR({' '.join(terms)}, {leaf[2]})"
    return str(leaf[1]) + ("*" if leaf[0] == "prefix" else "")


def matches(tree: Tree, record: Record, fields: tuple[str, ...] = ("title", "text")) -> bool:
    """Return whether a record matches."""
    if tree[0] == "and":
        return all(matches(operand, record, fields) for operand in tree[1])
    if tree[0] == "or":
        return any(matches(operand, record, fields) for operand in tree[1])
    if tree[0] == "not":
        return not matches(tree[1], record, fields)
    if tree[0] == "title":
        return matches(tree[1], record, ("title",))
    return any(spans(tree, record[field]) for field in fields)


def without_each_leaf(tree: Tree) -> Iterator[Tree | None]:
    """Yield the tree without each of its leaves; None if nothing is left."""
    if tree[0] in {"and", "or"}:
        for at, operand in enumerate(tree[1]):
            for rest in without_each_leaf(operand):
                others = [*tree[1][:at], *([rest] if rest else []), *tree[1][at + 1 :]]
                yield (tree[0], others)
    elif tree[0] in {"not", "title"}:
        for rest in without_each_leaf(tree[1]):
            yield rest and (tree[0], rest)
    else:
        yield None


def wanted_leaves(tree: Tree, *, is_excluded: bool = False) -> Iterator[Tree]:
    """Yield the leaves that are not excluded, those of titles as `("title", leaf)`; two exclusions are none."""
    if tree[0] in {"and", "or"}:
        yield from (leaf for one in tree[1] for leaf in wanted_leaves(one, is_excluded=is_excluded))
    elif tree[0] == "not":
        yield from wanted_leaves(tree[1], is_excluded=not is_excluded)
    elif tree[0] == "title":
        own = wanted_leaves(tree[1], is_excluded=is_excluded)
        yield from (leaf if leaf[0] == "title" else ("title", leaf) for leaf in own)
    elif not is_excluded:
        yield tree


def highlights(tree: Tree, record: Record) -> Highlights:
    """Return the places of the leaves that are not excluded."""
    return {
        (field, *span, "q", value(leaf))
        for leaf in wanted_leaves(tree)
        for field in (("title",) if leaf[0] == "title" else ("title", "text"))
        for span in spans(leaf[1] if leaf[0] == "title" else leaf, record[field])
    }


def spans(leaf: Tree, text: str) -> Spans:
    """Return the code points of a text where a leaf occurs, those that overlap as one."""
    index = tokens(text)
    found = {(index[first].start, index[last - 1].end) for first, last in _ranges(leaf, text)}
    if leaf[0] in {"word", "prefix"}:
        own, starts = words(leaf[1]), {start for start, _ in found}
        wanted = own[0] if len(own) == 1 else tokenizer.joined_form(leaf[1])
        for token in [*joined(text), *(index if len(own) > 1 else ())]:
            fits = token.token.startswith(wanted or "\0") if leaf[0] == "prefix" else token.token == wanted
            if fits and token.start not in starts:
                found.add((token.start, token.end))
    merged: Spans = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _ranges(leaf: Tree, text: str) -> set[tuple[int, int]]:
    """Return the ranges of tokens in which a leaf occurs."""
    if leaf[0] == "near":
        found = set()
        for group in product(*(sorted(_ranges(term, text)) for term in leaf[1])):
            last_start = max(first for first, _ in group)
            if all(last_start - after <= leaf[2] for _, after in group):
                found |= set(group)
        return found
    wanted, stored = words(leaf[1]), words(text)
    windows = ((at, stored[at : at + len(wanted)]) for at in range(len(stored) - len(wanted) + 1))
    if leaf[0] == "prefix":
        fits = (at for at, window in windows if window[:-1] == wanted[:-1] and window[-1].startswith(wanted[-1]))
    else:
        fits = (at for at, window in windows if window == wanted)
    return {(at, at + len(wanted)) for at in fits}
