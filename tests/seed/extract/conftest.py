"""A small lexicon of our own, read from files like the one that ships, and an annotator over it.

`find` returns mentions as (surface, type, kind, entity), `find_said` statements as (kind, speaker, name, cue, words).
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from seed.extract import Annotator, load_lexicon

LEXICON = {
    "states": """
- {id: russia, name: Russia, wikidata: Q159, demonyms: [Russian, Russians]}
- {id: syria, name: Syria, demonyms: [Syrian]}
- {id: united-states, name: United States, acronyms: [{form: US, when: case}, U.S.], demonyms: [American]}
- {id: france, name: France, demonyms: [French]}
- {id: georgia, name: Georgia, aliases: [{form: Georgia, when: {context: [Tbilisi, South Ossetia]}}]}
- {id: jordan, name: Jordan, demonyms: [Jordanian]}
- {id: cote-divoire, name: Côte d'Ivoire}
""",
    "organizations": """
- {id: nato, name: North Atlantic Treaty Organization, aliases: [OTAN], acronyms: [NATO, OTAN]}
- {id: un, name: United Nations, acronyms: [UN], member_of: []}
- {id: syrian-army, name: Syrian Arab Army, aliases: [Syrian army, {form: the Army, when: introduced}]}
- {id: russian-ministry-of-defence, name: Russian Defense Ministry, aliases: [Russian Ministry of Defense],
   member_of: [{of: russia}]}
- {id: state-department, name: State Department, member_of: [{of: united-states}]}
- {id: big-coalition, name: Big Coalition, aliases: [U.S.-led coalition]}
- {id: orient-centre, name: Orient Centre, acronyms: [OC]}
- {id: orient-company, name: Orient Company, acronyms: [OC]}
- {id: us-embassy, name: Embassy, aliases: [American embassy in Syria, {form: Embassy, when: {after: [US]}}]}
""",
    "armed_groups": """
- {id: islamic-state, name: Islamic State, acronyms: [ISIS, ISIL, {form: IS, when: case}],
   aliases: [Islamic State group, al-Dawla]}
""",
    "people": """
- {id: vladimir-putin, name: Vladimir Putin, wikidata: Q7747, aliases: [Putin],
   member_of: [{of: russia, role: President, from: 2012-05-07}]}
- {id: bashar-al-assad, name: Bashar al-Assad, aliases: [Assad]}
- {id: sergei-shoigu, name: Sergei Shoigu, member_of: [{of: russian-ministry-of-defence, from: 2012}]}
- {id: sergei-ivanov-minister, name: Sergei Ivanov}
- {id: sergei-ivanov-singer, name: Sergei Ivanov, aliases: [{form: Sergei Ivanov, when: {context: [opera]}}]}
- {id: haider-al-abadi, name: Haider al-Abadi}
""",
    "media": """
- {id: reuters, name: Reuters}
- {id: associated-press, name: Associated Press, acronyms: [AP]}
- {id: le-jour, name: Le Jour}
""",
    "places": """
- {id: moscow, name: Moscow}
- {id: washington-dc, name: Washington}
- {id: homs, name: Homs}
- {id: strasse, name: Lange Straße, aliases: [{form: Die Straße}]}
- {id: hama, name: Hama}
- {id: homs-governorate, name: Homs Governorate, aliases: [Homs province], member_of: [{of: syria}]}
- {id: hama-governorate, name: Hama Governorate, aliases: [Hama province], member_of: [{of: syria}]}
- {id: texas, name: Texas, member_of: [{of: united-states}]}
- {id: lyons, name: Lyons}
- {id: georgia-us, name: Georgia (U.S. state), aliases: [{form: Georgia, when: {after: [Atlanta]}}]}
- {id: aleppo, name: Aleppo, aliases: [eastern Aleppo, {form: the City, when: introduced}]}
""",
    "weapons": """
- {id: tu-160, name: Tu-160, aliases: [Tu-160 bomber]}
""",
}

Found = tuple[str, str, str, str | None]
Said = tuple[str, str | None, str | None, str | None, str]


@pytest.fixture(scope="session")
def lexicon_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lexicon")
    for stem, text in LEXICON.items():
        (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def annotator(lexicon_folder: Path) -> Annotator:
    return Annotator(load_lexicon(lexicon_folder))


@pytest.fixture(scope="session")
def find(annotator: Annotator) -> Callable[[str], list[Found]]:
    def find(text: str) -> list[Found]:
        mentions = annotator.annotate(title=None, text=text).mentions
        return [(mention.text, mention.type.value, mention.kind.value, mention.entity) for mention in mentions]

    return find


@pytest.fixture(scope="session")
def find_said(annotator: Annotator) -> Callable[[str], list[Said]]:
    def find_said(text: str) -> list[Said]:
        return [
            (
                statement.kind.value,
                statement.speaker,
                statement.speaker_name,
                statement.cue,
                text[statement.start : statement.end],
            )
            for statement in annotator.annotate(title=None, text=text).statements
        ]

    return find_said
