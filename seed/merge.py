"""What an article says after another record of it was read: nothing known is lost, nothing better is overwritten."""

from dataclasses import dataclass, replace

from app.models import Basis, TextKind
from seed.records import GivenEntity, Published


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one revision; two records of the same content make one revision."""

    title: str
    text: str
    text_kind: TextKind
    source_id: str
    url: str | None
    authors: tuple[str, ...]
    language: str | None
    rights: str | None
    published: Published
    entities: tuple[GivenEntity, ...] | None


def merge(known: Content | None, new: Content) -> Content:
    """Return what is known after `new` was read.

    A full text replaces a digest, a digest never replaces a full text. Empty fields take the other record's value.
    Rights and given entities belong to their text and stay with it.
    """
    if known is None:
        return new
    digest_of_full = known.text_kind is TextKind.FULL and new.text_kind is TextKind.DIGEST
    first, second = (known, new) if digest_of_full else (new, known)
    same_kind = first.text_kind is second.text_kind
    return replace(
        first,
        url=first.url or second.url,
        authors=first.authors or second.authors,
        language=first.language or second.language,
        rights=first.rights or (second.rights if same_kind else None),
        published=_better(first.published, second.published),
        entities=second.entities if first.entities is None and first.text == second.text else first.entities,
    )


def _better(first: Published, second: Published) -> Published:
    """Return the first unless it says nothing, or is a conclusion where the second is not."""
    if first.on is None:
        return second
    concluded = first.basis is Basis.INFERRED and second.on is not None and second.basis is not Basis.INFERRED
    return second if concluded else first
