"""Fixture for reading: write a file into a fresh folder and read it as `dateline load` does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seed.readers import Overrides, read_paths
from seed.records import RawArticle, Refusal

Reading = Callable[..., list[RawArticle | Refusal]]


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """Write a file and read it: `reading(name, content, date=…, source=…, manifest=<CSV text>)`."""

    def write_and_read(
        name: str,
        content: str | bytes,
        *,
        manifest: str | None = None,
        **options: Any,  # noqa: ANN401 - options
    ) -> list[RawArticle | Refusal]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        table = tmp_path / "meta.csv"
        if manifest is not None:
            table.write_text(manifest, encoding="utf-8")
        overrides = Overrides(manifest=None if manifest is None else table, **options)
        return [item for item in read_paths([path], overrides=overrides) if isinstance(item, RawArticle | Refusal)]

    return write_and_read
