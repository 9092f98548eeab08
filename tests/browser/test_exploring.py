"""Explore the shipped collection in a browser, as a user would."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit

INFERRED = "xcx40nxes912"
"""The article whose date is inferred from a birthday."""


def test_the_page_shows_the_collection(visit: Visit) -> None:
    visit.open()
    page = visit.page
    expect(page.locator("#folio")).to_contain_text("5 articles · 4 sources · 30 September – 22 November 2015")
    expect(page.get_by_role("heading", name="5 articles")).to_be_visible()
    expect(page.locator(".entry")).to_have_count(5)
    assert page.evaluate("document.querySelectorAll('[style]:not(.bar):not(.meter):not(.tie)').length") == 0


def test_words_find_articles(visit: Visit) -> None:
    visit.open()
    page = visit.page
    page.get_by_role("combobox", name="Words").fill('"cruise missiles" -paris')
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="1 article")).to_be_visible()
    assert visit.query == "q=%22cruise+missiles%22+-paris"
    expect(page.get_by_role("list", name="Active filters")).to_contain_text('words "cruise missiles" -paris')


def test_a_count_is_the_number_of_articles_after_a_click(visit: Visit) -> None:
    """The chip of the value removes it again."""
    visit.open()
    page = visit.page
    visit.unfold_filters()
    value = page.locator('[data-key="weapon charles-de-gaulle"]')
    expect(value.locator(".count")).to_contain_text("3")
    value.click()
    expect(page.get_by_role("heading", name="3 articles")).to_be_visible()
    expect(value).to_be_focused()
    expect(value).to_have_attribute("aria-current", "true")
    assert visit.query == "weapon=charles-de-gaulle"
    page.get_by_role("link", name="Remove weapon Charles de Gaulle").click()
    expect(page.get_by_role("heading", name="5 articles")).to_be_visible()


def test_a_facet_recognises_another_name_of_its_value(visit: Visit) -> None:
    """`putin` in the address is Vladimir Putin in the facet, and a click there removes it."""
    visit.open("actor=putin")
    page = visit.page
    expect(page.get_by_role("link", name="Remove actor Vladimir Putin")).to_be_visible()
    visit.unfold_filters()
    page.locator('[data-key="actor vladimir-putin"]').click()
    expect(page.locator("#chips")).to_be_empty()
    assert visit.query == ""


def test_days_narrow(visit: Visit) -> None:
    visit.open()
    page = visit.page
    visit.unfold_filters()
    page.get_by_label("From", exact=True).fill("2015-10")
    page.get_by_label("To", exact=True).fill("2015-10")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="1 article")).to_be_visible()
    assert visit.query == "from=2015-10&to=2015-10"


def test_pages_follow_each_other_without_gaps(visit: Visit) -> None:
    """Each article appears once, and the focus moves to the first new one."""
    visit.open("limit=2")
    page = visit.page
    more = page.get_by_role("button", name="More articles")
    more.click()
    expect(page.locator(".entry")).to_have_count(4)
    expect(page.locator(".entry h3 a").nth(2)).to_be_focused()
    more.click()
    expect(page.locator(".entry")).to_have_count(5)
    expect(more).to_have_count(0)
    titles = page.locator(".entry h3").all_inner_texts()
    assert len(set(titles)) == 5


def test_a_bar_of_the_timeline_narrows_to_its_days(visit: Visit) -> None:
    visit.open("interval=week")
    page = visit.page
    page.get_by_role("link", name="16 – 22 November 2015: 3 of 3 articles").click()
    expect(page.get_by_role("heading", name="3 articles")).to_be_visible()
    assert visit.query == "interval=week&from=2015-11-16&to=2015-11-22"
    page.get_by_role("link", name="All days").click()
    expect(page.get_by_role("heading", name="5 articles")).to_be_visible()


def test_arrow_keys_move_along_the_timeline(visit: Visit) -> None:
    """The Tab key stops at one bar; Enter filters by it."""
    visit.open("interval=month")
    page = visit.page
    bars = page.locator("#timeline .bucket")
    expect(page.locator('#timeline .bucket[tabindex="0"]')).to_have_count(1)
    bars.first.focus()
    page.keyboard.press("ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 article")).to_be_visible()
    assert visit.query == "interval=month&from=2015-10-01&to=2015-10-31"


def test_a_name_of_the_network_narrows(visit: Visit) -> None:
    """The keyboard works like the pointer, and a table has the same data."""
    visit.open("view=network")
    page = visit.page
    node = page.get_by_role("link", name="Barack Obama, person, 3 articles")
    node.focus()
    expect(page.locator("svg.dimmed")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Remove actor Barack Obama")).to_be_visible()
    assert visit.query == "view=network&actor=barack-obama"
    page.locator("#view summary", has_text="As a table").click()
    expect(page.locator("#view table")).to_contain_text("Barack Obama")


def test_the_network_is_the_same_picture_each_time(visit: Visit) -> None:
    pictures = []
    for _ in range(2):
        visit.open("view=network")
        nodes = visit.page.locator(".node")
        expect(nodes.first).to_be_visible()
        pictures.append(nodes.evaluate_all("nodes => nodes.map(node => node.getAttribute('transform'))"))
    assert pictures[0] == pictures[1]


def test_an_article_shows_who_is_named_and_who_speaks(visit: Visit) -> None:
    visit.open()
    page = visit.page
    page.get_by_role("link", name="Russian Warships Launch Missiles").click()
    heading = page.get_by_role("heading", level=1, name="Russian Warships Launch Missiles Against IS In Syria")
    expect(heading).to_be_focused()
    assert visit.query == f"article={INFERRED}"
    expect(page.locator("#reader .byline")).to_contain_text("7 October 2015 to the day, inferred from “63rd birthday”")
    text = page.locator(".text")
    expect(text.locator("a.mention", has_text="Caspian Sea")).to_have_class("mention type-place")
    expect(text.locator('[data-statement="1"]')).to_have_text(
        "Four vessels of the Russian fleet in the Caspian Sea fired 26 cruise missiles across to Syria1"
    )
    page.get_by_role("button", name="Statement 1 in the text").click()
    expect(text.locator('[data-statement="1"]')).to_be_focused()
    page.get_by_role("button", name="places").click()
    expect(page.get_by_role("button", name="places")).to_have_attribute("aria-pressed", "false")


def test_an_article_shows_its_details_as_text(visit: Visit) -> None:
    def add_details(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, json={**answer.json(), "details": {"section": "<b>World</b>", "load_date": "x" * 300}}
        )

    visit.page.route(f"**/v1/articles/{INFERRED}", add_details)
    visit.open(f"article={INFERRED}")
    details = visit.page.locator("#reader .details span")
    expect(details).to_have_text(["section: <b>World</b>", f"archived: {'x' * 300}"])


def test_a_mention_leads_to_the_articles_that_name_it(visit: Visit) -> None:
    visit.open(f"article={INFERRED}")
    page = visit.page
    page.locator(".text a.mention", has_text="Sergei Shoigu").click()
    expect(page.get_by_role("heading", name="3 articles")).to_be_visible()
    assert visit.query == "actor=sergei-shoigu"


def test_back_restores_the_list(visit: Visit) -> None:
    """The list keeps its pages and scroll position; forward leads to the article again."""
    visit.open("limit=3")
    page = visit.page
    page.get_by_role("button", name="More articles").click()
    expect(page.locator(".entry")).to_have_count(5)
    link = page.locator(".entry h3 a").last
    link.scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    link.click()
    expect(page.locator("#reader h1")).to_be_visible()
    page.go_back()
    expect(page.locator(".entry")).to_have_count(5)
    expect(link).to_be_focused()
    assert abs(page.evaluate("scrollY") - scrolled) < 5
    page.go_forward()
    expect(page.locator("#reader h1")).to_be_visible()


def test_back_undoes_one_filter_at_a_time(visit: Visit) -> None:
    visit.open("actor=putin&source=cnsnews")
    page = visit.page
    expect(page.get_by_role("heading", name="2 articles")).to_be_visible()
    page.get_by_role("link", name="Remove source CNSNews").click()
    expect(page.get_by_role("heading", name="5 articles")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="2 articles")).to_be_visible()


def test_suggestions_are_chosen_by_keyboard(visit: Visit) -> None:
    visit.open()
    page = visit.page
    box = page.get_by_role("combobox", name="Words")
    box.press_sequentially("shoi")
    options = page.locator("#suggestions").get_by_role("option")
    expect(options.first).to_contain_text("Sergei Shoigu")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("shoi")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Remove actor Sergei Shoigu")).to_be_visible()
    expect(box).to_have_value("")
    assert visit.query == "actor=sergei-shoigu"


def test_a_suggestion_is_chosen_by_pointer(visit: Visit) -> None:
    """A source becomes a filter of sources."""
    visit.open()
    page = visit.page
    page.get_by_role("combobox", name="Words").press_sequentially("interpr")
    page.get_by_role("option", name="source The Interpreter").click()
    expect(page.get_by_role("heading", name="1 article")).to_be_visible()
    assert visit.query == "source=interpretermag"


def test_a_refused_name_offers_the_nearest(visit: Visit) -> None:
    visit.expected.add(422)
    visit.open("actor=Obema")
    page = visit.page
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Error 422")
    expect(alert).to_contain_text("Expected: the id, Wikidata id or name of an actor")
    alert.get_by_role("link", name="barack-obama").click()
    expect(page.get_by_role("heading", name="3 articles")).to_be_visible()
    assert visit.query == "actor=barack-obama"


def test_a_misspelt_parameter_offers_its_name(visit: Visit) -> None:
    """The page passes unknown parameters on, and the API reports them."""
    visit.expected.add(422)
    visit.open("plaze=raqqa")
    page = visit.page
    page.get_by_role("alert").get_by_role("link", name="place", exact=True).click()
    expect(page.get_by_role("heading", name="2 articles")).to_be_visible()
    assert visit.query == "place=raqqa"


@pytest.mark.parametrize("visit", [pytest.param("wide", id="wide")], indirect=True)
@pytest.mark.parametrize("name", ["constructor", "toString", "__proto__", "hasOwnProperty"])
def test_a_name_that_every_object_inherits_is_an_ordinary_name(visit: Visit, name: str) -> None:
    """As a parameter, a value, a view and an interval: the page finds only what it put in its own tables."""
    visit.expected.add(422)
    page = visit.page
    for query in (f"{name}=1", f"precision={name}", f"actor={name}", f"sort={name}"):
        visit.open(query)
        expect(page.get_by_role("alert")).to_contain_text("Error 422")
        page.get_by_role("alert").get_by_role("link", name="Remove it").click()
        expect(page.get_by_role("heading", name="5 articles")).to_be_visible()
        assert visit.query == ""
    visit.open(f"view={name}")
    expect(page.get_by_role("heading", name="5 articles")).to_be_visible()
    visit.open(f"interval={name}")
    expect(page.locator("#timeline").get_by_role("alert")).to_contain_text("Error 422")


def test_an_article_that_is_not_there_says_so(visit: Visit) -> None:
    visit.expected.add(404)
    visit.open("article=nothing")
    expect(visit.page.get_by_role("alert")).to_contain_text("Nothing is published under this id")
    visit.page.get_by_role("link", name="Back to the results").click()
    expect(visit.page.get_by_role("heading", name="5 articles")).to_be_visible()


def test_an_empty_result_shows_the_ways_out(visit: Visit) -> None:
    visit.open("source=rferl&from=2016&to=2016-05")
    page = visit.page
    expect(page.get_by_role("heading", name="No article matches all of this")).to_be_visible()
    expect(page.locator(".empty-result")).to_contain_text("between 30 September 2015 and 22 November 2015")
    page.get_by_role("link", name="Without the days from 2016 to 2016-05: 1 article").click()
    expect(page.get_by_role("heading", name="1 article")).to_be_visible()
    assert visit.query == "source=rferl"


def test_statements_have_their_speakers(visit: Visit) -> None:
    visit.open("view=statements")
    page = visit.page
    page.get_by_role("link", name="Barack Obama", exact=True).first.click()
    expect(page.get_by_role("link", name="Remove speaker Barack Obama")).to_be_visible()
    expect(page.get_by_role("heading", name="32 statements")).to_have_count(0)
    assert visit.query == "view=statements&speaker=barack-obama"
    expect(page.locator(".statement-entry .speaker").first).to_contain_text("Barack Obama")


def test_each_statement_says_how_it_is_reported(visit: Visit) -> None:
    """The page uses words, not the values of the API."""
    visit.open("view=statements")
    labels = visit.page.locator(".statement-entry .manner").all_inner_texts()
    assert {label.partition(",")[0] for label in labels} == {"partly quoted", "paraphrased"}


def test_the_filters_of_statements_say_that_they_count_articles(visit: Visit) -> None:
    visit.open("view=statements")
    note = visit.page.locator("#filter-fields .note")
    expect(note).to_have_text("The numbers count articles, not statements, and ignore the speaker.")
    visit.page.get_by_role("link", name="Articles", exact=True).click()
    expect(note).to_have_count(0)


def test_sources_are_compared(visit: Visit) -> None:
    visit.open("view=sources&actor=hollande")
    expect(visit.page.get_by_role("heading", name="1 of 4 sources report on this")).to_be_visible()
    expect(visit.page.locator(".sources > li").first).to_contain_text("CNSNews")


def test_each_view_shows_its_request(visit: Visit) -> None:
    """As a full URL, to open and to copy."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.open("actor=putin")
    page = visit.page
    box = page.locator("#view .request", has_text="The API request")
    box.locator("summary").click()
    expect(box.locator("code")).to_contain_text("GET /v1/articles?actor=putin&facet=source")
    box.get_by_role("button", name="Copy as curl").click()
    expect(box.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl '{visit.api}/v1/articles?actor=putin&facet=source")


def test_the_keyboard_reaches_the_results_first(visit: Visit) -> None:
    visit.open()
    page = visit.page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the results")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("query", ["", "view=network", "view=statements", "view=sources", f"article={INFERRED}"])
def test_everything_has_a_name_and_a_place(visit: Visit, query: str) -> None:
    """There is one main landmark, ids are unique, and every control has a name."""
    visit.open(query)
    page = visit.page
    assert page.locator("main:visible").count() == 1
    nameless = (
        "nodes => nodes.filter(n => !n.ariaLabel && !n.textContent.trim() && !n.labels?.length).map(n => n.outerHTML)"
    )
    assert page.locator("a:visible, button:visible, select:visible, input:visible").evaluate_all(nameless) == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))


