"""Compare what is exported as FollowTheMoney with what the tools of the model keep of it: `python check.py URL`.

It needs `followthemoney` 4, which needs ICU (on Debian: python3-icu). All values have to come out as they went in, each
reference has to name an entity of the range of its property, and all schemata are valid.
"""

import json
import sys
from collections import Counter
from typing import Any
from urllib.request import urlopen

from followthemoney import model

Lines = list[dict[str, Any]]


def main(url: str) -> int:
    """Return the number of faults."""
    faults = 0
    for path in ("/v1/articles.ftm.ndjson", "/v1/entities.ftm.ndjson"):
        with urlopen(url + path, timeout=300) as response:
            lines: Lines = [json.loads(line) for line in response]
        found = [*_faults(lines)]
        print(path, dict(Counter(line["schema"] for line in lines)), f"{len(found)} faults")  # noqa: T201
        for fault in found[:20]:
            print(" ", fault)  # noqa: T201
        faults += len(found) + (not lines)
    return min(faults, 100)


def _faults(lines: Lines) -> list[str]:
    schemata: dict[str, str] = {}
    faults = []
    for line in lines:
        if line["id"] in schemata:
            faults.append(f"{line['id']} is there twice")
        schemata[line["id"]] = line["schema"]
        try:
            proxy = model.get_proxy(line, cleaned=False)
            model.get(line["schema"]).validate(line)
        except Exception as error:
            faults.append(f"{line['id']}: {error}")
            continue
        for name, values in line["properties"].items():
            if sorted(proxy.get(name)) != sorted(set(values)):
                faults.append(f"{line['id']} {name}: {values} became {proxy.get(name)}")
            range_ = model.get(line["schema"]).get(name).range
            for value in values if range_ else ():
                if value not in schemata:
                    faults.append(f"{line['id']} {name}: {value} does not come before")
                elif not model.get(schemata[value]).is_a(range_):
                    faults.append(f"{line['id']} {name}: {value} is a {schemata[value]}, not a {range_.name}")
    return faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
