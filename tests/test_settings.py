"""The settings of the environment: what is refused in one line, what is ignored, and what is only a warning."""

import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import SettingsError
from app.main import create_app
from app.settings import PREFIX, Settings, read_settings
from tests.conftest import ROOT

INVALID = {
    "DATELINE_THREADS": ("many", "a whole number of at least 1 and at most 64"),
    "DATELINE_SNAPSHOT_CHECK_MS": ("-1", "a whole number of at least 0 and at most 60000"),
    "DATELINE_TEXT_SEARCH_SECONDS": ("0", "a number of more than 0 and at most 600"),
    "DATELINE_VERIFY_HOURS": ("-1", "a number of at least 0 and at most 8760"),
    "DATELINE_NOW": ("2015-11-30T12:00", "an instant with its zone, such as 2015-11-30T12:00:00Z"),
    "DATELINE_FETCH_DELAY_SECONDS": ("a\nb", "a number of at least 0 and at most 60"),
    "DATELINE_MAX_CONNECTIONS": ("0", "a whole number of at least 1 and at most 100000"),
    "DATELINE_HEADER_SECONDS": ("10 s", "a number of more than 0 and at most 600"),
    "DATELINE_BODY_SECONDS": ("601", "a number of more than 0 and at most 600"),
    "DATELINE_WRITE_SECONDS": ("-1", "a number of more than 0 and at most 600"),
    "DATELINE_SERVE_TEXT": ("ful", "one of full, digest, none"),
    "DATELINE_PAGE": ("perhaps", "true or false"),
    "DATELINE_MCP": ("perhaps", "true or false"),
    "DATELINE_MCP_HOSTS": (
        "https://example.org/",
        "comma-separated values, each a host such as example.org or *.example.org, without scheme, port and path",
    ),
    "DATELINE_LEXICON": ("/missing/folder", "a folder that exists"),
    "DATELINE_RECIPES": ("/missing/folder", "a folder that exists"),
    "DATELINE_CONTACT": ("a b", "an address of at most 200 ASCII characters, without spaces and parentheses"),
    "DATELINE_PUBLIC_URL": (
        "example.org",
        "an http or https URL such as https://example.org/news, without user and query",
    ),
    "DATELINE_ALLOWED_HOSTS": (
        "example.org,https://example.org",
        "comma-separated values, each a host such as example.org or *.example.org, without scheme, port and path",
    ),
    "DATELINE_CORS_HEADERS": (
        "X-Trace-ID,X Tenant",
        "comma-separated values, each the name of a request header such as X-Trace-ID",
    ),
    "DATELINE_TRUSTED_PROXIES": (
        "10.0.0.1,proxy",
        "comma-separated values, each an address or a network such as 10.0.0.0/8",
    ),
    "DATELINE_READER_URL": (
        "sqlite:///dateline.db",
        "a PostgreSQL database, as in postgresql://user@host,other/dateline?target_session_attrs=prefer-standby",
    ),
    "DATELINE_FETCH_PORTS": (
        "80,web,99999",
        "comma-separated values, each a whole number of at least 1 and at most 65535",
    ),
    "DATELINE_CORRECTIONS": ("/no/folder/own.jsonl", "a file in a folder that exists; the file need not exist"),
    "DATELINE_SERVE_CORRECTORS": ("perhaps", "true or false"),
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings of the environment in which the tests run."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_value_is_refused_with_what_was_expected(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    value, expected = INVALID[name]
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        read_settings()
    assert str(error.value) == f"{name} is {value!r}: expected {expected}"
    assert "\n" not in str(error.value)


def test_a_password_in_an_invalid_value_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_READER_URL", "mysql://ann:secret@db2/news")
    with pytest.raises(SettingsError, match=r"^DATELINE_READER_URL is 'mysql://ann:\*\*\*@db2/news': expected"):
        read_settings()


def test_all_invalid_values_are_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_PAGE", "perhaps")
    monkeypatch.setenv("dateline_serve_text", "")
    with pytest.raises(SettingsError) as error:
        read_settings()
    assert str(error.value) == (
        "DATELINE_SERVE_TEXT is '': expected one of full, digest, none; "
        "DATELINE_PAGE is 'perhaps': expected true or false"
    )


@pytest.mark.parametrize("field", Settings.model_fields)
def test_the_expectation_of_every_setting_can_be_said(field: str) -> None:
    """Or its type takes any text."""
    schema = Settings.model_json_schema()["properties"][field]
    any_text = schema.get("type") == "string" or schema.get("items", {}) == {"type": "string"}
    assert any_text or PREFIX + field.upper() in INVALID


MISSPELLED = {
    "DATELINE_DATABSE_URL": "DATELINE_DATABASE_URL",
    "DATELINE_DATABASE": "DATELINE_DATABASE_URL",
    "DATELINE_THREAD": "DATELINE_THREADS",
    "DATELINE_TEXT_SEARCH": "DATELINE_TEXT_SEARCH_SECONDS",
    "DATELINE_SNAPSHOT_CHECK_SECONDS": "DATELINE_SNAPSHOT_CHECK_MS",
    "DATELINE_FETCH_PORT": "DATELINE_FETCH_PORTS",
    "DATELINE_DATABASE_URL_FILE": "DATELINE_DATABASE_URL",
    "DATELINE_DATABSE_ULR": "DATELINE_DATABASE_URL",
    "dateline_servetext": "DATELINE_SERVE_TEXT",
}


@pytest.mark.parametrize("name", MISSPELLED)
def test_a_misspelled_variable_is_refused_with_the_nearest_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError, match=f"^{name} is not a setting; did you mean {MISSPELLED[name]}\\?$"):
        read_settings()


