"""Dateline: a read-only REST API over news articles and the entities found in them."""
