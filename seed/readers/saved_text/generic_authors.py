"""Values in the place of an author that name no person: accounts, offices, unknown authors, news agencies."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from seed.readers.line_patterns import fold_line
from seed.readers.strict_yaml import parse_yaml

GENERIC_AUTHORS = frozenset(
    name.casefold()
    for name in (
        *("admin", "administrator", "site admin", "siteadmin", "wp admin", "wpadmin", "wp_admin", "wordpress", "root"),
        *("super user", "superuser", "user", "default", "system", "webmaster", "web master", "moderator", "nobody"),
        *("staff", "staff writer", "staff writers", "staff reporter", "staff reporters", "news staff", "newsroom"),
        *("the newsroom", "editorial board", "the editorial board", "editorial desk", "newsroom staff", "web staff"),
        *("editor", "editors", "the editor", "the editors", "editorial", "editorial staff", "editorial team", "team"),
        *("news desk", "newsdesk", "web desk", "webdesk", "online desk", "web editor", "web team", "our reporter"),
        *("author", "authors", "reporter", "writer", "correspondent", "our correspondent", "special correspondent"),
        *("guest", "guest author", "guest contributor", "guest writer", "contributor", "contributors", "various"),
        *("various authors", "multiple authors", "unknown", "unknown author", "author unknown", "anonymous", "anon"),
        *("no author", "not available", "not specified", "unspecified", "not known", "byline", "press release"),
        *(
            "red",
            "redaktion",
            "die redaktion",
            "redaktionsteam",
            "unbekannt",
            "unbekannter autor",
            "anonym",
            "gastautor",
        ),
        *("rédaction", "la rédaction", "redaction", "inconnu", "auteur inconnu", "anonyme", "administrateur"),
        *("redacción", "la redacción", "redaccion", "desconocido", "autor desconocido", "anónimo", "administrador"),
        *("redação", "da redação", "a redação", "redacao", "desconhecido", "autor desconhecido", "anônimo"),
        *("redazione", "la redazione", "sconosciuto", "autore sconosciuto", "anonimo", "amministratore"),
        *("redactie", "de redactie", "onbekend", "anoniem", "beheerder", "redaktionen", "redaksjonen", "okänd"),
        *("ukendt", "ukjent", "toimitus", "tuntematon", "redakcja", "nieznany", "anonim", "redakce", "neznámý"),
        *("redakcia", "redakcija", "redacția", "redactia", "necunoscut", "szerkesztőség", "ismeretlen", "redaksi"),
        *("editör", "yönetici", "haber merkezi", "bilinmeyen", "ban biên tập", "quản trị viên", "khuyết danh"),
        *("редакция", "редакція", "админ", "адмін", "администратор", "адміністратор", "неизвестен", "аноним"),
        *("неизвестный автор", "невідомий", "анонім", "σύνταξη", "άγνωστος", "ανώνυμος", "διαχειριστής"),
        *("المحرر", "هيئة التحرير", "غير معروف", "مجهول", "تحریریه", "ناشناس", "מערכת", "מערכת האתר", "לא ידוע"),
        *("編集部", "管理者", "不明", "匿名", "佚名", "编辑部", "編輯部", "管理员", "管理員", "未知", "小编", "小編"),
        *("관리자", "편집부", "익명", "กองบรรณาธิการ", "ผู้ดูแลระบบ", "एडमिन", "अज्ञात"),
    )
)
"""Names of no person, case-folded; those of outlets are not among them, and agencies are apart."""

MAX_GENERIC_LENGTH = 80
"""Maximum length in characters of a value that can be one of them, with brackets or a full stop around it."""

_AGENCIES_FILE = Path(__file__).with_name("news_agencies.yaml")
_AGENCY_WORDS = re.compile(
    r"(?:the )?(?:[\w.'’-]{1,30} ){1,5}(?:news agency|press agency|news service|nachrichtenagentur|persbureau)",
    re.IGNORECASE,
)
_MATERIAL = (
    "по материалам|с использованием материалов|по сообщениям?|по данным|по информации|за матеріалами|за повідомленнями|"
    "mit material(?:ien)? (?:von|der)|mit agenturmaterial|with (?:agency |wire )?inputs?(?: from)?|"
    "with (?:agency|wire) reports"
)
"""Words before the names of agencies whose reports a text uses."""

_BEFORE_AGENCY = re.compile(
    rf"(?:{_MATERIAL}|by|from|with|avec|via|source|credit|von|quelle|par|por|con|fonte|fuente|com|di|da|door|bron|av|af|kilde|"
    r"källa|источник|джерело|kaynak|źródło|المصدر|来源|來源)(?:\s{0,2}[:：]\s{0,2}|\s)",
    re.IGNORECASE,
)
_AFTER_AGENCY = re.compile(r" (?:staff|newsroom|desk|reports?|contributors?)\Z", re.IGNORECASE)
_MATERIAL_OF = re.compile(rf"(?:{_MATERIAL})\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\s*[,;/|&+()\[\]、،]\s*|\s[-–—]\s|\s(?:and|und|et|y|e|en|og|och|и|та|i|ve|with|mit|avec|con|com|met)\s",
    re.IGNORECASE,
)
"""What separates names and agencies."""

_IN_BRACKETS = re.compile(r"\A[(\[]([^()\[\]]*)[)\]]\Z")
_OTHER_CREDIT = re.compile(
    r"(?:edit(?:ing|ed)|photos?|photograph(?:s|y|ed)|pictures?|illustrat(?:ions?|ed)|video|"
    r"translat(?:ion|ed)|"
    r"compiled|fact[- ]check(?:ing|ed)|foto|fotos|photo|bearbeitung|übersetzung|traducción|traduction) "
    r"(?:by|von|par|por|de|di)\b.*|(?:editing|photos?|photo|foto|fotos|übersetzung|traduction|редактор|перевод) ?: .*",
    re.IGNORECASE,
)
"""Credits of those who edited, translated or illustrated a text, and did not write it."""

_OFFICES = re.compile(
    r"(?:[\w&.'’-]{1,30} ){0,3}(?:desk|newsdesk|newsroom|news team|web team|editorial team|editorial board)|"
    r"(?:(?:die|la|da|de) )?[\w-]{0,30}(?:redaktion|redaktionen|rédaction|redacción|redazione|redação|redactie|"
    r"redakcja|redakce|редакция|редакція)(?: (?!de |di |da |von |van )[\w&.'’-]{1,30}){0,3}|"
    r"(?:[^\W\d_]{2,4} )?(?:(?:our|own|special|staff|news|city|local|web|chief|foreign|national|state) ){0,2}"
    r"(?:correspondents?|reporters?)",
    re.IGNORECASE,
)
"""Offices of an outlet, and reporters without a name: `Entertainment Desk`, `Sportredaktion`, `HT Correspondent`."""


def is_generic_author(name: str) -> bool:
    """Return whether a name is a word in the place of an author that names nobody, also with a number: `user1`.

    A name without any letter names nobody either, nor do words that say whose reports a text uses.
    """
    return len(name) <= MAX_GENERIC_LENGTH and _is_generic(name)


@lru_cache(maxsize=4_096)  # Few authors write most articles.
def _is_generic(name: str) -> bool:
    word = fold_line(name).strip(" .:-_()[]<>")
    return (
        word in GENERIC_AUTHORS
        or word.rstrip("0123456789 ") in GENERIC_AUTHORS
        or not any(map(str.isalpha, name))
        or _OFFICES.fullmatch(word) is not None
        or _MATERIAL_OF.match(word) is not None
    )


def is_other_credit(name: str) -> bool:
    """Return whether a text says who edited, translated or illustrated an article."""
    return len(name) <= MAX_GENERIC_LENGTH and _is_other_credit(name)


@lru_cache(maxsize=4_096)  # As above.
def _is_other_credit(name: str) -> bool:
    return _OTHER_CREDIT.fullmatch(name.strip()) is not None


def agencies_in(text: str) -> str | None:
    """Return the news agencies that a text consists of, without words such as "by"; None for other texts."""
    return _agencies(text) if len(text) <= MAX_GENERIC_LENGTH else None


@lru_cache(maxsize=4_096)  # As above.
def _agencies(text: str) -> str | None:
    words = _IN_BRACKETS.sub(r"\1", " ".join(text.split()).strip(" .:-–—/"))
    words = _BEFORE_AGENCY.sub("", words, count=1) if _BEFORE_AGENCY.match(words) else words
    pieces = [_AFTER_AGENCY.sub("", piece) for piece in agency_pieces(words)]
    return words if pieces and all(map(_is_agency, pieces)) else None


def agency_pieces(text: str) -> list[str]:
    """Return the names of persons and agencies in a text, as far as signs and words separate them."""
    return [piece for piece in (piece.strip(" .:") for piece in _BETWEEN.split(text)) if piece]


def without_agencies(text: str) -> str:
    """Return a text with names without the news agencies in it, and without the signs and words before them."""
    between = ["", *_BETWEEN.findall(text)]
    kept = [pair for pair in zip(between, _BETWEEN.split(text), strict=True) if agencies_in(pair[1]) is None]
    rest = "".join(f"{sign}{name}" for sign, name in kept)
    return rest.removeprefix(kept[0][0]).strip(" ,;/|&+()[]") if kept else ""


def agencies_among(text: str) -> str:
    """Return the news agencies next to other names in a text; empty if there are none."""
    return ", ".join(agency for piece in agency_pieces(text) if (agency := agencies_in(piece)))


def _is_agency(name: str) -> bool:
    known = _agency_names()
    folded = name.casefold().removeprefix("the ")
    if name in known["acronyms"] or name in known["small"] or folded in known["names"]:
        return True
    return _AGENCY_WORDS.fullmatch(folded) is not None


@cache
def _agency_names() -> Mapping[str, frozenset[str]]:
    lists: Any = parse_yaml(_AGENCIES_FILE.read_text(encoding="utf-8"))
    return {kind: frozenset(names) for kind, names in lists.items()}
