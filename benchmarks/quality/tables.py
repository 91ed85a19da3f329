"""Figures as Markdown: one table for each thing measured, to be pasted where they are told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def table(title: str, columns: Sequence[str], rows: Mapping[str, Iterable[str]]) -> str:
    """A heading and a table under it.

    Args:
        title: of the table.
        columns: their names, the first that of the rows' names.
        rows: by name, the cells behind it.
    """
    lines = [f"| {' | '.join(columns)} |", f"|---|{'---:|' * (len(columns) - 1)}"]
    lines += [f"| {' | '.join((name, *cells))} |" for name, cells in rows.items()]
    return "\n".join((f"### {title}", "", *lines, ""))


def percents(*shares: float | None) -> str:
    """Shares in one cell, as percents with one decimal; a dash where nothing could be counted."""
    return " / ".join("–" if share is None else f"{100 * share:.1f}" for share in shares)


def mean(values: Iterable[float]) -> float | None:
    """The mean; None where there is nothing."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else None
