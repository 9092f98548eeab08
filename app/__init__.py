"""Dateline: a read-only REST API over news articles and the entities found in them."""

__version__ = "0.2.0.dev0"
"""The release; it is in every ETag."""
