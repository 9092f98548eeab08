"""Articles and entities as FollowTheMoney (model 4), which Aleph and OpenSanctions read: one entity per line.

Every id that a line refers to is that of a line before it. Ids begin with `dl-`, so that they stay apart from those of
other data sets.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypedDict

from pydantic_core import to_json

from app.labels import EntityLabel
from app.models import EntityType
from app.search.index.snapshot import Snapshot

FTM_TYPE = "application/x-ndjson"

# The name that the tools of the model give such files.
FTM_SUFFIX = "ftm.json"

ID_PREFIX = "dl-"

SCHEMATA = {
    EntityType.PERSON: "Person",
    EntityType.ORGANIZATION: "Organization",
    EntityType.STATE: "Territory",
    EntityType.ARMED_GROUP: "Organization",
    EntityType.MEDIA: "Organization",
    EntityType.PLACE: "Territory",
}
"""The schema of an entity by its type. A weapon has none, since the model knows vehicles but not which weapons are."""

PUBLIC_BODY = "PublicBody"
"""The schema of an organization that is a body of a state."""

# The types that `Mention.resolved` and `Membership.member` may name.
LEGAL_ENTITIES = frozenset({"Person", "Organization", PUBLIC_BODY})
"""The schemata of what can act in law; territories are not."""

_BODY = re.compile(
    r"\b(?:Ministry|Department|Embassy|[Gg]overnment|Parliament|Army|Navy|(?:Air|Armed|Defen[cs]e|Security) Forces?"
    r"|(?:Coast|National|Border) Guard|Police|Directorate|Intelligence|Agency|Council|Court|Central Bank"
    r"|General Staff|Chiefs of Staff|Bureau of Investigation)\b"
)
"""A word of the name of a body of a state; a party of it has none."""

# The tools of the model delete or replace these in all values.
_INVISIBLE = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2060-\u2064\ufeff]")
_SPACE = re.compile("[\xa0\u0a00\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")

_WEB = re.compile(r"https?://\S+$")

_CODES = (
    "af:afr am:amh ar:ara az:aze be:bel bg:bul bn:ben bs:bos ca:cat cs:ces da:dan de:deu el:ell en:eng "
    "es:spa et:est fa:fas fi:fin fr:fra ga:gle he:heb hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita "
    "ja:jpn ka:kat kk:kaz km:khm kn:kan ko:kor ky:kir lb:ltz lo:lao lt:lit lv:lav mk:mkd mn:mon ms:msa "
    "mt:mlt my:mya ne:nep nl:nld no:nor pl:pol ps:pus pt:por ro:ron ru:rus si:sin sk:slk sl:slv sq:sqi "
    "sr:srp sv:swe sw:swa ta:tam te:tel tg:tgk th:tha tk:tuk tl:tgl tr:tur uk:ukr ur:urd uz:uzb vi:vie "
    "zh:zho"
)

ISO_639_3 = dict(pair.split(":") for pair in _CODES.split())
"""The languages that the model knows: their codes of three letters (ISO 639-3) by those of two (ISO 639-1)."""


class FtmEntity(TypedDict):
    """An entity of the model; each property has a list of texts."""

    id: str
    schema: str
    properties: dict[str, list[str]]


class FtmStream:
    """Writes the entities of one stream, each once, before what refers to it."""

    def __init__(self, snapshot: Snapshot, api_url: str) -> None:
        """Write entities of this snapshot, whose addresses begin with `api_url`."""
        self._snapshot = snapshot
        self._api_url = api_url
        self._schemata: dict[str, str] = {}

    def of_articles(self, items: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
        """Yield articles, given with their contents as exports show them, and everything in them."""
        for item in items:
            yield b"".join(map(_line, self._of_article(item)))

    def of_entities(self, labels: Iterable[EntityLabel]) -> Iterator[bytes]:
        """Yield entities and the memberships between them."""
        for label in labels:
            yield b"".join(map(_line, self._with_groups(label)))

    def _of_article(self, item: Mapping[str, Any]) -> Iterator[FtmEntity]:
        article = f"{ID_PREFIX}{item['id']}"
        yield _article(article, item, self._api_url)
        named = {entity["id"]: entity["name"] for entity in item["entities"]}
        spans: dict[tuple[str, str], None] = {}
        for mention in item["mentions"]:
            id_ = mention["entity"]
            if id_ is not None:
                yield from self._with_groups(self._label(id_, named))
            spans[(id_ or "", mention["text"])] = None
        for number, (id_, name) in enumerate(spans, start=1):
            yield _entity(
                f"{article}-mention-{number}",
                "Mention",
                {
                    "document": article,
                    "name": name,
                    "resolved": f"{ID_PREFIX}{id_}" if self._schemata.get(id_) in LEGAL_ENTITIES else None,
                },
            )
        for number, statement in enumerate(item["statements"], start=1):
            speaker = statement["speaker"]
            yield _entity(
                f"{article}-statement-{number}",
                "Note",
                {
                    "name": statement["speaker_name"],
                    "description": _words(item, statement),
                    "summary": _attribution(statement),
                    "entity": f"{ID_PREFIX}{speaker}" if speaker in self._schemata else None,
                    "proof": article,
                },
            )

    def _label(self, id_: str, names: Mapping[str, str]) -> EntityLabel:
        return self._snapshot.names.entity(id_, names)

    def _with_groups(self, label: EntityLabel) -> Iterator[FtmEntity]:
        """Yield an entity that was not written yet, then its memberships, each after the organization."""
        if label.id in self._schemata or label.type not in SCHEMATA:
            return
        schema = self._schema(label)
        self._schemata[label.id] = schema
        address = None
        if label.type is EntityType.PLACE and label.at is not None:
            address = f"{ID_PREFIX}{label.id}-address"
            yield _entity(
                address,
                "Address",
                {"full": label.name, "latitude": str(label.at.lat), "longitude": str(label.at.lon)},
            )
        yield _entity(
            f"{ID_PREFIX}{label.id}",
            schema,
            {
                "name": label.name,
                "alias": list(label.aliases),
                "wikidataId": label.wikidata,
                "addressEntity": address,
                "sourceUrl": f"{self._api_url}/entities/{label.id}",
            },
        )
        for number, membership in enumerate(label.member_of if schema in LEGAL_ENTITIES else (), start=1):
            ordinal = self._snapshot.names.entity_ordinals.get(membership["of"])
            group = None if ordinal is None else self._snapshot.labels.entity[ordinal]
            if group is None or SCHEMATA.get(group.type) != "Organization":
                continue
            yield from self._with_groups(group)
            yield _entity(
                f"{ID_PREFIX}{label.id}-membership-{number}",
                "Membership",
                {
                    "member": f"{ID_PREFIX}{label.id}",
                    "organization": f"{ID_PREFIX}{group.id}",
                    "role": membership.get("role"),
                    "startDate": membership.get("from"),
                    "endDate": membership.get("to"),
                },
            )

    def _schema(self, label: EntityLabel) -> str:
        schema = SCHEMATA[label.type]
        if label.type == EntityType.ORGANIZATION and _BODY.search(label.name):
            ordinals = self._snapshot.names.entity_ordinals
            groups = (ordinals.get(membership["of"]) for membership in label.member_of)
            types = {self._snapshot.labels.entity[at].type for at in groups if at is not None}
            return PUBLIC_BODY if EntityType.STATE in types else schema
        return schema


def _article(id_: str, item: Mapping[str, Any], api_url: str) -> FtmEntity:
    language = (item["language"] or "").partition("-")[0].lower()
    url: str = item["url"] or ""
    return _entity(
        id_,
        "Article",
        {
            "title": item["title"],
            "author": item["authors"],
            "publishedAt": item["published"]["on"],
            "publisher": item["source"]["name"],
            "publisherUrl": f"{api_url}/sources/{item['source']['id']}",
            "sourceUrl": url if _WEB.match(url) else f"{api_url}/articles/{item['id']}",
            "language": ISO_639_3.get(language),
            "bodyText": item["text"],
            "fileName": f"{item['id']}.txt",
            "mimeType": "text/plain",
        },
    )


def _words(item: Mapping[str, Any], statement: Mapping[str, Any]) -> str | None:
    """Return the words of a statement, None if its text is withheld."""
    text: str | None = item[statement["field"]]
    return None if text is None else text[statement["start"] : statement["end"]]


def _attribution(statement: Mapping[str, Any]) -> str:
    """Return who says it, the words that attribute it, and how much is quoted."""
    return " ".join(filter(None, (statement["speaker_name"], statement["cue"], f"({statement['kind']})")))


def _entity(id_: str, schema: str, properties: Mapping[str, str | list[str] | None]) -> FtmEntity:
    """Return an entity without unknown properties."""
    lists = {name: [value] if isinstance(value, str) else value or [] for name, value in properties.items()}
    plain = {name: [*dict.fromkeys(map(_plain, values))] for name, values in lists.items() if values}
    return {"id": id_, "schema": schema, "properties": plain}


def _plain(value: str) -> str:
    """Return a value as the tools of the model write it: letters composed, spaces plain, nothing invisible."""
    if value.isascii():
        return value
    return _INVISIBLE.sub("", _SPACE.sub(" ", unicodedata.normalize("NFC", value)))


def _line(entity: FtmEntity) -> bytes:
    return to_json(entity) + b"\n"
