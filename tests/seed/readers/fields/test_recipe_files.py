"""Recipe files: what each may say, and what is refused in words that a person can act on."""

from pathlib import Path

import pytest

from seed.readers import Overrides, read_paths, reader_context
from seed.readers.fields.recipe_files import (
    FIELDS,
    RECIPE_FOLDER,
    TRANSFORM_NAMES,
    Place,
    Step,
    candidates,
    load_recipes,
    parse_recipe,
)
from seed.readers.fields.transforms import TRANSFORMS
from seed.records import RawArticle
from tests.conftest import ROOT

QUAY = """
name: Quay API
keys:
  - [headline.main, quay_id]
articles: [response.docs]
fields:
  title: headline.main | html
  source: [outlet.name, outlet.domain]
  published: pub_date | utc
  text: body
"""


def test_a_recipe_is_read() -> None:
    recipe = parse_recipe(QUAY)
    assert (recipe.name, recipe.keys, recipe.articles) == (
        "Quay API",
        (("headline.main", "quay_id"),),
        ("response.docs",),
    )
    assert recipe.fields["title"] == (Place("headline.main", (Step("html", ""),)),)
    assert recipe.fields["source"] == (Place("outlet.name"), Place("outlet.domain"))
    assert recipe.roots >= {"headline", "outlet", "pub_date", "body"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "the file is []: expected keys and values"),
        ("name: x\nkeys: [[a]]\nfield: {}", "an unknown key is 'field': expected perhaps 'fields'"),
        ("keys: [[a]]\nfields: {title: a}", "name is None: expected a value"),
        ("name: x\nkeys: [[a]]\nfields: {titel: a}", "an unknown field is 'titel': expected perhaps 'title'"),
        ("name: x\nkeys: a\nfields: {title: a}", "keys is 'a': expected a list"),
        ("name: [x]\nkeys: [[a]]\nfields: {title: a}", "name is ['x']: expected a text"),
        ("name: x\nkeys: [[a]]\nfields: {title: ' | html'}", "fields.title is ' | html': expected a path"),
        ("name: x\nkeys: [[a]]\nfields: {title: a | htm}", "fields.title is 'htm': expected perhaps 'html'"),
        ("name: x\nkeys: [[a]]\nfields: {title: a}\noptions: [x]", "an unknown option is 'x'"),
        ("name: x\nkeys: [[a]]\nfields: {title: a}\nskip: [{path: a, because: b}]", "skip is {"),
        ("name: x\nkeys: [[a]]\nfields: {title: a}\nskip: [{path: a, is: b}]", "skip is {"),
        ("name: x\nkeys: [[a]]\nfields: {title: a}\nskip: [{path: a, if: b}]", "an unknown key of skip is 'if'"),
        ("name: x\nname: y", "line 2: the key 'name' is repeated"),
    ],
)
def test_a_wrong_recipe_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"expected|repeated") as caught:
        parse_recipe(text)
    assert str(caught.value).startswith(reason)


def test_a_folder_of_recipes_comes_before_those_that_ship(tmp_path: Path) -> None:
    (tmp_path / "quay.yaml").write_text(QUAY.replace("quay_id", "urlToImage"), encoding="utf-8")
    first, *shipped = load_recipes(RECIPE_FOLDER, tmp_path)
    assert (first.name, len(shipped)) == ("Quay API", len(list(RECIPE_FOLDER.glob("*.yaml"))))


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "quay.yaml").write_text("name: x", encoding="utf-8")
    with pytest.raises(ValueError, match=r"quay\.yaml: keys is None"):
        load_recipes(tmp_path)


def test_files_are_read_by_recipes_of_the_user(tmp_path: Path) -> None:
    recipes, path = tmp_path / "recipes", tmp_path / "a.json"
    recipes.mkdir()
    (recipes / "quay.yaml").write_text(QUAY, encoding="utf-8")
    path.write_text(
        '{"response": {"docs": [{"headline": {"main": "Ferry"}, "quay_id": 1, "outlet": {"name": "Quay"}, '
        '"body": "It sails.", "pub_date": "2019-03-04 18:30:00"}]}}',
        encoding="utf-8",
    )
    (article,) = read_paths([path], overrides=Overrides(), recipes=[recipes])
    assert isinstance(article, RawArticle)
    assert (article.title, article.source, article.published.zone) == ("Ferry", "Quay", "UTC")


def test_documents_that_are_no_files_are_read_by_recipes_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "quay.yaml").write_text(QUAY, encoding="utf-8")
    assert reader_context(Overrides(), recipes=[tmp_path]).recipes[0].name == "Quay API"


def test_wide_records_are_compared_without_a_cache() -> None:
    recipes = load_recipes(RECIPE_FOLDER)
    names = tuple(f"{'x' * 100}{number}" for number in range(30))
    assert candidates(recipes, names) == ()
    assert [recipe.name for recipe in candidates(recipes, (*names, "URL", "MobileURL", "Date", "Title"))] == ["GDELT"]


def test_the_readme_describes_all_that_recipes_may_say() -> None:
    text = (RECIPE_FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in (*FIELDS[-2:], *TRANSFORMS) if f"`{name}" not in text] == []
    assert TRANSFORMS.keys() == TRANSFORM_NAMES


def test_the_page_on_tools_has_a_row_for_each_recipe() -> None:
    page = (ROOT / "docs" / "how-to" / "from-your-tool.md").read_text(encoding="utf-8")
    assert [recipe.name for recipe in load_recipes(RECIPE_FOLDER) if f"`{recipe.name}`" not in page] == []
