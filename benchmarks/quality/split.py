"""Splits the articles of every set in two halves: one for fitting, the other, held out, only for measuring.

The half depends only on the article's title, or on its id if it has none, so it is the same in every run, on every
machine, and for whatever is fitted outside this folder; paragraphs of one page, which differ only in their ids, are in
one half. The rule must never change, or articles that were fitted on would be measured on.
"""

from __future__ import annotations

from hashlib import blake2b


def is_held(title_or_id: str) -> bool:
    """Return True if an article belongs to the half that nothing is ever tuned or trained on."""
    return bool(blake2b(title_or_id.encode("utf-8"), digest_size=1).digest()[0] & 1)
