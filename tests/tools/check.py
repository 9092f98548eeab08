"""Read what `write.py` wrote, and compare each article with it: `python -m tests.tools.check FOLDER`."""

import json
import sys
from pathlib import Path
from typing import Any

from seed.readers import Overrides, read_paths
from seed.records import Link, RawArticle


def differences(written: dict[str, Any], article: RawArticle) -> list[str]:
    """Return the names of the fields that are not what newspaper4k found."""
    # Where newspaper4k finds no text, its description of the page is an extract.
    wanted = {
        "title": " ".join(written["title"].split()),
        "text": (written["text"] or written["meta_description"] or "").split(),
        "url": written["url"],
        "on": (written["publish_date"] or "")[:10] or None,
    }
    loaded = {
        "title": " ".join(article.title.split()),
        "text": article.text.split(),
        "url": article.url,
        "on": article.published.on,
    }
    return [name for name, value in wanted.items() if loaded[name] != value]


def main(folder: Path) -> int:
    """Print each file that is not loaded as the article that it holds; return 1 if there are any."""
    failed = count = 0
    for path in sorted(folder.glob("*.json")):
        count += 1
        written = json.loads(path.read_text(encoding="utf-8"))
        (item,) = read_paths([path], overrides=Overrides())
        if isinstance(item, RawArticle):
            problems = differences(written, item)
        else:
            # A page in which newspaper4k finds no text is one of a list.
            problems = [] if isinstance(item, Link) and not written["text"] else [str(item)]
        if problems:
            failed += 1
            print(f"{path.name}: {', '.join(problems)}")  # noqa: T201 - a command
    print(f"{count - failed} of {count} files are loaded as the articles that newspaper4k found")  # noqa: T201 - a command
    return int(failed > 0 or count == 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
