"""Labels and marks in exports of Nexis, in the languages of its interface: pure functions over lines."""

import re
from typing import NamedTuple

_LABELS = {
    "title": "HEADLINE|TITLE|TITEL|ÜBERSCHRIFT|SCHLAGZEILE|TITULAR|TÍTULO|TITOLO|TITRE|KOP",
    "authors": "BYLINES?|AUTHORS?|AUTOR(?:EN|IN|ES)?|VON|AUTEURS?|PAR|AUTORE|DOOR|POR",
    "section": "SECTION|RUBRIK|RUBRIQUE|SECCI[OÓ]N|SEZIONE|SECTIE|RUBRIEK|SE[CÇ]+[AÃ]O",
    "length": "LENGTH|LÄNGE|LAENGE|LONGUEUR|LONGITUD|EXTENSI[OÓ]N|LUNGHEZZA|LENGTE|EXTENSÃO|COMPRIMENTO",
    "place": "DATELINE|DATUMSZEILE",
    "summary": (
        "HIGHLIGHTS?|ABSTRACT|VORSPANN|ZUSAMMENFASSUNG|ENCART|R[EÉ]SUM[EÉ]|RESUMEN|RIASSUNTO|SAMENVATTING|RESUMO"
    ),
    "body": "BODY|HAUPTTEIL|CORPS|CUERPO|CORPO|HOOFDTEKST",
    "other": "SERIES|SHOW|SEGMENT|TRANSCRIPT|ANCHORS?|REPORTERS?|CORRESPONDENTS?|GUESTS?|HOSTS?|INSERT",
    "load_date": (
        "LOAD-DATE|UPDATE|LADEDATUM|DATE-(?:DE-)?CHARGEMENT|MISE-[AÀ]-JOUR|FECHA-DE-CARGA|DATA-DI-CARICAMENTO|"
        "LAAD-?DATUM|DATA-DE-CARREGAMENTO"
    ),
    "language": "LANGUAGE|SPRACHE|LANGUE|IDIOMA|LENGUA|LINGUA|TAAL|LÍNGUA",
    "publication_type": (
        "PUBLICATION-TYPE|TYPE-(?:DE-)?PUBLICATION|PUBLIKATIONSTYP|PUBLICATIE-?TYPE|TIPO-(?:DE-)?PUBLICACI[OÓ]N|"
        "TIPO-DI-PUBBLICAZIONE|TIPO-DE-PUBLICAÇÃO"
    ),
    "document_type": "DOCUMENT-TYPE|DOKUMENTTYP|TYPE",
    "edition": "EDITION|AUSGABE|ÉDITION|EDICI[OÓ]N|EDIZIONE|EDITIE|EDIÇÃO",
    "page": "PAGES?|SEITEN?|PÁGINAS?|PAGINA",
    "id": "ACC-NO|ACCESSION-(?:NO|NUMBER)",
    "url": "URL",
    "graphic": "GRAPHIC|GRAFIK|BILDUNTERSCHRIFT|GRAPHIQUE|LÉGENDE|GRÁFICO|GRAFICO|GRAFIEK|AFBEELDING",
    "index": (
        "JOURNAL-CODE|ZEITUNGS-CODE|CODE-(?:DU-)?(?:JOURNAL|REVUE)|PUB-CODE|SUBJECTS?|SUJETS?|THEMA|PERSON(?:EN|NES?)?|PEOPLE|COMPANY|FIRMA|ORGANI[SZ]ATIONS?|"
        "GEOGRAPHIC|GEOGRAPHY|COUNTRY|STATE|CITY|REGION|INDUSTRY|TICKER|NAME|CORRECTION(?:-DATE)?|CATEGORY|"
        "DISTRIBUTION|NOTES?|ISSN|VOLUME|ISSUE|KEYWORDS?|PRODUCT|TERMS|ENHANCEMENT|SCHLAGW[OÖ]RTE?R?|UNTERNEHMEN|BRANCHE|"
        "LOCALISATION-G[EÉ]O|GEO-LOCALIZATION|SOCI[EÉ]T[EÉ]|SYMBOLE-BOURSIER|STOCK-SYMBOL|SECTEUR-(?:D['’])?ACTIVIT[EÉ]|"
        "ACTIVITY-SECTOR|ASUNTOS?|TEMAS?|EMPRESAS?|PERSONAS?|ARGOMENTI?|AZIENDA|SOCIET[AÀ]|PERSONE|ONDERWERP|BEDRIJF|"
        "PERSONEN|ASSUNTOS?|PESSOAS?"
    ),
}
_HEADER = frozenset({"title", "authors", "section", "length", "place", "summary", "body", "other", "edition", "page"})
_SHORT = frozenset({"section", "length", "edition", "page"})
"""Fields whose values are no sentences."""

