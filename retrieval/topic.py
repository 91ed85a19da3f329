"""What somebody goes on asking about after a question, in the question's own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.clause import TRAIL
from retrieval.kinds import Kind

if TYPE_CHECKING:
    from retrieval.clause import Clause

_SAYS_NOTHING = re.compile(r"(?:[是有为叫在共达于同与由向]|[一总]共|包[括含]|分别|主要)+$")


def topic(clause: Clause) -> str:
    """The subject; where that is only a place, the thing counted there: 宜昌消耗的磷石膏 of 宜昌消耗了多少磷石膏."""
    says_more = bare(clause.text[clause.subject[1] : clause.part.asked[0]])
    is_place = clause.part.kind in (Kind.HOW_MANY, Kind.LIST) and clause.is_region(clause.subject)
    return described(clause) if is_place and says_more else clause.said(*clause.subject)


def described(clause: Clause) -> str:
    """The thing asked for, told by the rest: 宜昌开工的项目 of 宜昌开工了几个项目; the subject where none is."""
    noun = clause.said(*clause.counted) or ("人" if clause.part.kind is Kind.WHO else "")
    begin = clause.subject[0] if clause.subject[1] <= clause.part.asked[0] else 0
    before = bare(clause.text[begin : clause.part.asked[0]])
    end = max(clause.part.asked[1], clause.counted[1])
    behind = TRAIL.sub("", clause.text[end:])
    if not noun or not before + behind:
        return clause.said(*clause.subject)
    return f"{clause.said(begin, begin + len(before))}{clause.said(end, end + len(behind))}的{noun}"


def bare(text: str) -> str:
    """The beginning of a question without what says nothing at its end: 红安 of 红安一共有."""
    shorter = _SAYS_NOTHING.sub("", TRAIL.sub("", text))
    return shorter if shorter == text else bare(shorter)
