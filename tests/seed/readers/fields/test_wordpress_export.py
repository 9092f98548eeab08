"""WordPress exports: which items are posts, who wrote them, when, and what their texts are."""

import pytest

from seed.readers.fields.wordpress_export import display_names, post_date, post_text, why_no_post
from seed.records import RawArticle
from tests.seed.readers.conftest import Reading


@pytest.mark.parametrize(
    ("status", "kind", "password", "reason"),
    [
        ("publish", "post", "", None),
        ("publish", "news", None, None),
        (None, "post", "", None),
        ("publish", None, "", None),
        (None, None, None, None),
        ("draft", "post", "", "a post of a WordPress export with the status 'draft' is not published"),
        ("private", "post", "", "a post of a WordPress export with the status 'private' is not published"),
        ("future", "post", "", "a post of a WordPress export with the status 'future' is not published"),
        ("publish", "nav_menu_item", "", "an item of the type 'nav_menu_item' of a WordPress export is no post"),
        ("publish", "post", "x", "a post of a WordPress export is protected by a password"),
    ],
)
def test_only_published_posts_count(
    status: str | None, kind: str | None, password: str | None, reason: str | None
) -> None:
    entry = {"wp_status": status, "wp_post_type": kind, "wp_post_password": password}
    assert why_no_post(entry) == reason


def test_authors_have_their_names() -> None:
    text = (
        "<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[ada]]></wp:author_login>"
        "<wp:author_display_name><![CDATA[Ada Byrne]]></wp:author_display_name></wp:author>"
        "<wp:author><wp:author_login>jo</wp:author_login><wp:author_display_name>Jo &amp; Li</wp:author_display_name>"
        "</wp:author><wp:author><wp:author_login>x</wp:author_login></wp:author>"
    )
    assert display_names(text) == {"ada": "Ada Byrne", "jo": "Jo & Li"}


def test_a_date_has_the_offset_of_the_site() -> None:
    date = post_date({"wp_post_date": "2019-03-04 18:30:00", "wp_post_date_gmt": "2019-03-04 23:30:00"})
    assert date is not None
    assert date.zone == "-05:00"
    assert post_date({"wp_post_date": "2019-03-04 18:30:00", "wp_post_date_gmt": "0000-00-00 00:00:00"}) is None
    assert post_date({"wp_post_date": "2019-03-04 18:30:00"}) is None


def test_a_text_has_paragraphs_and_no_shortcodes() -> None:
    content = (
        "One <b>and</b>\nmore.\n\nTwo.\n\n[caption id='1']<img src='x'> The pier[/caption]\n\n[gallery ids='1,2']"
        "\n\n<blockquote>Three</blockquote>"
    )
    assert post_text(content) == "One and more.\n\nTwo.\n\nThe pier\n\nThree"
    assert post_text("One\nTwo [see note]") == "One\nTwo [see note]"


def test_a_post_may_have_no_title_no_text_and_no_dates(reading: Reading) -> None:
    item = "<item><title/><link>https://quay.example/{n}</link><wp:post_type>post</wp:post_type>{more}</item>"
    feed = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Quay</title>'
        + item.format(n=1, more="<content:encoded>It sails.</content:encoded>")
        + item.format(n=2, more="<content:encoded/><pubDate>Mon, 04 Mar 2019 23:30:00 +0000</pubDate>")
        + "</channel></rss>"
    )
    post, refusal = reading("a.xml", feed)
    assert isinstance(post, RawArticle)
    assert (post.title, post.matches_by_title, post.notes) == ("It sails.", False, ())
    assert "title is None" in str(refusal)


def test_posts_without_titles_are_called_by_their_first_words(reading: Reading) -> None:
    feed = (
        '<rss version="2.0"><channel><title>Quay</title><item><link>https://quay.example/1</link>'
        "<description>&lt;p&gt;It sails.&lt;/p&gt;&lt;p&gt;Today.&lt;/p&gt;</description></item></channel></rss>"
    )
    (post,) = reading("a.rss", feed)
    assert isinstance(post, RawArticle)
    assert (post.title, post.text, post.matches_by_title) == ("It sails.", "It sails.\n\nToday.", False)
    assert post.provenance["title"] == "the first words of the text, which has no title"