_PLAIN_TRAILER = frozenset({"load_date", "language", "publication_type"})
"""Labels below a text that count in any case; the others only in capitals, as a text may have such a line, too."""

_FIELD_BY_LABEL = re.compile(
    "(?:{})[ ]?:[ ]?(?P<value>.*)".format(
        "|".join(f"(?P<{name}>{labels.replace('-', '[- ]')})" for name, labels in _LABELS.items())
    ),
    re.IGNORECASE | re.DOTALL,
)
_OF = "(?:of|von|de|sur|di|van)"
_START = re.compile(
    rf"(?:FOCUS - )?(?:(?P<number>[0-9]{{1,6}}) {_OF} (?P<total>[0-9]{{1,6}}) "
    r"(?:DOCUMENTS?|DOKUMENTEN?|DOCUMENTOS|DOCUMENTI|DOCUMENTEN)"
    rf"|(?:Document|Dokument|Documento) (?P<number2>[0-9]{{1,6}}) {_OF} (?P<total2>[0-9]{{1,6}}))",
    re.IGNORECASE,
)
_END = re.compile(
    r"End of Document|(?:Ende des Dokuments?|Dokumentende)|Fin du document|Fin del documento|Fine del documento|"
    r"Einde van (?:het )?document|Fim do documento",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"Body|Text|Volltext|Hauptteil|Textkörper|Corps(?: de l['’]article)?|Texte|Cuerpo|Texto|Corpo|Testo|Tekst|"
    r"Hoofdtekst",
    re.IGNORECASE,
)
_GRAPHIC = re.compile(r"Graphic|Grafik|Graphique|Gráfico|Grafico|Afbeelding")
_CLASSIFICATION = re.compile(
    r"Classification|Klassifi(?:zierung|kation)|Clasificación|Classificazione|Classificatie|Classificação"
)
_COPYRIGHT = re.compile(
    r"(?:(?:©|\(c\))[ ]?)?(?:Copyright|©|\(c\))[ ,]{0,2}(?:(?:©|\(c\))[ ]?)?(?:19|20)[0-9]{2}\b"
    r"|Copyright [^.]{1,120} (?:19|20)[0-9]{2}\.?\Z",
    re.IGNORECASE,
)
_RESERVED = re.compile(
    r"all rights reserved|alle rechte vorbehalten|tous droits r[ée]serv[ée]s|todos los derechos reservados|"
    r"alle rechten voorbehouden|tutti i diritti riservati|todos os direitos reservados",
    re.IGNORECASE,
)
_COVER = re.compile(
    r"(?:Date and Time|Datum und Uhrzeit|Date et heure|Fecha y hora|Data e ora|Datum en tijd|Data e hora|"
    r"Job Number|Auftragsnummer|Numéro de (?:tâche|travail)|Número de trabajo|Numero lavoro|Taaknummer|"
    r"Client/Matter|Mandant/Angelegenheit|Search Terms|Suchbegriffe|Termes de recherche|Términos de búsqueda|"
    r"Zoektermen|Search Type|Suchtyp|Suchart|Type de recherche|Tipo de búsqueda|Zoektype|"
    r"Narrowed by|Eingegrenzt (?:durch|nach)|Affiné par|Restringido por|Verfijnd door)[ ]?(?::.*)?|Content Type|-None-",
    re.IGNORECASE | re.DOTALL,
)
_DOCUMENTS = re.compile(r"(?:Documents?|Dokumente?|Documentos?|Documenti|Documenten) \((?P<count>[0-9]{1,6})\)")
_REQUEST = re.compile(
    r"(?:(?:Download|Print) Request|Time Of Request|Ausgabeauftrag|Druckauftrag|Zeitpunkt der Anfrage|Printopdracht|"
    r"Zoektermen|Begriffe|Terms|Project ID|Job Number)[ ]?:",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?:Download|Print) Request:.{0,60}?[0-9]{1,6}-(?P<last>[0-9]{1,6})")
