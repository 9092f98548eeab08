"""The packages and the imports that are allowed between them, read from the code."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).resolve().parents[1]

LAYERS = (
    {"app.main"},
    {"app.mcp"},
    {"app.server"},
    {"app.routes"},
    {"app.http"},
    {"app.wire"},
    {"app.search"},
    {"app.stores"},
    {"app.text"},
    {"app.labels", "app.posting_fields", "app.dates", "app.urls", "app.countries", "app.cells", "app.coordinates"},
    {"app.deadline", "app.models", "app.settings", "app.errors", "app.hosts", "app.sqlite_driver"},
)
"""Layers from the top down: a module may import its own layer and those below."""

LOADER_IMPORTS = {
    "app",  # the version
    "app.cells",
    "app.coordinates",
    "app.main",
    "app.mcp.stdio",
    "app.models",
    "app.stores",
    "app.stores.schema",
    "app.stores.store",
    "app.server.connections",
    "app.server.process",
    "app.settings",
    "app.errors",
    "app.search.index.batches",
    "app.search.index.columns",
    "app.search.index.digests",
    "app.countries",
    "app.labels",
    "app.posting_fields",
    "app.search.index.storage",
    "app.search.index.bitmaps",
    "app.search.index.frequent_words",
    "app.search.index.parts",
    "app.text.folding",
    "app.text.tokenizer",
    "app.text.person_names",
    "app.text.state_bodies",
    "app.urls",
}
"""Modules of the service that the loader may import."""

DIALECT = {
    "app.models": "table options that other databases ignore, and types that differ between databases",
    "app.settings": "the default URL, and advice on threads",
    "app.sqlite_driver": "the driver",
    "seed.cli.program": "the URLs of an example",
}
"""Modules besides the stores that know a database's dialect, and why; the migrations may, too."""

DIALECT_WORDS = re.compile(
    r"(?<![a-z])(?:py)?(?:sqlite|postgresql|psycopg|pragma|fts|rowid|vacuum|wal|lock_?file)(?![a-z])", re.IGNORECASE
)
"""Words that name a database, or something that only one database has."""

TOP_LEVEL = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "README.md",
    "SECURITY.md",
    "app",
    "compose.postgresql.yaml",
    "compose.yaml",
    "docs",
    "migrations",
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements.lock",
    "seed",
    "tests",
}
"""Files and folders of the top level, besides those whose name begins with a dot."""

GENERATED = {"__pycache__", "build", "dist", "htmlcov", "coverage.xml"}
"""What our own commands generate besides databases; git ignores it."""

VAGUE_NAMES = {"utils", "core", "common", "helpers", "services"}


def modules(*packages: str) -> list[str]:
    """Return the dotted names of all modules of these packages; a package is named without `__init__`."""
    paths = (path for name in packages for path in (ROOT / name).rglob("*.py"))
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
    """Return the modules of ours that a module imports anywhere in it, but not their parent packages."""
    return frozenset(name for node in ast.walk(tree(module)) for name in _imported_modules(node))


def _imported_modules(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if _is_ours(alias.name))
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        name = node.module or ""
        for alias in node.names if _is_ours(name) else ():
            submodule = f"{name}.{alias.name}"
            yield submodule if _exists(submodule) else name


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in {"app", "seed"}


def _exists(module: str) -> bool:
    path = ROOT.joinpath(*module.split("."))
    return path.with_suffix(".py").exists() or (path.is_dir() and any(path.glob("*.py")))


def package(module: str) -> str:
    """Return the package of a module of the service: the first two components of its name."""
    return ".".join(module.split(".")[:2])


def layer(module: str) -> int:
    """Return the layer of a module, 0 for the top; the package `app` itself has only the version."""
    numbers = [number for number, packages in enumerate(LAYERS) if package(module) in packages]
    return numbers[0] if numbers else len(LAYERS)


@pytest.mark.parametrize("module", modules("app"))
def test_the_service_imports_downwards(module: str) -> None:
    above = {name for name in imports(module) if layer(name) < layer(module)}
    assert above == set()


def test_every_package_of_the_service_has_a_layer() -> None:
    assert {package(module) for module in modules("app")} - {"app"} == set().union(*LAYERS)


@pytest.mark.parametrize("module", modules("app"))
def test_the_service_does_not_import_the_loader(module: str) -> None:
    assert {name for name in imports(module) if name.startswith("seed")} == set()


@pytest.mark.parametrize("module", modules("seed"))
def test_the_loader_imports_little_of_the_service(module: str) -> None:
    assert {name for name in imports(module) if name.startswith("app")} <= LOADER_IMPORTS


@pytest.mark.parametrize("module", modules("seed/readers"))
def test_readers_do_not_fetch(module: str) -> None:
    assert {name for name in imports(module) if name.startswith("seed.fetch")} == set()


@pytest.mark.parametrize("module", modules("seed/fetch"))
def test_fetching_does_not_import_readers(module: str) -> None:
    imported = {name for name in imports(module) if name.startswith("seed") and not name.startswith("seed.fetch")}
    assert imported <= {"seed.records", "seed.pipeline.bulk"}


def test_there_are_no_import_cycles() -> None:
    ours = modules("app", "seed")
    order = TopologicalSorter({module: imports(module) & set(ours) - {module} for module in ours})
    assert set(order.static_order()) == set(ours)


def test_only_the_stores_know_the_dialect() -> None:
    dialect_modules = {
        module for module in modules("app", "seed") if any(DIALECT_WORDS.search(word) for word in words(module))
    }
    assert {module for module in dialect_modules if package(module) != "app.stores"} == set(DIALECT)


@pytest.mark.parametrize("module", modules("app", "seed"))
def test_no_module_outside_the_stores_imports_one_of_them(module: str) -> None:
    """All others get theirs from `store_of` or from a connection."""
    if package(module) != "app.stores" and module not in DIALECT:
        assert {name for name in imports(module) if "sqlite" in name or "postgresql" in name} == set()


def words(module: str) -> Iterator[str]:
    """Yield the names and strings of a module, including its docstrings, but not comments or our modules' names."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and _is_ours(node.module or ""):
            continue
        for _, value in ast.iter_fields(node):
            if isinstance(value, str):
                yield value


@pytest.mark.parametrize("module", modules("app/routes"))
def test_a_handler_contains_no_sql(module: str) -> None:
    functions = {node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call)}
    names = {func.id for func in functions if isinstance(func, ast.Name)}
    names |= {func.attr for func in functions if isinstance(func, ast.Attribute)}
    assert names & {"select", "text", "exec", "execute", "scalars"} == set()


@pytest.mark.parametrize("module", modules("app/wire"))
def test_what_goes_out_is_only_shaped(module: str) -> None:
    """Its values were read before: it imports no session and no select."""
    nodes = list(ast.walk(tree(module)))
    packages = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    packages |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert {package.partition(".")[0] for package in packages} & {"sqlalchemy", "sqlmodel"} == set()
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    assert names & {"session", "execute", "exec", "rollback"} == set()


def test_no_package_or_module_has_a_vague_name() -> None:
    names = {path.stem for folder in ("app", "seed", "tests") for path in (ROOT / folder).rglob("*")}
    assert names & VAGUE_NAMES == set()


def test_the_top_level_has_only_listed_names() -> None:
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and ".db" not in path.name}
    assert names - GENERATED <= TOP_LEVEL
