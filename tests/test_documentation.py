"""What exists is documented, in both languages."""

from __future__ import annotations

import argparse
import re

import pytest

from bot.cli.parser import parser
from bot.settings import SETTINGS
from bot.texts import Language, texts
from corpus.formats.names import ENDINGS
from retrieval.model import NoteCode, Reason
from tests.support.paths import ROOT

READMES = ("README.md", "README.zh-CN.md")
COMMANDS: dict[str, argparse.ArgumentParser] = {
    name: command
    for action in parser(texts(Language.ENGLISH))._actions
    if isinstance(action, argparse._SubParsersAction)
    for name, command in action.choices.items()
}


@pytest.fixture(params=READMES)
def readme(request: pytest.FixtureRequest) -> str:
    """One README after the other."""
    name: str = request.param
    return (ROOT / name).read_text("utf-8")


def _headings(text: str) -> list[str]:
    """The marks of the headings, `#` comments in code blocks left out."""
    return re.findall(r"^#+(?= )", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)


def test_every_command_is_documented(readme: str) -> None:
    """Nobody can use a command that isn't told of."""
    assert COMMANDS
    assert [name for name in COMMANDS if f"`chuwen {name}`" not in readme] == []


def test_every_option_is_documented(readme: str) -> None:
    """An option that only --help knows of is hardly found."""
    options = {
        max(action.option_strings, key=len)
        for command in COMMANDS.values()
        for action in command._actions
        if action.option_strings
    }
    assert options
    assert [option for option in sorted(options) if not re.search(rf"`{option}\b", readme)] == []


def test_every_setting_is_documented(readme: str) -> None:
    """A setting has no other place where it could be looked up."""
    assert [name for name in SETTINGS if f"`{name}`" not in readme] == []


def test_every_format_is_documented(readme: str) -> None:
    """Whoever has articles asks first whether they can be read."""
    assert [ending for ending in ENDINGS if f"`{ending}`" not in readme] == []


def test_every_code_is_documented(readme: str) -> None:
    """Scripts branch on the codes that say why there is no answer, and what has to be known of one."""
    assert [code for code in (*Reason, *NoteCode) if f"`{code.value}`" not in readme] == []


def test_both_readmes_have_the_same_headings() -> None:
    """What one language tells, the other tells too."""
    english, chinese = (_headings((ROOT / name).read_text("utf-8")) for name in READMES)
    assert english == chinese


def test_each_readme_links_to_the_other_and_shows_the_picture(readme: str) -> None:
    """A reader who can't read one is a click away from the other."""
    own = next(name for name in READMES if (ROOT / name).read_text("utf-8") == readme)
    assert all(f"]({name})" in readme for name in READMES if name != own)
    assert "](docs/conversation.svg)" in readme


def test_every_link_into_the_tree_leads_somewhere(readme: str) -> None:
    """Files move; links to them don't by themselves."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", readme)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_picture_fetches_nothing() -> None:
    """Looking at a README calls no other server for a font."""
    picture = (ROOT / "docs" / "conversation.svg").read_text("utf-8")
    assert "http" not in picture.replace('xmlns="http://www.w3.org/2000/svg"', "")
