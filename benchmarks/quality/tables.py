"""Formats figures as Markdown tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def table(title: str, columns: Sequence[str], rows: Mapping[str, Iterable[str]]) -> str:
    """Return a heading and a table under it.

    Args:
        title: the heading.
        columns: the names of the columns; the first heads the row names.
        rows: the cells of each row, by its name.
    """
    lines = [f"| {' | '.join(columns)} |", f"|---|{'---:|' * (len(columns) - 1)}"]
    lines += [f"| {' | '.join((name, *cells))} |" for name, cells in rows.items()]
    return "\n".join((f"### {title}", "", *lines, ""))


def percents(*shares: float | None) -> str:
    """Format shares in one cell, as percents with one decimal; a dash for None."""
    return " / ".join("–" if share is None else f"{100 * share:.1f}" for share in shares)


def mean(values: Iterable[float]) -> float | None:
    """Return the mean; None if there are no values."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else None