@pytest.mark.parametrize("field", Settings.model_fields)
def test_a_setting_with_a_missing_letter_is_never_ignored(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(1, len(field)):
        misspelled = PREFIX + (field[:at] + field[at + 1 :]).upper()
        monkeypatch.setenv(misspelled, "x")
        with pytest.raises(SettingsError, match=f"^{misspelled} is not a setting; did you mean {PREFIX}"):
            read_settings()
        monkeypatch.delenv(misspelled)


@pytest.mark.parametrize("field", ["BASE_URL", "CONTENT", "DATABASE_PORT", "PAGE_TITLE"])
def test_the_variable_of_another_program_is_only_named(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frontend on the same host may have settings of its own."""
    monkeypatch.setenv(PREFIX + field, "x")
    read_settings()


SERVICE = {
    "DATELINE_SERVICE_HOST": "10.0.0.1",
    "DATELINE_SERVICE_PORT": "8000",
    "DATELINE_SERVICE_PORT_HTTP": "8000",
    "DATELINE_PORT": "tcp://10.0.0.1:8000",
    "DATELINE_PORT_8000_TCP": "tcp://10.0.0.1:8000",
    "DATELINE_PORT_8000_TCP_PROTO": "tcp",
    "DATELINE_PORT_8000_TCP_PORT": "8000",
    "DATELINE_PORT_8000_TCP_ADDR": "10.0.0.1",
    "DATELINE_PAGE_SERVICE_HOST": "10.0.0.2",
    "DATELINE_PAGE_PORT": "tcp://10.0.0.2:80",
    "DATELINE_PAGE_PORT_80_UDP_ADDR": "10.0.0.2",
}


def test_the_variables_that_kubernetes_makes_for_a_service_are_ignored(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in SERVICE.items():
        monkeypatch.setenv(name, value)
    assert read_settings() == Settings()
    assert caplog.record_tuples == []


def test_another_unknown_variable_is_a_warning_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DATELINE_COLOR", "blue")
    assert read_settings() == read_settings() == Settings()
    assert caplog.record_tuples == [
        ("app.settings", logging.WARNING, "warning: DATELINE_COLOR is not a setting and is ignored")
    ]


def test_variables_of_other_programs_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINES_THREADS", "x")
    monkeypatch.setenv("MY_DATELINE_THREADS", "x")
    assert read_settings() == Settings()


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("DATELINE_PAGE", "perhaps", "DATELINE_PAGE is 'perhaps': expected true or false"),
        ("DATELINE_PAGES", "false", "DATELINE_PAGES is not a setting; did you mean DATELINE_PAGE?"),
        (
            "DATELINE_DATABASE_URL",
            "nonsense",
            "DATELINE_DATABASE_URL is 'nonsense': expected a file, as in sqlite:///dateline.db",
        ),
    ],
)
def test_the_app_of_an_invalid_environment_exits_with_a_line(
    name: str, value: str, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as exit_:
        create_app()
    assert exit_.value.code == 2
    assert capsys.readouterr() == ("", f"error: {line}\n")


@pytest.mark.unmeasured
def test_a_server_of_an_invalid_environment_exits_without_a_traceback() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "uvicorn", "--factory", "app.main:create_app", "--port", "0"],
        cwd=ROOT,
        env={"DATELINE_THREADS": "many"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == "error: DATELINE_THREADS is 'many': expected a whole number of at least 1 and at most 64\n"


def test_the_app_reads_the_environment(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_DATABASE_URL", f"sqlite:///{database}")
    app = create_app()
    app.state.corpus.close()
    assert app.state.settings == Settings()


FILES = ("Makefile", "compose*.yaml", "Dockerfile", "README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md")


def test_every_variable_that_the_repository_names_is_a_setting() -> None:
    mentioned = {
        name
        for pattern in FILES
        for path in ROOT.glob(pattern)
        for name in re.findall(r"DATELINE_[A-Z][A-Z0-9_]*", path.read_text(encoding="utf-8"))
    }
    assert mentioned - {*MISSPELLED, *SERVICE} == {PREFIX + field.upper() for field in Settings.model_fields}
