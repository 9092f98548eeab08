"""A page that ends early for those who have not paid is an extract, and what it offers is no text."""

from collections.abc import Mapping

import pytest

from app.models import TextKind
from seed.pipeline.merge import content_of_record, merge
from seed.readers.html_markup.css import find_by_selector
from seed.readers.html_markup.offers import beginnings, is_furniture, offer_of
from seed.readers.html_markup.tree import parse_html
from seed.records import RawArticle
from tests.seed.readers.built_pages import PARAGRAPHS, TEXT, data, page
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article

TEASER = f"<p>{PARAGRAPHS[0]}</p>"
GATE = "<h3>Subscribe to continue reading</h3>"
OFFER = "<p>Already a subscriber? Log in. Read everything from 9 crowns a month. Cancel at any time.</p>"
WHOLE = "\n\n".join(PARAGRAPHS)

GATES = """
Subscribe to continue reading
To continue reading, subscribe today
This article is for subscribers only
Subscribe for full access to this story
Continue reading with a free trial
Sign in to read the full article
Register for free to continue reading
You have reached your limit of free articles
You've reached your monthly limit
This content is reserved for members
Log in or subscribe to keep reading
Unlock this article
This post is for paid subscribers
Keep reading with a 7-day free trial
Create a free account to continue reading
Get unlimited access to read the rest of this story
Already a subscriber? Log in to continue reading
Become a member to read this story
The rest of this article is available to subscribers
Want to read the full story? Subscribe.
Weiterlesen mit dem Digital-Abo
Dieser Artikel ist nur für Abonnenten
Jetzt weiterlesen mit PLUS
Um den ganzen Artikel zu lesen, schließen Sie ein Abo ab
Sie haben noch kein Abo? Jetzt testen und weiterlesen
Melden Sie sich an, um diesen Artikel weiterzulesen
Exklusiv für Abonnenten
Den vollständigen Artikel lesen Sie mit einem Abo
Cet article est réservé aux abonnés
Il vous reste 78 % de cet article à lire. La suite est réservée aux abonnés.
Abonnez-vous pour lire la suite
Pour lire la suite de cet article, connectez-vous
La suite est réservée aux abonnés
Article réservé aux abonnés
Poursuivez votre lecture en vous abonnant
Débloquez cet article
Suscríbete para seguir leyendo
Regístrate gratis para continuar leyendo
Contenido exclusivo para suscriptores
Para continuar leyendo, inicia sesión
Este artículo es solo para suscriptores
Has superado el límite de artículos gratuitos
Hazte socio para leer el artículo completo
Assine para continuar lendo
Conteúdo exclusivo para assinantes
Para ler a matéria completa, faça login
Este artigo é exclusivo para assinantes
Você atingiu o limite de matérias gratuitas
Torne-se assinante para ler este artigo
Abbonati per continuare a leggere
Contenuto riservato agli abbonati
Per leggere l'articolo completo, abbonati
Questo articolo è riservato agli abbonati
Accedi per continuare a leggere
Lees verder met een abonnement
Dit artikel is exclusief voor abonnees
Neem een abonnement om verder te lezen
Verder lezen? Log in of neem een abonnement
Log in om het hele artikel te lezen
Bli prenumerant för att läsa hela artikeln
Den här artikeln är för dig som är prenumerant
Logga in för att läsa vidare
Endast för prenumeranter
Køb abonnement for at læse videre
Denne artikel er kun for abonnenter
Log ind for at læse hele artiklen
Bli abonnent for å lese videre
Denne saken er kun for abonnenter
Logg inn for å lese hele saken
Tilaa ja lue koko juttu
Tämä juttu on vain tilaajille
Kirjaudu sisään jatkaaksesi lukemista
Aby czytać dalej, wykup dostęp
Artykuł dostępny tylko dla prenumeratorów
Zaloguj się, aby przeczytać cały artykuł
Dalsza część artykułu dostępna dla subskrybentów
Pro pokračování ve čtení si pořiďte předplatné
Tento článek je pouze pro předplatitele
Přihlaste se a pokračujte ve čtení
Tento článok je len pre predplatiteľov
A cikk folytatása csak előfizetőknek érhető el
A teljes cikk elolvasásához fizessen elő
Abonează-te pentru a citi mai departe
Conținut disponibil doar pentru abonați
Για να διαβάσετε τη συνέχεια, γίνετε συνδρομητής
Αυτό το άρθρο είναι μόνο για συνδρομητές
Haberin devamını okumak için abone olun
Bu içerik sadece abonelere özeldir
Okumaya devam etmek için giriş yapın
Оформите подписку, чтобы читать дальше
Материал доступен только подписчикам
Полный текст доступен по подписке
Чтобы дочитать статью, войдите или зарегистрируйтесь
Продолжение доступно подписчикам
Оформіть передплату, щоб читати далі
Матеріал доступний лише для передплатників
Увійдіть, щоб продовжити читання
За да прочетете цялата статия, абонирайте се
Само за абонати
Претплатите се да наставите читање
Pretplatite se da biste nastavili čitanje
اشترك لمتابعة القراءة
هذا المحتوى مخصص للمشتركين فقط
لمتابعة القراءة يرجى تسجيل الدخول
سجّل الدخول لقراءة المقال كاملا
برای ادامه مطالعه مشترک شوید
این مطلب ویژه مشترکان است
الإشتراك مطلوب لقراءة بقية المقال
הכתבה המלאה למנויים בלבד
להמשך קריאה יש להירשם
התחברו כדי להמשיך לקרוא
आगे पढ़ने के लिए सब्सक्राइब करें
यह लेख केवल सदस्यों के लिए है
この記事は有料会員限定です
続きを読むには会員登録が必要です
残り1,234文字
この記事は会員限定です。ログインして続きをお読みください。
ここから先は有料会員限定
订阅后继续阅读全文
本文为付费内容
请登录后阅读全文
成为会员继续阅读
此内容仅限会员阅读
訂閱以繼續閱讀
登入後閱讀全文
구독하고 계속 읽기
이 기사는 유료 회원 전용입니다
로그인 후 전문을 볼 수 있습니다
나머지 기사는 구독자만 볼 수 있습니다
สมัครสมาชิกเพื่ออ่านต่อ
เนื้อหานี้สำหรับสมาชิกเท่านั้น
Đăng ký để đọc tiếp
Nội dung này chỉ dành cho thành viên
Berlangganan untuk membaca selengkapnya
Artikel ini khusus untuk pelanggan
Masuk untuk melanjutkan membaca
You have no free articles left this month. Subscribe to read on.
Enjoying this article? Subscribe to read the rest.
This is a subscriber-only article
This article is free for subscribers. Please log in.
Please log in to continue reading
Subscribe or log in to read this article
To read this article in full, log in or subscribe
Get full access to this article with a subscription
Read this story in full with a digital subscription
Premium content: subscribe to read
Sign up to continue reading this article for free
Support our work to keep reading
You need to be a subscriber to read this article
You must be logged in to read this article
The full article is available to subscribers
Only subscribers can read the full article
Subscribers can read the full text
This content is available exclusively to members
Read the full article with a free trial
Sie haben noch Fragen? Weiterlesen nur mit Abo
Dieser Inhalt ist exklusiv für Abonnenten
Lesen Sie jetzt weiter mit F+
Jetzt Abo abschließen und weiterlesen
Um diesen Artikel lesen zu können, benötigen Sie ein Abo
Dieser Artikel ist kostenpflichtig
Der Zugriff auf diesen Artikel ist Abonnenten vorbehalten
Mit SZ Plus weiterlesen
Bitte melden Sie sich an, um weiterzulesen
Cet article est réservé à nos abonnés
Réservé aux abonnés
Contenu réservé aux abonnés. Connectez-vous pour lire la suite.
Vous souhaitez lire la suite ? Abonnez-vous
Lisez l'article complet en vous abonnant
La lecture de cet article est réservée aux abonnés
Este contenido es exclusivo para suscriptores
Suscríbete y sigue leyendo
Para leer este contenido debes estar registrado
Artículo solo para suscriptores
Inicia sesión para leer el artículo completo
Lee la noticia completa suscribiéndote
Este conteúdo é exclusivo para assinantes
Assine para ler a reportagem completa
Leia a matéria completa: assine
Continue lendo este conteúdo: assine já
Questo contenuto è riservato agli abbonati
Per continuare la lettura abbonati
Articolo riservato agli abbonati
Sei già abbonato? Accedi per leggere tutto l'articolo
Alleen abonnees kunnen dit artikel lezen
Dit is een premium artikel. Word abonnee om verder te lezen
Wil je verder lezen? Word lid
Artikeln är låst för prenumeranter
Vill du läsa hela artikeln? Bli prenumerant
Denna artikel är endast för prenumeranter
For at læse artiklen skal du være abonnent
Du må være abonnent for å lese denne saken
Haluatko lukea jutun loppuun? Tilaa
Juttu on tarkoitettu tilaajille
Dalsza część artykułu tylko dla subskrybentów
Chcesz czytać dalej? Wykup subskrypcję
Treść dostępna tylko dla zalogowanych
Celý článek je dostupný jen předplatitelům
Ez a cikk csak előfizetőink számára érhető el
Acest articol este disponibil doar abonaților
Το περιεχόμενο είναι διαθέσιμο μόνο σε συνδρομητές
Devamını okumak için üye olun
Bu haberin tamamı abonelere özel
Чтобы продолжить чтение, оформите подписку
Эта статья доступна только подписчикам
Доступ к материалу ограничен. Оформите подписку
Подпишитесь, чтобы прочитать целиком
Статья доступна за подпиской
Повний текст доступний передплатникам
Щоб прочитати повністю, оформіть підписку
للاطلاع على المقال كاملا يرجى الاشتراك
هذا المقال متاح للمشتركين فقط
اشترك الآن لقراءة المقال كاملا
برای خواندن متن کامل وارد شوید
לקריאת הכתבה המלאה הצטרפו כמנויים
כתבה זו זמינה למנויים בלבד
पूरा लेख पढ़ने के लिए लॉग इन करें
この続きは有料会員登録をするとお読みいただけます
会員限定記事です。続きを読むにはログインしてください
有料会員になると続きをお読みいただけます
この記事は有料記事です。残り800文字
全文をお読みいただくには登録が必要です
登录查看全文
开通会员，阅读全文
剩余内容需付费阅读
此文章为会员专享
繼續閱讀請登入會員
全文僅供訂戶閱讀
기사 전문은 유료 구독자만 볼 수 있습니다
이 콘텐츠는 로그인 후 이용할 수 있습니다
구독자 전용 기사입니다
อ่านต่อสำหรับสมาชิก
กรุณาเข้าสู่ระบบเพื่ออ่านบทความเต็ม
Nội dung dành cho người đăng ký trả phí
Đăng nhập để đọc toàn bộ bài viết
Untuk membaca selengkapnya silakan berlangganan
Konten ini khusus pelanggan
"""
"""Lines at which texts end, in some thirty languages."""

