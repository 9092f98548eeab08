"""Word documents with the parts that readers need."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_NO_LINKS: Mapping[str, str] = {}


def word_file(body: str, *, links: Mapping[str, str] = _NO_LINKS, name: str = "word/document.xml") -> bytes:
    """Return a Word document with this body in XML, and the URLs of its links by their ids."""
    file = io.BytesIO()
    targets = "".join(
        f'<Relationship Id={quoteattr(id_)} Type="{_LINK}" Target={quoteattr(url)} TargetMode="External"/>'
        for id_, url in links.items()
    )
    parts = {"[Content_Types].xml": _TYPES, name: f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>"}
    if links:
        folder, _, file_name = name.rpartition("/")
        rels = f'<Relationships xmlns="{_RELATIONSHIPS}">{targets}</Relationships>'
        parts[f"{folder}/_rels/{file_name}.rels"] = rels
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
