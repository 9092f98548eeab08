"""What pages print in and around a report is no text of it, and what only looks like it stays."""

import pytest

from seed.readers.html_markup.page_furniture import is_furniture_line
from tests.seed.readers.built_pages import PARAGRAPHS, TEXT, page
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article

FIRST, SECOND, THIRD = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)

# Each case: a system or layout, the language, what is around the heading, and the body; `1 2 3` are its paragraphs.
PAGES = {
    "wordpress-english": (
        "en",
        "<header class='entry-header'><span class='cat-links'>Harbour</span><h1>Ferry sails</h1>"
        "<div class='entry-meta'>Reading time: 4 minutes</div></header>",
        "{1}<div class='scaip scaip-1'><aside class='widget'>Advertisement</aside></div>{2}"
        "<div class='wp-block-newspack-newsletter inline-newsletter'><p>Get the day's news by mail.</p>"
        "<button>Sign up</button></div>{3}"
        "<div class='author-bio'><h4>Ada Byrne</h4><p>Ada Byrne covers the coast.</p></div>",
    ),
    "typo3-german": (
        "de",
        "<p class='dachzeile'>Hafen</p><h1>Ferry sails</h1>",
        "{1}<div class='anzeige-box'><span>- Anzeige -</span></div>{2}"
        "<div class='bild'><img src='a.jpg'><p class='bildunterschrift'>Die Fähre im Hafen. Foto: Meier</p></div>{3}"
        "<p>Lesen Sie auch: <a href='/1'>Der Sturm in Bildern</a></p>"
        "<p>© 2020 Küstenbote. Alle Rechte vorbehalten.</p>",
    ),
    "drupal-french": (
        "fr",
        "<h1>Ferry sails</h1><div class='partage'><a href='#'>Partager</a></div>",
        "<div class='field'>{1}<div class='encart-pub'>PUBLICITÉ</div>{2}"
        "<p><strong>À lire aussi</strong> <a href='/2'>La tempête a vidé les quais</a></p>{3}</div>"
        "<section id='commentaires'><h2>2 commentaires</h2>"
        "<p>Jean : bravo à toute l'équipe de ce bateau !</p></section>",
    ),
    "portuguese-portal": (
        "pt",
        "<h1>Ferry sails</h1><p class='tempo-leitura'>3 min de leitura</p>",
        "{1}<p>Continua após a publicidade</p>{2}<div class='box-apoio'><p>Apoie o jornalismo independente.</p>"
        "<a href='/apoie'>Apoie</a></div><p>Leia também: <a href='/3'>Porto reabre</a></p>{3}<p>Compartilhe</p>",
    ),
    "bitrix-russian": (
        "ru",
        "<h1>Ferry sails</h1><div class='news-date-views'>1 204 просмотра</div>",
        "<div class='news-detail'>{1}<div class='banner-incontent'>Реклама</div>{2}"
        "<div class='subscribe-block'>Подписывайтесь на наш канал</div>{3}<p>Читайте также: <a href='/4'>Шторм</a></p>"
        "<div class='rating'>Оцените статью</div></div>",
    ),
    "japanese-portal": (
        "ja",
        "<h1>Ferry sails</h1><ul class='sns-share'><li>シェア</li><li>ツイート</li></ul>",
        "{1}<div class='photo'><img src='a.jpg'><p>出港するフェリー＝5日、港</p></div><p>広告</p>{2}"
        "<p>【関連記事】<a href='/5'>嵐の九日間</a></p>{3}<p>無断転載禁止</p>",
    ),
    "wordpress-arabic": (
        "ar",
        "<h1>Ferry sails</h1>",
        "{1}<div class='code-block code-block-1'>إعلان</div>{2}<p>اقرأ أيضاً: <a href='/6'>العاصفة</a></p>{3}"
        "<div class='post-bottom-share'>شارك</div><p>جميع الحقوق محفوظة © 2021</p>",
    ),
    "polish-portal": (
        "pl",
        "<div class='article-top'><span class='label'>Morze</span><h1>Ferry sails</h1></div>",
        "{1}<div class='ad-label'>REKLAMA</div>{2}<p>Czytaj też: <a href='/7'>Sztorm w porcie</a></p>{3}"
        "<div class='komentarze'><p>Jan: Wreszcie popłynął, czekałem dziewięć dni na powrót do domu.</p></div>",
    ),
    "korean-portal": (
        "ko",
        "<h1>Ferry sails</h1>",
        "{1}<figure><img src='a.jpg'><figcaption>항구의 배. 사진=김</figcaption></figure><div class='ad'>광고</div>"
        "{2}{3}"
        "<p class='copyright'>저작권자 ⓒ 항구일보, 무단전재 및 재배포 금지</p>",
    ),
    "tables-of-1999": (
        "en",
        "",
        "<table><tr><td width='140'><a href='/1'>Home</a><br><a href='/2'>Links</a></td><td><h1>Ferry sails</h1>"
        "{1}{2}{3}</td></tr></table>"
        "<p><font size='1'>Best viewed at 800 x 600.<br>Mail the webmaster.</font></p>",
    ),
    "lines-of-breaks": (
        "vi",
        "<h1>Ferry sails</h1>",
        "<div class='noidung'>{1t}<br><br>{2t}<br><br>Quảng cáo<br><br>{3t}</div>"
        "<div class='binhluan' id='comments'><p>Hay quá, cuối cùng phà cũng đã chạy trở lại rồi.</p></div>",
    ),
}  # fmt: skip