NO_GATES = """
Subscribe to our newsletter
Sign up for our daily briefing
Get the news in your inbox
Follow us on Facebook
Read more about the ferry
Log in to comment
Related articles
The company said subscribers would get their money back, and that nobody would have to pay for the rest of the year.
Support independent journalism
Abonnieren Sie unseren Newsletter
Mehr zum Thema
Inscrivez-vous à notre newsletter
À lire aussi
Suscríbete a nuestro boletín
Iscriviti alla newsletter
Подпишитесь на нашу рассылку
Читайте также
Подписывайтесь на наш Telegram-канал
اقرأ أيضا
اشترك في النشرة البريدية
关注我们
ニュースレターに登録
뉴스레터 구독하기
E-bültenimize abone olun
Zapisz się do newslettera
The ferry is for members of the club.
To read the minister's letter aloud took an hour.
Für Mitglieder der Feuerwehr ist die Überfahrt frei.
Members only may vote at the harbour.
She asked readers to subscribe.
You can continue to sail, the harbour master said.
Passengers must sign in to continue on board.
To read the full report, visit the ministry’s site.
Les plus lus
She asked subscribers to read it aloud in front of the harbour master and all of his seven sons.
Read our newsletter for subscribers
Passengers must log in.
"""
"""Lines that are no gates, though they invite, or speak of subscribers."""


