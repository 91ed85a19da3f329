"""Which module may import and open what: the folder rules of docs/architecture.md, read from the source."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("corpus", "retrieval", "bot")
SOURCES = {path.relative_to(ROOT).as_posix(): path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8"), name) for name, path in SOURCES.items()}
MODULES = {name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in SOURCES}
OPENERS = frozenset({"open", "read_text", "read_bytes", "fdopen"})
# Folders from low to high: a module imports from its own folder and from folders before it. The modules that stand
# directly in `retrieval/` and `bot/` are levels of their own: values at the bottom, entry points at the top.
RETRIEVAL = (
    ("retrieval.errors", "retrieval.words", "retrieval.facts", "retrieval.periods"),
    ("retrieval.model",),
    ("retrieval.limits",),
    ("retrieval.index",),
    ("retrieval.library",),
    ("retrieval.question",),
    ("retrieval.ranking",),
    ("retrieval.confidence",),
    ("retrieval.search", "retrieval.summary"),
    ("retrieval.answer",),
    ("retrieval.explanation", "retrieval.evaluation", "retrieval.storage"),
)
BOT = (
    ("bot.exit_codes", "bot.domain"),
    ("bot.texts",),
    ("bot.settings", "bot.store"),
    ("bot.service",),
    ("bot.views",),
    ("bot.terminal", "bot.telegram"),
    ("bot.cli",),
    ("bot.__main__",),
)
STORE = (("bot.store.db",), ("bot.store.publishing",), ("bot.store.queue",), ("bot.store.alerts",))
SERVICE = (("bot.service.alerts",), ("bot.service.publishing",))
TELEGRAM = (
    ("bot.telegram.wire",),
    ("bot.telegram.ui",),
    ("bot.telegram.jobs", "bot.telegram.outbound"),
    ("bot.telegram.inbound", "bot.telegram.handlers"),
    ("bot.telegram.connect", "bot.telegram.background"),
    ("bot.telegram.app",),
)
MOST_MODULES = (
    20  # in a folder: what a reader can look over; `texts/` and `handlers/` have one file a language or feature
)


def imports(name: str) -> Iterator[str]:
    """Yield the modules that a source imports, wherever it does."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = PurePosixPath(name).with_suffix("").parts[: -node.level] if node.level else ()
            module = ".".join((*package, node.module or "")).rstrip(".")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def is_within(module: str, *packages: str) -> bool:
    """Return whether a module is one of some packages, or stands in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def breaches(below: str, *forbidden: str) -> list[tuple[str, str]]:
    """Return (source, imported module) for each import of something forbidden below a folder."""
    return [
        (name, module)
        for name in SOURCES
        if name.startswith(below)
        for module in imports(name)
        if is_within(module, *forbidden)
    ]


def edges() -> dict[str, set[str]]:
    """Return the modules that each module imports; a package only where something of its own is meant."""
    found: dict[str, set[str]] = {}
    for module, name in MODULES.items():
        imported = found[module] = set()
        for node in ast.walk(TREES[name]):
            if isinstance(node, ast.ImportFrom):
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                imported |= {other if other in MODULES else node.module or "" for other in names}
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
        imported &= MODULES.keys() - {module}
    return found


def test_the_sources_are_found() -> None:
    """Rules over nothing always hold."""
    assert {name.partition("/")[0] for name in SOURCES} == set(PACKAGES)
    assert "retrieval.answer" in set(imports("bot/service/answers.py"))


@pytest.mark.parametrize(
    ("below", "forbidden"),
    [
        ("corpus/", ("retrieval", "bot")),
        ("retrieval/", ("bot",)),
        ("bot/domain/", ("bot.store", "bot.service", "bot.views", "bot.texts")),
        ("bot/store/", ("bot.service", "bot.views", "bot.texts", "bot.terminal", "bot.cli", "bot.telegram", "bot.web")),
        ("bot/service/", ("bot.views", "bot.terminal", "bot.cli", "bot.telegram", "bot.web")),
        ("bot/terminal/", ("bot.telegram", "bot.web")),
        ("bot/telegram/", ("bot.terminal", "bot.web")),
        ("retrieval/summary/", ("retrieval.answer",)),
        ("retrieval/answer.py", ("retrieval.summary",)),
        ("", ("tests", "benchmarks")),
    ],
)
def test_imports_lead_one_way(below: str, forbidden: tuple[str, ...]) -> None:
    """A lower layer can be understood, tested and replaced alone."""
    assert breaches(below, *forbidden) == []


@pytest.mark.parametrize("levels", [RETRIEVAL, BOT, STORE, SERVICE, TELEGRAM], ids=lambda levels: str(levels[-1][0]))
def test_folders_import_only_folders_below_them(levels: tuple[tuple[str, ...], ...]) -> None:
    """Folders that import one another in a circle can only be read as one."""
    level = {package: number for number, packages in enumerate(levels) for package in packages}

    def package_of(module: str) -> str | None:
        return next((package for package in level if is_within(module, package)), None)

    wrong = []
    for module, imported in edges().items():
        package = package_of(module)
        for other in sorted(imported) if package else ():
            target = package_of(other)
            if package and target and package != target and level[target] >= level[package]:
                wrong.append((module, other))
    assert wrong == []


def test_every_folder_has_a_level() -> None:
    """A new folder is put where it belongs, rather than forgotten."""
    known = {package for levels in (RETRIEVAL, BOT) for packages in levels for package in packages}
    top = {".".join(module.split(".")[:2]) for module in MODULES if "." in module and not module.startswith("corpus")}
    assert top == known


def test_no_modules_import_one_another_in_a_circle() -> None:
    """In a circle no module can be read, or imported, first."""
    try:
        TopologicalSorter(edges()).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' → '.join(error.args[1])}")


def test_no_folder_is_too_large_to_look_over() -> None:
    """Who looks for a module reads the folder's list."""
    counts = Counter(str(PurePosixPath(name).parent) for name in SOURCES if not name.endswith("__init__.py"))
    exempt = ("bot/texts", "bot/telegram/handlers", "bot/store/migrations/versions")
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES and folder not in exempt} == {}


