"""Commands may run with the part of the lexicon that the collection names: all of it takes seconds in each process."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from seed.cli import runtime
from seed.cli.load import SHIPPED_CORPUS
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import LEXICON_FOLDER, Lexicon, entity_files, load_lexicon, read_entries
from seed.readers.input import sandbox


@pytest.fixture(scope="session", autouse=True)
def patient_sandbox() -> Iterator[None]:
    """Give each input that is read in a separate process time enough, however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "MAX_WALL_SECONDS", 300)
        yield


@pytest.fixture(scope="session")
def shipped_lexicon() -> Lexicon:
    """Return the lexicon that ships."""
    return load_lexicon()


@pytest.fixture(scope="session")
def shipped_annotator(shipped_lexicon: Lexicon) -> Annotator:
    """Return the annotator of the lexicon that ships."""
    return Annotator(shipped_lexicon)


@pytest.fixture(scope="session")
def small_lexicon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all word lists, and with the entities that the shipped collection names."""
    folder = tmp_path_factory.mktemp("small") / "lexicon"
    shutil.copytree(LEXICON_FOLDER, folder)
    corpus = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SHIPPED_CORPUS.iterdir()) if path.is_file())
    entries = {path: read_entries(path) for path in entity_files(folder)}
    named = {entry["id"] for own in entries.values() for entry in own if any(name in corpus for name in _names(entry))}
    groups = {item["of"] for own in entries.values() for entry in own for item in entry.get("member_of", ())}
    for path, own in entries.items():
        kept = [entry for entry in own if entry["id"] in named | groups]
        path.write_text(yaml.dump(kept, Dumper=yaml.CSafeDumper, allow_unicode=True), encoding="utf-8")
    return folder


def _names(entry: Mapping[str, Any]) -> Iterator[str]:
    yield entry["name"]
    for form in (*entry.get("aliases", ()), *entry.get("acronyms", ())):
        yield form if isinstance(form, str) else form["form"]


@pytest.fixture
def lexicon_folder(small_lexicon: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the commands, and the workers that they start, read the small lexicon as the one that ships."""
    monkeypatch.setattr(runtime, "LEXICON_FOLDER", small_lexicon)
