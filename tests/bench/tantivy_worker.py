"""A program that indexes articles with Tantivy and answers searches: JSON objects, one per line, first the articles.

`python tantivy_worker.py FOLDER`; an empty object ends the articles. They stay in the folder for another run, which
sends none. Its environment needs only `tantivy`. It prints `[total, seconds]` for each search.
"""

import json
import sys
import time
from typing import Any

import tantivy

MEMORY = 500_000_000
"""Bytes that the writer may use."""

FACET_SIZE = 10


def build(folder: str) -> tantivy.Index:
    """Index the articles of standard input up to the empty object."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("content", tokenizer_name="default")
    for name in ("source", "actor", "place"):
        schema.add_text_field(name, tokenizer_name="raw", fast=True)
    schema.add_integer_field("day", indexed=True, fast=True)
    schema.add_integer_field("number", stored=True)
    index = tantivy.Index(schema.build(), path=folder)
    writer = index.writer(MEMORY)
    for line in sys.stdin:
        if not (fields := json.loads(line)):
            break
        writer.add_document(tantivy.Document(**fields))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def query(schema: tantivy.Schema, search: dict[str, Any]) -> tantivy.Query:
    """Return the query of a search."""
    term, must = tantivy.Query.term_query, tantivy.Occur.Must
    required = [term(schema, "actor", id_) for id_ in search["actors"]]
    if search["source"]:
        required.append(term(schema, "source", search["source"]))
    if search["days"]:
        required.append(tantivy.Query.range_query(schema, "day", tantivy.FieldType.Integer, *search["days"]))
    words = search["words"]
    if words and search["form"] == "all":
        required += [term(schema, "content", word) for word in words]
    elif words and search["form"] == "any":
        options = [(tantivy.Occur.Should, term(schema, "content", word)) for word in words]
        required.append(tantivy.Query.boolean_query(options))
    elif words and search["form"] == "phrase":
        required.append(tantivy.Query.phrase_query(schema, "content", words))
    elif words:
        required.append(tantivy.Query.regex_query(schema, "content", f"{words[0][:-1]}.*"))
    return tantivy.Query.boolean_query([(must, one) for one in required]) if required else tantivy.Query.all_query()


def answer(searcher: tantivy.Searcher, schema: tantivy.Schema, search: dict[str, Any]) -> int:
    """Return the total; find the page and count the facets."""
    one = query(schema, search)
    order = {} if search["relevance"] else {"order_by_field": "day", "order": tantivy.Order.Desc}
    found = searcher.search(one, search["page"], count=True, **order)
    for _, address in found.hits:
        searcher.doc(address)
    searcher.aggregate(one, {name: {"terms": {"field": name, "size": FACET_SIZE}} for name in search["facets"]})
    return int(found.count)


def main(folder: str) -> None:
    """Index, then answer."""
    index = build(folder)
    searcher = index.searcher()
    print(json.dumps([searcher.num_docs, 0]), flush=True)  # noqa: T201
    for line in sys.stdin:
        search = json.loads(line)
        started = time.perf_counter()
        total = answer(searcher, index.schema, search)
        print(json.dumps([total, time.perf_counter() - started]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
