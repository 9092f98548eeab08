"""XML is parsed within limits."""

import pytest

from seed.readers import strict_xml
from seed.readers.strict_xml import parse_documents, parse_xml

BOMB = "<!DOCTYPE a [<!ENTITY b 'bb'>]><a>&b;</a>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a>&nbsp;&amp;&#151;&#x85;&#233;</a>", "\u00a0&—…é"),
        ("<a><![CDATA[&nbsp;&#151;]]>&eacute;</a>", "&nbsp;&#151;é"),
        ("<!DOCTYPE a [<!ENTITY nbsp '&#160;'><!ENTITY x \"y\">]><a>&x;&nbsp;</a>", "y\u00a0"),
        ("<!DOCTYPE a PUBLIC '-//X//EN' 'http://x.example/x.dtd'>\n<a>1</a>", "1"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><!-- c --><a>é<?p i?><!-- c --></a>", "é"),
    ],
)
def test_characters_are_resolved(text: str, expected: str) -> None:
    assert "".join(parse_xml(text).itertext()) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "declares entities"),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "declares entities"),
        ("<!DOCTYPE a [<!ENTITY % b 'c'>%b;]><a/>", "declares entities"),
        ("<!DOCTYPE a [<!ELEMENT a ANY>]><a/>", "declares entities"),
        (f"<!DOCTYPE a [{' ' * 60_000}<!ENTITY b 'c'>]><a>&b;</a>", "declares a type of too many characters"),
        ("<a><!ENTITY b 'c'></a>", "declares entities"),
        ("<a>&unknown;</a>", "not well-formed"),
        ("<a><b></a>", "not well-formed"),
        ("<a>" * 251 + "</a>" * 251, "nested too deeply"),
        ("", "not well-formed"),
    ],
)
def test_documents_over_the_limits_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_documents(text)


def test_documents_may_follow_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = parse_documents("<?xml version='1.0'?><a/>\n<?xml version='1.0'?>\n<x:b xmlns:x='y'/>")
    assert (first.tag, second.tag) == ("a", "b")
    monkeypatch.setattr(strict_xml, "MAX_XML_TAGS", 1)
    with pytest.raises(ValueError, match="too many tags: expected at most 1"):
        parse_documents("<a></a>")
