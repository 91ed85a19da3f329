"""Markdown articles: optional YAML front matter, then headings and blocks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import yaml
from markdown_it import MarkdownIt

from corpus.errors import FaultCode
from corpus.formats.fields import fault, published, storable, with_body
from corpus.model import Article, Origin, Paragraph, Section

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

# Blocks and their lines are all that is asked for; inline syntax stays in the text, as published.
_PARSER = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
_FENCE = "---"
_NODE_TYPES = {yaml.MappingNode: "object", yaml.SequenceNode: "array", yaml.ScalarNode: "string"}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the block between two `---` lines says of an article; empty where it says nothing."""

    id: str = ""
    title: str = ""
    date: datetime.date | None = None
    end: int = 0  # lines that it takes


def article(text: str, path: str, name: str) -> Article:
    """Read the one article of a Markdown file.

    Args:
        text: the file, with line feeds as its only line ends.
        path: the file, for the origin and faults.
        name: the id where the front matter gives none.

    Raises:
        FaultError: the front matter or one of its fields is wrong, or nothing stands below it.
    """
    lines = _lines(text)
    front = _front_matter(lines, path)
    start = front.end
    while start < len(lines) and not lines[start].strip():
        start += 1
    body = lines[start:]
    tokens = _PARSER.parse("".join(body))
    title = front.title or _first_heading(tokens)
    return with_body(
        Article(
            id=front.id or name,
            title=title,
            date=front.date,
            sections=_sections(body, tokens),
            origin=Origin(path, 1),
            is_named=bool(front.id),
        )
    )


def _lines(text: str) -> list[str]:
    """Split at line feeds alone: Markdown knows no other line end."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _front_matter(lines: Sequence[str], path: str) -> FrontMatter:
    """Read the block that a `---` on the first line opens."""
    if not lines or lines[0].rstrip() != _FENCE:
        return FrontMatter()
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() in {_FENCE, "..."}), None)
    if end is None:
        raise fault(FaultCode.UNCLOSED_FRONT_MATTER, Origin(path, 1))
    fields = dict(_fields("".join(lines[1:end]), path))
    id_, id_at = fields.get("id", ("", 1))
    title, title_at = fields.get("title", ("", 1))
    date, date_at = fields.get("date", ("", 1))
    return FrontMatter(
        storable(id_, "id", Origin(path, id_at)).strip(),
        storable(title, "title", Origin(path, title_at)).strip(),
        published(storable(date, "date", Origin(path, date_at)), Origin(path, date_at)),
        end + 1,
    )


def _fields(source: str, path: str) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield id, title and date as they are written, with their lines; of a key that is there twice, the last counts.

    Nodes are read, not the values that YAML would make of them: the title `2025` stays text, and a fault has a line.
    """
    root = _compose(source, path)
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise fault(FaultCode.NOT_AN_OBJECT, _place(root, path), _NODE_TYPES[type(root)])
    for key, value in root.value:
        if key.value not in ("id", "title", "date"):
            continue
        if not isinstance(value, yaml.ScalarNode):
            raise fault(FaultCode.BAD_FIELD, _place(key, path), key.value, "string")
        is_null = value.tag == "tag:yaml.org,2002:null"
        yield key.value, ("" if is_null else value.value, _place(value, path).line)


def _compose(source: str, path: str) -> yaml.Node | None:
    """Parse YAML to nodes."""
    try:
        return yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        raise fault(FaultCode.BAD_FRONT_MATTER, Origin(path, line), error.problem or error.context or "") from error
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 2
        raise fault(FaultCode.BAD_FRONT_MATTER, Origin(path, line), error.reason) from error
    except RecursionError as error:
        raise fault(FaultCode.BAD_FRONT_MATTER, Origin(path, 1), "nested too deeply") from error
    except (ValueError, OverflowError) as error:  # an escape such as "\UFFFFFFFF"
        raise fault(FaultCode.BAD_FRONT_MATTER, Origin(path, 1), str(error)) from error


def _place(node: yaml.Node, path: str) -> Origin:
    return Origin(path, node.start_mark.line + 2)  # marks count from 0, below the opening line


def _first_heading(tokens: Sequence[Token]) -> str:
    """Return the text of the first heading of the first level, empty if there is none."""
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return inline.content.strip()
    return ""


def _sections(lines: Sequence[str], tokens: Sequence[Token]) -> tuple[Section, ...]:
    """Cut the lines where blocks begin, so that the blank ones between stay with the block above."""
    starts = _block_starts(lines, tokens)
    if not lines:
        return ()
    first = min(starts, default=0)
    starts = {0: starts.get(first, False)} | {line: starts[line] for line in starts if line != first}
    sections: list[Section] = []
    heading, paragraphs, number = "", list[Paragraph](), 0
    ends = [*sorted(starts)[1:], len(lines)]
    for start, end in zip(sorted(starts), ends, strict=True):
        text = "".join(lines[start:end])
        if not starts[start]:
            number += 1
            paragraphs.append(Paragraph(number, text))
            continue
        if heading or paragraphs:
            sections.append(Section(heading, tuple(paragraphs)))
        heading, paragraphs = text, []
    return (*sections, Section(heading, tuple(paragraphs)))


def _block_starts(lines: Sequence[str], tokens: Sequence[Token]) -> dict[int, bool]:
    """Map the first line of each block to whether it is a heading; items of a loose list are blocks of their own."""
    starts: dict[int, bool] = {}
    for token in tokens:
        if token.map is None or token.nesting < 0:
            continue
        line = token.map[0]
        is_item = token.type == "list_item_open" and token.level == 1 and not lines[line - 1].strip()
        if token.level == 0 or is_item:
            starts.setdefault(line, token.type == "heading_open")
    return starts