def test_reduced_motion_stops_transitions(visit: Visit) -> None:
    visit.page.emulate_media(reduced_motion="reduce")
    visit.open()
    assert visit.page.locator("#view").evaluate("node => getComputedStyle(node).transitionDuration") == "0s"


def test_results_show_why_they_match(visit: Visit) -> None:
    """The words and names of the search are marked in titles and in passages."""
    visit.open("q=isis&actor=putin")
    entry = visit.page.locator(".entry").first
    expect(entry.locator("h3 mark")).to_have_text(["ISIS"])
    expect(entry.locator(".snippet mark").first).to_have_text("Vladimir Putin")


def test_a_chosen_name_says_who_it_is(visit: Visit) -> None:
    """One name has a card, two have none."""
    visit.open("actor=putin")
    page = visit.page
    expect(page.locator("#about")).to_contain_text("Vladimir Putin person, Wikidata Q7747")
    expect(page.locator("#about")).to_contain_text("President of Russia, state from 7 May 2012")
    page.locator("#about").get_by_role("link", name="Islamic State").click()
    expect(page.get_by_role("link", name="Remove actor Islamic State")).to_be_visible()
    expect(page.locator("#about")).to_be_hidden()


def test_an_article_leads_to_those_like_it(visit: Visit) -> None:
    visit.open(f"article={INFERRED}")
    page = visit.page
    alike = page.get_by_role("region", name="Similar articles")
    expect(alike.get_by_role("listitem")).to_have_count(4)
    alike.get_by_role("link").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).not_to_have_text("Russian Warships Launch Missiles Against IS In Syria")
    page.go_back()
    expect(heading).to_have_text("Russian Warships Launch Missiles Against IS In Syria")


