"""Read the items of a WordPress export (WXR): only published posts, with the names of their authors."""

import html
import re
from collections.abc import Mapping
from typing import Any

from seed.readers.fields.plain_text import to_plain_text
from seed.readers.fields.transforms import offset_from
from seed.records import Published

POST_TYPES = frozenset(
    {
        *("post", "article", "articles", "news", "story", "stories", "report", "reports", "opinion", "blog"),
        *("press-release", "press_release", "pressrelease"),
    }
)
"""The types of items that are posts: that of WordPress, and usual names of own ones."""

_MAX_AUTHOR_LENGTH = 5_000  # Characters of an author; login and name have a hundredth.
_MEMBER = re.compile(
    r"<wp:author_(login|display_name)>\s{0,9}(?:<!\[CDATA\[(.{0,500}?)\]\]>|([^<]{0,500}))\s{0,9}</", re.DOTALL
)
_SHORTCODE = re.compile(r"\[/?(?:caption|gallery|embed|audio|video|playlist|wp_caption)\b[^\[\]]{0,1000}\]")


def display_names(text: str) -> Mapping[str, str]:
    """Return the names of the authors of an export by their logins."""
    blocks = (block.partition("</wp:author>")[0][:_MAX_AUTHOR_LENGTH] for block in text.split("<wp:author>")[1:])
    authors = [{name: data or plain for name, data, plain in _MEMBER.findall(block)} for block in blocks]
    return {
        author["login"].strip(): html.unescape(author["display_name"]).strip()
        for author in authors
        if author.get("login") and author.get("display_name", "").strip()
    }


def why_no_post(entry: Mapping[str, Any]) -> str | None:
    """Return why an item of an export is no published post, None if it is one or if this is no export."""
    status, kind = entry.get("wp_status"), entry.get("wp_post_type")
    if status is None and kind is None:
        return None
    if kind not in {None, "", *POST_TYPES}:
        return f"an item of the type {str(kind)[:40]!r} of a WordPress export is no post"
    if status not in {None, "", "publish"}:
        return f"a post of a WordPress export with the status {str(status)[:40]!r} is not published"
    if str(entry.get("wp_post_password") or "").strip():
        return "a post of a WordPress export is protected by a password"
    return None


def post_date(entry: Mapping[str, Any]) -> Published | None:
    """Return when a post was published, with the offset of the site; None if the item does not have both times."""
    local, universal = entry.get("wp_post_date"), entry.get("wp_post_date_gmt")
    date = offset_from(local, universal) if local and universal else None
    return date if isinstance(date, Published) else None


def post_text(content: str) -> str:
    """Return the text of a post, whose paragraphs are separated by blank lines, without shortcodes."""
    return to_plain_text(_SHORTCODE.sub("", content))
