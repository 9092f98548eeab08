"""A bounded memory of what was made lately."""

from app.search.index.cache import RecentCache


def test_what_was_put_or_asked_for_lately_is_remembered() -> None:
    recent: RecentCache[str, int] = RecentCache(2)
    for value, key in enumerate("abcd"):
        assert recent.put(key, value) == value
    assert [recent.get(key) for key in "dcba"] == [3, 2, 1, None]


def test_what_nobody_asked_for_is_let_go_of() -> None:
    recent: RecentCache[str, int] = RecentCache(2)
    for value, key in enumerate("abcdefgh"):
        recent.put(key, value)
        assert recent.get("a") == 0
        assert len(recent) <= 4
    assert recent.get("b") is None
    assert recent.get("h") == 7
