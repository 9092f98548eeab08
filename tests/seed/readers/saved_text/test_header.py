"""Bylines and dates on one line, as the press of many languages prints them."""

import pytest

from seed.readers.dates.customs import declared_custom
from seed.readers.saved_text.bylines import closing_authors
from seed.readers.saved_text.header import SEGMENT_MARK, parse_header

ON = "2019-03-04"

LINES = """
ar|بقلم: رنا الخوري|رنا الخوري|
ar|كتب أحمد سالم - 4 مارس 2019|أحمد سالم|1
bg|Автор: Десислава Петкова|Десислава Петкова|
bn|লিখেছেন: তানজিলা রহমান|তানজিলা রহমান|
ca|Per Jordi Puig, 4 de març de 2019|Jordi Puig|1
cs|Autor: Barbora Tichá|Barbora Tichá|
da|Af Mette Lund Sørensen, journalist|Mette Lund Sørensen|
da|Af Mette Lund og Bo Holm|Mette Lund, Bo Holm|
de|Von Ada Byrne und Jo Li|Ada Byrne, Jo Li|
de|Von Ada Byrne, Berlin|Ada Byrne|
de|Von Ada Byrne | 4. März 2019, 18:30 Uhr|Ada Byrne|1
de|4. März 2019, von Ada Byrne|Ada Byrne|1
de|Ein Bericht von Ada Byrne|Ada Byrne|
el|Της Ελένης Μαυρίδου|Ελένης Μαυρίδου|
el|Γράφει η Ελένη Μαυρίδου|Ελένη Μαυρίδου|
en|By Ada Byrne March 4, 2019|Ada Byrne|1
en|By Ada Byrne on March 4, 2019|Ada Byrne|1
en|March 4, 2019 by Ada Byrne|Ada Byrne|1
en|Monday March 4, 2019 10:05 am PDT by Ada Byrne|Ada Byrne|1
en|Ada Byrne – March 4, 2019|Ada Byrne|1
en|Posted by Ada Byrne on 4 March 2019|Ada Byrne|1
en|By Ada Byrne and Jo Li, Staff Writers | Updated March 5, 2019|Ada Byrne, Jo Li|
en|By Ada Byrne (ada@gazette.example)|Ada Byrne|
en|By Ada Byrne in Paris | 4 March 2019 | Updated 5 March 2019|Ada Byrne|1
en|By Ada Byrne in Paris and Jo Li in Rio de Janeiro, 4 March 2019|Ada Byrne, Jo Li|1
en|By Ada Byrne for The Quay|Ada Byrne|
en|By Ada Byrne, updated 5 March 2019|Ada Byrne|
en|By Ada Byrne and AFP, 4 March 2019|Ada Byrne|1
de|Von Ada Byrne aus Frankfurt am Main|Ada Byrne|
es|Por Ada Byrne en Madrid | 4 de marzo de 2019|Ada Byrne|1
ru|Автор: Анна Сидорова из Москвы, 4 марта 2019 г.|Анна Сидорова|1
ar|بقلم رنا الخوري من بيروت|رنا الخوري|
es|Por Ada Byrne y Jo Li|Ada Byrne, Jo Li|
es|Por Ada Byrne | 4 de marzo de 2019|Ada Byrne|1
es|Ada Byrne - 4 de marzo de 2019 a las 18:30|Ada Byrne|1
es|Por Ada Byrne, Madrid|Ada Byrne|
fa|نویسنده: سمانه رستگار|سمانه رستگار|
fi|Kirjoittanut Aino Kettunen 4.3.2019|Aino Kettunen|1
fr|Par Ada Byrne et Jo Li|Ada Byrne, Jo Li|
fr|Par Ada Byrne, publié le 4 mars 2019 à 18h30|Ada Byrne|1
fr|Publié le 4 mars 2019 par Ada Byrne|Ada Byrne|1
he|מאת: איתמר לביא|איתמר לביא|
he|מאת איתמר לביא, 4 במרץ 2019|איתמר לביא|1
hi|लेखक: कविता राठौर|कविता राठौर|
hr|Piše: Ana Horvat|Ana Horvat|
hu|Írta: Kovács Anna|Kovács Anna|
id|Oleh: Ratih Wulandari|Ratih Wulandari|
id|Oleh Ratih Wulandari, 4 Maret 2019|Ratih Wulandari|1
it|di Ada Byrne e Jo Li|Ada Byrne, Jo Li|
it|a cura di Ada Byrne|Ada Byrne|
it|di Ada Byrne - 4 marzo 2019|Ada Byrne|1
ja|文・山田太郎|山田太郎|
ja|執筆：山田太郎|山田太郎|
ja|山田太郎 記者|山田太郎|
ko|홍길동 기자|홍길동|
ko|홍길동 기자 | 2019.03.04 18:30|홍길동|1
nb|Av Kari Nordmann|Kari Nordmann|
nl|Door Ada Byrne en Jo Li|Ada Byrne, Jo Li|
nl|Door Ada Byrne op 4 maart 2019|Ada Byrne|1
pl|Autor: Anna Kowalska|Anna Kowalska|
pt|Por Ada Byrne e Jo Li|Ada Byrne, Jo Li|
pt|Por Ada Byrne — São Paulo|Ada Byrne|
pt|Por Ada Byrne, 4 de março de 2019|Ada Byrne|1
pt|Por Ada Byrne, Gazette — Rio Verde|Ada Byrne|
pl|Wpisany przez Anna Zając|Anna Zając|
ro|de Ion Popescu|Ion Popescu|
ru|Автор: Иван Петров|Иван Петров|
ru|Текст: Иван Петров и Анна Сидорова|Иван Петров, Анна Сидорова|
sv|Av Sigrid Åhlund|Sigrid Åhlund|
sv|Text: Sigrid Åhlund|Sigrid Åhlund|
th|โดย สมชาย ใจดี|สมชาย ใจดี|
th|โดย: สมชาย ใจดี|สมชาย ใจดี|
tr|Yazan: Sevgi Karaduman|Sevgi Karaduman|
tr|Haber: Sevgi Karaduman - 4 Mart 2019|Sevgi Karaduman|1
uk|Автор: Олена Шевчук|Олена Шевчук|
vi|Tác giả: Trần Minh Khuê|Trần Minh Khuê|
zh|作者：张三|张三|
zh|记者 张三|张三|
zh|文／林若薇|林若薇|
zh|〔記者林若薇／南灣報導〕|林若薇|
zh|作者：张三 2019年3月4日|张三|1
vi|Thứ Hai, 04/03/2019||1
vi|Thứ Hai, 04/03/2019 - 18:30||1
vi|Thứ Hai, 4 tháng 3, 2019||1
"""