_JOB_NUMBER = re.compile(r"(?:Job Number|Auftragsnummer|Numéro de (?:tâche|travail)|Número de trabajo|Taaknummer)[ ]?:")
_LISTED = re.compile(r"[0-9]{1,4}\. ?(?P<title>\S.*)", re.DOTALL)
_FURNITURE = re.compile(
    r"(?:Page|Seite|Página|Pagina|Pág\.) [0-9]{1,6}(?: (?:of|von|de|sur|di|van) [0-9]{1,6})?"
    r"|[| ]{0,3}About LexisNexis\b.*|[| ]{0,3}Über LexisNexis\b.*|©? ?[0-9]{4} LexisNexis\b.*",
    re.IGNORECASE | re.DOTALL,
)
_EDITION = re.compile(
    r"\b(?:edition|ausgabe|édition|edición|edicion|editie|edizione|edição|correction appended|final|correction)\b",
    re.IGNORECASE,
)
_RELEVANCE = re.compile(r"\([0-9]{1,3}%\)")


_EDITION_ALONE = re.compile(
    r"(?:(?:[0-9]{1,3}(?:st|nd|rd|th|\.|ª|a|e|ère|ème)?|first|second|third|final|late|early|city|national|international|"
    r"sunday|weekend|main|metro|regional|online|print|morning|evening|erste|zweite|dritte|eerste|tweede|prima|seconda|"
    r"primera|segunda|primeira|première|deuxième|dernière) ){1,4}(?:edition|ausgabe|édition|edición|edicion|editie|"
    r"edizione|edição)|[^\W\d_]{0,20}ausgabe(?: [^\W\d_]{1,20})?"
    r"|(?:edition|édition|edición|edicion|editie|edizione|edição)(?: (?:[0-9]{1,3}|d[ue] )?[^\W\d_]{0,20})?;?"
    r"|(?:late |final |city )?(?:city )?final",
    re.IGNORECASE,
)
_MAX_OUTLET = 100  # Characters of the name of an outlet with its place; the longest have 80.
_MAX_OUTLET_WORDS = 14
_MAX_WORDS_WITH_STOP = 5  # Words of a name that ends with a full stop, as `Asia Pacific News Inc.` does.
_QUOTES = '"“„«‘'


_PAGE = re.compile(
    r"(?:Pg|Pages?|p|S|Seiten?|Pág|Pag|Páginas?|Pagina|Blz|Bl)(?:\.[ ]?|[ ])(?P<page>[A-Z0-9].{0,30})", re.IGNORECASE
)
_BEFORE_PAGE = re.compile(r";|,(?= ?(?:Pg|S|p)\.)| (?=(?:Ausg|Nr)\. ?[0-9]+\Z)")


class Label(NamedTuple):
    """A line that begins with a label: the name of its field, and the value."""

    field: str
    value: str
    is_capital: bool

    @property
    def is_header(self) -> bool:
        """Return whether the label is one above a text."""
        return self.field in _HEADER

    @property
    def is_field(self) -> bool:
        """Return whether the label of an article in plain text has a value as its field has."""
        return self.is_capital and not (self.field in _SHORT and is_remark(self.value))

    @property
    def is_trailer(self) -> bool:
        """Return whether the label is one below a text."""
        if self.is_header:
            return False
        return self.is_capital or self.field in _PLAIN_TRAILER or self.has_relevance

    @property
    def has_relevance(self) -> bool:
        """Return whether the value has index terms with their relevance."""
        return bool(_RELEVANCE.search(self.value))


def label_of(line: str) -> Label | None:
    """Return the label of a line with single spaces; None if it has none."""
    match = _FIELD_BY_LABEL.match(line)
    if match is None:
        return None
    name = next(name for name, value in match.groupdict().items() if value is not None and name != "value")
    return Label(name, match["value"].strip(), match[name].isupper())


