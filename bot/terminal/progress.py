"""What is shown while a corpus is made ready."""

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


SECONDS = 10  # between two lines where there is no terminal


class Rate(ProgressColumn):
    """How many are done in a second."""

    def render(self, task: Task) -> Text:
        """As `1,250/s`."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


@contextmanager
def shown_progress(console: Console, texts: Texts) -> Iterator[Callable[[Stage | Step, int, int], None]]:
    """A bar for each stage on a terminal; elsewhere a line when a stage begins, and then every ten seconds."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[Stage | Step, TaskID] = {}
        names: dict[Stage | Step, str] = dict(texts.steps) | dict(texts.stages)
        told_at = time.monotonic()

        def say(line: str) -> None:
            nonlocal told_at
            if not console.is_terminal:
                told_at = time.monotonic()
                console.print(line, highlight=False, markup=False)

        def tell(stage: Stage | Step, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(names[stage], total=of)
                say(f"{names[stage]}…")
            elif time.monotonic() - told_at >= SECONDS:
                say(f"{names[stage]} {done:,}/{of:,}")
            bar.update(tasks[stage], completed=done, total=of)

        yield tell
