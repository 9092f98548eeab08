"""Names in scripts other than Latin: attached letters, no spaces, and Cyrillic cases."""

from pathlib import Path

import pytest

from app.models import MentionKind
from seed.extract import Annotator, load_lexicon
from seed.extract.lexicon.lexicon import Lexicon
from seed.extract.lexicon.scripts import arabic_dative, cyrillic_cases, is_unspaced

LEXICON = {
    "states": """
- {id: russia, name: Russia, aliases: [Россия, Росія, روسيا, 俄罗斯]}
- {id: sudan, name: Sudan, aliases: [Судан, السودان, סודן, 苏丹, {form: Того, when: {context: [Ломе]}}]}
- {id: libya, name: Libya, aliases: [לוב]}
- {id: japan, name: Japan, aliases: [日本, 일본]}
- {id: mali, name: Mali, aliases: [{form: 马里, when: {context: [巴马科]}}]}
""",
    "people": """
- {id: vladimir-putin, name: Vladimir Putin, aliases: [Владимир Путин, Путин, بوتين, פוטין, 普京, 푸틴]}
- {id: ali-khamenei, name: Ali Khamenei, aliases: [خامنه‌ای]}
""",
    "places": """
- {id: mariupol, name: Mariupol, aliases: [马里乌波尔]}
""",
}


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    folder = tmp_path_factory.mktemp("scripts")
    for stem, text in LEXICON.items():
        (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return load_lexicon(folder)


@pytest.fixture(scope="module")
def annotator(lexicon: Lexicon) -> Annotator:
    return Annotator(lexicon)


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        # Arabic: conjunction, prepositions and both, not other letters; the article after "for"; Persian keyboards.
        ("وبوتين في السودان", [("بوتين", "vladimir-putin"), ("السودان", "sudan")]),
        ("وبالسودان للسودان", [("السودان", "sudan"), ("للسودان", "sudan")]),
        ("مبوتين وسبوتين بوتينة", []),
        ("خامنه ای, خامنه‌اي", [("خامنه ای", "ali-khamenei"), ("خامنه‌اي", "ali-khamenei")]),
        # Hebrew: three letters take fewer prefixes than more, and no name takes the article.
        ("בסודן ומסודן, שפוטין", [("סודן", "sudan"), ("סודן", "sudan"), ("פוטין", "vladimir-putin")]),
        ("בלוב, כלוב, שלוב, הסודן", [("לוב", "libya")]),
        # Chinese and Japanese: no spaces, and the longer name wins.
        ("俄罗斯总统普京说", [("俄罗斯", "russia"), ("普京", "vladimir-putin")]),
        ("在马里乌波尔，马里和巴马科", [("马里乌波尔", "mariupol"), ("马里", "mali")]),
        ("马里", []),
        # Korean: particles, but no other syllables.
        ("푸틴은 일본에서, 일본어 푸틴그라드", [("푸틴", "vladimir-putin"), ("일본", "japan")]),
        ("일본, 이푸틴", [("일본", "japan")]),
        # Russian and Ukrainian: cases; other words that begin so are none.
        (
            "Путину, с Владимиром Путиным о Росією и России, в Судане",
            [
                ("Путину", "vladimir-putin"),
                ("Владимиром Путиным", "vladimir-putin"),
                ("Росією", "russia"),
                ("России", "russia"),
                ("Судане", "sudan"),
            ],
        ),
        ("путинизм, Путиновед, Суданский", []),
        ("Того человека", []),
        ("Того: город Ломе", [("Того", "sudan")]),
    ],
)
def test_names_are_found_in_texts_of_their_script(
    annotator: Annotator, text: str, mentions: list[tuple[str, str]]
) -> None:
    found = annotator.annotate(title=None, text=text).mentions
    assert [(mention.text, mention.entity) for mention in found if mention.rule == "lexicon"] == mentions


def test_a_name_without_spaces_is_no_surname(lexicon: Lexicon) -> None:
    kinds = {form.text: form.kind for form in lexicon.entities["vladimir-putin"].forms}
    assert kinds["Путин"] is kinds["بوتين"] is MentionKind.SURNAME
    assert kinds["普京"] is kinds["푸틴"] is MentionKind.NAME
    assert not is_unspaced("Putin")


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("Путин", ["Путина", "Путину", "Путина", "Путином", "Путиным", "Путине"]),
        ("Россия", ["России", "России", "Россию", "Россией", "России"]),
        ("Зеленський", ["Зеленського", "Зеленському", "Зеленського", "Зеленським", "Зеленському"]),
        ("Египет", ["Египта", "Египту", "Египта", "Египтом", "Египте", "Египті"]),
        ("Харків", ["Харкова", "Харкову", "Харкова", "Харковом", "Харковим", "Харкові"]),
        ("Сумы", ["Сум", "Сумов", "Сумам", "Сум", "Сумов", "Сумами", "Сумах"]),
        ("Шойгу", ["Шойгу"] * 5),
        ("НАТО", ["НАТО"] * 5),
        ("С-300", ["С-300"] * 5),
        ("Putin", []),
    ],
)
def test_a_cyrillic_name_has_its_cases(name: str, cases: list[str]) -> None:
    assert list(cyrillic_cases(name)) == cases


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("Камала Харрис", "Камалы Харрис"),
        ("Си Цзиньпин", "Си Цзиньпина"),
        ("Ким Чен Ын", "Ким Чен Ыном"),
        ("Урсула фон дер Ляйен", "Урсулу фон дер Ляйен"),
        ("Силы быстрой поддержки", "Силами быстрой поддержки"),
        ("Донецкая Народная Республика", "Донецкой Народной Республики"),
        ("Корпус стражей исламской революции", "Корпуса стражей исламской революции"),
    ],
)
def test_the_words_of_a_name_change_together_or_one_alone(name: str, case: str) -> None:
    assert case in set(cyrillic_cases(name))


def test_the_arabic_article_merges_with_a_preposition() -> None:
    assert (arabic_dative("السودان"), arabic_dative("بوتين")) == ("للسودان", None)


def test_names_with_attached_letters_stand_at_their_place(annotator: Annotator, tmp_path: Path) -> None:
    text = "ومن، وبوتين"
    [mention] = annotator.annotate(title=None, text=text).mentions
    assert text[mention.start : mention.end] == mention.text == "بوتين"
