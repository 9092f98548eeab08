"""A bounded memory of what was made lately."""

from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by key: at least the last `size` that were put or asked for, at most twice as many.

    Two generations instead of an order of use, so that several threads can share it without a lock: the older one
    is let go of as a whole, and what was asked for in the meantime is in the younger one.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """Return the value of this key, if it is remembered."""
        value = self._young.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> Value:
        """Remember a value and return it."""
        if len(self._young) >= self._size:
            self._young, self._old = {}, self._young
        self._young[key] = value
        return value

    def __len__(self) -> int:
        return len({*self._young, *self._old})
