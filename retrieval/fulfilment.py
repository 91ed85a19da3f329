"""Whether a true quote would mislead: a plan, or work under way, where it is asked what is done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.text import normalize
from retrieval.contradiction import is_only_begun
from retrieval.kinds import Kind
from retrieval.status import Status, asks_whether_done

if TYPE_CHECKING:
    from retrieval.model import Citation
    from retrieval.query import Part

_GOAL = re.compile(r"目标|力争|争取|愿景|有望")
_ASKS_FOR_PLANS = re.compile(r"计划|目标|预计|力争|将|拟|规划|打算|未来|预期|今后|投资|准备|设想|要|末|底")


def is_unfulfilled(part: Part, citation: Citation) -> bool:
    """Whether it is asked what is done, or how much there is, and only its plan, start or course is told."""
    status = citation.status
    sentence = normalize(citation.quote).text
    if is_only_begun(part.text, normalize(citation.clause).text):
        return True
    if asks_whether_done(part.text):
        return status is not Status.DONE
    if part.kind is Kind.YES_NO and not _ASKS_FOR_PLANS.search(part.text):
        return status in (Status.PLANNED, Status.VIEW)
    asks_how_much_there_is = part.kind is Kind.HOW_MANY and not _ASKS_FOR_PLANS.search(part.text)
    return asks_how_much_there_is and status is Status.PLANNED and bool(_GOAL.search(sentence))