@pytest.mark.unmeasured
@pytest.mark.parametrize(("language", "above", "body"), PAGES.values(), ids=PAGES)
def test_furniture_of_many_systems(reading: Reading, language: str, above: str, body: str) -> None:
    for number, paragraph in enumerate(PARAGRAPHS, start=1):
        body = body.replace(f"{{{number}}}", f"<p>{paragraph}</p>").replace(f"{{{number}t}}", paragraph)
    article = only_article(reading("a.html", page(above=above, text=body, lang=language)))
    assert article.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("body", "extra"),
    [
        # Classes that name the subject of a report, its section or its state.
        (f"<div class='post category-newsletter tag-ad share'>{TEXT}</div>", None),
        (f"<div class='commentary'>{TEXT}</div>", None),
        (f"<div class='promo'>{TEXT}</div>", None),
        # Short lines, and lines about advertisements and newsletters.
        (TEXT + "<p>“Yes.”</p>", "“Yes.”"),
        (TEXT + "<p>Advertisement sales fell by a third.</p>", "Advertisement sales fell by a third."),
        (
            TEXT + "<p>Copyright law changes in May, the minister said.</p>",
            "Copyright law changes in May, the minister said.",
        ),
        (TEXT + "<h3>Nine days of storm</h3><p>It was long.</p>", "Nine days of storm\n\nIt was long."),
        # A fact box.
        (
            TEXT + "<div class='factbox'><p>The ferry was built in 1962 and takes 80 cars.</p></div>",
            "The ferry was built in 1962 and takes 80 cars.",
        ),
        # Words of a line with a class, pictures next to text, headings of sections, a class of most paragraphs.
        (TEXT + "<p>On <span class='date'>4 March</span> it sails again.</p>", "On 4 March it sails again."),
        (TEXT + "<div class='image-text'><img src='a'><p>The dog came along.</p></div>", "The dog came along."),
        (TEXT + "<h3 class='category'>The dog</h3><p>It barked.</p>", "The dog\n\nIt barked."),
        (TEXT.replace("<p>", "<p class='photo-text'>"), None),
        (
            TEXT + "<div class='photo'><img src='a'><table><tr><td width='9'>Cars</td><td>80</td></tr></table></div>",
            "Cars | 80",
        ),
        (f"<div class='category-x has-ads'>{TEXT}</div>", None),
        (f"<div aria-label='The ad market and what people share'>{FIRST}</div>{SECOND}{THIRD}", None),
        # A link at the end of a sentence is not the title of another report.
        (
            TEXT + "<p>The captain said: <a href='/7'>“We sail in any weather now, and we always did.”</a></p>",
            "The captain said: “We sail in any weather now, and we always did.”",
        ),
        (TEXT + "<p>The timetable is <a href='/7'>here</a></p>", "The timetable is here"),
    ],
)
def test_what_only_looks_like_furniture_stays(reading: Reading, body: str, extra: str | None) -> None:
    article = only_article(reading("a.html", page(text=body)))
    assert article.text == "\n\n".join([*PARAGRAPHS, *filter(None, [extra])])


def test_a_standfirst_with_a_link_stays(reading: Reading) -> None:
    above = (
        "<header><p class='date'>4 March</p><h1>Ferry sails</h1><p>The <a href='/1'>old ferry</a> is back.</p></header>"
    )
    article = only_article(reading("a.html", page(above=above)))
    assert article.text == "\n\n".join(["The old ferry is back.", *PARAGRAPHS])


def test_the_words_of_a_long_line_in_a_header_stay(reading: Reading) -> None:
    line = "<div>" + "<span>It sailed. </span><span>Home </span>" * 11 + "</div>"
    article = only_article(reading("a.html", page(above=f"<header><h1>Ferry sails</h1>{line}</header>")))
    assert article.text.count("Home") == 11


LINES = """
Advertisement
ADVERTISEMENT
- Publicidad -
Werbung
(Anzeige)
Publicité
Pubblicità
Reklama
Реклама
广告
廣告
広告
광고
إعلان
פרסומת
विज्ञापन
โฆษณา
Quảng cáo
Hirdetés
Annonce
Advertentie
Mainos
Διαφήμιση
Continue reading below advertisement
Story continues below advertisement
Der Artikel wird nach der Anzeige fortgesetzt
L'article continue après la publicité
Artikkelen fortsetter under annonsen
5 min read
3-minute read
Lesezeit: 4 Minuten
Temps de lecture : 2 min
Tiempo de lectura: 3 minutos
Share this article
Compartir
Teilen
Поделиться
Print this page
Rate this article:
0 comments
Leave a comment
12 Kommentare
Copyright 2021 WBTL. All rights reserved.
© Riproduzione riservata
© 2019 The Gazette
Все права защищены
版权所有
Read also: Swans block tram
Lire aussi : Les cygnes bloquent le tram
Читайте также: Лебеди
See also
Photo: Ada Byrne
Foto: Max Meier
"""

PROSE = """
Yes.
“Advertisement,” he said.
The advertisement showed a ferry.
Annonces of births fell.
He read for 5 minutes.
Photo: she had never seen one, and asked why anyone would want to keep a face on paper.
© is the sign of copyright, and nobody on the island had ever drawn one before the school reopened in May.
Read also what the law says.
Share of the vote: 12 percent
Copyright law
"""


@pytest.mark.parametrize("line", LINES.strip().split("\n"))
def test_lines_that_are_furniture(line: str) -> None:
    assert is_furniture_line(line)


@pytest.mark.parametrize("line", PROSE.strip().split("\n"))
def test_lines_that_are_prose(line: str) -> None:
    assert not is_furniture_line(line)
