"""Words in the place of an author that name nobody: accounts, offices, and words for an unknown author."""

from seed.readers.line_patterns import fold_line

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
        *("redaktion", "die redaktion", "redaktionsteam", "unbekannt", "unbekannter autor", "anonym", "gastautor"),
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
"""Names of no person, case-folded; names of agencies and outlets are not among them."""

MAX_GENERIC_LENGTH = 40
"""Maximum length in characters of a value that can be one of them, with brackets or a full stop around it."""


def is_generic_author(name: str) -> bool:
    """Return whether a name is a word in the place of an author that names nobody, also with a number: `user1`.

    A name without any letter names nobody either.
    """
    if len(name) > MAX_GENERIC_LENGTH:
        return False
    word = fold_line(name).strip(" .:-_()[]<>")
    return word in GENERIC_AUTHORS or word.rstrip("0123456789 ") in GENERIC_AUTHORS or not any(map(str.isalpha, name))
