"""The rooms of the house and who may know whom, read off the code itself."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FLOORS = (
    {"app.main"},
    {"app.routes"},
    {"app.http"},
    {"app.wire"},
    {"app.search"},
    {"app.text"},
    {"app.stores"},
    {"app.labels", "app.dates", "app.urls"},
    {"app.models", "app.settings", "app.errors"},
)
"""From the top down: a room may know itself and those below."""

LOADER_KNOWS = {
    "app",  # the version
    "app.models",
    "app.stores.lock",
    "app.stores.schema",
    "app.stores.sqlite",
    "app.settings",
    "app.errors",
    "app.search.index.columns",
    "app.labels",
    "app.search.index.storage",
    "app.search.index.bitmaps",
    "app.search.index.snapshot",
    "app.text.folding",
    "app.urls",
}
"""What the loader may know of the service."""

DIALECT = {
    "app/stores/sqlite.py": "engines, pragmas, copies and checks",
    "app/search/fulltext/hits.py": "the text index",
    "app/models.py": "options that only its dialect reads",
    "app/settings.py": "the default URL",
    "seed/maintenance/status.py": "shows the version in use",
}
"""Who may know which database it is, and of what; the migrations do, too."""

TOP_LEVEL = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "app",
    "compose.yaml",
    "docs",
    "migrations",
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements.lock",
    "seed",
    "tests",
}
"""Beside files and folders whose name begins with a dot."""

MADE = {"__pycache__", "build", "dist", "htmlcov", "coverage.xml"}
"""What our own commands leave behind beside databases, and git ignores."""

DRAWERS = {"utils", "core", "common", "helpers", "services"}


def modules(*packages: str) -> list[str]:
    """Return the dotted names of all modules of these packages; a package is named without `__init__`."""
    paths = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    return sorted(_dotted(path) for path in paths)


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(module: str) -> ast.Module:
    """Return the syntax tree of a module."""
    path = ROOT.joinpath(*module.split("."))
    return ast.parse((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_bytes())


@cache
def imports(module: str) -> frozenset[str]:
    """Return the modules of ours that a module imports, wherever in it; never the package on the way to one."""
    return frozenset(name for node in ast.walk(tree(module)) for name in _imported(node))


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if _is_ours(alias.name))
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        name = node.module or ""
        for alias in node.names if _is_ours(name) else ():
            inner = f"{name}.{alias.name}"
            yield inner if _exists(inner) else name


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in {"app", "seed"}


def _exists(module: str) -> bool:
    path = ROOT.joinpath(*module.split("."))
    return path.with_suffix(".py").exists() or (path.is_dir() and any(path.glob("*.py")))


def room(module: str) -> str:
    """Return the room in which a module of the service is: its first two parts."""
    return ".".join(module.split(".")[:2])


def floor(module: str) -> int:
    """Return the floor of a module, 0 the uppermost; the package `app` itself only holds the version."""
    at = [number for number, rooms in enumerate(FLOORS) if room(module) in rooms]
    return at[0] if at else len(FLOORS)


@pytest.mark.parametrize("module", modules("app"))
def test_the_service_imports_downwards(module: str) -> None:
    above = {name for name in imports(module) if floor(name) < floor(module)}
    assert above == set()


def test_every_room_of_the_service_has_its_floor() -> None:
    assert {room(module) for module in modules("app")} - {"app"} == set().union(*FLOORS)


@pytest.mark.parametrize("module", modules("app"))
def test_the_service_does_not_know_the_loader(module: str) -> None:
    assert {name for name in imports(module) if name.startswith("seed")} == set()


@pytest.mark.parametrize("module", modules("seed"))
def test_the_loader_knows_little_of_the_service(module: str) -> None:
    assert {name for name in imports(module) if name.startswith("app")} <= LOADER_KNOWS


@pytest.mark.parametrize("module", modules("seed/readers"))
def test_readers_do_not_fetch(module: str) -> None:
    assert {name for name in imports(module) if name.startswith("seed.fetch")} == set()


@pytest.mark.parametrize("module", modules("seed/fetch"))
def test_fetching_does_not_know_what_is_read(module: str) -> None:
    known = {name for name in imports(module) if name.startswith("seed") and not name.startswith("seed.fetch")}
    assert known <= {"seed.records", "seed.pipeline.bulk"}


def test_no_imports_go_in_a_circle() -> None:
    known = modules("app", "seed")
    order = TopologicalSorter({module: imports(module) & set(known) - {module} for module in known})
    assert set(order.static_order()) == set(known)


def test_only_its_rooms_know_which_database_it_is() -> None:
    naming = {module for module in modules("app", "seed") if any("sqlite" in word.lower() for word in words(module))}
    assert {module.replace(".", "/") + ".py" for module in naming} <= set(DIALECT)


def words(module: str) -> Iterator[str]:
    """Yield the names and strings of a module, including its docstrings, but not comments or our modules' names."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and _is_ours(node.module or ""):
            continue
        for _, value in ast.iter_fields(node):
            if isinstance(value, str):
                yield value


@pytest.mark.parametrize("module", modules("app/routes"))
def test_a_handler_holds_no_sql(module: str) -> None:
    called = {node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call)}
    names = {func.id for func in called if isinstance(func, ast.Name)}
    names |= {func.attr for func in called if isinstance(func, ast.Attribute)}
    assert names & {"select", "text", "exec", "execute", "scalars"} == set()


def test_there_are_no_drawers() -> None:
    names = {path.stem for package in ("app", "seed", "tests") for path in (ROOT / package).rglob("*")}
    assert names & DRAWERS == set()


def test_the_top_level_holds_what_it_may() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and ".db" not in path.name}
    assert found - MADE <= TOP_LEVEL
