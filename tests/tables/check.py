"""Open every exported table as researchers do: `python check.py URL`, in the environment of `make check-tables`.

Each view in each format has all rows, the letters of every title, numbers as numbers and days as days; a title that
looks like a formula stays text.
"""

import contextlib
import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import duckdb
import pandas
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

FORMATS = ("csv", "ndjson", "xlsx", "parquet")

FORMULA = "=1+1"
"""One of the titles; a program that ran it would show 2."""

NUMBERS = {"statements": ("start", "end"), "entities": ("articles",), "sources": ("articles",)}
"""Columns of whole numbers, by view."""

LETTERS = ("title", "name")
"""Columns whose texts are compared letter by letter, in the views that have them."""

# A CSV has no types, so that a spreadsheet guesses them; a workbook has them.
GUESSED = {"1500", "007", "1e5", "TRUE", "2015-10-07"}
"""Titles that a spreadsheet shows in another form, if they come in a CSV."""

FORMULA_SIGNS = ("=", "+", "-", "@")

LIBREOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def main(url: str) -> None:
    """Check every table; raise AssertionError where a program reads it otherwise."""
    with urlopen(f"{url}/openapi.json") as response:
        paths = json.loads(response.read())["paths"]
    views = {path.removeprefix("/v1/").partition(".")[0] for path in paths if path.endswith(FORMATS)}
    checked = 0
    for view in sorted(view for view in views if "/" not in view):
        formats = [suffix for suffix in FORMATS if f"/v1/{view}.{suffix}" in paths]
        with tempfile.TemporaryDirectory() as folder:
            files = {suffix: _download(url, view, suffix, Path(folder)) for suffix in formats}
            rows = list(csv.DictReader(io.StringIO(files["csv"].read_text(encoding="utf-8"))))
            assert rows, view
            for suffix, file in files.items():
                for program, table in _opened(file, suffix):
                    _compare(f"{view}.{suffix} in {program}", view, rows, table)
                    checked += 1
            if view == "articles":
                _check_days(files["xlsx"], rows)
    _run_notebook(url)
    print(f"{checked} tables opened" + ("" if LIBREOFFICE else ", none with LibreOffice, which is not installed"))  # noqa: T201


def _run_notebook(url: str) -> None:
    """Run all cells of the notebook in the docs, the one with pandas included."""
    page = Path(__file__).parents[2].joinpath("docs/how-to/analyse-in-a-notebook.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for cell in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
            exec(cell.replace("http://127.0.0.1:8000", url), names)  # noqa: S102 - our own text
    assert "weekly" in names


def _download(url: str, view: str, suffix: str, folder: Path) -> Path:
    file = folder / f"{view}.{suffix}"
    with urlopen(f"{url}/v1/{view}.{suffix}") as response:
        file.write_bytes(response.read())
    return file


def _opened(file: Path, suffix: str) -> Iterator[tuple[str, pandas.DataFrame]]:
    """Yield the name of each program and the table that it reads."""
    if suffix == "csv":
        yield "pandas", pandas.read_csv(file, keep_default_na=False)
        yield "DuckDB", duckdb.sql(f"SELECT * FROM read_csv('{file}')").df()  # noqa: S608 - a file of our own
        yield "sqlite-utils", _sqlite_table(file, "--csv")
    elif suffix == "ndjson":
        yield "pandas", pandas.read_json(file, lines=True)
        yield "DuckDB", duckdb.sql(f"SELECT * FROM read_json('{file}')").df()  # noqa: S608 - a file of our own
        yield "sqlite-utils", _sqlite_table(file, "--nl")
    elif suffix == "xlsx":
        # openpyxl leaves it to its callers to read `_x005F_` as an underscore, which Excel and LibreOffice do.
        table = pandas.read_excel(file, keep_default_na=False)
        yield "pandas", table.map(lambda value: unescape(value) if isinstance(value, str) else value)
        cells = [cell for sheet in load_workbook(file) for row in sheet.iter_rows() for cell in row]
        assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    elif suffix == "parquet":
        yield "pandas", pandas.read_parquet(file)
        yield "DuckDB", duckdb.sql(f"SELECT * FROM read_parquet('{file}')").df()  # noqa: S608 - a file of our own
    if LIBREOFFICE and suffix in {"csv", "xlsx"}:
        yield "LibreOffice", pandas.read_csv(_converted(file), keep_default_na=False)


def _sqlite_table(file: Path, option: str) -> pandas.DataFrame:
    database = file.with_suffix(f".{option.strip('-')}.db")
    program = Path(sys.executable).with_name("sqlite-utils")
    subprocess.run([program, "insert", database, "rows", file, option], check=True)
    with sqlite3.connect(database) as connection:
        return pandas.read_sql("SELECT * FROM rows", connection)


def _converted(file: Path) -> Path:
    """Return a CSV of what LibreOffice shows: 44 is a comma, 34 a quote, 76 UTF-8."""
    folder = file.with_suffix(f".{file.suffix[1:]}.shown")
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    options = ["--headless", "--infilter=CSV:44,34,76"] if file.suffix == ".csv" else ["--headless"]
    target = ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", folder]
    subprocess.run([LIBREOFFICE, profile, *options, *target, file], check=True, capture_output=True, timeout=120)
    return folder / file.with_suffix(".csv").name


def _compare(where: str, view: str, rows: list[dict[str, str]], table: pandas.DataFrame) -> None:
    assert len(table) == len(rows), where
    for name in LETTERS:
        if name in rows[0] and name in table:
            for value, row in zip(table[name], rows, strict=True):
                if row[name] not in GUESSED or not where.endswith(".csv in LibreOffice"):
                    assert _unguarded(str(value)) == _unguarded(row[name]), (where, value, row[name])
    if view == "articles":
        assert FORMULA in {_unguarded(str(title)) for title in table["title"]}, where
    for name in NUMBERS.get(view, ()):
        assert pandas.api.types.is_integer_dtype(table[name]), (where, name, table[name].dtype)
        assert [str(value) for value in table[name]] == [row[name] for row in rows], where


def _unguarded(text: str) -> str:
    """Return a text without the apostrophe that a CSV puts before what looks like a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text


def _check_days(workbook: Path, rows: list[dict[str, str]]) -> None:
    """Whole days are dates; months and years, which no date can show, are text."""
    days = pandas.read_excel(workbook, keep_default_na=False)["published_on"]
    for day, row in zip(days, rows, strict=True):
        if row["precision"] in {"day", "minute"}:
            assert day.strftime("%Y-%m-%d") == row["published_on"], (day, row)
        else:
            assert str(day) == row["published_on"], (day, row)


if __name__ == "__main__":
    main(sys.argv[1])