def test_no_two_modules_bear_one_name() -> None:
    """A name that is found twice is found wrongly half of the time; `errors` and `model` stand once in each package."""
    places = defaultdict(list)
    for name in SOURCES:
        stem = PurePosixPath(name).stem
        if stem not in ("__init__", "__main__", "errors", "model") and "/versions/" not in name:
            places[stem].append(name)
    assert {stem: names for stem, names in places.items() if len(names) > 1} == {}


def test_no_two_public_classes_bear_one_name() -> None:
    """One name, one thing."""
    places = defaultdict(list)
    for name, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    assert {class_name: names for class_name, names in places.items() if len(names) > 1} == {}


def test_no_function_is_longer_than_a_page() -> None:
    """A reader sees the whole of it."""
    long = [
        f"{name}:{node.name}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and (node.end_lineno or 0) - node.lineno >= 40
        if "/versions/" not in name  # a migration lists the columns of its tables
    ]
    assert long == []


def test_values_of_many_fields_are_built_by_name() -> None:
    """Nobody can tell the sixth positional argument from the seventh."""
    positional = []
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            decorators = [ast.unparse(one) for one in node.decorator_list if "dataclass" in ast.unparse(one)]
            fields = [
                one
                for one in node.body
                if isinstance(one, ast.AnnAssign) and "init=False" not in (ast.unparse(one.value) if one.value else "")
            ]
            if decorators and len(fields) > 4 and "kw_only=True" not in decorators[0]:
                positional.append(f"{name}:{node.name}")
    assert positional == []


def test_telegram_stays_in_its_folder() -> None:
    """Every other face works without it; and whoever else spoke HTTP would have to handle its errors."""
    found = breaches("", "telegram", "httpx", "aiohttp")
    assert found
    assert [(name, module) for name, module in found if not name.startswith("bot/telegram/")] == []


def test_sql_stays_in_the_store() -> None:
    """The way data are kept can change without the rest.

    Its errors may be caught elsewhere: a database that restarts is waited for where the work is done, and wrapping
    each of them in an error of the store's own would only rename it.
    """
    found = breaches("", "sqlalchemy", "alembic", "psycopg")
    assert found
    others = [(name, module) for name, module in found if not name.startswith("bot/store/")]
    assert [(name, module) for name, module in others if not f"{module}.".startswith("sqlalchemy.exc.")] == []


def test_handlers_do_not_import_one_another() -> None:
    """A feature can be read, changed or taken out alone."""
    folder = "bot/telegram/handlers/"
    found = breaches(folder, "bot.telegram.handlers")
    assert any(name == f"{folder}__init__.py" for name, _ in found)
    assert [(name, module) for name, module in found if name != f"{folder}__init__.py"] == []


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
    """Return whether what is opened comes with the program."""
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
    """Yield a module and all that others may use of it."""
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


def mentions(text: str) -> Iterator[str]:
    """Yield what looks like a dotted name of the product in back quotes."""
    for part in text.split("`")[1::2]:
        if part.split(".")[0] in PACKAGES and part.replace(".", "").replace("_", "").isalnum() and "." in part:
            yield part


def test_modules_named_in_docstrings_and_comments_exist() -> None:
    """A pointer to a module that has moved misleads."""
    wrong = []
    for name, path in SOURCES.items():
        for mention in mentions(path.read_text("utf-8")):
            parts = mention.split(".")
            if not any(".".join(parts[:length]) in MODULES for length in range(2, len(parts) + 1)):
                wrong.append((name, mention))
    assert wrong == []
