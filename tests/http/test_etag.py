"""JSON or JSON-LD, as the client prefers."""

import pytest

from app.http.etag import prefers_json_ld

PROFILE = b'application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted, or other; q=0"'


@pytest.mark.parametrize(
    ("accept", "preferred"),
    [
        ([], False),
        ([b""], False),
        ([b"*/*"], False),
        ([b"application/*"], False),
        ([b"application/json"], False),
        ([b"text/html, */*;q=0.8"], False),
        ([b"application/ld+json"], True),
        ([b"Application/LD+JSON"], True),
        ([b"application/ld+json, application/json"], True),
        ([b"application/json, application/ld+json"], True),
        ([b"application/ld+json", b"application/json"], True),
        ([b"application/ld+json, */*"], True),
        ([b"application/ld+json;q=0.5, */*;q=0.1"], True),
        ([b"application/ld+json;q=0.5, application/json;q=0.4, */*"], True),
        ([b"application/ld+json;q=0.5, application/*;q=0.4, */*"], True),
        ([b"application/ld+json;q=0.5, application/json"], False),
        ([b"application/ld+json;q=0.5, application/*;q=0.6"], False),
        ([b"application/ld+json;q=0.5, */*"], False),
        ([b"application/ld+json;q=0"], False),
        ([b"application/ld+json;q=0.000, */*;q=0"], False),
        ([b"application/ld+json ; Q=0.9 , application/json ; q=0.8"], True),
        ([b"application/ld+json;q=0.1, application/ld+json;q=0.9, application/json;q=0.5"], True),
        ([b"application/ld+json;q=high, application/json;q=0.9"], True),
        ([b"application/ld+json;q=, application/json"], True),
        ([PROFILE], True),
        ([PROFILE + b";q=0.1, application/json"], False),
        ([b"text/ld+json"], False),
        ([b"application/ld+json-seq"], False),
        ([b",;q=1,application/ld+json,,"], True),
        ([b"\xff, application/ld+json"], True),
    ],
)
def test_clients_that_name_json_ld_and_weight_it_no_lower_get_it(accept: list[bytes], preferred: bool) -> None:
    assert prefers_json_ld(accept) is preferred
