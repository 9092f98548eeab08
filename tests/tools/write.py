"""Write the articles that newspaper4k finds in pages: `python write.py PAGES FOLDER`, in the environment of its own.

Each page becomes a file with the result of `to_json`.
"""

import os
import sys
from pathlib import Path

# A library of newspaper4k would fetch a list of domains; without it, it uses the one that it ships.
os.environ["HTTP_PROXY"] = os.environ["HTTPS_PROXY"] = "http://127.0.0.1:9"

from newspaper import Article


def main(pages: Path, folder: Path) -> None:
    """Write a file for each page."""
    folder.mkdir(parents=True)
    for page in sorted(pages.glob("*.html")):
        article = Article(f"https://quay.example/{page.stem}")
        article.download(input_html=page.read_text(encoding="utf-8", errors="replace"))
        try:
            article.parse()
        except ImportError:  # Some languages need tokenizers of their own.
            print(f"{page.name}: skipped")  # noqa: T201 - a command
            continue
        (folder / f"{page.stem}.json").write_text(article.to_json(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
