"""How well files of archives with known articles are read (`make eval-archives`)."""

from collections import Counter

import pytest

from tests.seed.readers.archive_scores import ARCHIVES, ArchiveFile, read_archives, report, scores, table

FORMATS = sorted(path.name for path in ARCHIVES.glob("*"))
MIN_FILES = 12
MIN_UNKIND_FILES = 3
MIN_PRECISION = 0.98
MIN_RECALL = 0.95


@pytest.mark.parametrize("format_name", FORMATS)
def test_archives_are_read_as_well_as_promised(format_name: str) -> None:
    files = read_archives(formats=[format_name])
    assert len(files) >= MIN_FILES
    assert sum(file.unkind for file in files) >= MIN_UNKIND_FILES
    assert [mistake for file in files for mistake in file.mistakes] == []
    assert not any(file.is_day_wrong for file in files), report(files, wrong=True)
    found = scores(files)
    assert all(score.precision >= MIN_PRECISION and score.recall >= MIN_RECALL for score in found.values()), table(
        files
    )


def test_a_report_names_what_is_wrong() -> None:
    true = {"title": Counter(["Ferry"]), "date": Counter(["2019-03-04"])}
    read = {"title": Counter(["Ferries"]), "date": Counter(["2019-04-03"])}
    files = [
        ArchiveFile("nexis/a.txt", "nexis", True, [true, true], [read], ["nexis/a.txt: 1 articles instead of 2"]),
        ArchiveFile("ris/b.ris", "ris", False, [true], [true]),
    ]
    lines = report(files, wrong=True).splitlines()
    assert [line.split()[:6] for line in lines[1:4]] == [
        ["nexis", "1", "1", "2", "1", "0.000/0.000"],
        ["ris", "1", "0", "1", "0", "1.000/1.000"],
        ["all", "2", "1", "3", "1", "0.500/0.333"],
    ]
    assert "nexis/a.txt: 1 articles instead of 2" in lines
    assert "title: nexis/a.txt 1: missed 'Ferry', too much 'Ferries'" in lines
    assert "title: nexis/a.txt 2: missed 'Ferry', too much ''" in lines
