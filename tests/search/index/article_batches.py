"""Deltas for tests: those of the posting fields that a test does not name have no values."""

from collections.abc import Mapping

import numpy as np

from app.posting_fields import POSTING_FIELDS
from app.search.index.batches import ArticleBatch, CategoricalColumn, concatenate
from app.search.index.bitmaps import Int32Array
from app.search.index.columns import Columns
from app.search.index.parts import decode_batch, encode_batch


def article_batch(
    columns: Columns, fields: Mapping[str, CategoricalColumn], lengths: Mapping[str, Int32Array]
) -> ArticleBatch:
    """Return a delta of articles with these values."""
    size = len(columns.order)
    none, unknown = np.zeros(size, np.int32), CategoricalColumn((), np.zeros(size, np.int32))
    empty = CategoricalColumn((), np.empty(0, np.int32))
    others = [field for field in POSTING_FIELDS if field.name not in fields]
    batch = ArticleBatch(
        columns,
        {**fields, **{field.name: empty if field.is_list else unknown for field in others}},
        {**lengths, **{field.name: none for field in others if field.is_list}},
    )
    return concatenate([decode_batch(encode_batch(batch))])
