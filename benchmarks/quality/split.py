"""Halves the articles of every set: one is for fitting and trying out, the other, held, only for measuring.

The half hangs on the article's title alone, or on its id where it has none, so it is the same in every run, on every
machine, and for whatever is fitted outside this folder; paragraphs of one page, told apart only by their ids, are in
one half. It must never change: what was once fitted on would be measured on.
"""

from __future__ import annotations

from hashlib import blake2b


def is_held(title_or_id: str) -> bool:
    """Whether an article belongs to the half that nothing is ever tuned or trained on."""
    return bool(blake2b(title_or_id.encode("utf-8"), digest_size=1).digest()[0] & 1)
