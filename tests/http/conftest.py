"""Fixtures of the HTTP tests: the small app of `frame.py`, new for each test."""

import pytest
from fastapi.testclient import TestClient

from tests.http.frame import Shelf, client_of, frame


@pytest.fixture
def framed() -> tuple[TestClient, Shelf]:
    """Return a client of the sample routes and their corpus."""
    app, shelf = frame()
    return client_of(app), shelf


@pytest.fixture
def client(framed: tuple[TestClient, Shelf]) -> TestClient:
    """Return a client of the sample routes."""
    return framed[0]


@pytest.fixture
def shelf(framed: tuple[TestClient, Shelf]) -> Shelf:
    """Return the corpus of the sample routes."""
    return framed[1]
