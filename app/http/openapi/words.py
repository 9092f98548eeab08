"""The words of the OpenAPI document: its tags in the order of reading, and the summaries of operations."""

TAGS = {
    "articles": "Search articles, read them, find them by ids and URLs, and export a whole search.",
    "statements": "Who said what about whom.",
    "entities": "The people, organizations, places and weapons that articles name.",
    "places": "Where the articles of a search are about, for maps.",
    "timeline": "How many articles a search finds in each period.",
    "compare": "How the sources of a search differ.",
    "network": "Which entities the articles of a search name together.",
    "suggest": "Names that complete what a user types.",
    "sources": "The outlets that published the articles.",
    "corpus": "What is published, and what each publish changed.",
    "operations": "Whether the server runs and can serve.",
}
"""The tags and what they are about; searching comes first."""

SUMMARIES = {
    "list_articles": "Search articles",
    "get_article": "Get an article",
    "get_article_jsonld": "Get an article as JSON-LD",
    "get_article_ftm": "Get an article as FollowTheMoney",
    "get_article_annotations": "Get the mentions and statements of an article as web annotations",
    "get_article_citation": "Cite an article",
    "get_search_citation": "Cite a search",
    "list_similar_articles": "List similar articles",
    "find_articles": "Look up articles by ids and URLs",
    "list_article_versions": "List the versions of an article",
    "list_sources": "List sources",
    "list_source_groups": "List groups of sources",
    "get_source": "Get a source",
    "list_entities": "Search entities",
    "get_entity": "Get an entity",
    "list_related_entities": "List entities that articles name together with one",
    "list_entity_history": "List the corrections about an entity",
    "find_entities": "Look up entities by ids and names",
    "list_places": "Get the places of a search as GeoJSON",
    "list_statements": "Search statements",
    "list_statement_counts": "Count statements by speaker",
    "get_timeline": "Count articles over time",
    "list_compared_sources": "Compare sources",
    "get_network": "Get the network of entities",
    "list_suggestions": "Complete a name",
    "get_corpus": "Get the totals of the corpus",
    "list_corpus_versions": "List publishes",
    "list_corrections": "List corrections",
    "list_changes": "List changes since a corpus version",
    "get_liveness": "Check that the server runs",
    "get_readiness": "Check that the server can serve",
}
"""The summary of each operation that is not derived from another one."""

FORMAT_NAMES = {
    "csv": "CSV",
    "ndjson": "newline-delimited JSON",
    "ftm.ndjson": "FollowTheMoney",
    "xlsx": "an Excel workbook",
    "parquet": "Parquet",
    "graphml": "GraphML",
    "atom": "an Atom feed",
    "rss": "an RSS feed",
    "jsonfeed": "a JSON Feed",
}
"""What a suffix of a path stands for, in a sentence."""

VIEW_NAMES = {
    "timeline": "the timeline",
    "compare": "the comparison of sources",
    "network": "the network",
}
"""What a path stands for, in a sentence, where its name does not say it."""


def summary(operation_id: str, path: str, method: str) -> str:
    """Return the summary of an operation; a view and its search by POST have the same one but for the method."""
    if operation_id in SUMMARIES:
        return SUMMARIES[operation_id]
    address, _, suffix = path.removeprefix("/v1/").partition(".")
    view = address.removesuffix("/search").replace("/{id}", "").replace("/", " ")
    if suffix in FORMAT_NAMES:
        words = f"Export {VIEW_NAMES.get(view, view)} as {FORMAT_NAMES[suffix]}"
    else:
        words = next(
            (words for id_, words in SUMMARIES.items() if operation_id.partition("_")[2] == id_.partition("_")[2]),
            operation_id.replace("_", " ").capitalize(),
        )
    return f"{words} by POST" if method == "post" else words
