"""The bounded cache of recently used values."""

from app.search.index.cache import RecentCache


def test_recent_values_are_cached() -> None:
    cache: RecentCache[str, int] = RecentCache(2)
    for value, key in enumerate("abcd"):
        assert cache.put(key, value) == value
    assert [cache.get(key) for key in "dcba"] == [3, 2, 1, None]


def test_unused_values_are_dropped() -> None:
    cache: RecentCache[str, int] = RecentCache(2)
    for value, key in enumerate("abcdefgh"):
        cache.put(key, value)
        assert cache.get("a") == 0
        assert len(cache) <= 4
    assert cache.get("b") is None
    assert cache.get("h") == 7
