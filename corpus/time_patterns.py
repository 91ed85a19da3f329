"""Regular expressions for times, grouped by how `corpus.times` interprets their named groups.

Each is paired with a set of characters, one of which every match contains: texts without any of them are skipped, which
makes reading twice as fast. All repetitions are bounded, so that the time to match stays proportional to the text.
"""

from __future__ import annotations

_ZEROS, _ONES = "〇零○", "一二三四五六七八九"
_YEAR = rf"(?<![\d第])[12]\d{{3}}(?!\d)|(?<![{_ZEROS}{_ONES}])[一二][{_ZEROS}{_ONES}]{{3}}"
_YEAR_UNIT = "[财学]?年(?!代|级|的?历史|之久)(?:度(?![过假]))?"
_MONTH = rf"1[0-2]|0?[1-9]|十[一二]?|[{_ONES}]"
_DAY = rf"3[01]|[12]\d|0?[1-9]|三十一?|二?十[{_ONES}]?|[{_ONES}]"
_Y1, _Y2 = (rf"(?P<y{n}>{_YEAR}) ?{_YEAR_UNIT} ?" for n in (1, 2))
_M1, _M2 = (rf"(?P<m{n}>{_MONTH}) ?月(?:份|[上中下]旬|[底末]|初(?!步))? ?" for n in (1, 2))
_D1, _D2 = (rf"(?P<d{n}>{_DAY}) ?[日号]" for n in (1, 2))
_ALONE = rf"(?<![\d.十{_ONES}])"  # before a month without a year; excludes 3.10月 and 二十一月
_TO = " ?(?:[至到]|[-—–―~〜]{1,2}) ?"
_SINCE = "(?P<since>(?<![来各独出亲源])自)?"  # excludes 来自2019年的
_ONWARD = "(?P<onward>以来|至今|以后|之后|开始|起(?![草步点诉源飞航伏吊]))?"
_IN_DIGITS = (
    r"(?<![\d.-])(?P<y1>[12]\d{3})(?P<mark>[-/.])(?P<m1>1[0-2]|0?[1-9])(?P=mark)(?P<d1>3[01]|[12]\d|0?[1-9])"
    r"(?!\d|[.-]\d)"
)
_PART = r"[上下]半年|前[两二三]季度|第?(?<!\d)[一二三四1-4]季度(?!假)|(?<![a-z])q[1-4](?![a-z\d])"
_EDGE = "底(?![部层线气蕴盘])|末(?![端尾])|初(?![步级期创次衷心中见])"

# Words that may be part of longer ones (投产后年产值, 两次年会) count only at the start of a clause, or behind a word
# that introduces a time.
_FREE = "(?:(?<![一-鿿])|(?<=[在于自从至到是比较和与及同的]))"
_THAT_YEAR = (
    "(?:今年|(?<![过失])去年(?!轻|龄|代)|(?<![文说表证声发])明年|(?<![相应适担])当年(?!轻|龄|代)|翌年|(?<![成基])本年度|上一?年度"
    f"|{_FREE}(?:[前后]年(?![产均])|上年|次年|同年(?![龄级代份])))"
)
_THAT_DAY = (
    "(?<![附临接靠将趋])近年来?|近些年来?|近期|(?<![附临接靠将最])近日|近来|最近|今后|如今|当前|当[月日天晚]"
    rf"|(?<![体表实出呈发展再])现在|(?<![项科题条节])目前(?![期景])|(?<![\d十{_ONES}节假生])日前"
    "|[今昨明]天|[今昨]日|(?<!光)明日|(?<!基)本[月周]|[上下]个月|(?<!合)同期|翌日|(?<![全半整周一二两三四五六七八九十百几数多])年内"
    f"|{_FREE}(?:[上下][月周]|次日|同[月日])"
)
_AMOUNT = rf"(?:\d{{1,3}}|[两十百几数{_ONES}]{{1,3}})[多余]?"
_LAST_OR_NEXT = (
    f"(?:最近|过去|未来|今后|此后|往后|接下来|(?<![附临接靠将])近)的? ?{_AMOUNT}(?:[-—~至到]{_AMOUNT})? ?"
    "(?:个?[年月周天日]|个?季度)(?:以来|[来间内里])?"
)
_COUNT = (
    rf"(?:(?<![\d.,第])\d{{1,4}}(?:\.\d{{1,2}})?"
    rf"|(?<![第每同统唯逐上下个十两百千几数半{_ONES}])[十两百千几数半{_ONES}]{{1,4}})[余多来]? ?"
)
_HOW_LONG = (
    f"{_COUNT}(?:周年|年半(?!导)|年(?![级代轻龄份])|个半?(?:月|小时)|(?<=半)月|个季度|天|周(?![年边岁期围转末])|日(?=内|之内)"
    "|个?(?:星期|小时|工作日|交易日))"
)
_TENS = rf"(?<!\d)(?P<first>[1-9{_ONES}])[0十]?(?:[、至到—-]?(?P<last>[1-9{_ONES}])[0十])?年代(?:[中后初末]期|初|末)?"
_PLAN_PART = "(?:规划|计划)?(?P<when>期间|时期|末期?|初期?|开局之年|收官之年)?"
_OPENING, _CLOSING = "[“\"「『‘']", "[”\"」』’']"
_PLAN = (
    rf"(?P<quote>{_OPENING})?(?<![二三四五六七八九])(?P<plan>十[{_ONES}])五(?(quote){_CLOSING})"
    rf"(?![岁个人百千万亿点名家]){_PLAN_PART}"
)