@pytest.mark.parametrize("line", GATES.strip().split("\n"))
def test_gates_in_many_languages(line: str) -> None:
    assert offer_of(line) in {"gate", "label"}


@pytest.mark.parametrize("line", NO_GATES.strip().split("\n"))
def test_other_lines_are_no_gates(line: str) -> None:
    assert offer_of(line) in {None, "offer"}


def read(reading: Reading, text: str, *, part: Mapping[str, object] | None = None, **fields: object) -> RawArticle:
    """Return the article of a page with this HTML as its text, and these fields of JSON-LD."""
    fields |= {} if part is None else {"isAccessibleForFree": False, "hasPart": {"isAccessibleForFree": False, **part}}
    return only_article(reading("a.html", page(data({"@type": "NewsArticle", **fields}), text=text)))


def kind_and_text(article: RawArticle) -> tuple[TextKind, str]:
    """Return kind and text."""
    return article.text_kind, article.text


PAYWALL = {"cssSelector": ".paywall"}

TEASERS = [
    (f"{TEASER}<div class='paywall'>{GATE}{OFFER}</div>", {"part": PAYWALL}),
    (f"{TEASER}<div class='paywall'>{GATE}{OFFER}</div>", {}),
    (f"{TEASER}{GATE}{OFFER}", {}),
    (f"<div>{TEASER}<div>{GATE}{OFFER}</div></div>", {}),
    (f"{TEASER}<p>Not a subscriber?</p>{GATE}<p>Choose your plan</p>", {}),
    (f"{TEASER}<p>Not a subscriber?</p><p>Not a member?</p>{GATE}<i>Log in</i>", {}),
    (f"{TEASER}<section><div>{GATE}<ul><li>Digital</li><li>from 1 € a month</li></ul></div>{OFFER}</section>", {}),
    (f"{TEASER}</article><aside><b>This article is for subscribers only.</b></aside><article>", {}),
    (f"{TEASER}</article><div><p>Subscribers only</p></div>{OFFER}<article>", {}),
    (f"{TEASER}</article><div><p>Reserved for subscribers</p></div><article>", {"isAccessibleForFree": "False"}),
    (f"{TEASER}<div class='paywall'></div>", {"part": PAYWALL}),
    (TEASER, {"part": {"cssSelector": "no; selector"}}),
    (TEASER, {"part": {}}),
    (TEASER, {"isAccessibleForFree": False}),
    (TEASER, {"isAccessibleForFree": "http://schema.org/False"}),
    (TEASER, {"hasPart": [{"@type": "WebPageElement", "isAccessibleForFree": "no"}]}),
    (f"{TEASER}<meta itemprop='isAccessibleForFree' content='false'>", {}),
    (f"{TEASER}<meta property='article:content_tier' content='locked'>", {}),
    (f"<div class='paywall'>{TEASER}</div>", {"part": PAYWALL}),
    (TEASER, {"isAccessibleForFree": False, "wordCount": 400}),
    (TEASER, {"isAccessibleForFree": False, "wordCount": "400", "articleBody": PARAGRAPHS[0]}),
    (f"{TEASER}<p>Continue reading →</p>", {}),
    (f"{TEASER}<p>Weiterlesen …</p>", {}),
    (f"<p>{PARAGRAPHS[0]} [...]</p>", {}),
    (f"<p>{PARAGRAPHS[0]} […]</p>", {}),
]


