"""Which files are read and which are refused."""

import os
import zipfile
from pathlib import Path
from typing import NoReturn

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.input.byte_counter import ByteCounter
from seed.readers.input.files import walk_files
from seed.readers.registry import FORMAT_BY_SUFFIX
from seed.records import NoArticle, Origin, Refusal
from tests.seed.readers.only import only_reason


def paths_read(*paths: Path) -> list[str]:
    """Return the items that were read, in order."""
    return [Path(item.origin.path).name for item in read_paths(paths, overrides=Overrides())]


def test_folders_are_walked_in_the_order_of_names_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b/2.md", "b/1.md", "a.md", "c.md", ".hidden.md", ".git/x.md", "B.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert paths_read(tmp_path) == ["B.md", "a.md", "1.md", "2.md", "c.md"]
    assert paths_read(tmp_path / "c.md", tmp_path / ".hidden.md") == ["c.md", ".hidden.md"]


def test_a_link_that_leads_back_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "z.md").symlink_to(tmp_path / "a.md")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert paths_read(tmp_path) == ["a.md", "loop", "round", "z.md"]
    refusals = [str(item) for item in read_paths([tmp_path], overrides=Overrides())]
    assert "is a link to a folder: expected the folder itself" in refusals[1]
    assert "no such file or folder" in refusals[2]
    assert paths_read(tmp_path / "loop") == ["a.md", "loop", "round", "z.md"]


def test_a_link_out_of_the_folder_is_only_followed_if_named(tmp_path: Path) -> None:
    """Otherwise, whoever made the folder could have any file of this machine loaded and served."""
    (tmp_path / "secret.md").touch()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "in" / "b.md").symlink_to("../secret.md")
    for reason in map(str, read_paths([tmp_path / "in"], overrides=Overrides())):
        assert "is a link that leads out of the folder: expected a file in it" in reason
    assert "the file is empty" in str(list(read_paths([tmp_path / "in" / "a.md"], overrides=Overrides())))


def test_folders_may_be_nested_deeply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deeper than the recursion limit, and deeper than the maximum length of a path."""
    monkeypatch.chdir(tmp_path)
    for _ in range(3_000):
        Path("a").mkdir()
        os.chdir("a")
    Path("a.md").touch()
    found = list(read_paths([tmp_path], overrides=Overrides()))
    Path("a.md").unlink()
    for _ in range(3_000):  # Recursive removal of temporary folders would fail.
        os.chdir("..")
        Path("a").rmdir()
    assert only_reason(found) == "cannot be read: File name too long"


def test_an_unknown_suffix_names_those_that_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.odt").write_bytes(b"?")
    problem = "the format '.odt' is not supported, and the content matches no known format"
    reason = f"{problem}: expected one of {', '.join(FORMAT_BY_SUFFIX)}, or --format"
    assert only_reason(list(read_paths([tmp_path], overrides=Overrides()))) == reason


def test_a_suffix_in_capitals_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.JSONL").touch()
    (item,) = read_paths([tmp_path], overrides=Overrides())
    assert item == NoArticle(Origin(f"{tmp_path}/a.JSONL"), "the file holds no article")


def test_what_is_not_there_is_refused_and_the_rest_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.md")
    reasons = [str(item) for item in read_paths([tmp_path / "none", tmp_path], overrides=Overrides())]
    assert len(reasons) == 4
    assert "no such file or folder" in reasons[0]
    assert "no such file or folder" in reasons[2]
    assert "is neither a file nor a folder" in reasons[3]


class Locked(type(Path())):  # type: ignore[misc]  # The class of a path depends on the system.
    """A path without read permission, whatever user runs the tests."""

    def open(self, *_: object) -> NoReturn:
        """Raise PermissionError."""
        raise PermissionError(13, "Permission denied")

    def iterdir(self) -> NoReturn:
        """Raise PermissionError."""
        raise PermissionError(13, "Permission denied")


def test_a_file_or_folder_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    for path in (Locked(tmp_path / "a.md"), Locked(tmp_path)):
        assert only_reason(list(read_paths([path], overrides=Overrides()))) == "cannot be read: Permission denied"


def test_an_undecodable_name_is_shown_escaped(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a\xff.md")
    path.touch()
    (item,) = read_paths([tmp_path], overrides=Overrides())
    assert isinstance(item, Refusal)
    assert item.origin.path.endswith("a\\xff.md")


def test_a_name_cannot_control_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\n\x1b[2J\u202eb.md").touch()
    (item,) = read_paths([tmp_path], overrides=Overrides())
    assert item.origin.path.endswith("a\\n\\x1b[2J\\u202eb.md")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / ".hidden").touch()
    (tmp_path / "inner").mkdir()
    (refusal,) = walk_files([tmp_path])
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "the folder has no files, except for hidden ones: expected files of articles"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("gazette.example/a/1.html", ", or perhaps https://gazette.example/a/1.html"),
        ("www.gazette.example", ", or perhaps https://www.gazette.example"),
        ("Gazette.example:8080/a?b=c", ", or perhaps https://Gazette.example:8080/a?b=c"),
        ("articles.jsonl", ""),
        ("reports/articles.jsonl", ""),
        ("../gazette.example/a", ""),
        ("a b.example/c d", ""),
    ],
)
def test_a_host_and_a_path_without_a_scheme_are_named_with_one(name: str, hint: str) -> None:
    (refusal,) = walk_files([Path(name)])
    assert isinstance(refusal, Refusal)
    assert refusal.reason == f"no such file or folder: expected a file or folder to read{hint}"


PAGE = "<html><head><title>Ferry</title></head><body><h1>Ferry</h1><p>It sails again on Monday.</p></body></html>"


def written(folder: Path, *names: str, page: str = PAGE) -> Path:
    """Return a folder with these files."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    return folder


