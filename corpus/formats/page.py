"""Reads listing pages: a line `-`, a title line, the body and a date line for each article, then the site's footer.

A block, the lines between one `-` and the next, is read by these rules:

- The first line is the title; if it is blank, the article has none. If the block has a single line of text and that
  ends with a full stop, the line is the body of an article without title.
- The date is the last line that consists of nothing but a date; the lines behind it belong to no article.
- Without such a line, the line below a body of one line is taken as a malformed date (BAD_DATE) if it is too short and
  bare to be prose (`yesterday`) and nothing but the footer follows. Otherwise the article is undated.
- An undated last article ends with the last line that ends like a sentence, because the footer follows it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.errors import Fault, FaultCode, FaultError
from corpus.formats.dates import is_date_shaped
from corpus.formats.encoding import decode
from corpus.formats.fields import check_body, parse_published
from corpus.model import Article, Origin
from corpus.sections import sections

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence

_PROSE = re.compile(r"[。！？!?；;，,、：:（）()…]|^- ")
_SENTENCE_END = re.compile(r"[。！？!?…][”’」』）)】》\"]*\s*$")
_LONGEST_DATE = 20  # characters; `2025年 07月 19日 08:30` has 19


def read(stream: io.BufferedReader, path: str, id_prefix: str) -> Iterator[Article | Fault]:
    """Yield a page's articles in order, and a fault for each that is broken.

    Args:
        stream: the page.
        path: its path, for origins and faults.
        id_prefix: ids are this, `#` and the number of the block, from 1; empty blocks count.

    Raises:
        FaultError: the file can't be decoded, or NOT_A_PAGE if no line is `-`.
    """
    lines = decode(stream.read(), path).split("\n")
    starts = [index + 1 for index, line in enumerate(lines) if line.strip() == "-"]
    if not starts:
        raise FaultError(Fault(code=FaultCode.NOT_A_PAGE, path=path, line=0))
    ends = [start - 1 for start in starts[1:]] + [len(lines)]
    for ordinal, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        block = lines[start:end]
        if not any(line.strip() for line in block):
            continue  # a page may end with a separator
        try:
            yield _article(block, Origin(path, start + 1), f"{id_prefix}#{ordinal}", is_last=end == len(lines))
        except FaultError as error:
            yield error.fault


def _article(block: Sequence[str], origin: Origin, made_id: str, *, is_last: bool) -> Article:
    """Build the article of one block, whose first line is at `origin`.

    Raises:
        FaultError: BAD_DATE or EMPTY_BODY.
    """
    dated_at = _date_index(block, is_last=is_last)
    date = None if dated_at is None else parse_published(block[dated_at], Origin(origin.path, origin.line + dated_at))
    body_lines = _body_lines(block, dated_at, is_last=is_last)
    title = block[0].strip()
    if not body_lines and title.endswith("。"):
        title, body_lines = "", [block[0]]
    body = "\n".join(body_lines)
    return check_body(Article(id=made_id, title=title, date=date, sections=sections(body, title), origin=origin))


def _date_index(block: Sequence[str], *, is_last: bool) -> int | None:
    """Return the index in the block of the line that is, or was meant as, the date; None if the article is undated.

    The first line, the title, is never taken as the date.
    """
    for index in range(len(block) - 1, 0, -1):
        if is_date_shaped(block[index]):
            return index
    below_body = block[2].strip() if len(block) > 2 and block[1].strip() else ""
    is_bare = 0 < len(below_body) <= _LONGEST_DATE and not _PROSE.search(below_body)
    goes_on = not is_last and any(line.strip() for line in block[3:])
    return 2 if is_bare and not goes_on else None


def _body_lines(block: Sequence[str], dated_at: int | None, *, is_last: bool) -> list[str]:
    """Return the lines between title and date, without blank lines at either end.

    Without a date these are all lines below the title; in the last block, up to the last end of a sentence.
    """
    lines = list(block[1:dated_at])
    if dated_at is None and is_last:
        ends = [index for index, line in enumerate(lines, 1) if _SENTENCE_END.search(line)]
        lines = lines[: ends[-1]] if ends else lines
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    return lines
