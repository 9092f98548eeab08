"""The app as a server creates it."""

import tomllib
from pathlib import Path

import pytest

from app import __version__
from app.main import create_app
from app.search.index.live import CurrentSnapshot

ROOT = Path(__file__).resolve().parents[2]


def test_without_settings_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_DATABASE_URL", "sqlite:///elsewhere.db")
    monkeypatch.setenv("DATELINE_THREADS", "2")
    app = create_app()
    assert (app.state.settings.database_url, app.state.settings.threads) == ("sqlite:///elsewhere.db", 2)
    assert isinstance(app.state.corpus, CurrentSnapshot)


def test_the_release_is_the_one_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    source = ROOT / project["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{__version__}"' in source.read_text(encoding="utf-8")
