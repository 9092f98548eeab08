"""Keep what a list of pages says about one of them when the page itself is read: its title, its outlet, its date."""

from collections.abc import Mapping
from dataclasses import replace

from seed.readers.context import ReaderContext
from seed.records import ListedPage, Published, RawArticle


def with_listed_fields(context: ReaderContext, listed: ListedPage) -> ReaderContext:
    """Return the context in which a listed page is read: title and outlet of the list win over those of the page.

    What the user set wins over both.
    """
    return replace(context, overrides={**_fields(listed), **context.overrides})


def _fields(listed: ListedPage) -> Mapping[str, object]:
    fields = {"title": listed.title, "source": listed.source}
    return {name: value for name, value in fields.items() if value is not None}


def with_listed_date(article: RawArticle, context: ReaderContext, listed: ListedPage) -> RawArticle:
    """Return the article of a listed page with the date of the list, and the language if the page declares none.

    Where list and page mean the same day, the one that is more precise counts. A date in the list that may be later
    than the article, as the day on which somebody saw it, counts only if the page has none.
    """
    place = f"the list of {listed.list_name}"
    provenance = {**article.provenance, **{name: place for name in _fields(listed) if name not in context.overrides}}
    notes = article.notes
    published = article.published
    if "published" not in context.overrides and _wins(listed, article.published):
        published, provenance["published"] = listed.published, place
        if article.published.on is not None and article.published.on != published.on:
            notes = (*notes, f"{place} says {published.on}, the page {article.published.on}; the list counts")
    language = article.language
    if language is None and listed.language is not None:
        language, provenance["language"] = listed.language, place
    return replace(article, published=published, language=language, provenance=provenance, notes=notes)


def _wins(listed: ListedPage, of_page: Published) -> bool:
    """Return whether the date of the list counts."""
    of_list = listed.published
    if of_list.on is None or of_page.on is None:
        return of_list.on is not None
    if listed.date_may_be_later:
        return False
    if of_page.on.startswith(of_list.on):
        return of_page.on == of_list.on and of_page.at is None and of_list.at is not None
    return True
