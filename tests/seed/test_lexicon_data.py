"""The shipped lexicon as the extractor reads it: no conflicts, no dangling references, and well-known entities."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

import pytest

from app.coordinates import CREDITS
from app.text.folding import fold_code_points
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity, entity_files, entity_of, read_entries

MAX_LINE_LENGTH = 200  # A diff still shows such a line as a whole.


@pytest.fixture(scope="module")
def lexicon(shipped_lexicon: Lexicon) -> Lexicon:
    return shipped_lexicon


@pytest.fixture(scope="module")
def entries() -> list[LexiconEntity]:
    return [entity_of(entry, path) for path in entity_files() for entry in read_entries(path)]


def repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.mark.unmeasured
def test_ids_are_unique(entries: list[LexiconEntity]) -> None:
    assert repeated(entity.id for entity in entries) == []
    assert repeated(former for entity in entries for former in (entity.id, *entity.former_ids)) == []


@pytest.mark.unmeasured
def test_ids_are_plain_slugs(lexicon: Lexicon) -> None:
    # Two consecutive hyphens are reserved for local ids.
    assert [id_ for id_ in lexicon.entities if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id_)] == []


def test_wikidata_ids_are_well_formed_and_name_one_entity_each(lexicon: Lexicon) -> None:
    known = [entity.wikidata for entity in lexicon.entities.values() if entity.wikidata is not None]
    assert [id_ for id_ in known if not re.fullmatch(r"Q[1-9][0-9]*", id_)] == []
    assert repeated(known) == []


def test_no_form_without_condition_names_two_entities(lexicon: Lexicon) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for entity in lexicon.entities.values():
        for form in entity.forms:
            if form.when is None or form.when.case:
                owners[fold_code_points(form.text)].add(entity.id)
    assert {text: sorted(ids) for text, ids in owners.items() if len(ids) > 1} == {}


def test_every_form_has_a_letter_or_digit_at_each_end_or_a_full_stop(lexicon: Lexicon) -> None:
    # A bare hyphen or bracket would be found in every text.
    forms = [form.text for entity in lexicon.entities.values() for form in entity.forms]
    assert [text for text in forms if not text[0].isalnum() or not re.search(r"[^\W_][.)'+’]?$", text)] == []


def test_every_membership_is_of_a_known_entity(lexicon: Lexicon) -> None:
    pairs = [(entity.id, member.of) for entity in lexicon.entities.values() for member in entity.member_of]
    assert [pair for pair in pairs if pair[1] not in lexicon.entities] == []


def test_memberships_have_no_cycles(lexicon: Lexicon) -> None:
    parents = {id_: {member.of for member in entity.member_of} for id_, entity in lexicon.entities.items()}
    while leaves := [id_ for id_, of in parents.items() if not of & parents.keys()]:
        for id_ in leaves:
            del parents[id_]
    assert parents == {}


def test_days_of_membership_are_dates_in_order(lexicon: Lexicon) -> None:
    members = [(entity.id, member) for entity in lexicon.entities.values() for member in entity.member_of]
    day = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
    days = [(id_, day_) for id_, member in members for day_ in (member.since, member.until) if day_ is not None]
    assert [pair for pair in days if not re.fullmatch(day, pair[1])] == []
    assert [id_ for id_, member in members if member.since and member.until and member.since > member.until] == []


def test_lines_stay_short_enough_to_review() -> None:
    lines = [(path.name, line) for path in entity_files() for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if len(line[1]) > MAX_LINE_LENGTH] == []


@pytest.mark.parametrize(
    ("id_", "type_", "wikidata"),
    [
        ("vladimir-putin", "person", "Q7747"),
        ("barack-obama", "person", "Q76"),
        ("bashar-al-assad", "person", "Q44329"),
        ("francois-hollande", "person", "Q157"),
        ("recep-tayyip-erdogan", "person", "Q39259"),
        ("russia", "state", "Q159"),
        ("syria", "state", "Q858"),
        ("united-states", "state", "Q30"),
        ("islamic-state", "armed_group", "Q2429253"),
        ("nato", "organization", "Q7184"),
        ("reuters", "media", "Q130879"),
        ("moscow", "place", "Q649"),
        ("aleppo", "place", "Q41183"),
        ("tu-160", "weapon", None),
    ],
)
def test_well_known_entities_have_their_ids(lexicon: Lexicon, id_: str, type_: str, wikidata: str | None) -> None:
    entity = lexicon.entities[id_]
    assert (entity.type, entity.wikidata) == (type_, wikidata)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Vladimir V. Putin", "vladimir-putin"),
        ("Ar-Raqqah", "raqqa"),
        ("Dayr az-Zawr", "deir-ez-zor"),
        ("Deir al-Zour", "deir-ez-zor"),
        ("Da'esh", "islamic-state"),
        ("ISIL", "islamic-state"),
        ("Jabhat al-Nusra", "al-nusra-front"),
        ("Haydar al-Abadi", "haider-al-abadi"),
        ("Al-Bukamal", "abu-kamal"),
        ("U.S. Central Command", "us-central-command"),
        ("Hashd al-Shaabi", "popular-mobilization-forces"),
        ("Путин", "vladimir-putin"),
        ("Владимир Путин", "vladimir-putin"),
        ("بوتين", "vladimir-putin"),
        ("普京", "vladimir-putin"),
        ("Hemedti", "mohamed-hamdan-dagalo"),
        ("Volodymyr Zelenskyy", "volodymyr-zelensky"),
        ("Ahmed al-Sharaa", "abu-mohammad-al-julani"),
    ],
)
def test_spellings_lead_to_one_entity(lexicon: Lexicon, name: str, id_: str) -> None:
    spelled = {spelling.casefold() for spelling in lexicon.entities[id_].all_names}
    assert name.casefold() in spelled


def test_ambiguous_forms_have_a_condition(lexicon: Lexicon) -> None:
    conditions = {
        (entity.id, form.text): form.when is not None for entity in lexicon.entities.values() for form in entity.forms
    }
    assert conditions["islamic-state", "IS"]
    assert conditions["georgia-us", "Georgia"]
    assert conditions["hit-iraq", "Hit"]
    assert conditions["time-magazine", "Time"]
    assert not conditions["georgia", "Georgia"]


def test_the_ministers_lead_to_their_state(lexicon: Lexicon) -> None:
    def reached(id_: str) -> set[str]:
        parents = {member.of for member in lexicon.entities[id_].member_of}
        return parents.union(*map(reached, parents))

    assert "russia" in reached("sergei-shoigu")
    assert "united-states" in reached("john-kirby")
    assert "syria" in reached("al-bab")
    assert "ukraine" in reached("oleksandr-syrskyi")
    assert "sudan" in reached("el-fasher")
    assert "democratic-republic-of-the-congo" in reached("sultani-makenga")


def test_the_places_have_coordinates_where_they_are(lexicon: Lexicon) -> None:
    # Degrees as printed on maps; a tenth of a degree is about 10 km.
    known = {
        "bakhmut": (48.6, 38.0),
        "kharkiv": (50.0, 36.2),
        "sudzha": (51.2, 35.3),
        "el-fasher": (13.6, 25.35),
        "wad-madani": (14.4, 33.5),
        "djibo": (14.1, -1.6),
        "goma": (-1.7, 29.2),
        "uvira": (-3.4, 29.1),
        "lashio": (22.9, 97.75),
        "jabalia": (31.5, 34.5),
        "suwayda": (32.7, 36.6),
        "natanz": (33.5, 51.9),
        "port-au-prince": (18.5, -72.3),
        "hualien": (24.0, 121.6),
    }
    places = {id_: lexicon.entities[id_].at for id_ in known}
    assert {
        id_: at
        for id_, at in places.items()
        if at is None or abs(at.lat - known[id_][0]) > 0.1 or abs(at.lon - known[id_][1]) > 0.1
    } == {}
    located = [entity for entity in lexicon.entities.values() if entity.at is not None]
    assert {(entity.type.value, entity.at.precision == "country") for entity in located if entity.at} == {
        ("place", False),
        ("state", True),
    }
    sources = {entity.at.source and entity.at.source.split()[0] for entity in located if entity.at}
    assert sources - {None} == {*CREDITS}


# Texts of our own: what the lexicon finds in them, in the order of the text.
NATIVE_TEXTS = {
    "Дональд Трамп говорил с Зеленским о Харькове; ВСУ вышли из Авдеевки, а Силами быстрой поддержки правит Дагло.": [
        *("donald-trump", "volodymyr-zelensky", "kharkiv", "ukrainian-armed-forces", "avdiivka"),
        "rapid-support-forces",
    ],
    "Зеленський прибув до Києва. Про удар по Одесі заявило Міноборони РФ.": [
        *("volodymyr-zelensky", "kyiv", "odessa", "russian-ministry-of-defence"),
    ],
    "قال البرهان إن الجيش السوداني دخل الخرطوم، وبوتين التقى الشرع، الرئيس السوري، في موسكو. للسودان وإيران وحماس.": [
        *("abdel-fattah-al-burhan", "sudanese-armed-forces", "khartoum", "vladimir-putin", "abu-mohammad-al-julani"),
        *("moscow", "sudan", "iran", "hamas"),
    ],
    'נתניהו נפגש עם טראמפ בוושינגטון. צה"ל תקף בעזה ובלבנון, וחמאס וחיזבאללה הגיבו.': [
        *("benjamin-netanyahu", "donald-trump", "washington-dc", "israel-defense-forces", "gaza-strip", "lebanon"),
        *("hamas", "hezbollah"),
    ],
    "普京和特朗普通话。以色列国防军在加沙地带行动，内塔尼亚胡说。马里乌波尔，沿海地区。": [
        *("vladimir-putin", "donald-trump", "israel-defense-forces", "gaza-strip", "benjamin-netanyahu", "mariupol"),
    ],
    "賴清德在台北說，解放軍在台灣海峽演習。": ["lai-ching-te", "taipei", "peoples-liberation-army", "taiwan-strait"],
    "مسعود پزشکیان در تهران گفت سپاه پاسداران و عراقچی به مسکو می‌روند.": [
        *("masoud-pezeshkian", "tehran", "islamic-revolutionary-guard-corps", "abbas-araghchi", "moscow"),
    ],
}


@pytest.mark.parametrize(("text", "ids"), NATIVE_TEXTS.items())
def test_names_are_found_in_their_own_script(shipped_annotator: Annotator, text: str, ids: list[str]) -> None:
    mentions = shipped_annotator.annotate(title=None, text=text).mentions
    assert [mention.entity for mention in mentions] == ids


# Common words that begin or look like a listed name.
ORDINARY_TEXTS = [
    "Tornado kills five in a town. Tornado warnings were out.",
    "Того не было, и мали сил; чили было мало.",
    "沿海地区的土地与理智利用",
    "המחיר בכלוב שלוב בשדרות העיר",
    "جاءت المسيرة في الميادين والأهرام مع تأسيس الجزيرة",
    "A heron, an acre, a krab and the trophy: Boric acid, the Terminator, a Punch.",
]


@pytest.mark.parametrize("text", ORDINARY_TEXTS)
def test_ordinary_words_are_no_names(shipped_annotator: Annotator, text: str) -> None:
    mentions = shipped_annotator.annotate(title=None, text=text).mentions
    assert [mention.text for mention in mentions if mention.rule == "lexicon"] == []


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("The RSF took El Fasher from the SAF, Sudan's army.", ["rapid-support-forces", "el-fasher"]),
        ("Gen. Oleksandr Syrskyi reported from Pokrovsk.", ["oleksandr-syrskyi"]),
        ("Shahed drones and ATACMS hit Belgorod.", ["shahed", "atacms", "belgorod"]),
        ("M23 and the Congo River Alliance hold Goma and Bukavu.", ["march-23-movement", "congo-river-alliance"]),
        ("JNIM attacked near Djibo, said ACLED.", ["jamaat-nasr-al-islam-wal-muslimin", "djibo", "acled"]),
        ("Karoline Leavitt, the White House press secretary, spoke to Axios.", ["karoline-leavitt", "axios"]),
    ],
)
def test_todays_names_are_found(shipped_annotator: Annotator, text: str, ids: list[str]) -> None:
    mentions = shipped_annotator.annotate(title=None, text=text).mentions
    assert set(ids) <= {mention.entity for mention in mentions}


def test_no_folded_spelling_bypasses_a_condition(lexicon: Lexicon) -> None:
    # "Hīt" without a condition would be found wherever "Hit" is.
    guarded = {
        (entity.id, fold_code_points(f.text)) for entity in lexicon.entities.values() for f in entity.forms if f.when
    }
    free = {
        (entity.id, fold_code_points(f.text))
        for entity in lexicon.entities.values()
        for f in entity.forms
        if not f.when
    }
    assert guarded & free == set()