def test_a_reader_downloads_a_proposed_correction(visit: Visit) -> None:
    """It is a line of the file of corrections, which `dateline correct import` accepts."""
    visit.open("actor=sergei-shoigu")
    page = visit.page
    page.locator("#about summary", has_text="Propose a correction").click()
    page.locator(".proposal select").select_option("rename")
    page.get_by_label("Value").fill("S. Shoigu")
    page.get_by_label("Why").fill("shorter")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    line = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert re.fullmatch("c[0-9a-z]{11}", line.pop("id"))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", line.pop("at"))
    proposal = {"by": None, "why": "shorter", "do": "rename", "entity": "sergei-shoigu", "name": "S. Shoigu"}
    assert line == proposal
    page.locator(".proposal select").select_option("hide")
    expect(page.get_by_label("Value")).to_be_hidden()


def test_a_permalink_shows_its_passage_as_it_was_served(visit: Visit) -> None:
    visit.open("article=9vgje4hzdcgb&as_of=1#text=332-400")
    expect(visit.page.locator(".text mark.cited").first).to_be_in_viewport()
    words = "".join(visit.page.locator(".text mark.cited").all_inner_texts())
    assert words.startswith("Vladimir Putin when the G20 met in Turkey.")
    expect(visit.page.get_by_text("As corpus version 1 served it.")).to_be_visible()
    visit.page.get_by_text("Back to the results").click()
    expect(visit.page.get_by_role("heading", name="5 articles")).to_be_visible()
    assert visit.query == ""
