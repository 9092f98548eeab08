"""What documents of word processors are read as: plain paragraphs, with the page that each links to."""

MAX_DOCUMENT_BYTES = 50_000_000
"""Maximum size of a document in bytes, unpacked; 500 articles have 2 to 5 million, and pictures some more."""


class Paragraph(str):
    """The text of a paragraph, whose lines are separated by line feeds and whose cells by tabs.

    `link` is the first URL that the paragraph links to.
    """

    __slots__ = ("link",)

    link: str | None

    def __new__(cls, text: str, link: str | None = None) -> "Paragraph":
        """Return a paragraph with this text."""
        paragraph = super().__new__(cls, text)
        paragraph.link = link
        return paragraph
