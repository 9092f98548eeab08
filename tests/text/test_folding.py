"""Folding: a table of equal names, and properties that hold for any text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.text import folding
from app.text.folding import fold_name


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("PUTIN", "putin"),
        ("Recep Tayyip Erdoğan", "recep tayyip erdogan"),
        ("İzmir ışık", "izmir isik"),
        ("Wałęsa", "walesa"),
        ("Đukanović", "dukanovic"),
        ("Ærø, Œuvre, Straße", "aero, oeuvre, strasse"),
        ("Tromsø and Þingvellir", "tromso and thingvellir"),
        ("Kŋ Ħal Əliyev", "kn hal aliyev"),
        ("Tu-160", "tu 160"),
        ("Tu‑160", "tu 160"),
        ("Deir ez–Zor — city", "deir ez zor city"),
        ("vladimir_putin", "vladimir putin"),
        ("O’Brien", "o'brien"),
        ("Daʿesh Sanaʼa Sana´a Sana`a", "da'esh sana'a sana'a sana'a"),
        ("“Caliph” «Ibrahim»", "'caliph' 'ibrahim'"),
        ("  Sergei\u00a0\u2009Shoigu\t\n", "sergei shoigu"),
        ("Shoi\u00adgu\u200f", "shoigu"),
        ("e\u0301toile", "etoile"),
        ("Ｐｕｔｉｎ＿１", "putin 1"),
        ("Путин", "путин"),
        ("Башкортостан й", "башкортостан и"),
        ("بشّار", "بشار"),
        ("\ud800", "\ud800"),
        ("– _ -", ""),
        ("", ""),
    ],
)
def test_names_that_look_alike_fold_alike(text: str, folded: str) -> None:
    assert fold_name(text) == folded


@given(st.text())
@example("ŉʹẚ`‑‴⁗⁻₋︱︲︳︴﹍﹎﹏﹘﹣＂－")  # Their decompositions are folded, too.
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_name(fold_name(text)) == fold_name(text)


@example("\u0345")
@example("ᾳ")
@given(st.text())
def test_case_does_not_count(text: str) -> None:
    assert fold_name(text.casefold()) == fold_name(text)


def test_the_cache_of_characters_is_bounded() -> None:
    cache = folding._Folded((code, "") for code in range(folding._MAX_CACHED_CHARACTERS))
    assert cache[ord("ż") + folding._MAX_CACHED_CHARACTERS] == chr(ord("ż") + folding._MAX_CACHED_CHARACTERS)
    assert len(cache) == folding._MAX_CACHED_CHARACTERS
