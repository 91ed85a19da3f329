"""What is shown while a corpus is made ready."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from bot.service.report import Step
    from bot.texts import Texts
    from retrieval.progress import Stage


@contextmanager
def shown_progress(console: Console, texts: Texts) -> Iterator[Callable[[Stage | Step, int, int], None]]:
    """A bar for each stage on a terminal; elsewhere a line when a stage begins."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[Stage | Step, TaskID] = {}
        names: dict[Stage | Step, str] = dict(texts.steps) | dict(texts.stages)

        def tell(stage: Stage | Step, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(names[stage], total=of)
                if not console.is_terminal:
                    console.print(f"{names[stage]}…", highlight=False, markup=False)
            bar.update(tasks[stage], completed=done, total=of)

        yield tell
