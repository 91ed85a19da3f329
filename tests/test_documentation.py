"""What exists is documented, in both languages."""

from __future__ import annotations

import argparse
import re

import pytest

from bot import exit_codes
from bot.cli.parser import parser
from bot.settings import SETTINGS
from bot.texts import Language, texts_in
from corpus.errors import FaultCode
from corpus.formats.readers import FORMATS
from retrieval.facts.status import Status
from retrieval.model import NoteCode, Reason
from retrieval.question.kinds import QuestionKind
from tests.support.paths import ROOT

READMES = ("README.md", "README.zh-CN.md")
MOST_BYTES = 9 * 1024  # of a README: it leads in, and docs/ has the rest
IN_ENGLISH_ALONE = {"docs/architecture.md"}
TWINS = (
    READMES,
    *(
        (f"docs/{page.name.replace('.zh-CN', '')}", f"docs/{page.name}")
        for page in sorted((ROOT / "docs").glob("*.zh-CN.md"))
    ),
)
BOTH = [".md", ".zh-CN.md"]  # how the name of a page ends, in each language
ENGLISH = texts_in(Language.ENGLISH)
COMMANDS: dict[str, argparse.ArgumentParser] = {
    name: command
    for action in parser(ENGLISH)._actions
    if isinstance(action, argparse._SubParsersAction)
    for name, command in action.choices.items()
}


def _text(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def _without_blocks(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)


def _headings(text: str) -> list[str]:
    """The marks of the headings, `#` comments in code blocks left out."""
    return re.findall(r"^#+(?= )", _without_blocks(text), re.MULTILINE)


def _missing(names: list[str], page: str) -> list[str]:
    """The names that do not stand on a page as code."""
    text = _text(page)
    return [name for name in names if f"`{name}`" not in text]


@pytest.mark.parametrize("ending", BOTH)
def test_every_command_is_documented(ending: str) -> None:
    """Nobody can use a command that isn't told of."""
    assert COMMANDS
    assert _missing([f"chuwen {name}" for name in COMMANDS], f"docs/command-line{ending}") == []


@pytest.mark.parametrize("ending", BOTH)
def test_every_option_is_documented(ending: str) -> None:
    """An option that only --help knows of is hardly found."""
    options = {
        max(action.option_strings, key=len)
        for command in (parser(ENGLISH), *COMMANDS.values())
        for action in command._actions
        if action.option_strings
    }
    text = _text(f"docs/command-line{ending}")
    assert len(options) > 5
    assert [option for option in sorted(options) if not re.search(rf"`{option}\b", text)] == []


@pytest.mark.parametrize("ending", BOTH)
def test_every_exit_code_is_documented(ending: str) -> None:
    """Scripts and services branch on how a command ends."""
    codes = {value for value in vars(exit_codes).values() if isinstance(value, int)}
    rows = re.findall(r"^\| (\d+) \|", _text(f"docs/command-line{ending}"), re.MULTILINE)
    assert {int(row) for row in rows} == codes


@pytest.mark.parametrize("ending", BOTH)
def test_every_setting_is_documented(ending: str) -> None:
    """A setting has no other place where it could be looked up."""
    rows = re.findall(r"^\| `(CHUWEN_\w+)` \|", _text(f"docs/settings{ending}"), re.MULTILINE)
    assert sorted(rows) == sorted(SETTINGS)


@pytest.mark.parametrize("ending", BOTH)
def test_every_format_is_documented(ending: str) -> None:
    """Whoever has articles asks first whether they can be read."""
    assert _missing(list(FORMATS), f"docs/formats{ending}") == []


@pytest.mark.parametrize("ending", BOTH)
def test_every_code_is_documented(ending: str) -> None:
    """Scripts branch on the codes of answers, notes, faults and reloads."""
    codes = (
        *Reason,
        *NoteCode,
        *FaultCode,
        *Status,
        *ENGLISH.verdicts,
        *QuestionKind,
        *ENGLISH.holds,
        *ENGLISH.failures,
    )
    assert _missing([str(code) for code in codes], f"docs/json{ending}") == []


@pytest.mark.parametrize("ending", BOTH)
def test_every_command_of_the_bot_is_documented(ending: str) -> None:
    """The menu on Telegram has room for a few words only."""
    pages = [f"docs/{name}{ending}" for name in ("telegram", "subscriptions", "publishing")]
    text = "".join(map(_text, pages))
    names = (*ENGLISH.commands, *ENGLISH.operator_commands)
    assert len(names) > 15
    assert [name for name in names if not re.search(rf"`/{name}\b", text)] == []


@pytest.mark.parametrize("pages", TWINS, ids=lambda pages: pages[0])
def test_both_languages_have_the_same_structure(pages: tuple[str, str]) -> None:
    """What one language tells, the other tells too: section by section, table by table, block by block."""
    english, chinese = map(_text, pages)
    for what in (_headings, _rows, _blocks):
        assert what(english) == what(chinese)


def _rows(text: str) -> list[int]:
    """The number of rows of each table."""
    return [table.count("\n") for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)]


def _blocks(text: str) -> list[str]:
    """The languages of the code blocks."""
    return re.findall(r"^ *```(\w+)$", text, re.MULTILINE)


@pytest.mark.parametrize("pages", TWINS, ids=lambda pages: pages[0])
def test_both_languages_link_to_each_other(pages: tuple[str, str]) -> None:
    """A reader who can't read one is a click away from the other."""
    english, chinese = (page.rpartition("/")[2] for page in pages)
    assert f"English | [简体中文]({chinese})" in _text(pages[0])
    assert f"[English]({english}) | 简体中文" in _text(pages[1])


def test_every_page_is_in_both_languages_and_reached_from_the_readme() -> None:
    """A page that nothing links to is not found."""
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert pages - {page for twins in TWINS for page in twins} == IN_ENGLISH_ALONE
    assert [page for page in pages if ".zh-CN" not in page and f"]({page})" not in _text(READMES[0])] == []
    assert [page for page in pages if ".zh-CN" in page and f"]({page})" not in _text(READMES[1])] == []


@pytest.mark.parametrize("readme", READMES)
def test_readme_is_short_and_shows_the_picture(readme: str) -> None:
    """Whoever comes for the first time reads one page."""
    assert len(_text(readme).encode()) <= MOST_BYTES
    assert "](docs/conversation.svg)" in _text(readme)


def test_picture_fetches_nothing() -> None:
    """Looking at a README calls no other server for a font."""
    picture = _text("docs/conversation.svg")
    assert "http" not in picture.replace('xmlns="http://www.w3.org/2000/svg"', "")