def is_outlet(name: str) -> bool:
    """Return whether this is the outlet of the tests."""
    return name.casefold() in {"gazette", "the gazette"}


@pytest.mark.parametrize("line", LINES.strip().split("\n"))
def test_a_line_of_names_and_dates_is_understood(line: str) -> None:
    language, rest = line.split("|", 1)
    row, names, dated = rest.rsplit("|", 2)
    header = parse_header([row], is_outlet, declared_custom([language]))
    assert (", ".join(header.authors), header.body) == (names, [])
    assert (header.published.on if header.published else None) == (ON if dated else None)


UNCLEAR = """
en|New York, March 4, 2019|New York
en|Norland Harbour, March 4, 2019|Norland Harbour
en|Sula Harbour, 4 March 2019|Sula Harbour
en|Ada Byrne, 4 March 2019|Ada Byrne
en|Ada Byrne 4 March 2019|Ada Byrne
en|Ada Byrne (4 March 2019)|Ada Byrne
en|Sula Harbour, New Norland, 4 March 2019|Sula Harbour, New Norland
en|New York – March 4, 2019|New York
en|NEW YORK | March 4, 2019|NEW YORK
en|March 4, 2019 · New York|New York
en|LONDON — March 4, 2019|LONDON
fr|Paris, le 4 mars 2019|Paris
es|Madrid, 4 de marzo de 2019|Madrid
de|Neu Hafen, 4. März 2019|Neu Hafen
es|Puerto Norte, 4 de marzo de 2019|Puerto Norte
pl|Anna Kowalska, 4 marca 2019|Anna Kowalska
ru|Иван Петров, 4 марта 2019, 18:30|Иван Петров
uk|Олена Шевчук, 4 березня 2019|Олена Шевчук
en|Ada Byrne, Paris, 4 March 2019|Ada Byrne, Paris
en|Ada Byrne, Oslo, Norway, 4 March 2019|Ada Byrne, Oslo, Norway
en|PTI, New Delhi, March 4, 2019|PTI, New Delhi
en|Rio de Janeiro, 4 March 2019|Rio de Janeiro
ru|Москва, 4 марта 2019 г.|Москва
de|Berlin (dpa) - 4. März 2019|Berlin
de|Neuhafen (dpa/AFP) — 4. März 2019, 18:30 Uhr|Neuhafen
ru|МОСКВА, 4 марта 2019 г. /ТАСС/|МОСКВА
ar|القاهرة (رويترز) - 4 مارس 2019|القاهرة
he|תל אביב, 4 במרץ 2019|תל אביב
zh|北京，2019年3月4日|北京
"""


