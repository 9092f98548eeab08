"""Recognize files that press databases export: each holds several articles, and must not load as one."""

import re
from collections import Counter

_DOCUMENTS = "DOCUMENTS?|DOKUMENTEN?|DOCUMENTOS|DOCUMENTI|DOCUMENTEN"

_NUMBER = re.compile(
    "|".join(
        rf"(?P<{name}>{pattern})"
        for name, pattern in {
            # The number of a document, below each article: a code of the source, a day, and more.
            "Factiva": (
                r"^[ \t]*(?:AN[ \t]+)?(?:Document|Dokument|Documento|文档|文書)[ \t]+"
                r"(?-i:[A-Z]{2,10})[0-9]{0,8}(?:19|20)[0-9]{6}[0-9a-z]{3,14}[ \t]*$"
            ),
            "ProQuest": r"^[^:\n]{0,40}ProQuest[^:\n]{0,40}:[ \t]*[0-9]{5,}[ \t]*$",
            "Nexis": (
                rf"^[ \t]*(?:[0-9]{{1,6}} (?:of|von|de|sur|di|van) [0-9]{{1,6}} (?:{_DOCUMENTS})"
                r"|(?:Document|Dokument|Documento) [0-9]{1,6} (?:of|von|de|sur|di|van) [0-9]{1,6}"
                r"|End of Document)[ \t]*$"
            ),
            "EBSCO": r"^[^\n]{0,20}Persistent link to this record[^\n]{0,40}$",
            "Gale": r"^[^\n]{0,40}\bGALE\|[A-Z][0-9]{6,}[^\n]{0,20}$",
            "NewsBank": r"^[^\n]{0,200}\binfoweb\.newsbank\.com/[^\n]{0,400}$",
            "Europresse": r"^[^\n]{0,60}\bnews[·•][0-9]{8}[·•][A-Z]{2,4}[·•][^\n]{0,40}$",
            "GENIOS": r"^[^\n]{0,60}\b(?:wiso-net|genios)\.de/document/[^\n]{0,200}$",
        }.items()
    ),
    re.MULTILINE | re.IGNORECASE,
)
"""A line that each article in an export has, by the name of the database."""

_FIELDS = re.compile(
    r"^[ \t]*(?:BYLINE|LENGTH|LOAD-DATE|PUBLICATION-TYPE|DATELINE|SECTION|LÄNGE|RUBRIK|UPDATE|SPRACHE|LANGUAGE|"
    r"LONGUEUR|LANGUE|LONGITUD|IDIOMA|TYPE|GRAPHIC)[ \t]*:|^[ \t]*Copyright [0-9]{4}\b|\bAll Rights Reserved\b",
    re.MULTILINE | re.IGNORECASE,
)
"""What is next to the number of a document of Nexis; such a number alone may be part of a report."""


def refuse_export(text: str) -> None:
    """Raise ValueError, naming the database, if a file or page is an export of a press database."""
    names = Counter(match.lastgroup for match in _NUMBER.finditer(text))
    for name, count in names.most_common(1):
        if count > 1 or name != "Nexis" or _FIELDS.search(text):
            export = f"{'an' if str(name)[0] in 'AE' else 'a'} {name} export"
            articles = f"{count} articles" if count > 1 else "an article"
            raise ValueError(
                f"the file is {export} with {articles}, which is not read: expected a file for each article"
            )
