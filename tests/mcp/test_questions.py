"""Twenty questions of a journalist, each answered by one call: the articles, and the words at each permalink."""

import re
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

from app.mcp.tools import TOOLS
from tests.mcp.conftest import ORIGIN, Assistant, text_of


class Question(NamedTuple):
    """A question, the call that answers it, and for each item the article and the beginning of the words cited."""

    question: str
    tool: str
    arguments: dict[str, Any]
    cited: list[tuple[str, str]]


RUSSIA_CLAIMS, THREE_DAYS, INTERPRETER, WARSHIPS, COMMAND = (
    *("9vgje4hzdcgb", "483rvccrs3td", "mqbv2t76ze39"),
    *("xcx40nxes912", "2twkav4vjg5h"),
)

QUESTIONS = (
    Question(
        "Which reports name both Putin and Assad, in the order of their days?",
        "search_articles",
        {"actor": ["Putin", "Bashar Assad"], "sort": "published"},
        [
            (COMMAND, "on Wednesday, hours after"),
            (INTERPRETER, "Putin"),
            (THREE_DAYS, "Minister Sergei Shoigu"),
            (RUSSIA_CLAIMS, "his view its planes"),
        ],
    ),
    Question(
        "Where are cruise missiles mentioned?",
        "search_articles",
        {"q": '"cruise missiles"'},
        [(WARSHIPS, "vessels of the Russian fleet")],
    ),
    Question(
        "Which reports name the Tu-160?",
        "search_articles",
        {"weapon": "Tu-160"},
        [(RUSSIA_CLAIMS, "and by ships in the Caspian"), (THREE_DAYS, "provinces of Raqqa")],
    ),
    Question(
        "What was printed in October 2015?", "search_articles", {"from": "2015-10", "to": "2015-10"}, [(WARSHIPS, "")]
    ),
    Question("What did Radio Free Europe print?", "search_articles", {"source": "RFE/RL"}, [(WARSHIPS, "")]),
    Question(
        "Which reports name Lavrov?",
        "search_articles",
        {"actor": "Lavrov"},
        [(INTERPRETER, "be planned until terrorism")],
    ),
    Question(
        "What did Patrick Goodenough write, oldest first?",
        "search_articles",
        {"author": ["Patrick Goodenough"], "sort": "published"},
        [(THREE_DAYS, ""), (RUSSIA_CLAIMS, "")],
    ),
    Question(
        "Which reports name Turkey?",
        "search_articles",
        {"actor": "Turkey"},
        [(RUSSIA_CLAIMS, "He had raised this"), (WARSHIPS, "him to seek"), (COMMAND, "in the Iraqi capital")],
    ),
    Question(
        "Does any other outlet than CNSNews name Raqqa?",
        "search_articles",
        {"place": "Raqqa", "exclude_source": "cnsnews"},
        [],
    ),
    Question(
        "What did Shoigu say?",
        "who_said",
        {"speaker": "Mr. Shoigu"},
        [(RUSSIA_CLAIMS, "the aim was to wreck"), (WARSHIPS, "Four vessels of the Russian fleet")],
    ),
    Question(
        "What did Obama say?", "who_said", {"speaker": "President Obama"}, [(RUSSIA_CLAIMS, "he could not tell so far")]
    ),
    Question(
        "Who said what about Raqqa?",
        "who_said",
        {"about": "Raqqa"},
        [(RUSSIA_CLAIMS, "Moscow had changed its mind"), (THREE_DAYS, "its bombers had spent")],
    ),
    Question("Who spoke of a mistake?", "who_said", {"said": "mistake"}, [(COMMAND, "it had been a mistake")]),
    Question(
        "What did the State Department's spokesman say?",
        "who_said",
        {"speaker": "John Kirby"},
        [(RUSSIA_CLAIMS, "talks were possible"), (THREE_DAYS, "the United States had no military cooperation")],
    ),
    Question(
        "What did Putin say before November?",
        "who_said",
        {"speaker": "Vladimir Putin", "to": "2015-10-31"},
        [(WARSHIPS, "ships and planes would act"), (COMMAND, "it had been a mistake")],
    ),
    Question(
        "What does the report of the takeover say?",
        "read_article",
        {"id": COMMAND},
        [(COMMAND, "")],
    ),
)


class Listing(NamedTuple):
    """A question whose answer is a list, with the first ids and the permalink of the first."""

    question: str
    tool: str
    arguments: dict[str, Any]
    ids: list[str]
    permalink: str


LISTINGS = (
    Listing(
        "Which weapons are named most?",
        "list_entities",
        {"type": "weapon"},
        ["charles-de-gaulle", "tu-160"],
        "?weapon=charles-de-gaulle",
    ),
    Listing(
        "Which armed groups are named?",
        "list_entities",
        {"type": ["armed_group"]},
        ["islamic-state", "free-syrian-army"],
        "?actor=islamic-state",
    ),
    Listing(
        "When was France in the news?",
        "timeline",
        {"actor": "France"},
        ["2015-11-01"],
        "?actor=France&from=2015-11-01&to=2015-11-30",
    ),
    Listing(
        "How do the outlets differ on Syria?",
        "compare_sources",
        {"q": "syria"},
        ["cnsnews", "interpretermag"],
        "?q=syria&source=cnsnews",
    ),
)


def words_at(assistant: Assistant, permalink: str) -> tuple[str, str]:
    """Return the article of a permalink and the words that it points to, as the API serves them."""
    url = urlsplit(permalink)
    assert f"{url.scheme}://{url.netloc}{url.path}" == ORIGIN + "/"
    query = parse_qs(url.query, strict_parsing=True)
    (id_,), (version,) = query["article"], query["as_of"]
    article = assistant.get(f"/v1/articles/{id_}?as_of={version}")
    match = re.fullmatch(r"(title|text)=(\d+)-(\d+)", url.fragment)
    return id_, article[match[1]][int(match[2]) : int(match[3])] if match else ""


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.question)
def test_a_question_is_answered_with_permalinks(assistant: Assistant, question: Question) -> None:
    result = assistant.call(question.tool, **question.arguments)
    assert not result.is_error
    items = result.structured_content.get("items") if question.tool != "read_article" else [result.structured_content]
    cites = [item["cite"] for item in items]
    places = [words_at(assistant, cite["permalink"]) for cite in cites]
    assert [id_ for id_, _ in places] == [id_ for id_, _ in question.cited]
    for (_, words), (_, beginning) in zip(places, question.cited, strict=True):
        assert words.startswith(beginning) if beginning != "Putin" else "Putin" in words
    assert all(cite["permalink"] in text_of(result) for cite in cites)


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.question)
def test_a_list_answers_with_links_to_searches(assistant: Assistant, listing: Listing) -> None:
    items = assistant.data(listing.tool, **listing.arguments)["items"]
    assert [item.get("id") or item["from"] for item in items[: len(listing.ids)]] == listing.ids
    assert items[0]["permalink"] == f"{ORIGIN}/{listing.permalink}"


def test_there_are_twenty_questions_and_each_tool_but_one_is_asked() -> None:
    """The tool left is `find_entity`, which has its own tests."""
    asked = {question.tool for question in (*QUESTIONS, *LISTINGS)}
    assert (len(QUESTIONS) + len(LISTINGS), set(TOOLS) - asked) == (20, {"find_entity"})
