"""docs/reference/fetching.md names the bounds that hold."""

import pytest

from seed.fetch.client import DELAY
from seed.fetch.guard import LONGEST_URL, Guard
from seed.fetch.http_exchange import Limits, user_agent
from seed.fetch.robots import LIMIT, PRODUCT
from seed.pipeline.load import BATCH_SECONDS
from seed.readers.fetched import REFUSALS
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
    f"at least every {BATCH_SECONDS:g} seconds",
    f"({DELAY:g} second)",
    f"{LIMIT // 1024} KiB",
    f"{LONGEST_URL:,} characters",
    f"After {REFUSALS:,} records",
    " and ".join(map(str, sorted(Guard().ports))),
    f"`{PRODUCT}`",
    f"`{user_agent(None)}`",
    f"`{user_agent('https://dateline.example/about')}`",
]


@pytest.mark.parametrize("words", SAID)
def test_each_bound_is_named(words: str) -> None:
    assert words in DOCS
