"""Which files are skipped without a refusal: parts of saved pages, styles, scripts, media, and files of the system.

"Web page, complete" saves `X.html` and a folder next to it, whose name ends with the word for files in the language of
the browser: `X_files`, `X-Dateien`, `X_fichiers`. Advertisements in it are pages, too, but not articles.
"""

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from unicodedata import normalize
from urllib.parse import quote

PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".xht", ".shtml", ".php", ".asp", ".aspx", ".jsp"})

FOLDER_WORDS = frozenset(
    {
        *("files", "file", "dateien", "fichiers", "archivos", "arquivos", "ficheiros"),
        *("bestanden", "filer", "tiedostot", "pliki", "soubory", "súbory", "subory", "elemei", "fájlok"),
        *("dosyalar", "dosyaları", "datoteke", "fitxers", "fitxategiak", "failid", "fails", "faili", "bylos"),
        *("fajlovi", "fisiere", "fișiere", "skrár", "berkas", "tệp", "αρχεία", "файлы", "файли", "файлове"),
        *("датотеке", "ملفات", "پرونده‌ها", "קבצים", "फ़ाइलें", "文件", "檔案", "ファイル", "파일", "ไฟล์"),
    }
)
"""What browsers put behind the name of a page, after a hyphen, a dot or an underscore."""

SKIPPED_SUFFIXES = frozenset(
    {
        *(".css", ".scss", ".less", ".js", ".mjs", ".cjs", ".map", ".wasm", ".png", ".jpg", ".jpeg", ".jpe"),
        *(".jfif", ".gif", ".webp", ".avif", ".svg", ".svgz", ".ico", ".cur", ".bmp", ".tif", ".tiff"),
        *(".heic", ".heif", ".apng", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".m4a"),
        *(".aac", ".ogg", ".oga", ".opus", ".wav", ".flac", ".mp4", ".m4v", ".webm", ".ogv", ".mov", ".avi"),
        *(".mkv", ".mpg", ".mpeg", ".swf", ".flv", ".tgs", ".vcf", ".vcard"),
        *(".cdx", ".cdxj"),
    }
)
"""Suffixes of styles, scripts, pictures, fonts, sound, film, stickers, business cards, and indexes of web archives."""

_SYSTEM_FILE = re.compile(
    r"\._.*|\.DS_Store|\.localized|Thumbs\.db(?:encryptable)?|ehthumbs(?:_vista)?\.db|desktop\.ini|Icon\r|~\$.*|"
    r"__MACOSX|\$RECYCLE\.BIN|System Volume Information|@eaDir|\.Trash.*|\.Spotlight-.*|\.fseventsd",
    re.IGNORECASE,
)
_FOLDER = re.compile(r"(?P<page>.+)[-_.](?P<word>[^\W\d_][^-\d_.]*)", re.DOTALL)
_MAX_PAGE_BYTES = 2_000_000


def is_skipped(name: str) -> bool:
    """Return whether a file or folder with this name is skipped: one of the system, or of no kind that holds text."""
    return is_system_file(name) or PurePosixPath(name).suffix.lower() in SKIPPED_SUFFIXES


def is_system_file(name: str) -> bool:
    """Return whether a system made this file or folder, for its own use."""
    return _SYSTEM_FILE.fullmatch(name) is not None


def pages_by_name(names: Iterable[str]) -> dict[str, str]:
    """Return the pages among the files of a folder, by what the folders of their parts begin with."""
    pages = {}
    for name in names:
        key = _key(name)
        stem, dot, suffix = key.rpartition(".")
        if dot + suffix in PAGE_SUFFIXES:
            pages[stem] = pages[key] = name
    return pages


def page_of_folder(folder: str, pages: Mapping[str, str]) -> tuple[str, bool] | None:
    """Return the name of the page to which a folder next to it may belong, and whether its name alone says so."""
    match = _FOLDER.fullmatch(_key(folder))
    page = match and pages.get(match["page"])
    return (page, match["word"] in FOLDER_WORDS) if match and page else None


def _key(name: str) -> str:
    return normalize("NFC", name).casefold()


def belongs_to_page(folder: Path, pages: Mapping[str, str]) -> bool:
    """Return whether a folder has the parts of a page next to it: by its name, or because the page refers to it."""
    found = page_of_folder(folder.name, pages)
    return found is not None and (found[1] or _refers(folder.with_name(found[0]), folder.name))


def _refers(page: Path, folder: str) -> bool:
    try:
        with page.open("rb") as stream:
            content = stream.read(_MAX_PAGE_BYTES)
    except OSError:
        return False
    return any(f"{form}/".encode() in content for form in (folder, quote(folder)))


def folders_of_pages(names: Iterable[str]) -> frozenset[str]:
    """Return the folders in an archive that belong to pages in it, by the names of its members."""
    paths = [PurePosixPath(name) for name in names]
    files: dict[PurePosixPath, list[str]] = {}
    for path in paths:
        files.setdefault(path.parent, []).append(path.name)
    pages = {folder: found for folder, listed in files.items() if (found := pages_by_name(listed))}
    folders = {parent for path in paths for parent in path.parents if parent.parent in pages}
    parts = {folder: page_of_folder(folder.name, pages[folder.parent]) for folder in folders}
    return frozenset(str(folder) for folder, found in parts.items() if found is not None and found[1])


def sizes_of_files(path: Path) -> list[int]:
    """Return the sizes of a file, or of all files in a folder and its folders, in bytes."""
    sizes = []
    for file in [path] if path.is_file() else (Path(top, name) for top, _, names in os.walk(path) for name in names):
        with suppress(OSError):
            sizes.append(file.lstat().st_size)
    return sizes
