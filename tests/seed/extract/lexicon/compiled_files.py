"""The compiled copies of the lexicon's entity files. `make lexicon` writes them."""

from collections.abc import Iterator
from pathlib import Path

from seed.extract.lexicon.compiled import compiled_path, compiled_text
from seed.extract.lexicon.lexicon import LEXICON_FOLDER, entity_files, parse_entries


def compiled_files(folder: Path = LEXICON_FOLDER) -> Iterator[tuple[Path, str]]:
    """Yield the path and the content of the compiled copy of each entity file in a folder."""
    for path in entity_files(folder):
        source = path.read_bytes()
        yield compiled_path(path), compiled_text(source, parse_entries(path.name, source))


def write_compiled_files(folder: Path = LEXICON_FOLDER) -> None:
    """Write the compiled copy of each entity file in a folder."""
    for path, text in compiled_files(folder):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_compiled_files()
