"""Titles, ranks and offices that precede or follow the name of a person, in the most common languages.

The vocabulary is of single words, so that every combination of them is covered: "Foreign Minister", "former Deputy
Prime Minister", "Maj. Gen.". Words that are as often given names (Dean, Earl, Duke, Don) are left out. The rules of the
extractor, which need phrases by class, have lists of their own in the lexicon.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.text.folding import fold_name

WORD = re.compile(r"[^\W_]+")
"""A word of a folded name."""


def _words(*texts: str) -> frozenset[str]:
    """Return the words of some texts as they are compared: folded, and in Arabic without the article too.

    A single letter is no title but an initial.
    """
    words = {word for text in texts for word in WORD.findall(fold_name(text)) if len(word) > 1}
    return frozenset(words | {word.removeprefix("ال") for word in words})


TITLE_WORDS = _words(
    # Courtesy.
    """mr mrs ms miss mister madam madame mme mlle monsieur messrs sir dame lord lady hon honorable honourable
    excellency highness majesty esquire herr frau fraulein señor señora señorita sr sra srta doña senhor senhora dona
    signor signora signore sig dott dottor dottore pan pani pane mevrouw meneer heer dhr mevr sayın bay bayan bey hanım
    efendi aga ağa hoca hodja shri shrimati smt sri haji hajji hajj hadji comrade camarade kamerad tovarishch towarzysz
    gospodin gospozha мистер миссис господин госпожа товарищ пан пані товариш κύριος κυρία
    السيد السيدة الأستاذ الاستاذ الحاج استاذ سيد آقای خانم جناب מר גברת श्री श्रीमती""",
    # Academic and professional.
    """dr doctor prof professor docteur professeur doktor doktora dottoressa profesor profesora professore doutor phd
    доктор профессор академик академік др проф الدكتور الدكتورة دكتور البروفيسور المهندس مهندس دکتر דר פרופ
    engineer eng ing ingeniero ingenieur lawyer attorney advocate maître judge justice juge juez giudice richter""",
    # Religious.
    """pope papa patriarch archbishop bishop cardinal reverend rev father fr brother sister monsignor msgr rabbi imam
    mullah mulla maulana mawlana ayatollah hojatoleslam hojjatoleslam mufti sheikh sheik shaikh shaykh cheikh scheich
    sayyid sayyed sayed seyyed seyed sayyid caliph pastor deacon metropolitan mar patriarche archevêque évêque cardinal
    père abbé papst bischof erzbischof kardinal obispo arzobispo monseñor cardenal vescovo arcivescovo
    папа патриарх митрополит архиепископ епископ кардинал имам муфтий шейх аятолла
    الشيخ شيخ الإمام الامام البابا البطريرك المفتي آية الله حجة الإسلام הרב""",
    # Royal and noble.
    """king queen prince princess emir emperor empress sultan shah tsar czar kaiser crown roi reine émir empereur
    könig königin prinz prinzessin kronprinz fürst príncipe princesa emperador principe rei rainha
    kral kraliçe король королева принц принцесса царь император султан эмир князь
    الملك الملكة الأمير الامير الأميرة السلطان ملك أمير پادشاه שאה המלך""",
    # Offices.
    """president presidents premier chancellor minister secretary undersecretary speaker senator sen representative rep
    congressman congresswoman lawmaker mp mep pm fm potus governor gov mayor chairman chairwoman chairperson chair chief
    chieftain leader head director ambassador amb envoy consul attaché diplomat mediator negotiator coordinator
    commissioner councillor councilor counsellor delegate deputy adviser advisor aide spokesman spokeswoman spokesperson
    dictator strongman warlord founder cofounder commander commandant coo ceo cfo inspector prosecutor investigator
    sheriff constable superintendent supt detective det insp alderman councilman councilwoman assemblyman
    assemblywoman comptroller ombudsman cto economist strategist trader coach quarterback midfielder goalkeeper
    striker pitcher defender official officer member editor correspondent journalist reporter analyst expert activist
    historian columnist author anchor baroness blogger businessman cameraman crewmember defector jihadist manager
    medic militant oligarch operator owner photographer photojournalist pilot presenter producer researcher scholar
    skipper tycoon veteran writer
    président présidente ministre premier chancelier chancelière secrétaire gouverneur gouverneure maire député députée
    sénateur sénatrice ambassadeur ambassadrice porte parole directeur directrice chef
    präsident präsidentin bundespräsident bundeskanzler bundeskanzlerin kanzler kanzlerin minister ministerin
    außenminister außenministerin verteidigungsminister verteidigungsministerin innenminister innenministerin
    ministerpräsident ministerpräsidentin premierminister premierministerin staatspräsident botschafter botschafterin
    bürgermeister sprecher sprecherin abgeordneter
    presidente presidenta ministro ministra canciller secretario secretaria gobernador gobernadora alcalde alcaldesa
    senador senadora diputado diputada embajador embajadora portavoz vicepresidente vicepresidenta expresidente
    primeiro chanceler secretário governador prefeito deputado embaixador
    segretario governatore sindaco senatore deputato ambasciatore cancelliere
    cumhurbaşkanı başbakan bakan bakanı başkan başkanı vali elçi büyükelçi sözcü sözcüsü prezydent premierka minister
    kanclerz ambasador prezident prezidentka předseda ministryně presidentti pääministeri statsminister presidentti
    президент президентка премьер министр министра председатель канцлер губернатор мэр посол депутат сенатор глава
    лидер секретарь генсек спикер прем'єр міністр голова мер
    الرئيس الرئيسة الوزير وزير الوزيرة رئيس الوزراء النائب السفير المستشار المستشارة المبعوث المتحدث
    الأمين القائد الزعيم رئیس جمهور وزیر رهبر סנטור הנשיא נשיא ראש שר राष्ट्रपति प्रधानमंत्री मंत्री
    대통령 총리 장관 주석 총통 위원장
    πρόεδρος πρωθυπουργός υπουργός πρόεδρε""",
    # Ranks.
    """general gen lieutenant lt major maj brigadier brig colonel col captain capt cpt commander cmdr cdr commodore
    admiral adm marshal sergeant sgt corporal cpl private pvt pfc specialist spc airman seaman sailor soldier
    trooper officer ensign cadet lance gunnery gunner warrant ltg ltc bg mg ssg sfc msg
    général generał generale colonello capitaine capitán capitano capitão commandant comandante amiral almirante
    ammiraglio maréchal mariscal sergent sargento sergente adjudant lieutenant teniente tenente generaloberst
    generalleutnant generalmajor oberst oberstleutnant hauptmann leutnant feldmarschall admiral feldwebel
    orgeneral tümgeneral tuğgeneral korgeneral albay yarbay binbaşı yüzbaşı amiral paşa pasha
    генерал лейтенант майор полковник подполковник капитан адмирал маршал сержант старшина рядовой генералмайор
    генераллейтенант генералполковник командующий командир
    اللواء لواء الفريق فريق العميد عميد العقيد عقيد المقدم الرائد النقيب الملازم المشير الجنرال جنرال
    سرلشکر سرتیپ سردار אלוף""",
)
"""Words of which each makes the words around it a title."""

QUALIFIERS = _words(
    """vice deputy assistant associate under prime first second third senior junior chief high acting interim caretaker
    former formerly ex then late outgoing incoming designate elect emeritus honorary retired ret special presidential
    ministerial grand supreme crown foreign defense defence interior finance oil energy information justice health
    transport culture economy trade treasury home district fire fund security
    national international intelligence state press armed forces
    army navy air force marine corps police field rear group wing squadron flight master command staff class petty tech
    technical opposition rebel military general political permanent parliamentary house senate majority minority policy
    affairs counter terrorism development relations office executive managing operations communications lead
    africa asia east middle europe eu uk un us fco pentagon white parliament charge co commanding crew
    militia spy warfare
    union federal republic party right most his her your royal holiness the 1st 2nd 3rd armed
    ancien ancienne vice étrangères affaires défense intérieur état
    ehemaliger ehemalige ex früherer türkische der die das
    primer primera primero ex anterior exteriores relaciones asuntos defensa estado
    primo prima esteri difesa affari stato eski dışişleri savunma içişleri genelkurmay
    бывший экс вице первый иностранных дел обороны внутренних генеральный верховный главнокомандующий
    السابق الخارجية الدفاع الداخلية الأسبق العام الخاص نائب ولي العهد"""
)
"""Words that belong to a title only next to one of TITLE_WORDS."""

LINKS = _words("of for to the and in on with at de des du del della di la le da do dos der für von и по")
"""Words inside a title that cannot end it: "Secretary of State"."""

TRAILING = _words(
    """jr sr ii iii iv phd md mba obe cbe kbe mp mep esq ret bey hanım efendi hoca paşa pasha san sama ji sahib
    대통령 총리 장관 주석 총통 위원장"""
)
"""Words that follow a name without a comma."""

RUN_SUFFIXES = re.findall(
    r"\w+",
    """總統 总统 大統領 主席 總理 总理 首相 部长 部長 外相 将军 將軍 先生 女士 小姐 同志 教授 博士 氏 さん 様
    대통령 총리 주석 씨""",
)
"""What follows a name without a space in Chinese, Japanese and Korean."""

# "US Central Command" has three.
MAX_OWNER_WORDS = 4
"""Maximum number of words of a name inside a title, as in "Pentagon spokesman"."""


def title_ends(words: Sequence[str], is_owner: Callable[[str], bool]) -> Iterator[int]:
    """Yield each number of words after which a title at the beginning can end, fewest first; a word always remains.

    `is_owner` returns whether a text names what a title can be of: a state, an office, an organization.
    """
    at, has_title = 0, False
    while at < len(words) - 1:
        word = words[at]
        if word in TITLE_WORDS or word in QUALIFIERS or word in LINKS:
            has_title = has_title or word in TITLE_WORDS
            at += 1
        elif length := _owner_length(words[at:-1], is_owner):
            at += length
        else:
            return
        if has_title and words[at - 1] not in LINKS:
            yield at


def is_title(words: Sequence[str], is_owner: Callable[[str], bool]) -> bool:
    """Return whether these words are nothing but a title or a suffix of a name, as after a comma."""
    if words and all(word in TRAILING for word in words):
        return True
    return len(words) in title_ends((*words, ""), is_owner)


def without_trailing_title(words: Sequence[str]) -> Sequence[str]:
    """Return the words of a name without the titles that follow it; unchanged if there are none or nothing else."""
    end = len(words)
    while end > 1 and words[end - 1] in TRAILING:
        end -= 1
    if end and (suffix := next((s for s in _FOLDED_SUFFIXES if words[end - 1].endswith(s)), "")):
        name = words[end - 1].removesuffix(suffix)
        return (*words[: end - 1], name) if name else words[:end]
    return words[:end]


def _owner_length(words: Sequence[str], is_owner: Callable[[str], bool]) -> int:
    """Return the number of words of the longest name at the beginning that a title can be of; 0 without one."""
    lengths: Iterable[int] = range(min(MAX_OWNER_WORDS, len(words)), 0, -1)
    return next((length for length in lengths if is_owner(" ".join(words[:length]))), 0)


_FOLDED_SUFFIXES = tuple(map(fold_name, RUN_SUFFIXES))
