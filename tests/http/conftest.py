"""Fixtures of the edge: the small app of `frame.py`, fresh for each test."""

import pytest
from fastapi.testclient import TestClient

from tests.http.frame import Shelf, client_of, frame


@pytest.fixture
def framed() -> tuple[TestClient, Shelf]:
    """Give a client of the sample routes and their corpus."""
    app, shelf = frame()
    return client_of(app), shelf


@pytest.fixture
def client(framed: tuple[TestClient, Shelf]) -> TestClient:
    """Give a client of the sample routes."""
    return framed[0]


@pytest.fixture
def shelf(framed: tuple[TestClient, Shelf]) -> Shelf:
    """Give the corpus of the sample routes."""
    return framed[1]
