"""Outlets, authors and links as press databases write them."""

import pytest

from seed.readers.outlets import load_sources
from seed.readers.press.bylines import outlet_check
from seed.readers.press.fields import Outlet, author_names, is_not_available, leads_into_database, parse_outlet


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("The Business Quay ; Norhaven", Outlet("The Business Quay", "", "Norhaven")),
        ("Norland Journal, Eastern edition; Norhaven", Outlet("Norland Journal", "Eastern edition", "Norhaven")),
        ("Times, Late Edition (East Coast); N", Outlet("Times", "Late Edition (East Coast)", "N")),
        ("Gazette (Online); Norhaven", Outlet("Gazette", "Online", "Norhaven")),
        ("Gazette (1923-)", Outlet("Gazette")),
        ("Gazette (pre-1997 Fulltext)", Outlet("Gazette")),
        ("(1923-)", Outlet("(1923-)")),
        ("Gazette (London)", Outlet("Gazette (London)")),
        ("G" * 301, Outlet("G" * 301)),
        ("", Outlet("")),
    ],
)
def test_an_outlet_is_apart_from_edition_and_place(text: str, outlet: Outlet) -> None:
    assert parse_outlet(text) == outlet


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Byrne, Ada", ["Ada Byrne"]),
        ("Byrne, Ada; Li, Jo", ["Ada Byrne", "Jo Li"]),
        ("Byrne, Ada and Li, Jo", ["Ada Byrne", "Jo Li"]),
        ("Lindqvist, Jo, Jr.", ["Jo Lindqvist Jr."]),
        ("Byrne, Ada, Staff Writer", ["Ada Byrne"]),
        ("Ada Byrne, Staff Reporter", ["Ada Byrne"]),
        ("By ADA BYRNE and JO LI, Norland News Agency Writers", ["ADA BYRNE", "JO LI"]),
        ("Ada Byrne", ["Ada Byrne"]),
        ("RFE/RL", []),
        ("Anonymous", []),
        ("[Unknown]", []),
        ("Editorial Board", []),
        ("Harbour Gazette Staff", []),
        ("Byrne, Ada.", ["Ada Byrne"]),
        ("Byrne, A. B.", ["A. B. Byrne"]),
        ("Byrne, Ada, Special to the Gazette", ["Ada Byrne"]),
        ("李明", ["李明"]),
        ("A, B; " * 4_000, [" ".join(("A, B; " * 4_000).split())]),
    ],
)
def test_inverted_names_come_in_their_usual_order(value: str, names: list[str]) -> None:
    assert author_names([value], load_sources().knows, inverted=True) == names


def test_the_outlet_of_a_record_is_no_author() -> None:
    is_outlet = outlet_check(["The Harbour Gazette", ""], load_sources())
    assert author_names(["Harbour Gazette", "Li, Jo", "The Harbour Gazette"], is_outlet, inverted=True) == ["Jo Li"]


def test_names_in_order_stay_in_order() -> None:
    knows = load_sources().knows
    assert author_names(["Ada Byrne and Jo Li", "Ada Byrne"], knows) == ["Ada Byrne", "Jo Li"]


@pytest.mark.parametrize("host", ["www.proquest.com", "www-proquest-com.proxy.example", "search.ebscohost.com"])
def test_a_link_into_a_database_is_no_page(host: str) -> None:
    assert leads_into_database(f"https://{host}/docview/1")
    assert not leads_into_database("https://proquestion.example/1")


def test_a_text_that_is_not_available_says_so() -> None:
    assert all(map(is_not_available, ("Not available.", "None available.", "[No abstract]", "None")))
    assert all(
        map(is_not_available, ("Non disponible.", "No disponible", "Nicht verfügbar.", "Não disponível", "不可用。"))
    )
    assert not is_not_available("Nicht alle Fähren fuhren.")
    assert not is_not_available("None of the ferries sailed.")
