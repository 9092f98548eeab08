"""Tables over enums are complete: a new member without its entries fails here, and not in a request."""

import pytest

from app.errors import STATUS, DatelineError
from app.http.problems import PROBLEM_TYPES
from app.models import ACTOR_TYPES, EntityType, Revision
from app.posting_fields import ENTITY_FACETS, FACETS, POSTING_FIELDS, VALUE_FIELDS, PostingField
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import ENTITY_PARAMETERS, SOURCE_PARAMETERS, SOURCE_VALUE_PARAMETERS
from app.search.query.filters import ArticleFilters
from app.search.query.regions import REGION_PARAMETERS
from app.search.sql.history import VERSIONED_FIELDS
from app.wire.article_models import Facets
from seed.extract.lexicon.lexicon import LEXICON_FOLDER, TYPE_OF_FILE

PARAMETERS = {field.alias or name for name, field in ArticleFilters.model_fields.items()}


@pytest.mark.parametrize("type_", EntityType)
def test_a_type_of_entity_has_all_its_words(type_: EntityType) -> None:
    assert type_.noun.split()[0] in {"a", "an"}
    assert type_.schema_org
    assert type_.parameter in PARAMETERS
    assert TYPE_OF_FILE[type_.plural] is type_
    assert (LEXICON_FOLDER / f"{type_.plural}.yaml").exists()


def test_each_type_is_taken_by_one_facet() -> None:
    assert sorted(type_ for types in ENTITY_FACETS.values() for type_ in types) == sorted(EntityType)
    assert ENTITY_FACETS["actor"] == ACTOR_TYPES


def test_every_facet_is_a_filter_and_a_field_of_the_response() -> None:
    assert set(Facets.model_fields) == set(FACETS)
    assert set(FACETS) <= PARAMETERS


def test_every_filter_is_a_clause() -> None:
    values = {field.name for field in VALUE_FIELDS}
    assert {
        "q",
        "from",
        "to",
        "tz",
        "date_field",
        "members",
        *ENTITY_PARAMETERS,
        *SOURCE_PARAMETERS,
        *SOURCE_VALUE_PARAMETERS,
        *REGION_PARAMETERS,
        *values,
    } == PARAMETERS


@pytest.mark.parametrize("field", POSTING_FIELDS, ids=lambda field: field.name)
def test_a_posting_field_has_its_column_and_its_postings(field: PostingField) -> None:
    assert field.column in Revision.model_fields
    assert field.name in Snapshot.unpublished().postings


def test_every_error_with_a_status_is_a_problem() -> None:
    assert set(PROBLEM_TYPES) == set(STATUS)
    assert all(issubclass(error, DatelineError) for error in STATUS)


def test_every_field_that_may_change_is_compared() -> None:
    compared = {column for columns in VERSIONED_FIELDS.values() for column in columns}
    derived = {"id", "article_id", "first_day", "last_day", "digest"}
    assert compared | derived == set(Revision.model_fields)
