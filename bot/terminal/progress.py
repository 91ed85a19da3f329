"""Progress bars, or lines where there is no terminal, while a library is built."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.progress import Task

    from bot.domain.job_codes import Step
    from bot.texts import Texts
    from retrieval.storage.build_progress import Stage


SECONDS = 10  # between two progress lines where there is no terminal


class Rate(ProgressColumn):
    """A column with the number of items done per second."""

    def render(self, task: Task) -> Text:
        """Return the speed in whole items a second, as 1,250/s; empty while it is unknown."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


@contextmanager
def shown_progress(console: Console, texts: Texts) -> Iterator[Callable[[Stage | Step, int, int], None]]:
    """Show progress inside the `with` block; the bars are removed at its end.

    A terminal shows a bar for each stage; elsewhere a line is printed when a stage begins, then every SECONDS.

    Yields:
        A callback to call with a stage or step, the number of items done and the number of all items.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[Stage | Step, TaskID] = {}
        names: dict[Stage | Step, str] = dict(texts.steps) | dict(texts.stages)
        printed_at = time.monotonic()

        def print_line(line: str) -> None:
            nonlocal printed_at
            if not console.is_terminal:
                printed_at = time.monotonic()
                console.print(line, highlight=False, markup=False)

        def report(stage: Stage | Step, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(names[stage], total=of)
                print_line(f"{names[stage]}…")
            elif time.monotonic() - printed_at >= SECONDS:
                print_line(f"{names[stage]} {done:,}/{of:,}")
            bar.update(tasks[stage], completed=done, total=of)

        yield report
