"""Odd texts: those of the grammar, and reports of the shipped collection that are cut, repeated and disturbed.

    python -m tests.seed.extract.odd_texts [count] [first seed]

annotates that many texts, names those that raise or have an invalid span, and exits with code 1 if there are any. The
same seed gives the same text.
"""

import sys
import time
from collections.abc import Callable
from functools import cache
from random import Random

from seed.extract import Annotator, load_lexicon
from tests.conftest import ROOT
from tests.seed.extract.grammar import (
    ACRONYMS,
    CREDITS,
    CUES,
    GIVEN_NAMES,
    KNOWN_NAMES,
    LINE_BREAKS,
    MARKS,
    ODD_CHARACTERS,
    SPACES,
    SURNAMES,
    TITLES,
    check_annotation,
    make_text,
)

MAX_CHANGES = 12
"""Maximum number of changes to a report."""

_INSERTED = (GIVEN_NAMES, SURNAMES, TITLES, KNOWN_NAMES, ACRONYMS, CREDITS, CUES, MARKS, MARKS, LINE_BREAKS, SPACES)


@cache
def _reports() -> tuple[str, ...]:
    """Return the reports that ship with the code, with their front matter: it is a text like any other here."""
    return tuple(path.read_text("utf-8") for path in sorted((ROOT / "seed" / "corpus").glob("*.md")))


def odd_text(seed: int) -> str:
    """Return a text of the grammar for an even seed, and a disturbed report for an odd one."""
    return make_text(seed) if seed % 2 == 0 else disturbed_report(seed)


def disturbed_report(seed: int) -> str:
    """Return a piece of a report with up to `MAX_CHANGES` changes."""
    random = Random(f"report {seed}")
    report = random.choice(_reports())
    start = random.randrange(len(report))
    text = report[start : start + random.choice((80, 400, 2_000))]
    for _ in range(random.randrange(MAX_CHANGES + 1)):
        at = random.randrange(len(text) + 1)
        end = min(len(text), at + random.choice((1, 1, 5, 40)))
        text = text[:at] + random.choice(_CHANGES)(text[at:end], random) + text[end:]
    return text


def _drop(_piece: str, _random: Random) -> str:
    return ""


def _insert(piece: str, random: Random) -> str:
    return random.choice(random.choice((*_INSERTED, ODD_CHARACTERS))) + piece


def _repeat(piece: str, random: Random) -> str:
    return piece * random.choice((2, 3, 20))


def _join_words(piece: str, _random: Random) -> str:
    return "".join(piece.split())


def _break_lines(piece: str, random: Random) -> str:
    return random.choice(LINE_BREAKS).join(piece.split(" "))


def _change_case(piece: str, random: Random) -> str:
    return random.choice((str.upper, str.lower, str.title, str.swapcase))(piece)


def _reverse(piece: str, _random: Random) -> str:
    return piece[::-1]


_CHANGES: tuple[Callable[[str, Random], str], ...] = (
    *(_drop, _insert, _insert, _insert, _repeat, _join_words, _break_lines, _change_case, _reverse),
)


def main() -> None:
    """Annotate as many texts as the command line asks for, and print how many of them raise."""
    count, first = (int(value) for value in [*sys.argv[1:], *("50000", "0")[len(sys.argv) - 1 :]])
    annotator = Annotator(load_lexicon())
    raised, slowest, started = 0, (0.0, first), time.monotonic()
    for seed in range(first, first + count):
        text, before = odd_text(seed), time.monotonic()
        try:
            check_annotation(annotator.annotate(title=None, text=text), None, text)
        except Exception as error:
            raised += 1
            sys.stderr.write(f"seed {seed}: {error!r}: {text!r}\n")
        slowest = max(slowest, (time.monotonic() - before, seed))
    took = time.monotonic() - started
    sys.stdout.write(
        f"{count} odd texts in {took:.1f} s: {raised} raised; the slowest (seed {slowest[1]}) took {slowest[0]:.2f} s\n"
    )
    sys.exit(int(raised > 0))


if __name__ == "__main__":
    main()
