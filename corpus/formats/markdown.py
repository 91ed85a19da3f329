"""Reads Markdown: one article per file, with optional YAML front matter."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import yaml
from markdown_it import MarkdownIt

from corpus.errors import Fault, FaultCode
from corpus.formats.encoding import decode
from corpus.formats.fields import check_body, check_storable, fault_error, parse_published
from corpus.model import Article, Origin, Paragraph, Section

if TYPE_CHECKING:
    import datetime
    import io
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

# Only blocks and their lines are needed; inline syntax stays in the text, as published.
_PARSER = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
_FENCE = "---"
_NODE_TYPES = {yaml.MappingNode: "object", yaml.SequenceNode: "array", yaml.ScalarNode: "string"}


@dataclass(frozen=True, slots=True)
class _FrontMatter:
    """The fields in the block between two `---` lines; empty if they are missing there or there is no block."""

    id: str = ""
    title: str = ""
    date: datetime.date | None = None
    end: int = 0  # lines that the block takes, `---` included; 0 if there is none


def read(stream: io.BufferedReader, path: str, made_id: str) -> Iterator[Article | Fault]:
    """Yield the one article of a Markdown file; never a fault, which only readers of several articles yield.

    Its title is that of the front matter, else the first heading of level 1, else empty.

    Args:
        stream: the file.
        path: its path, for the origin and faults.
        made_id: the article's id if the front matter gives none.

    Raises:
        FaultError: the file can't be decoded, its front matter or one of its fields is wrong, or it has no body.
    """
    text = decode(stream.read(), path)
    lines = _lines(text)
    front = _front_matter(lines, path)
    start = front.end
    while start < len(lines) and not lines[start].strip():
        start += 1
    body = lines[start:]
    tokens = _PARSER.parse("".join(body))
    title = front.title or _first_heading(tokens)
    yield check_body(
        Article(
            id=front.id or made_id,
            title=title,
            date=front.date,
            sections=_sections(body, tokens),
            origin=Origin(path, 1),
            is_named=bool(front.id),
        )
    )


def _lines(text: str) -> list[str]:
    """Split a text into lines, each with its line feed; the last one may have none. Empty text has no lines.

    Line feeds are the only line ends here: `decode` has replaced all others that Markdown knows.
    """
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _front_matter(lines: Sequence[str], path: str) -> _FrontMatter:
    """Parse the block that a `---` on the first line opens; without one, all fields are empty.

    Raises:
        FaultError: the block is not closed, is no YAML, or has a wrong field.
    """
    if not lines or lines[0].rstrip() != _FENCE:
        return _FrontMatter()
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() in {_FENCE, "..."}), None)
    if end is None:
        raise fault_error(FaultCode.UNCLOSED_FRONT_MATTER, Origin(path, 1))
    fields = dict(_fields("".join(lines[1:end]), path))
    id_, id_at = fields.get("id", ("", 1))
    title, title_at = fields.get("title", ("", 1))
    date, date_at = fields.get("date", ("", 1))
    return _FrontMatter(
        check_storable(id_, "id", Origin(path, id_at)).strip(),
        check_storable(title, "title", Origin(path, title_at)).strip(),
        parse_published(check_storable(date, "date", Origin(path, date_at)), Origin(path, date_at)),
        end + 1,
    )


def _fields(source: str, path: str) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield (key, (text, line)) for id, title and date, as they are written; a duplicate key is yielded twice.

    YAML nodes are read instead of values, so that the title `2025` stays text and a fault has its line.

    Raises:
        FaultError: the source is no YAML or no mapping, or one of the fields is no scalar.
    """
    root = _compose(source, path)
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise fault_error(FaultCode.NOT_AN_OBJECT, _place(root, path), _NODE_TYPES[type(root)])
    for key, value in root.value:
        if key.value not in ("id", "title", "date"):
            continue
        if not isinstance(value, yaml.ScalarNode):
            raise fault_error(FaultCode.BAD_FIELD, _place(key, path), key.value, "string")
        is_null = value.tag == "tag:yaml.org,2002:null"
        yield key.value, ("" if is_null else value.value, _place(value, path).line)


def _compose(source: str, path: str) -> yaml.Node | None:
    """Parse YAML to nodes; return None if it is empty.

    Raises:
        FaultError: BAD_FRONT_MATTER, if it is no YAML.
    """
    try:
        return yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        raise fault_error(
            FaultCode.BAD_FRONT_MATTER, Origin(path, line), error.problem or error.context or ""
        ) from error
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 2
        raise fault_error(FaultCode.BAD_FRONT_MATTER, Origin(path, line), error.reason) from error
    except RecursionError as error:
        raise fault_error(FaultCode.BAD_FRONT_MATTER, Origin(path, 1), "nested too deeply") from error
    except (ValueError, OverflowError) as error:  # an escape such as "\UFFFFFFFF"
        raise fault_error(FaultCode.BAD_FRONT_MATTER, Origin(path, 1), str(error)) from error


def _place(node: yaml.Node, path: str) -> Origin:
    """Return the place of a node of the front matter in its file."""
    return Origin(path, node.start_mark.line + 2)  # marks count from 0, and the opening `---` is not part of the source


def _first_heading(tokens: Sequence[Token]) -> str:
    """Return the text of the first heading of level 1; empty if there is none."""
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return inline.content.strip()
    return ""


def _sections(lines: Sequence[str], tokens: Sequence[Token]) -> tuple[Section, ...]:
    """Cut the lines of the body where blocks begin: headings begin sections, other blocks are paragraphs.

    Blank lines between blocks belong to the block above them; joined, all texts are the lines again. No lines give no
    section.
    """
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
    """Map the index of each block's first line to whether the block is a heading; items of a loose list are blocks."""
    starts: dict[int, bool] = {}
    for token in tokens:
        if token.map is None or token.nesting < 0:
            continue
        line = token.map[0]
        is_item = token.type == "list_item_open" and token.level == 1 and not lines[line - 1].strip()
        if token.level == 0 or is_item:
            starts.setdefault(line, token.type == "heading_open")
    return starts
