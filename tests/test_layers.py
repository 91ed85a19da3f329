"""Who may import and open what: the rules of the house, read from the source."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("corpus", "retrieval", "bot")
SOURCES = {path.relative_to(ROOT).as_posix(): path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8"), name) for name, path in SOURCES.items()}
OPENERS = frozenset({"open", "read_text", "read_bytes", "fdopen"})


def imports(name: str) -> Iterator[str]:
    """The modules that a source imports, wherever it does."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = Path(name).with_suffix("").parts[: -node.level] if node.level else ()
            module = ".".join((*package, node.module or "")).rstrip(".")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def breaches(below: str, forbidden: tuple[str, ...]) -> list[tuple[str, str]]:
    """Sources of a folder that import what they may not."""
    return [
        (name, module)
        for name in SOURCES
        if name.startswith(below)
        for module in imports(name)
        if any(module == one or module.startswith(f"{one}.") for one in forbidden)
    ]


def test_the_sources_are_found() -> None:
    """Rules over nothing hold always."""
    assert {name.partition("/")[0] for name in SOURCES} == set(PACKAGES)
    assert "retrieval.answer" in set(imports("bot/service/answers.py"))


@pytest.mark.parametrize(
    ("below", "forbidden"),
    [
        ("corpus/", ("retrieval", "bot")),
        ("retrieval/", ("bot",)),
        (
            "bot/store/",
            ("bot.service", "bot.terminal", "bot.cli.parser", "bot.cli.commands", "bot.telegram", "bot.web"),
        ),
        ("bot/service/", ("bot.terminal", "bot.cli.parser", "bot.cli.commands", "bot.telegram", "bot.web")),
        ("bot/terminal/", ("bot.telegram",)),
        ("bot/telegram/", ("bot.terminal",)),
        ("", ("tests", "benchmarks")),
    ],
)
def test_imports_lead_one_way(below: str, forbidden: tuple[str, ...]) -> None:
    """What is below is used by what is above, so it can be understood, tested and replaced alone."""
    assert breaches(below, forbidden) == []


def test_telegram_stays_in_its_folder() -> None:
    """Every other face works without it; and whoever else spoke HTTP would have to mind its errors."""
    found = breaches("", ("telegram", "httpx", "aiohttp"))
    assert found
    assert [one for one in found if not one[0].startswith("bot/telegram/")] == []


def test_sql_stays_in_the_store() -> None:
    """What is kept can be kept otherwise some day.

    Its errors may be caught elsewhere: a database that restarts is waited for where the work is done, and wrapping
    each of them in an error of the store's own would only rename it.
    """
    found = breaches("", ("sqlalchemy", "alembic", "psycopg"))
    assert found
    others = [(name, module) for name, module in found if not name.startswith("bot/store/")]
    assert [one for one in others if not f"{one[1]}.".startswith("sqlalchemy.exc.")] == []


def test_features_stand_alone() -> None:
    """One can be read, changed or taken out without another."""
    folder, package = "bot/telegram/handlers/", "bot.telegram.handlers"
    found = [one for one in breaches(folder, (package,)) if one[0] != f"{folder}__init__.py"]
    assert found
    shared = (package, f"{package}.types")
    assert [one for one in found if not (one[1] in shared or one[1].startswith(f"{package}.types."))] == []


def test_the_environment_is_read_in_one_place() -> None:
    """A setting that is read elsewhere is documented nowhere."""
    readers = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (isinstance(node, ast.ImportFrom) and {"environ", "getenv"} & {alias.name for alias in node.names})
    }
    assert readers == {"bot/settings.py"}


def is_package_file(call: ast.Call) -> bool:
    """Whether what is opened comes with the program."""
    return ast.unparse(call.func).startswith(("files(", "resources.files("))


def test_article_files_are_opened_in_one_place() -> None:
    """Only there is it known what to do about every file that can't be opened."""
    openers = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if name.startswith("corpus/") and isinstance(node, ast.Call) and not is_package_file(node)
        if (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")) in OPENERS
    }
    assert openers == {"corpus/load.py"}


def described(name: str) -> Iterator[tuple[str, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    """A module and all that others may use of it."""
    tree = TREES[name]
    yield name, tree
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
            yield f"{name}:{node.name}", node
            for method in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and not method.name.startswith("_"):
                    yield f"{name}:{node.name}.{method.name}", method


def test_what_is_public_is_described() -> None:
    """A reader should not have to guess from the code."""
    found = [(place, ast.get_docstring(node)) for name in SOURCES for place, node in described(name)]
    assert len(found) > 100
    assert [place for place, docstring in found if not docstring] == []
