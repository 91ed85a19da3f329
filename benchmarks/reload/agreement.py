"""Whether what serves, what the store holds, and what the files say are the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.reload.processes import finished, shell
from bot.store.publishing import article_table, generation_table
from corpus.load import load
from retrieval.storage.library_cache import library_name, open_named
from retrieval.words.segment import Segmenter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.reload.scene import Scene


def disagreements(here: Scene, folder: Path, number: int) -> Iterator[str]:
    """Where what serves, what the store holds, and what the files say are not the same."""
    served = here.served()
    if served != {number}:
        yield f"round {number} is published, and {served} served"
    with here.database.reading() as connection:
        members = article_table.members(connection, generation_table.current_number(connection))
    written = {
        (one.origin.path, one.id, article_table.member(one, article_table.content(one)).text_digest)
        for one in load(folder).articles
    }
    stored = {(one.path, one.source_id, one.text_digest) for one in members}
    if written != stored:
        yield f"round {number}: files and store differ in {sorted(written ^ stored)[:3]}"
    library = open_named(library_name(one.fact for one in members), here.cache, Segmenter(here.cache))
    if library is None:
        yield f"round {number}: there is no index of it"


def check_differs(here: Scene) -> Iterator[str]:
    """Whether `chuwen check` finds anything to be published."""
    done = finished(shell(here.bot, "check", "--json"))
    if done.returncode:
        yield f"check ended with {done.returncode}: {done.stderr[-200:]}"
        return
    told = json.loads(done.stdout)
    changed = {name: told[name] for name in ("new", "corrected", "removed", "kept", "moved") if told[name]}
    if changed:
        yield f"check would change {changed}"