@pytest.mark.parametrize(
    "row",
    [
        "Munich Games 1972",
        "New York, 2019",
        "Paris 2024",
        "Opening of the Hall: 3 October 2018",
        "Opening: 3 October 2018",
        "Opening of the line, 3 October 2018",
    ],
)
def test_words_that_are_no_place_make_no_date(row: str) -> None:
    header = parse_header([row], is_outlet)
    assert (header.published, header.authors, header.body) == (None, (), [row])


EVENTS = """
en|Sula Hall, 12 June 2025
en|Sula Hall | 12 June 2025
en|12 June 2025 · Sula Hall
en|Sula Hall – 12 June 2025, 7 pm
en|Peace Conference, Sula, 12 June 2025
en|Concert, 12 June 2025
en|Concert | 12 June 2025
de|Stadthalle Sula, 12. Juni 2025
fr|Salle Verdi, Sula, 12 juin 2025
es|Teatro Sula, 12 de junio de 2025
ru|Большой Театр, 12 июня 2025 г.
ar|قاعة سولا، 12 يونيو 2025
"""


@pytest.mark.parametrize("line", EVENTS.strip().split("\n"))
def test_the_day_of_an_event_is_none_of_publication(line: str) -> None:
    language, row = line.split("|", 1)
    header = parse_header([row], is_outlet, declared_custom([language]))
    assert (header.published, header.authors, header.body) == (None, (), [row])
    assert header.reason_for_missing_date == f"{row!r} may be the place and day of an event"


def test_an_event_in_one_of_several_elements_is_one() -> None:
    header = parse_header(
        [SEGMENT_MARK.join(["Sula Hall, 12 June 2025", "3 comments"])], is_outlet, declared_custom(["en"])
    )
    assert header.published is None
    assert header.reason_for_missing_date == "'Sula Hall, 12 June 2025' may be the place and day of an event"


def test_an_event_in_several_elements_is_one() -> None:
    row = SEGMENT_MARK.join(["Sula Hall", "12 June 2025"])
    header = parse_header([row, "4 March 2019"], is_outlet, declared_custom(["en"]))
    assert header.published is not None
    assert (header.published.on, header.authors, header.body) == (ON, (), [row])


AGENCIES = """
en|By Reuters||Reuters
en|Reuters Staff | 4 March 2019|1|Reuters Staff
en|ANI | Updated: March 4, 2019||ANI
en|ANI, March 4, 2019|1|ANI
en|By Ada Byrne (AFP)||AFP
en|PTI/ANI | March 4, 2019|1|PTI/ANI
en|Agencies||Agencies
de|Berlin (dpa) - 4. März 2019|1|dpa
de|Von Ada Byrne und dpa||dpa
de|dpa/AFP | 4. März 2019|1|dpa/AFP
ru|РИА Новости, 4 марта 2019|1|РИА Новости
ru|По материалам ТАСС||ТАСС
zh|新华社 | 2019年3月4日|1|新华社
"""