@pytest.mark.parametrize(("text", "fields"), TEASERS)
def test_a_teaser_is_an_extract_without_the_offer(reading: Reading, text: str, fields: dict[str, object]) -> None:
    article = read(reading, text, **fields)  # type: ignore[arg-type]  # of several types
    assert kind_and_text(article) == (TextKind.EXTRACT, PARAGRAPHS[0])
    assert f"the text is an extract: {article.provenance['text_kind']}" in article.notes


FULL = [
    (f"{TEXT}<p>Subscribe to our newsletter</p>", {}),
    (TEXT, {"isAccessibleForFree": True}),
    (TEXT, {"isAccessibleForFree": False, "wordCount": 60}),
    (f"{TEASER}<div class='paywall'>{TEXT.removeprefix(TEASER)}</div>", {"part": PAYWALL}),
    (f"{TEXT}<dialog>{GATE}{OFFER}</dialog>", {}),
    (f"{TEXT}<div style='display: none'>{GATE}{OFFER}</div>", {}),
    (f"{TEXT}<div hidden>{GATE}{OFFER}<b style='visibility:hidden'>x</b></div>", {}),
    (f"<p>Subscribers only</p>{TEXT}", {}),
    (f"{GATE}{TEXT}", {}),
    (f"{TEXT}</article><ul><li><a href='/2'>Storm</a> <b>Subscribers only</b></li></ul><article>", {}),
    (f"{TEXT}</article><footer>{GATE}</footer><article>", {}),
    (TEASER, {"isAccessibleForFree": False, "articleBody": WHOLE}),
    (f"{TEASER}{GATE}{OFFER}", {"articleBody": f"{WHOLE}\n\nSubscribe now to read"}),
]


