"""Measures the answers on every question set of a folder, one Markdown table row a set.

Run it as

    python benchmarks/evaluate_sets.py SETS

where each folder in SETS holds articles.jsonl.gz and questions.jsonl.gz; the table goes to standard output, progress
to standard error.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bot.settings import read_settings
from retrieval.cache import open_or_build
from retrieval.evaluate import Report, ask_all, report
from retrieval.gold import by_question, read_questions

ARTICLES, QUESTIONS = "articles.jsonl.gz", "questions.jsonl.gz"
COLUMNS = (
    "set", "questions", "R@1", "R@5", "MRR@10", "first quote right", "one of the quotes right", "the same, forced",
    "span F1", "AUROC", "answered", "false answers", "wrong answers", "characters an answer",
)  # fmt: skip
PROGRESS = 0.5  # seconds between two lines of it


def main() -> None:
    """Print a table of all sets found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path)
    sets = parser.parse_args().sets
    folders = sorted(one.parent for one in sets.glob(f"*/{QUESTIONS}") if (one.parent / ARTICLES).exists())
    if not folders:
        sys.exit(f"{sets}: no folder in it holds {ARTICLES} and {QUESTIONS}")
    print(f"| {' | '.join(COLUMNS)} |\n|---|{'---:|' * (len(COLUMNS) - 1)}", flush=True)
    for folder in folders:
        print(row(folder.name, measure(folder)), flush=True)


def measure(folder: Path) -> Report:
    """Ask all questions of one set, telling how far it is."""
    shown = 0.0
    library = open_or_build(folder / ARTICLES, read_settings().cache)
    golds = read_questions(folder / QUESTIONS)
    of = len(by_question(golds))

    def tell(done: int) -> None:
        nonlocal shown
        if done == of or time.monotonic() - shown > PROGRESS:
            shown = time.monotonic()
            print(f"\r{folder.name}: {done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)

    return report(list(ask_all(library, golds, progress=tell)))


def row(name: str, found: Report) -> str:
    """One line of the table; a dash where nothing could be counted."""
    judged = [found.first_hit, found.any_hit, found.any_hit_forced] if found.judged else [None] * 3
    cells = [
        *map(_percent, (found.recall_at_1, found.recall_at_5, found.mrr_at_10)),
        *("–" if hits is None else f"{hits}/{found.judged}" for hits in judged),
        *map(_percent, (found.span_f1 if found.judged else None, found.auroc, found.answered_rate)),
        f"{found.false_answers}/{found.unanswerable}",
        f"{found.wrong_answers}/{found.judged}",
        "–" if found.characters_per_answer is None else f"{found.characters_per_answer:.0f}",
    ]
    return f"| {name} | {found.questions} | {' | '.join(cells)} |"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


if __name__ == "__main__":
    main()