@pytest.mark.parametrize("line", AGENCIES.strip().split("\n"))
def test_an_agency_next_to_names_and_dates_is_no_author(line: str) -> None:
    language, rest = line.split("|", 1)
    row, dated, agency = rest.rsplit("|", 2)
    header = parse_header([row], is_outlet, declared_custom([language]))
    assert (header.agency, header.body) == (agency, [])
    assert (header.published.on if header.published else None) == (ON if dated else None)


@pytest.mark.parametrize("line", UNCLEAR.strip().split("\n"))
def test_a_name_before_a_date_may_be_that_of_a_place(line: str) -> None:
    language, rest = line.split("|", 1)
    row, words = rest.rsplit("|", 1)
    header = parse_header([row], is_outlet, declared_custom([language]))
    assert header.published is not None
    assert (header.authors, header.published.on, header.body) == ((), ON, [])
    assert header.reason_for_no_authors == f"{words!r}, next to the date, could be a name or a place"


@pytest.mark.parametrize(
    "row",
    [
        "Sula Hall, 12 June 2025",
        "Norhaven Town Hall, Sula, 12 June 2025",
        "Sula Hall, 12 June 2025, 19:30",
        "Old Harbour Theatre (12 June 2025)",
        "Stadthalle Sula, 12. Juni 2025",
        "Museo Naval, 12 de junio de 2025",
        "Salle Nord, 12 juin 2025",
        "Sula Hall – 12 June 2025",
        "Sula Hall | 12 June 2025",
    ],
)
def test_a_venue_and_a_day_are_of_an_event(row: str) -> None:
    header = parse_header([row, "The choir sings."], is_outlet)
    assert (header.published, header.authors, header.body) == (None, (), [row, "The choir sings."])
    assert header.reason_for_missing_date == f"{row!r} may be the place and day of an event"


@pytest.mark.parametrize("row", ["12 June 2025, Sula Hall", "Concert on 12 June 2025"])
def test_a_day_within_words_is_no_date(row: str) -> None:
    header = parse_header([row, "The choir sings."], is_outlet)
    assert (header.published, header.authors, header.body) == (None, (), [row, "The choir sings."])


def test_a_venue_is_no_place_of_a_report() -> None:
    assert parse_header(["Sula Hall, 12 June 2025 – The choir sings."], is_outlet).published is None
    assert parse_header(["Sula, 12 June 2025 – The choir sings."], is_outlet).published is not None


def test_a_day_by_itself_wins_over_one_with_a_place() -> None:
    header = parse_header(["Sula Harbour, 12 June 2025", "By Ada Byrne", "14 June 2025", "13 June 2025"], is_outlet)
    assert header.published is not None
    assert (header.published.on, header.authors) == ("2025-06-14", ("Ada Byrne",))


@pytest.mark.parametrize(
    "row",
    [
        "Ada Byrne | March 4, 2019",
        "Ada Byrne · March 4, 2019",
        "Ada Byrne – March 4, 2019",
        "Ada Byrne / March 4, 2019",
        "Ada Byrne, Reporter, March 4, 2019",
        "Ada Byrne ada@gazette.example, March 4, 2019",
        "By Ada Byrne, March 4, 2019",
        "By Ada Byrne, New York, March 4, 2019",
        "March 4, 2019 by Ada Byrne",
    ],
)
def test_a_separator_or_a_trade_makes_a_name_clear(row: str) -> None:
    header = parse_header([row], is_outlet)
    assert (header.authors, header.reason_for_no_authors) == (("Ada Byrne",), None)


@pytest.mark.parametrize(
    ("rows", "names"),
    [(["Ada Byrne", "New York, March 4, 2019"], ("Ada Byrne",)), (["New York", "March 4, 2019"], ())],
)
def test_the_line_above_the_date_names_authors_or_a_known_place(rows: list[str], names: tuple[str, ...]) -> None:
    assert parse_header(rows, is_outlet).authors == names