@pytest.mark.parametrize(("text", "fields"), FULL)
def test_a_whole_text_is_full_whatever_is_offered_around_it(
    reading: Reading, text: str, fields: dict[str, object]
) -> None:
    article = read(reading, text, **fields)  # type: ignore[arg-type]  # of several types
    if "articleBody" in fields and "Subscribe" in str(fields["articleBody"]):
        assert kind_and_text(article) == (TextKind.EXTRACT, WHOLE)
    else:
        assert article.text.replace("Subscribe to our newsletter", "").strip() == WHOLE
        assert article.text_kind is TextKind.FULL


SUBSCRIPTIONS = (
    "The paper said that subscribers would keep unlimited access for 9 crowns a month and could cancel at any time, "
    "but that others had to register to read more than five reports."
)


def test_a_report_about_subscriptions_stays(reading: Reading) -> None:
    article = read(reading, f"{TEASER}<p>{SUBSCRIPTIONS}</p>{TEASER.replace('Monday', 'Tuesday')}{GATE}")
    assert SUBSCRIPTIONS in article.text
    assert article.text_kind is TextKind.EXTRACT


@pytest.mark.parametrize("count", [1, 4])
def test_four_paragraphs_are_no_teaser(reading: Reading, count: int) -> None:
    """Some publishers mark all that they print as not free."""
    text = "".join(TEASER.replace("nine", str(number)) for number in range(count))
    kind = TextKind.FULL if count == 4 else TextKind.EXTRACT
    assert read(reading, text, isAccessibleForFree=False).text_kind is kind
    assert read(reading, f"<div class='paywall'>{text}</div>", part=PAYWALL).text_kind is kind