def split_section(value: str) -> tuple[str, str]:
    """Return the section and the page in `NEWS; Pg. 7A`."""
    pieces = [piece.strip() for piece in _BEFORE_PAGE.split(value)]
    pages = [match["page"] for piece in pieces if (match := _PAGE.fullmatch(piece))]
    sections = [piece for piece in pieces if piece and not _PAGE.fullmatch(piece)]
    return "; ".join(sections), "; ".join(pages)


def is_remark(value: str) -> bool:
    """Return whether the value of a label is a sentence rather than index terms."""
    return len(value.split()) > _MAX_WORDS_WITH_STOP and value.endswith((".", "!", "?", "”", '"'))


def start_of(line: str) -> tuple[int, int] | None:
    """Return the number of an article and the number of all, from the line above the article."""
    match = _START.fullmatch(line) if len(line) < 60 else None
    if match is None:
        return None
    return int(match["number"] or match["number2"]), int(match["total"] or match["total2"])


def is_end(line: str) -> bool:
    """Return whether a line ends an article."""
    return len(line) < 60 and bool(_END.fullmatch(line))


def is_body_heading(line: str) -> bool:
    """Return whether a line is the heading of the text."""
    return len(line) < 30 and bool(_BODY.fullmatch(line))


def is_graphic_heading(line: str) -> bool:
    """Return whether a line is the heading of the captions, which are below the text."""
    return bool(_GRAPHIC.fullmatch(line))


def is_index_heading(line: str) -> bool:
    """Return whether a line is the heading of the index terms, which are below the text."""
    return bool(_CLASSIFICATION.fullmatch(line))


def is_copyright(line: str) -> bool:
    """Return whether a line begins a copyright notice."""
    return bool(_COPYRIGHT.match(line))


def has_reservation(line: str) -> bool:
    """Return whether a line ends a copyright notice: all rights reserved."""
    return bool(_RESERVED.search(line))


def is_reservation(line: str) -> bool:
    """Return whether a line says that all rights are reserved, and nothing else."""
    return bool(_RESERVED.fullmatch(line.strip(" .")))


def is_cover(line: str) -> bool:
    """Return whether a line is one of the cover page or of the table of contents."""
    return bool(_COVER.fullmatch(line) or _DOCUMENTS.fullmatch(line))


def listed_count(line: str) -> int:
    """Return the number of articles that a line of the cover page announces; 0 if it is another line."""
    match = _DOCUMENTS.fullmatch(line)
    return int(match["count"]) if match else 0


def is_request(line: str) -> bool:
    """Return whether a line of the cover page is about the request for the articles."""
    return bool(_REQUEST.match(line))


def listed_range(line: str) -> int:
    """Return the last number of the articles that a line of the cover page requests; 0 if it is another line."""
    match = _RANGE.search(line)
    return int(match["last"]) if match else 0


def is_job_number(line: str) -> bool:
    """Return whether a line of the cover page has the number of the download."""
    return bool(_JOB_NUMBER.match(line))


def listed_title(line: str) -> str | None:
    """Return the headline in an entry of the table of contents."""
    match = _LISTED.fullmatch(line)
    return match["title"] if match else None


def is_furniture(line: str) -> bool:
    """Return whether a line is a page number or a footer."""
    return len(line) < 300 and bool(_FURNITURE.fullmatch(line))


def is_edition_alone(line: str) -> bool:
    """Return whether a line is nothing but an edition: `First Edition`, `Édition nationale`."""
    return len(line) < 80 and bool(_EDITION_ALONE.fullmatch(line))


def is_sentence(line: str) -> bool:
    """Return whether a line is a headline or a sentence by its form, and so no name of an outlet."""
    count = len(line.split())
    return (
        len(line) > _MAX_OUTLET
        or count > _MAX_OUTLET_WORDS
        or line[:1] in _QUOTES
        or line.rstrip('"”’»)').endswith(("?", "…", "..."))
        or (line.endswith((".", "!")) and count > _MAX_WORDS_WITH_STOP)
    )


def is_edition(line: str) -> bool:
    """Return whether a short line names an edition or says that the article was corrected."""
    return len(line) < 80 and bool(_EDITION.search(line))
