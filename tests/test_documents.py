"""The documents: every link leads somewhere, and every command shown works.

Commands of `chuwen` that need no network are run on the sample articles, and what they print is compared with what the
document shows. All others are checked as far as that goes without running them: options, targets and modules exist.
"""

from __future__ import annotations

import ast
import importlib.util
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from bot.cli.parser import main, parser
from bot.settings import SETTINGS, sample_corpus
from bot.texts import Language, texts_in
from tests.support.paths import ROOT

PAGES = (
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))),
)
SHELL = ("sh", "console")
FENCE = re.compile(r"^( *)```(\S*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
IN_TREE = re.compile(r"`((?:bot|corpus|retrieval|tests|benchmarks|docs|\.ci)/[\w./-]*)`")
ABOUT_CODE = ("docs/architecture.md", "CONTRIBUTING.md")  # whose mentions of modules and names are checked
PRODUCT = ("corpus", "retrieval", "bot")
MODULE = re.compile(r"`((?:[\w.-]+/)*\w+\.py)(?::([A-Za-z_][\w.]*))?`")  # `folder/module.py:Class.method`
NAME_IN = re.compile(
    r"((?:`[A-Z_]\w+`(?:, | and | or )?)+)\s+in\s+`((?:[\w.-]+/)+\w+\.py)`"
)  # `NAME` in `folder/module.py`
FOLDER_ROW = re.compile(r"^\| ((?:`[\w/]+/`(?:, )?)+) \| (.*) \|$", re.MULTILINE)  # of the table of folders
BUILT_IN = frozenset({"set", ".", "cd", "export", "printf", "echo", "cat"})
SYSTEM = frozenset({"git", "pip", "useradd", "chown", "chmod", "systemctl", "journalctl", "createuser", "createdb"})
STORE = frozenset({"check", "reload", "backup", "restore"})  # commands that open the database
WITHOUT_RUNNING = "CHUWEN_TELEGRAM_TOKEN"  # set for a command, it makes the bot that waits for Telegram
FAULTY = 1  # how `chuwen check` ends where it finds a fault
FOLDERS = ("my-articles", "我的文章")  # of articles, as the documents call them; of three in each, one is broken
BAD_ARTICLE = "---\ndate: 7月19日\n---\n\n武汉举办招商推介会，签约 20 个项目。\n"
QUESTIONS = "宜昌消耗了多少磷石膏？\n只看宜昌，宝刚黄石新港二期的总投资是多少？\n"
NEW_ARTICLE = "---\ntitle: 【武汉招商】推介会签约\ndate: 2025-07-20\n---\n\n武汉举办招商推介会，签约 20 个项目。\n"


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command that a document shows."""

    page: str
    line: int  # of the page, from 1
    words: tuple[str, ...]  # the program and its arguments
    environment: dict[str, str] = field(hash=False, default_factory=dict)  # assigned in front of it
    typed: str = ""  # by the command whose output it reads
    shown: str = ""  # its output in the document; empty where none is shown

    @property
    def program(self) -> str:
        """The program's name, without its folder."""
        return Path(self.words[0]).name or self.words[0]

    @property
    def is_run(self) -> bool:
        """Whether it ends by itself, without a network."""
        return self.program == "chuwen" and WITHOUT_RUNNING not in self.environment

    @property
    def uses_store(self) -> bool:
        """Whether something should have been published before."""
        return self.is_run and self.words[1] in STORE and not self.names_folder

    @property
    def names_folder(self) -> bool:
        """Whether it is given one of the folders of articles."""
        return not set(FOLDERS).isdisjoint(self.words)

    @property
    def exit_code(self) -> int:
        """How it ends, according to docs/command-line.md."""
        return FAULTY if self.words[1] == "check" and self.names_folder else 0

    def __str__(self) -> str:
        return f"{self.page}:{self.line}:{' '.join(self.words[:3])}"


@cache
def text_of(page: str) -> str:
    """The text of a page."""
    return (ROOT / page).read_text("utf-8")


def prose_of(page: str) -> str:
    """A page without its code blocks."""
    return FENCE.sub("", text_of(page))


def blocks_of(page: str) -> list[tuple[int, str, str]]:
    """The code blocks of a page: the line where each begins, its language, its text without indentation."""
    found = []
    for block in FENCE.finditer(text_of(page)):
        indentation, language, body = block.groups()
        body = re.sub(rf"^{indentation}", "", body, flags=re.MULTILINE)
        found.append((text_of(page).count("\n", 0, block.start()) + 2, language, body))
    return found


def shell_lines(language: str, body: str) -> list[tuple[int, str, str]]:
    """The commands of a block: the offset of the line, the command line, the output shown below it."""
    lines = body.replace("\\\n", "  ").splitlines()
    if language == "sh":
        return [(number, line, "") for number, line in enumerate(lines) if line.strip()]
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    ends = [*starts[1:], len(lines)]
    return [(s, lines[s][2:], "\n".join(lines[s + 1 : e]).strip("\n")) for s, e in zip(starts, ends, strict=True)]


def commands_of(page: str) -> list[Command]:
    """Every command that a page shows, pipelines and lists taken apart."""
    found: list[Command] = []
    for first, language, body in blocks_of(page):
        if language not in SHELL:
            continue
        for offset, line, shown in shell_lines(language, body):
            typed = ""
            for words in simple_commands(line):
                command = command_from(words, page, first + offset, shown, typed)
                typed = command.words[-1].replace("\\n", "\n") if command.program == "printf" else ""
                found.append(command)
    return found


def simple_commands(line: str) -> list[list[str]]:
    """The words of each command of a line."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set(";&|"):
            found.append([])
        else:
            found[-1].append(word)
    return [words for words in found if words]


def command_from(words: list[str], page: str, line: int, shown: str, typed: str) -> Command:
    """A command without the assignments, and the `sudo -u name`, in front of it."""
    environment = {}
    if words[0] == "sudo":
        words = words[3:] if words[1] == "-u" else words[1:]
    while re.match(r"[A-Z_]+=", words[0]):
        name, _, environment[name] = words[0].partition("=")
        words = words[1:]
    words = [word.strip("[]") for word in words]  # what may be left out
    return Command(page=page, line=line, words=tuple(words), environment=environment, typed=typed, shown=shown)


COMMANDS = [command for page in PAGES for command in commands_of(page)]
RUN = [command for command in COMMANDS if command.is_run]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    made = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    counts = Counter[str]()
    found = set()
    for name in made:
        found.add(f"{name}-{counts[name]}" if counts[name] else name)
        counts[name] += 1
    return found


def leads_somewhere(page: str, link: str) -> bool:
    """Whether the file that a link names exists, and has the heading that it names."""
    path, _, anchor = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page
    return target.exists() and (not anchor or anchor in anchors(target))


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    """Files move and headings change; links to them don't by themselves."""
    links = [link for link in LINK.findall(prose_of(page)) if not re.match("https?:", link)]
    assert [link for link in links if not leads_somewhere(page, link)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_path_exists(page: str) -> None:
    """A path that is named but not linked misleads as well."""
    assert [path for path in IN_TREE.findall(prose_of(page)) if not (ROOT / path).exists()] == []


def files_named(mention: str) -> list[Path]:
    """Return the files that a page may mean: of a name without a folder, every module of the product that has it."""
    if "/" in mention:
        return [path] if (path := ROOT / mention).is_file() else []
    return [path for package in PRODUCT for path in (ROOT / package).rglob(mention)]


@cache
def names_in_module(module: Path) -> frozenset[str]:
    """Return what a module defines: functions, classes and constants, and the members of classes as `Class.member`."""
    names = set()
    for node in ast.parse(module.read_text("utf-8")).body:
        names |= names_defined(node)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for member in node.body for name in names_defined(member)}
    return frozenset(names)


def names_defined(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


@pytest.mark.parametrize("page", ABOUT_CODE)
def test_every_module_and_name_that_is_mentioned_exists(page: str) -> None:
    """Modules move and functions are renamed; a page that nothing checks is soon wrong."""
    prose = FOLDER_ROW.sub("", prose_of(page))
    mentions = MODULE.findall(prose)
    mentions += [(file, name) for names, file in NAME_IN.findall(prose) for name in re.findall(r"`(\w+)`", names)]
    assert len(mentions) > 20
    ambiguous = [name for name, _ in mentions if len(files_named(name)) != 1]
    assert ambiguous == []
    assert [
        f"{file}:{name}" for file, name in mentions if name and name not in names_in_module(*files_named(file))
    ] == []


def test_the_table_of_folders_is_complete() -> None:
    """A reader who looks for a folder finds it, and in its row only modules that are in it."""
    rows = FOLDER_ROW.findall(text_of("docs/architecture.md"))
    shown = {folder for folders, _ in rows for folder in re.findall(r"`([\w/]+)/`", folders)}
    folders = {path.parent for package in PRODUCT for path in (ROOT / package).rglob("*.py")}
    assert sorted({path.relative_to(ROOT).as_posix() for path in folders} - shown) == []
    wrong = [
        (folders, module)
        for folders, contents in rows
        for module, _ in MODULE.findall(contents)
        if not (ROOT / folders.strip("`") / module).is_file()
    ]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_is_named_exists(page: str) -> None:
    """A setting with a slip in its name is ignored without a word."""
    assert sorted(set(re.findall(r"CHUWEN_[A-Z_]+", text_of(page))) - set(SETTINGS)) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_block_names_its_language(page: str) -> None:
    """A block of unknown language could hold commands that nothing checks."""
    assert [line for line, language, _ in blocks_of(page) if not language] == []


def test_every_shell_line_can_be_parsed() -> None:
    """A quote that isn't closed swallows the next command."""
    lines = [
        line
        for page in PAGES
        for _, language, body in blocks_of(page)
        if language in SHELL
        for _, line, _ in shell_lines(language, body)
    ]
    checked = subprocess.run(["sh", "-n"], input="\n".join(lines), encoding="utf-8", capture_output=True, check=False)
    assert checked.stderr == ""


def test_documents_show_commands() -> None:
    """The tests below would pass if no command were found."""
    assert len(COMMANDS) > 40
    assert len(RUN) > 20
    assert {command.words[1] for command in RUN} >= {
        *("ask", "search", "explain", "eval", "check", "run", "reload", "backup", "restore"),
    }


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_every_command_exists(command: Command) -> None:
    """Programs, subcommands, options, targets and modules are there under the names that the documents give."""
    program, *arguments = command.words
    match command.program:
        case "chuwen":
            if arguments != ["--version"]:
                parser(texts_in(Language.ENGLISH)).parse_args(arguments)
        case "make":
            targets = [word for word in arguments if "=" not in word]
            assert [target for target in targets if not is_target(target)] == []
        case "python" | "python3":
            check_python(arguments)
        case name if "/" in program and name not in SYSTEM:
            assert (ROOT / program).exists(), program
        case name:
            assert name in BUILT_IN | SYSTEM, f"{name}: unknown to this test; tell it how to check that"


def is_target(name: str) -> bool:
    """Whether the Makefile has such a target."""
    return re.search(rf"^{re.escape(name)}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE) is not None


def check_python(arguments: list[str]) -> None:
    """A script exists; a module exists, and knows the words that are given to it."""
    if arguments[0] != "-m":
        assert (ROOT / arguments[0]).is_file(), arguments[0]
        return
    module, *words = arguments[1:]
    spec = importlib.util.find_spec(module)
    assert spec, module
    if spec.submodule_search_locations:
        assert importlib.util.find_spec(f"{module}.__main__"), f"{module} cannot be run"
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    files = [file for folder in folders for file in folder.glob("*.py")] or [Path(spec.origin or "")]
    if not files[0].is_relative_to(ROOT) or ".venv" in files[0].parts:
        return  # venv, pip, pytest
    source = "\n".join(file.read_text("utf-8") for file in files)
    names = [word for word in words if re.fullmatch(r"(?:--)?[a-z-]+", word)]
    assert [name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", source)] == []


Job: TypeAlias = dict[str, Any]
Result: TypeAlias = tuple[int, str]  # the exit code, and what was printed
PUBLISHED = {"CHUWEN_CORPUS": "published", "CHUWEN_DATABASE": "chuwen.db"}  # in the folder of each page


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[Command, Result]:
    """How each command ended, and what it printed; one process runs all, the commands of a page in its own folder.

    A command that two pages show in the same way is run once.
    """
    cache, jobs = tmp_path_factory.mktemp("cache"), list[Job]()
    number_of: dict[Command, int] = {}
    shared: dict[tuple[object, ...], int] = {}
    for page in dict.fromkeys(command.page for command in RUN):
        commands = [command for command in RUN if command.page == page]
        folder = tmp_path_factory.mktemp("page")
        prepare_folder(folder)
        settings = {"CHUWEN_CACHE": str(cache), "CHUWEN_LANGUAGE": "zh" if page.endswith(".zh-CN.md") else "en"}
        if any(command.uses_store for command in commands):
            jobs.append(job_of(("reload",), folder, settings | PUBLISHED))
        for command in commands:
            given = settings | settings_of(command)
            key = (command.uses_store and page, command.words, command.typed, tuple(sorted(given.items())))
            if key not in shared:
                shared[key] = len(jobs)
                jobs.append(job_of(command.words[1:], folder, given, command.typed))
            number_of[command] = shared[key]
    results = run_jobs(jobs)
    return {command: results[number] for command, number in number_of.items()}


def run_jobs(jobs: list[Job]) -> list[Result]:
    """Run commands one after another in a new process."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.test_documents"],
        input=json.dumps(jobs),
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("CHUWEN")},
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return [(code, printed) for code, printed in json.loads(finished.stdout)]


def prepare_folder(folder: Path) -> None:
    """What the documents take to be there: gold questions, a broken article, articles published and changed since."""
    (folder / "tests" / "gold").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "gold" / "sample.jsonl", folder / "tests" / "gold")
    for name in FOLDERS:
        (folder / name).mkdir()
        (folder / name / "a.md").write_text(BAD_ARTICLE, "utf-8")
        (folder / name / "b.md").write_text(NEW_ARTICLE, "utf-8")
        (folder / name / "c.md").write_text(NEW_ARTICLE.replace("武汉", "荆州"), "utf-8")
    shutil.copytree(sample_corpus(), folder / "published")
    changed = shutil.copytree(sample_corpus(), folder / "changed")
    (changed / "bad.md").write_text(BAD_ARTICLE.replace("date", "title: 推介会\ndate", 1), "utf-8")
    (changed / "new.md").write_text(NEW_ARTICLE, "utf-8")
    corrected = changed / "yichang-linshigao-2019.md"
    corrected.write_text(corrected.read_text("utf-8").replace("300米", "310米"), "utf-8")


def settings_of(command: Command) -> dict[str, str]:
    """The settings that a command runs with besides those of its page."""
    if not command.uses_store:
        return command.environment | {"CHUWEN_DATABASE": "empty.db"}
    given = PUBLISHED | command.environment
    if "://" in given["CHUWEN_DATABASE"]:  # there is no server here; any other empty database will do
        given["CHUWEN_DATABASE"] = "another.db"
    if "bad.md" in command.shown:
        given["CHUWEN_CORPUS"] = "changed"
    return given


def job_of(arguments: tuple[str, ...], folder: Path, settings: dict[str, str], typed: str = "") -> Job:
    """What the process that runs the commands is told of one."""
    return {"arguments": arguments, "folder": str(folder), "settings": settings, "typed": typed}


@pytest.mark.parametrize("command", RUN, ids=str)
def test_every_command_runs(command: Command, ended: dict[Command, Result]) -> None:
    """Whoever copies a command from a document gets what the document shows."""
    code, printed = ended[command]
    assert code == command.exit_code, printed
    if command.shown:
        assert re.fullmatch(pattern_of(command.shown), comparable(printed)), printed


def pattern_of(shown: str) -> str:
    """What matches an output as a document shows it: `…` stands for the rest of a line, alone on one for any lines."""
    lines = []
    for line in comparable(shown).splitlines():
        if line.strip() == "…":
            lines.append(r"(?:[^\n]*\n)*?(?:[^\n]*)")
        else:
            lines.append("[^\n]*".join(map(re.escape, line.split("…"))))
    return "\n".join(lines)


def comparable(printed: str) -> str:
    """An output without how many seconds something took, and without spaces that nobody sees."""
    lines = [line.rstrip() for line in re.sub(r"\d+\.\d(?= s\b| 秒)", "0.0", printed).splitlines()]
    return "\n".join(lines).strip("\n")


@pytest.fixture(scope="module")
def printed_fields(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all fields that commands print with --json."""
    folder = tmp_path_factory.mktemp("json")
    prepare_folder(folder)
    (folder / "gold.jsonl").write_text('{"question": "磷石膏？", "title": "磷石膏", "answers": null}\n', "utf-8")
    (folder / "changed" / "canary.jsonl").write_text(
        '{"question": "磷石膏？", "articles": [], "answers": ["无"]}\n', "utf-8"
    )
    settings = PUBLISHED | {"CHUWEN_CACHE": str(folder / "cache")}
    later = settings | {"CHUWEN_CORPUS": "changed"}
    jobs = [
        *(job_of((command, "--json"), folder, settings, QUESTIONS) for command in ("ask", "search", "explain")),
        job_of(("eval", "--json", "gold.jsonl"), folder, settings),
        job_of(("reload", "--json"), folder, settings),
        job_of(("check", "--json"), folder, later),
    ]
    records = [json.loads(line) for _, printed in run_jobs(jobs) for line in printed.splitlines()]
    return {name for record in records for name in names_in(record)}


def names_in(value: object) -> set[str]:
    """The names of the fields of a value and of all values in it; those below `fields` are names of the index."""
    if isinstance(value, list):
        return {name for each in value for name in names_in(each)}
    if not isinstance(value, dict):
        return set()
    return set(value) | {name for key, each in value.items() if key != "fields" for name in names_in(each)}


@pytest.mark.parametrize("page", ["docs/json.md", "docs/json.zh-CN.md"])
def test_every_json_field_is_documented(page: str, printed_fields: set[str]) -> None:
    """A program that reads JSON is written from its description."""
    assert len(printed_fields) > 90
    assert [name for name in sorted(printed_fields) if f"`{name}`" not in text_of(page)] == []


def run_job(job: Job) -> Result:
    """Run `chuwen` once, in this process, as a shell would."""
    os.chdir(job["folder"])
    kept = dict(os.environ)
    os.environ.update(job["settings"])
    sys.stdin = io.TextIOWrapper(io.BytesIO(job["typed"].encode()))
    sys.stdout = printed = io.TextIOWrapper(io.BytesIO(), write_through=True)
    code = 0
    try:
        main(job["arguments"])
    except SystemExit as error:
        code = int(error.code or 0)
    finally:
        os.environ.clear()
        os.environ.update(kept)
        sys.stdin, sys.stdout = sys.__stdin__, sys.__stdout__
    return code, printed.buffer.getvalue().decode()


if __name__ == "__main__":
    print(json.dumps([run_job(job) for job in json.load(sys.stdin)]))
