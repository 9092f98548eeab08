"""How the text index folds code points: as unicode61, the tokenizer of FTS5, whose tables differ from Python's.

Every store indexes texts in this way, so that all of them find the same. The tables are read from an FTS5 table in
memory, which needs no file and no store.
"""

from app.sqlite_driver import DRIVER

TOKENIZER = "unicode61 remove_diacritics 2"
"""The tokenizer of the text index; a test compares it with the migrations."""

_FOLDINGS = "SELECT doc, CASE count(*) WHEN 1 THEN min(term) ELSE 'a b' END FROM vocabulary GROUP BY doc"


def index_foldings(codes: range) -> dict[int, str]:
    """Return how the text index folds these code points.

    A letter maps to the one code point that it is folded to, a combining accent to an empty string, and a separator of
    words to a space.
    """
    connection = DRIVER.connect(":memory:")
    try:
        connection.execute(f"CREATE VIRTUAL TABLE probe USING fts5(letters, tokenize='{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(probe, 'instance')")
        # No stored text contains surrogates, because databases refuse them.
        rows = [(code, f"a{chr(code)}b") for code in codes if not 0xD800 <= code < 0xE000]
        connection.executemany("INSERT INTO probe(rowid, letters) VALUES (?, ?)", rows)
        foldings: dict[int, str] = dict(connection.execute(_FOLDINGS))
    finally:
        connection.close()
    return {code: foldings.get(code, "a b")[1:-1] for code in codes}