@pytest.mark.parametrize(
    ("language", "row"),
    [
        ("en", "By Monday it was too late"),
        ("en", "By the harbour"),
        ("de", "Von der Küste kam ein Schiff"),
        ("de", "Von Montag an"),
        ("es", "Por fin"),
        ("es", "Por la mañana llegó el barco"),
        ("it", "Di nuovo"),
        ("fr", "Par ailleurs"),
        ("en", "Di Maio meets Ada Byrne"),
        ("pt", "Por que os barcos param"),
        ("ru", "От берега до берега"),
        ("en", "The ferry sailed on March 4, 2019"),
        ("en", "Ada Byrne"),
        ("zh", "记者会下午举行，部长没有出席。"),
        ("ko", "기자 회견이 열렸다."),
        ("th", "โดยเฉพาะอย่างยิ่งเรือเฟอร์รีที่ออกเดินทางจากท่าเรือในตอนเช้าเมื่อวานนี้"),
    ],
)
def test_a_line_of_the_text_stays(language: str, row: str) -> None:
    header = parse_header([row], is_outlet, declared_custom([language]))
    assert (header.authors, header.published, header.body) == ((), None, [row])


@pytest.mark.parametrize(
    ("segments", "names", "on"),
    [
        (["By", "Ada Byrne", "March 4, 2019"], ("Ada Byrne",), ON),
        (["Autor:", "Barbora Tichá"], ("Barbora Tichá",), None),
        (
            ["12 юли 2018, четвъртък, 11:48", "Прегледи: 3 417", "Автор: Десислава Петкова"],
            ("Десислава Петкова",),
            "2018-07-12",
        ),
        (["Published", "4 March 2019", "Updated:", "5 March 2019"], (), ON),
        (["03.06.2017 13:40", "Güncelleme: 04.06.2017 09:15"], (), "2017-06-03"),
        (["Share", "4 March 2019", "3 comments"], (), ON),
    ],
)
def test_the_elements_of_a_line_are_read_one_by_one(
    segments: list[str], names: tuple[str, ...], on: str | None
) -> None:
    header = parse_header([SEGMENT_MARK.join(segments)], is_outlet)
    assert (header.authors, header.body) == (names, [])
    assert (header.published.on if header.published else None) == on


@pytest.mark.parametrize(
    ("rows", "names", "body"),
    [
        (["Ada Byrne", "Cabo Amargo | 4 March 2019"], ("Ada Byrne",), []),
        (["Ada Byrne", "4 March 2019"], ("Ada Byrne",), []),
        (["Second Ferry", "By Ada Byrne, 4 March 2019"], ("Ada Byrne",), ["Second Ferry"]),
        (["By Ada Byrne", "Second Ferry", "4 March 2019"], ("Ada Byrne",), ["Second Ferry"]),
        (["It sails again.", "Ada Byrne | 4 March 2019"], ("Ada Byrne",), ["It sails again."]),
    ],
)
def test_names_above_a_date_are_those_of_the_authors(rows: list[str], names: tuple[str, ...], body: list[str]) -> None:
    header = parse_header(rows, is_outlet, declared_custom(["en"]))
    assert (header.authors, header.body) == (names, body)
    assert header.published is not None


def test_an_unclear_date_is_no_text_and_no_date() -> None:
    header = parse_header(["By Ada Byrne", "03/04/2019", "Ferries sail."], is_outlet, declared_custom(["en"]))
    assert (header.published, header.body) == (None, ["Ferries sail."])
    assert header.unclear_date is not None
    assert {date.on for date in header.unclear_date.readings} == {"2019-03-04", "2019-04-03"}


def test_a_place_at_the_end_is_no_author() -> None:
    assert closing_authors(["It sails.", "— Saudi Arabia"], lambda _: False) == ()
    assert closing_authors(["It sails.", "— Ada Byrne"], lambda _: False) == ("Ada Byrne",)
