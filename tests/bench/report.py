"""The tables and the chart of docs/explanation/performance.md."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.bench.loading import LoadTimes
from tests.bench.measure import Measurement, Row
from tests.bench.targets import TARGETS

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SYSTEMS = {
    "static": "static floor",
    "sets": "bare sets",
    "dateline": "Dateline",
    "again": "the same again",
    "typesense": "Typesense",
    "tantivy": "Tantivy",
    "sql": "plain SQL",
    "datasette": "Datasette",
}
COLOURS = {
    "static": "#b8b8b8",
    "sets": "#9fc6e5",
    "dateline": "#1f5f99",
    "again": "#4f8fc4",
    "typesense": "#7a5aa6",
    "tantivy": "#4a8f5b",
    "sql": "#d9a441",
    "datasette": "#b5473c",
}
LABEL, PLOT, BAR, GAP, TOP = 190, 560, 9, 12, 56


def tables(measured: Sequence[Measurement]) -> str:
    """Return all tables as Markdown; the largest corpus comes first."""
    largest = measured[-1]
    return "\n\n".join(
        [
            f"### What to reach, at {largest.size:,} articles\n\n{_targets(largest)}",
            f"### Single queries at {largest.size:,} articles\n\n{_queries(largest)}",
            *(
                f"### Side by side at {measurement.size:,} articles\n\n{_ratios(measurement)}"
                for measurement in measured[::-1]
                if measurement.is_compared
            ),
            f"### Growth: median of Dateline in ms\n\n{_growth(measured)}",
            f"### The rest at {largest.size:,} articles\n\n{_numbers(largest)}",
            f"### Other views at {largest.size:,} articles\n\n{_views(largest)}",
            f"### Loading\n\n{_loading(measured)}",
        ]
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ms(value: float) -> str:
    return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"


def _targets(measured: Measurement) -> str:
    rows = ((target, target.worst(measured)) for target in TARGETS)
    lines = (
        [target.what, target.wanted, _ms(worst), "reached" if target.is_reached(worst) else "missed"]
        for target, worst in rows
        if worst is not None
    )
    return _table(("what", "wanted", "worst", ""), lines)


def _queries(measured: Measurement) -> str:
    head = ("question", "found", "bytes", "median, ms", "p99, ms", "processor, ms")
    return _table(head, map(_query, measured.rows))


def _query(row: Row) -> list[str]:
    took = row.times["dateline"]
    return [row.question.name, f"{row.total:,}", f"{row.size:,}", _ms(took.median), _ms(took.p99), _ms(row.cpu)]


def _ratios(measured: Measurement) -> str:
    ratios = ("Dateline / static", "Typesense / Dateline", "Tantivy / Dateline", "Datasette / Dateline")
    head = ("question", *(f"{name}, ms" for name in SYSTEMS.values()), *ratios)
    return _table(head, (_ratio_row(row) for row in measured.rows))


def _ratio_row(row: Row) -> list[str]:
    medians = [_ms(row.times[system].median) if system in row.times else "-" for system in SYSTEMS]
    pairs = (("dateline", "static"), *((other, "dateline") for other in ("typesense", "tantivy", "datasette")))
    ratios = [row.ratio(*pair) for pair in pairs]
    return [row.question.name, *medians, *("-" if ratio is None else f"{ratio:,.1f}" for ratio in ratios)]


def _growth(measured: Sequence[Measurement]) -> str:
    head = ("question", *(f"{measurement.size:,}" for measurement in measured))
    rows = zip(*(measurement.rows for measurement in measured), strict=True)
    return _table(head, ([row[0].question.name, *(_ms(r.times["dateline"].median) for r in row)] for row in rows))


def _numbers(measured: Measurement) -> str:
    return _table(("what", "measured"), ((name, _ms(value)) for name, value in measured.numbers.items()))


def _views(measured: Measurement) -> str:
    rows = ([name, f"{t.size:,}", _ms(t.median), _ms(t.p99)] for name, t in measured.views.items())
    return _table(("view", "bytes", "median, ms", "p99, ms"), rows)


def _loading(measured: Sequence[Measurement]) -> str:
    head = ("articles", "s", "processor, s", "articles per second of processor", "MB at most")
    return _table(head, (_load(measurement.load_times) for measurement in measured if measurement.load_times))


def _load(times: LoadTimes) -> list[str]:
    numbers = (times.wall, times.cpu, times.rate, times.memory)
    return [f"{times.articles:,}", *map(_ms, numbers)]


def chart(measured: Measurement) -> str:
    """Return the medians as bars on a logarithmic scale, as SVG."""
    medians = [times.median for row in measured.rows for times in row.times.values()]
    low, high = math.floor(math.log10(min(medians))), math.ceil(math.log10(max(medians)))
    block = len(SYSTEMS) * BAR + GAP
    height = TOP + block * len(measured.rows) + 30
    parts = [_legend(measured), *_grid(low, high, height)]
    for number, row in enumerate(measured.rows):
        y = TOP + number * block
        parts.append(f'<text x="{LABEL - 8}" y="{y + 3 * BAR}" text-anchor="end">{row.question.name}</text>')
        parts += [
            _bar(system, row, y + at * BAR, low, high) for at, system in enumerate(SYSTEMS) if system in row.times
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABEL + PLOT + 80} {height}" '
        'font-family="sans-serif" font-size="12" fill="#222">\n'
        f"<title>Median milliseconds of each question at {measured.size:,} articles</title>\n"
        f'<rect width="100%" height="100%" fill="#fff"/>\n{"".join(part + chr(10) for part in parts)}</svg>\n'
    )


def _x(milliseconds: float, low: int, high: int) -> float:
    return LABEL + PLOT * (math.log10(milliseconds) - low) / (high - low)


def _bar(system: str, row: Row, y: int, low: int, high: int) -> str:
    median = row.times[system].median
    end = _x(median, low, high)
    return (
        f'<rect x="{LABEL}" y="{y}" width="{end - LABEL:.1f}" height="{BAR - 1}" fill="{COLOURS[system]}"/>'
        f'<text x="{end + 4:.1f}" y="{y + BAR - 1}" font-size="9">{_ms(median)}</text>'
    )


def _grid(low: int, high: int, height: int) -> list[str]:
    return [
        f'<path d="M{_x(10.0**power, low, high):.1f} {TOP - 8}V{height - 24}" stroke="#ddd"/>'
        f'<text x="{_x(10.0**power, low, high):.1f}" y="{height - 8}" text-anchor="middle">{10.0**power:,g} ms</text>'
        for power in range(low, high + 1)
    ]


def _legend(measured: Measurement) -> str:
    systems = [system for system in SYSTEMS if any(system in row.times for row in measured.rows)]
    return "".join(
        f'<rect x="{LABEL + at * 110}" y="14" width="12" height="12" fill="{COLOURS[system]}"/>'
        f'<text x="{LABEL + at * 110 + 17}" y="24">{SYSTEMS[system]}</text>'
        for at, system in enumerate(systems)
    )


def write(measured: Sequence[Measurement], document: Path) -> None:
    """Write the tables between the two marks of a document, and the chart next to it."""
    text = document.read_text(encoding="utf-8")
    before, _, remainder = text.partition(BEGIN)
    after = remainder.partition(END)[2]
    document.write_text(f"{before}{BEGIN}\n\n{tables(measured)}\n\n{END}{after}", encoding="utf-8")
    document.with_suffix(".svg").write_text(chart(measured[-1]), encoding="utf-8")
