"""docs/reference/fetching.md states the actual bounds."""

import pytest

from app import __version__
from seed.fetch.client import DEFAULT_DELAY
from seed.fetch.guard import MAX_URL_LENGTH, Guard
from seed.fetch.http_exchange import Limits, user_agent
from seed.fetch.robots import MAX_ROBOTS_BYTES, PRODUCT_NAME
from seed.pipeline.load import MAX_BATCH_SECONDS
from seed.readers.fetched import MAX_REFUSALS_PER_DOCUMENT
from tests.conftest import ROOT

DOCS = " ".join((ROOT / "docs" / "reference" / "fetching.md").read_text(encoding="utf-8").split())

SAID = [
    f"at most {Limits().whole:g} seconds",
    f"{Limits().connect:g} seconds to connect",
    f"{Limits().read:g} for each piece",
    f"up to {Limits().wait:g} seconds",
    f"{Limits().body:,} bytes",
    f"up to {Limits().attempts} times",
    f"at most {Limits().redirects}",
    f"at least every {MAX_BATCH_SECONDS:g} seconds",
    f"({DEFAULT_DELAY:g} second)",
    f"{MAX_ROBOTS_BYTES // 1024} KiB",
    f"{MAX_URL_LENGTH:,} characters",
    f"After {MAX_REFUSALS_PER_DOCUMENT:,} records",
    " and ".join(map(str, sorted(Guard().ports))),
    f"`{PRODUCT_NAME}`",
    f"`{user_agent(None)}`".replace(__version__, "RELEASE"),
    f"`{user_agent('https://dateline.example/about')}`".replace(__version__, "RELEASE"),
]


@pytest.mark.parametrize("words", SAID)
def test_each_bound_is_named(words: str) -> None:
    assert words in DOCS