#: Groups y1, m1, d1 and for the end of a range y2, m2, d2; since or onward if the end is open.
CALENDAR = (
    ("年", rf"{_SINCE}(?P<y1>{_YEAR}) ?(?:{_YEAR_UNIT} ?(?:{_M1}(?:{_D1})?)?)?{_TO}{_Y2}(?:{_M2}(?:{_D2})?)?"),
    ("(", rf"(?<=\()(?P<y1>{_YEAR}){_TO}(?P<y2>{_YEAR})(?=\))"),  # in the title of a plan: 规划（2021—2035）
    ("月", rf"{_SINCE}(?:{_Y1}|{_ALONE})(?P<m1>{_MONTH})(?: ?月份?(?: ?{_D1})?)?{_TO}{_M2}(?:{_D2})?"),
    ("月", rf"{_SINCE}(?:{_Y1}|{_ALONE}){_M1}(?P<d1>{_DAY}) ?[日号]?{_TO}{_D2}"),
    ("年", rf"{_SINCE}{_Y1}(?:{_M1}(?:{_D1})?)?{_ONWARD}"),
    ("月", rf"{_SINCE}{_ALONE}{_M1}(?:{_D1})?{_ONWARD}"),
    ("12", _IN_DIGITS),
)
#: Groups year, and before for a year BC.
ERA_YEAR = (("元", r"公元(?P<before>前)? ?(?P<year>\d{1,4}) ?年"),)
#: Groups y1 (None if the year is not written) and part.
PART_OF_YEAR = (
    ("年季q", rf"(?P<y1>{_YEAR}) ?(?:{_YEAR_UNIT} ?)?(?P<part>{_PART}|(?:年|(?<=年))(?:{_EDGE}))"),
    ("年季q", rf"(?P<y1>(?!))?(?P<part>{_PART}|(?<![十百几数半多\d{_ONES}])年(?:{_EDGE}))"),
)
#: Groups century (None for 上世纪), first and last: 20, 8 and 9 in 20世纪八九十年代.
DECADE = (("代", rf"(?:(?P<century>(?<!\d)\d{{1,2}}|十[七八九]|二十一?)世纪|(?:上个?|本)世纪)? ?{_TENS}"),)
#: Group year: 1990 in 1990年代.
YEAR_DECADE = (("代", r"(?<!\d)(?P<year>[12]\d\d0)年代(?:[中后初末]期|初|末)?"),)
#: Groups plan, its ordinal number, and when: 初期, 末 or 收官之年.
PLAN_PERIOD = (
    ("五", _PLAN),
    ("五", rf"{_OPENING}(?P<plan>[{_ONES}])五{_CLOSING}(?=规划|计划|期间|时期|[末初]){_PLAN_PART}"),
    ("五", rf"第(?P<plan>十?[{_ONES}]|十)个五年{_PLAN_PART}"),
)
RELATIVE = (
    ("年", rf"{_THAT_YEAR}(?: ?(?:{_PART}|年?(?:{_EDGE})|(?:{_MONTH}){_TO}{_M1}|{_M2}(?:{_D1})?))?(?:以来)?"),
    ("年月周天日季", _LAST_OR_NEXT),
    ("年期日来近后今前月天晚现周", _THAT_DAY),
)
DURATION = (("年月时天周日季星", _HOW_LONG),)
