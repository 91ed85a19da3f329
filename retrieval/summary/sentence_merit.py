"""What a sentence is worth by itself: whether it tells facts or views, and whether it is more than a heading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.regions import region_mentions
from retrieval.facts.cues import any_of
from retrieval.facts.status import Status, status_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.summary.key_figures import Amount

LONG, SHORT = 120, 12  # characters: a longer sentence tires, a shorter one says little
# What a sentence gains.
FIGURES = 0.8  # it tells an amount of money; half as much for any other figure
DEED = 0.4  # it tells that something was signed, begun or finished; times _PROGRESS
PLACE = 0.1  # it names a place
# What it loses.
VIEW = 0.4  # it only judges, expects or praises
LEANING = 0.2  # it refers to the sentence before it, which is not quoted
TORN = 0.4  # it is part of a quotation that goes on before or after it
ASKING = 0.8  # it is a question
TIRING = 0.8  # it is twice as long as LONG or longer; proportionally less down to LONG
CURT = 0.6  # it is shorter than SHORT

_DEED = re.compile(
    any_of(
        "签约 签订 签下 签署 落户 落地 开工 动工 奠基 开建 启动 建成 竣工 完工 投[产用运入] 达产 通车 开[通业园馆] "
        "运营 揭牌 挂牌 上市 入驻 引进 收购 中标 获批 批复 出台 印发 发布 实施 推出 设立 成立 新增 突破 达到 完成 "
        "实现 增长 下降 募集 融资 交付 下线 举[行办] 召开"
    )
)
_PROGRESS = {Status.DONE: 1.0, Status.ONGOING: 0.8, Status.PLANNED: 0.6, Status.VIEW: 0.0}
_EMPTY = re.compile(r"新(?:阶段|台阶|篇章|征程|高度|局面|活力|动能|路子)|[奠打]下?[^,。]{0,6}基础|里程碑")
_LABELS = (  # with a colon after them they begin a by-line
    "责任编辑 责编 编辑 编审 审[核校稿] 校对 [一二三终]审 监制 作者 撰稿 [文图]片? 摄影 供图 来源 出处 电话 热线 "
    "邮箱 邮编 地址 网址 微信 发布时间 阅读量? 浏览"
)
_NOTICES = (  # but 版权交易中心 and 扫码支付 are news
    "点击“?(?:查看|下方|蓝字|链接|此处|阅读) 扫[描码][^,。]{0,8}(?:关注|下方|二维码|下载|进群|阅读|报名) 扫一扫 "
    "识别[^,。]{0,6}二维码 长按 关注[^,。]{0,12}公众号 联系(?:电话|方式|人:) 咨询电话 版权(?:所有|归|声明) "
    "侵权(?:请|必究|联系|删除) 转载(?:请|须|自|于|时) (?:禁止|请勿|谢绝)转载 免责声明 未经授权 投稿(?:邮箱|热线|请) "
    "欢迎(?:关注|订阅|下载|[^,。]{0,4}[投来]稿) 更多(?:资讯|精彩|新闻|内容|信息请) (?:相关|延伸)阅读"
)
_BOILERPLATE = re.compile(
    rf"(?<![一-鿿]){any_of(_LABELS)}\s?[:/|]|{any_of(_NOTICES)}"
    r"|\((?:完|(?:本报|见习)?记者|通讯员)[^()]{0,30}\)$|^.{0,8}记者[^,。]{0,24}$"
)
_NO_HEADING = 40  # characters: a longer line without a full stop is a sentence that has lost it
_FINAL = re.compile(r"[。.!?;…][”’」』)】\"']*$")
_QUESTION = re.compile(r"\?[”’」』\"']*$")
_LEANS = re.compile(
    any_of(
        "因此 所以 但 然而 不过 而 同时 此外 另外 其 这 该 此(?![次前间]) [他她它] 对此 为此 于是 并且 首先 其次 最后 "
        "[一二三]是 另?一方面 例如 比如 或者 接着 随后 之后 \\d{1,2}[.、)](?!\\d) [问答]:"
    )
)


def merit(text: str, figures: Sequence[Amount]) -> float:
    """Return how much a sentence tells by itself, wherever it stands and whatever the article is about.

    The constants above name what adds to the value and what reduces it; it may be negative.

    Args:
        text: normalised.
        figures: `amounts` of the text.
    """
    status = status_of(text)
    gain = (
        FIGURES * (1.0 if any(amount.is_money for amount in figures) else 0.5 * bool(figures))
        + DEED * _PROGRESS[status] * tells_deed(text)
        + PLACE * bool(region_mentions(text))
    )
    loss = (
        VIEW * (status is Status.VIEW or bool(_EMPTY.search(text)))
        + LEANING * bool(_LEANS.match(text))
        + TORN * (text.count("“") != text.count("”"))
        + ASKING * bool(_QUESTION.search(text))
        + TIRING * min(max(len(text) - LONG, 0) / LONG, 1.0)
        + CURT * (len(text) < SHORT)
    )
    return gain - loss


def tells_deed(text: str) -> bool:
    """Return whether a normalised sentence tells that something was signed, begun or finished."""
    return bool(_DEED.search(text))


def is_boilerplate(text: str) -> bool:
    """Return whether a normalised line is a heading, a by-line or a notice.

    A line of fewer than _NO_HEADING characters without a full stop or the like at its end is taken for a heading.
    """
    is_heading = len(text) < _NO_HEADING and not _FINAL.search(text)
    return is_heading or bool(_BOILERPLATE.search(text))
