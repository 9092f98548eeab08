"""The names and ids of the entities and sources of one corpus version."""

from collections.abc import Callable, Mapping
from functools import cached_property

from app.labels import EntityLabel, Labels, bearer_label, ordinals_by_id
from app.search.names.prefixes import Prefixes, PrefixMatches
from app.search.names.resolver import NameResolver

NO_NAMES: Mapping[str, str] = {}


class NameDirectory:
    """Finds entities and sources by id, by name, or by the beginning of a name."""

    def __init__(
        self, labels: Labels, articles: Callable[[int], int] = lambda _: 0, prefixes: Prefixes | None = None
    ) -> None:
        """Find these labels; `articles` returns the number of articles of an entity, `prefixes` index their names."""
        self.labels = labels
        self._articles = articles
        self._prefixes = prefixes

    @cached_property
    def resolver(self) -> NameResolver:
        """The resolver of the names of this corpus version."""
        return NameResolver(self.labels, self._articles)

    @cached_property
    def prefixes(self) -> Prefixes:
        """The prefix index of the names of this corpus version."""
        return self._prefixes or Prefixes(self.labels.entity, self.labels.source)

    def named(self, text: str) -> PrefixMatches:
        """Return the entities that a text names as a whole: by an identifier, an address or a loose reading."""
        return self.prefixes.of(self.resolver.find(text))

    @cached_property
    def source_names(self) -> dict[str, str]:
        """The name of each source by id."""
        return {label.id: label.name for label in self.labels.source}

    @cached_property
    def source_ordinals(self) -> dict[str, int]:
        """The ordinal of each source by id."""
        return {label.id: ordinal for ordinal, label in enumerate(self.labels.source)}

    @cached_property
    def entity_ordinals(self) -> dict[str, int]:
        """The ordinal of each entity by id and by former id."""
        return ordinals_by_id(self.labels.entity)

    @cached_property
    def former_ids(self) -> frozenset[str]:
        """The former ids of all entities."""
        return frozenset(id_ for label in self.labels.entity for id_ in label.former_ids)

    @cached_property
    def hidden_names(self) -> frozenset[str]:
        """The names of the entities that corrections hide."""
        hidden = (label for label in self.labels.entity if label.hidden is not None)
        return frozenset(name for label in hidden for name in (label.name, *label.aliases))

    def entity(self, id_: str, bearers: Mapping[str, str] = NO_NAMES) -> EntityLabel:
        """Return the label of the entity with this id or former id; raise KeyError if there is none.

        `bearers` has the names of bearers, which the index does not have, by id.
        """
        ordinal = self.entity_ordinals.get(id_)
        if ordinal is None and (label := bearer_label(id_, bearers)) is not None:
            return label
        return self.labels.entity[self.entity_ordinals[id_]]
