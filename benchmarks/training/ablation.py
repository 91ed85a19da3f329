"""Measures what each feature of sentences contributes: the ranker is fitted again without it.

Run it from the repository's root as

    python -m benchmarks.training.ablation SETS > benchmarks/ABLATION.md

The table has one row for each feature left out. Its cells are the percentage of questions for which the right sentence
comes first: on the held halves of CMRC 2018 and DRCD, on news that is never fitted on, and on each of the two held
halves when fitted on the other set alone (leave one set out).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import platformdirs

from benchmarks.quality.sets import page_of, titles_of
from benchmarks.quality.split import is_held
from benchmarks.training.examples import Example, examples
from benchmarks.training.sentences import fit_sentences, right_first
from retrieval.evaluation.gold import group_by_question, read_questions
from retrieval.ranking.features import FEATURES
from retrieval.storage.library_cache import open_or_build

if TYPE_CHECKING:
    from collections.abc import Sequence

FITTED, UNSEEN = ("cmrc_trial", "drcd_dev"), ("secnews_train",)
MOST = 500  # questions of a half, at most


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path)
    folder = parser.parse_args().sets
    tuned = {name: _examples(folder / name, held=False) for name in FITTED}
    held = {name: _examples(folder / name, held=True) for name in (*FITTED, *UNSEEN)}
    names = [*held, *(f"{name}, fitted on {other}" for name, other in (FITTED, FITTED[::-1]))]
    print(f"| ranker | {' | '.join(names)} | mean of the held |\n|---|{'---:|' * (len(names) + 1)}")
    for label, left_out in [("all features", ()), *((f"without {name}", (name,)) for name in FEATURES)]:
        print(_row(label, tuned, held, left_out), flush=True)


def _row(label: str, tuned: dict[str, list[Example]], held: dict[str, list[Example]], left_out: tuple[str, ...]) -> str:
    fitted_on = {name: _without(found, left_out) for name, found in tuned.items()}
    asked = {name: _without(found, left_out) for name, found in held.items()}
    both = fit_sentences(list(fitted_on.values()))
    shares = [right_first(found, both) for found in asked.values()]
    crossed = [right_first(asked[name], fit_sentences([fitted_on[other]])) for name, other in (FITTED, FITTED[::-1])]
    cells = [f"{100 * share:.1f}" for share in (*shares, *crossed, float(np.mean(shares)))]
    return f"| {label} | {' | '.join(cells)} |"


def _without(found: Sequence[Example], left_out: tuple[str, ...]) -> list[Example]:
    """Return the examples with some features set to 0, so that they get no weight."""
    kept = np.array([float(name not in left_out) for name in FEATURES])
    return [
        replace(example, ranked=replace(example.ranked, features=example.ranked.features * kept)) for example in found
    ]


def _examples(folder: Path, *, held: bool) -> list[Example]:
    titles = titles_of(folder / "articles.jsonl.gz")
    library = open_or_build(folder / "articles.jsonl.gz", platformdirs.user_cache_path("chuwen") / "quality")
    groups = group_by_question(gold for gold in read_questions(folder / "questions.jsonl.gz") if gold.answers)
    ours = [group for group in groups if is_held(page_of(group[0], titles)) == held][:MOST]
    print(f"{folder.name}: {len(ours)} questions", file=sys.stderr, flush=True)
    return list(examples(library, ours))


if __name__ == "__main__":
    main()