def read_and_skipped(*paths: Path) -> tuple[list[str], int]:
    """Return the files that were read, and how many were skipped."""
    byte_counter = ByteCounter()
    items = read_paths(paths, overrides=Overrides(source="G"), byte_counter=byte_counter)
    names = [Path(item.origin.path).name for item in items]
    assert byte_counter.bytes_read == byte_counter.total
    return names, byte_counter.skipped_files


FOLDERS = [
    *(
        "Ferry_files",
        "Ferry-Dateien",
        "Ferry_fichiers",
        "Ferry_archivos",
        "Ferry_bestanden",
        "Ferry.files",
        "ferry_Files",
    ),
    *(
        "Ferry_arquivos",
        "Ferry_ficheiros",
        "Ferry-file",
        "Ferry_pliki",
        "Ferry_soubory",
        "Ferry_tiedostot",
        "Ferry-filer",
    ),
    *("Ferry_dosyalar", "Ferry_файлы", "Ferry_文件", "Ferry_ファイル", "Ferry_파일", "Ferry_ملفات", "Ferry.html_files"),
]


@pytest.mark.unmeasured
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_folder_of_a_saved_page_is_no_article(tmp_path: Path, folder: str) -> None:
    written(tmp_path, "Ferry.html", f"{folder}/saved_resource.html", f"{folder}/f(1).txt", f"{folder}/deep/a.js")
    assert read_and_skipped(tmp_path) == (["Ferry.html"], 3)


def test_a_folder_that_its_page_refers_to_belongs_to_it(tmp_path: Path) -> None:
    """In a language that is not listed; its name may be escaped in the page."""
    page = PAGE.replace("</body>", '<img src="./Mein%20Boot_xyz/a.png"></body>')
    written(tmp_path, "Mein Boot.htm", "Mein Boot_xyz/a.html", "Mein Boot_abc/b.html", page=page)
    assert read_and_skipped(tmp_path) == (["Mein Boot.htm", "b.html"], 1)


@pytest.mark.parametrize("folder", ["Ferry_files", "Ferry_xyz"])
def test_a_folder_without_its_page_is_read(tmp_path: Path, folder: str) -> None:
    """It may hold articles; so may a folder of another name, or one that is named explicitly."""
    written(tmp_path, f"{folder}/a.html", "Storm.html", "Ferry.txt", "Ferry 2/b.html")
    assert read_and_skipped(tmp_path) == (["b.html", "Ferry.txt", "a.html", "Storm.html"], 0)
    written(tmp_path, "Ferry.html")
    assert read_and_skipped(tmp_path / folder) == (["a.html"], 0)


def test_a_page_that_cannot_be_read_refers_to_nothing(tmp_path: Path) -> None:
    written(tmp_path, "Ferry_xyz/a.html")
    (tmp_path / "Ferry.html").mkdir()
    assert read_and_skipped(tmp_path) == (["a.html"], 0)


SKIPPED = [
    *("a.css", "b.JS", "c.png", "d.jpeg", "e.svg", "f.woff2", "g.ico", "h.mp4", "Thumbs.db", "desktop.ini", "._a.html"),
    *(".DS_Store", "~$a.docx", "__MACOSX/a.html", "$RECYCLE.BIN/x/a.html"),
]


def test_styles_scripts_media_and_files_of_the_system_are_skipped(tmp_path: Path) -> None:
    """Quietly, in folders and archives, but not if they are named explicitly; other hidden files do not even count."""
    written(tmp_path / "in", "a.html", *SKIPPED, ".hidden.html")
    assert read_and_skipped(tmp_path / "in") == (["a.html"], len(SKIPPED))
    assert read_and_skipped(tmp_path / "in" / "a.css")[0] == ["a.css"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("a.html", "b/Ferry.html", *SKIPPED, ".hidden.html", "b/Ferry-Dateien/ad.html", "c_files/d.html"):
            archive.writestr(name, PAGE)
    names, skipped = read_and_skipped(tmp_path / "a.zip")
    assert (names, skipped) == (["a.zip!a.html", "Ferry.html", "d.html"], len(SKIPPED) + 1)
