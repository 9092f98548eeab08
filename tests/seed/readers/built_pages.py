"""Build small news pages."""

import json

PARAGRAPHS = [
    "The ferry between the two harbours sailed again on Monday after a storm that had kept it in port for nine days.",
    "Ada Byrne, who lives on the island, was the first on board. “I was out of coffee,” she said\u00a0at 7\u202fa.m.",
    "The company will pay a part of the fares back, but only to those who kept their tickets.",
]
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def page(head: str = "", above: str = "<h1>Ferry sails</h1>", *, text: str = TEXT, lang: str = "en") -> str:
    """Return a page."""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>Ferry sails - Gazette</title>'
        f'<meta property="og:site_name" content="Gazette">{head}</head><body><nav><a href="/">Home</a></nav>'
        f"<article>{above}{text}</article><footer>© 2024</footer></body></html>"
    )


def data(*blocks: object) -> str:
    """Return blocks of JSON-LD."""
    return "".join(f'<script type="application/ld+json">{json.dumps(block)}</script>' for block in blocks)


def meta(name: str, content: str) -> str:
    """Return a meta tag."""
    return f'<meta name="{name}" content="{content}">'
