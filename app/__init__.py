"""Dateline: a read-only REST API over news articles and the entities found in them."""

__version__ = "0.1.0"
"""The release; it is in every ETag."""
