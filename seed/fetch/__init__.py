"""Fetch documents from URLs: politely, within limits, and never from a private network."""