@pytest.mark.parametrize(
    ("text", "count", "kind"),
    [
        ("政府星期一表示，将向该岛派出第二艘渡轮，该岛已有九天没有定期航班，商店已经没有面包。", 1, TextKind.EXTRACT),
        ("学校关闭。", 9, TextKind.FULL),
    ],
)
def test_words_are_not_counted_where_no_spaces_are(reading: Reading, text: str, count: int, kind: TextKind) -> None:
    html = "".join(f"<p>{number}{text}</p>" for number in range(count))
    assert read(reading, html, isAccessibleForFree=False, wordCount=99).text_kind is kind


PAGE = "https://gazette.example/a/ferry"


@pytest.mark.parametrize(
    ("url", "link", "is_part"),
    [
        (PAGE, f"{PAGE}/2", True),
        (PAGE, f"{PAGE}/seite-2/", True),
        (PAGE, f"{PAGE}?page=2", True),
        (f"{PAGE}.html", f"{PAGE}-2.html", True),
        (PAGE, "/a/storm", False),
        (PAGE, "/a/ferry-sinks", False),
        (PAGE, "http://[bad", False),
    ],
)
def test_a_page_of_several_is_an_extract(reading: Reading, url: str, link: str, is_part: bool) -> None:
    head = f'<link rel="canonical" href="{url}"><link rel="next" href="{link}">'
    article = only_article(reading("a.html", page(head)))
    assert article.text_kind is (TextKind.EXTRACT if is_part else TextKind.FULL)


@pytest.mark.parametrize(
    ("selector", "ids"),
    [
        (".paywall", "a"),
        ("p", "ab"),
        ("p.paywall, #b", "ab"),
        ("div > p.x.paywall", "a"),
        ("body #b", "b"),
        ("[data-paid]", "b"),
        ("p[data-paid='yes']", "b"),
        ('[class*="wall"]', "a"),
        ("body > p", ""),
        ("p:nth-child(2)", ""),
        ("", ""),
        ("div " * 5 + "p", ""),
        ("p" * 1_001, ""),
    ],
)
def test_selectors(selector: str, ids: str) -> None:
    tree = parse_html("<div><p id=a class='x paywall'>1</p><p id=b data-paid=yes>2</p></div>")
    assert "".join(element.get("id") or "" for element in find_by_selector(tree, selector)) == ids


def test_a_teaser_never_replaces_the_report(reading: Reading) -> None:
    """Nor does the report behind a paywall, saved by a subscriber, stay a teaser."""
    teaser = content_of_record(read(reading, f"{TEASER}{GATE}{OFFER}"), "gazette")
    report = content_of_record(read(reading, TEXT), "gazette")
    assert merge(report, teaser) == merge(teaser, report) == report


FURNITURE = (
    "Advertisement",
    "- Anzeige -",
    "Publicidad",
    "[广告]",
    "Enjoying this story? Support the Herald from 1 € a week.",
)


@pytest.mark.parametrize(
    "row", [*FURNITURE, "Sign up for our free daily newsletter", "Подписывайтесь на наш Telegram-канал"]
)
def test_advertisements_and_appeals_are_no_text(reading: Reading, row: str) -> None:
    article = read(reading, f"{TEASER}<p>{row}</p>{TEXT.removeprefix(TEASER)}")
    assert kind_and_text(article) == (TextKind.FULL, WHOLE)


@pytest.mark.parametrize(
    "row",
    ["The minister asked people to support the public library’s work.", "Ad hoc", "x" * 201, "She follows us on foot."],
)
def test_other_lines_are_no_furniture(row: str) -> None:
    assert not is_furniture(row)


def test_a_long_line_is_no_offer() -> None:
    assert offer_of(f"Subscribe to continue reading {'x' * 400}") is None


def test_a_phrase_begins_with_a_word() -> None:
    assert beginnings("(only )?available|x") == ["only ", "available"]
    assert beginnings("(a|(b|c) d) e") == ["a", "b", "c"]
    with pytest.raises(ValueError, match="may begin with anything"):
        beginnings("…read")
