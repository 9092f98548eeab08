"""`dateline copy`: what it prints, and its exit codes."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.stores.sqlite import file_url
from seed.cli import maintenance, progress
from seed.cli.program import app
from seed.maintenance.database_copy import CopySummary
from tests.seed.loading import load_into, report

pytestmark = pytest.mark.sqlite


@pytest.fixture(autouse=True)
def no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print no progress lines."""
    monkeypatch.setattr(progress, "LINE_INTERVAL_SECONDS", 3600)


def run(*arguments: str) -> tuple[int, str, str]:
    """Run a command; return its exit code and its outputs."""
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "100"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def urls(database: Path, tmp_path: Path) -> tuple[str, str]:
    """Return the URLs of a database with one article, and of a file that does not exist."""
    load_into(database, [report()])
    return file_url(database), file_url(tmp_path / "moved.db")


def test_a_copy_is_made_and_found_to_be_complete(urls: tuple[str, str], database: Path, tmp_path: Path) -> None:
    places = rf"{re.escape(str(database))} to {re.escape(str(tmp_path / 'moved.db'))}"
    code, out, err = run("copy", *urls)
    verified = r"\(corpus version 1\), and verified the copy\.\n"
    assert (code, err) == (0, "")
    assert re.fullmatch(rf"Copied \d+ rows of {places} {verified}", out)
    code, out, err = run("copy", *urls)
    assert (code, err) == (0, "")
    assert re.fullmatch(rf"Copied (\d+) rows \(\1 of them earlier\) of {places} {verified}", out)


def test_a_database_without_articles_is_copied(database: Path, tmp_path: Path) -> None:
    code, out, err = run("copy", file_url(database), file_url(tmp_path / "moved.db"))
    assert (code, err) == (0, "")
    assert re.match(r"Copied 0 rows of .* \(nothing was published\), and verified the copy\.", out)


def test_a_line_says_that_the_database_has_changed(urls: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    summary = CopySummary("a.db", "b.db", 1, {"article": 1}, 1, is_current=False)
    monkeypatch.setattr(maintenance, "copy_database", lambda *_urls, **_options: summary)
    code, out, err = run("copy", *urls, "--json")
    assert (code, json.loads(out)["changed"]) == (0, True)
    assert err == "'a.db' has changed since the copy began: what was written meanwhile is not copied\n"


@pytest.mark.parametrize(
    ("values", "code", "reason"),
    [
        (("nonsense", "sqlite:///b.db"), 2, "FROM_URL is 'nonsense': expected a file, as in sqlite:///dateline.db"),
        (("sqlite:///a.db", "mysql://h/n"), 2, "TO_URL is 'mysql://h/n': expected a file, as in sqlite:///dateline.db"),
        (("postgresql://h", "sqlite:///b.db"), 2, "FROM_URL is 'postgresql://h': expected a database, as in"),
        (("sqlite:///no.db", "sqlite:///b.db"), 1, "FROM_URL names 'no.db', which does not exist."),
    ],
)
def test_a_wrong_url_is_named_by_its_argument(values: tuple[str, str], code: int, reason: str) -> None:
    result = run("copy", *values)
    assert result[:2] == (code, "")
    assert result[2].startswith(f"error: {reason}")


def test_a_folder_that_does_not_exist_is_named(urls: tuple[str, str], tmp_path: Path) -> None:
    target = file_url(tmp_path / "missing" / "moved.db")
    wanted = f"error: TO_URL is {target!r}, but the folder {str(tmp_path / 'missing')!r} does not exist.\n"
    assert run("copy", urls[0], target) == (1, "", wanted)


def test_an_interrupted_copy_says_how_to_continue(urls: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_urls: str, **_options: object) -> CopySummary:
        raise KeyboardInterrupt

    monkeypatch.setattr(maintenance, "copy_database", interrupt)
    wanted = "interrupted: the copy is not complete; run the same command again to continue\n"
    assert run("copy", *urls) == (130, "", wanted)
