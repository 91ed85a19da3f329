"""Alerts, from the folder of articles to the chat: who is told of what, once, how it reads, and what can be done."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.settings import sample_corpus
from bot.texts import Language, texts_in
from tests.support.asking import newcomer
from tests.support.emulator import Chat, Message, Telegram
from tests.support.faults import Fault, Forbidden, Internal, Migrated, Refused
from tests.support.life import ANN, Folder, Life
from tests.support.process import Bot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TEXTS = texts_in(Language.SIMPLIFIED)
SAID, OPERATING = TEXTS.subscribing, TEXTS.operating
ENGLISH, TRADITIONAL = (texts_in(one).subscribing for one in (Language.ENGLISH, Language.TRADITIONAL))
NAME = "@chuwen_test_bot"
DAILY, MUTE, PAUSE = SAID.button_daily, SAID.button_mute, SAID.button_pause
PORT = "【宜昌招商】新港码头<一期>开工 & 招标"
PORT_LINE = "宜昌新港码头2025年7月开工建设，总投资12亿元。"
PORT_QUESTION = "宜昌新港码头总投资多少？"
CANAL = "【潜江招商】兴隆水利枢纽改造完成 二十八座泵站换新"
CANAL_LINES = (
    "潜江市兴隆水利枢纽改造2025年6月完成，投资8.6亿元，二十八座泵站全部换上新机组。",
    *(
        f"第{number}座泵站在{place}，装机{number * 37}千瓦，由{maker}制造的机组每小时提水{number * 113}立方米。"
        for number, place, maker in zip(
            range(1, 113),
            itertools.cycle("竹根滩 熊口 张金 龙湾 渔洋 王场 高石碑 积玉口 浩口 老新 后湖 广华 周矶 泰丰".split()),
            itertools.cycle("襄阳电机厂 武汉水泵厂 沙市阀门厂 黄石机床厂 荆门石化机械厂".split()),
            strict=False,
        )
    ),
)
STEEL = "huangshi-baogang-2024"


def article(title: str, body: str, date: str = "2025-08-01") -> str:
    """A file of the folder."""
    return f"---\ntitle: {title}\ndate: {date}\n---\n{body}\n"


CAR = "【随州招商】专汽新园投产"
CAR_LINE = "随州专用汽车新园投产，年产{cars}辆，车间里没有油漆味，工人们{how}驾驶室吊上底盘。"
CRANE_LINE = "仙桃黄鳝第一次装船出口，冷柜里放了{tons}吨活鳝。"
TEA = "竹溪贡茶今年卖得好，120吨新茶运往西北，茶农在山坡上又开出一片梯田，合作社请来福建师傅教炒青手艺"
TRAIN = "【恩施招商】高山缆车试运行"
BURST = {  # nine reports of one city; the first five speak of 麻糖
    "孝感麻糖厂搬进新厂房，糯米仓库扩大到3000平方米。": "麻糖厂搬家",
    "老字号麻糖进了高铁站，孝感旅客买走2万盒。": "麻糖进站",
    "孝感姑娘在网上教人做麻糖，一年有40万人来看。": "麻糖网课",
    "麻糖配方申报非遗，孝感三位师傅传了五代。": "麻糖申遗",
    "孝感学校食堂每周三发一块麻糖，孩子们很喜欢。": "麻糖进校",
    "应城盐矿的地下储气库注气，压力升到28兆帕。": "储气库注气",
    "云梦皮革城翻修屋顶，商户搬进临时大棚营业。": "皮革城翻修",
    "大悟苏区纪念馆添了一列老式机车，周末排队两小时。": "老机车展出",
    "安陆银杏谷铺好环山自行车道，骑友来了上千人。": "自行车道通车",
}
CANAL_BODY = f"{CANAL_LINES[0]}\n\n## 一、泵站\n\n{''.join(CANAL_LINES[1:])}"
ARTICLES = {
    "port": article(PORT, PORT_LINE),
    "jingshan": article("【荆门招商】轻机扩建", "湖北京山轻机扩建装配车间，投资3亿元，2026年完工。"),
    "mention": article("【黄石招商】船厂接单", "黄石船厂接到8艘货轮的订单，船员将从鄂州招聘。"),
    "canal": article(CANAL, CANAL_BODY),
    "canal-copy": article(f"{CANAL}（转载）", CANAL_BODY),
    "car": article(CAR, CAR_LINE.format(cars=6000, how="正把")),
    "tea": article("【十堰招商】贡茶丰收", f"{TEA}。"),
    "train": article(TRAIN, "恩施利川的高山缆车试运行，单程14分钟，票价60元。"),
    "tower": article("【荆州招商】古塔修缮", "荆州万寿宝塔修缮完工，花费1900万元，换下旧砖7000块，古塔周围添了花圃。"),
    "crane": article("【仙桃招商】黄鳝装船", CRANE_LINE.format(tons=26)),
    "lobster": article("【潜江招商】虾谷开园", "潜江小龙虾博览园开园，展出标本310件，当天卖出虾尾9吨。"),
    "silk": article("【黄冈招商】丝厂复工", "罗田丝厂复工，缫丝机52台同时开动，蚕茧来自大别山。"),
    **{f"burst-{n}": article(f"【孝感招商】{title}", line) for n, (line, title) in enumerate(BURST.items())},
}
NEXT = {
    "tea-copy": article("【十堰招商】贡茶丰收（转载）", f"{TEA}，记者王武当摄影报道。"),
    "crane-next": article("【仙桃招商】渔网扩产", "仙桃彭场的黄鳝网厂扩产，新添织机45台，网眼更细。"),
}
DOOR = article("【天门招商】门窗厂点火", "天门玻璃门窗厂熔炉点火，日熔化量600吨，用的是天然气。")


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Life]:
    """A bot at work; of all that was said to it, nothing was set aside."""
    folder = Folder(tmp_path_factory.mktemp("bot") / "corpus")
    folder.path.mkdir()
    for file in sorted(sample_corpus().glob("*-*")):
        folder.stage(file.stem, "sample", file.read_bytes(), file.suffix)
        folder.put(file.stem)
    for name, text in (ARTICLES | NEXT | {"door": DOOR}).items():
        folder.stage(name, "sample", text)
    folder.stage("car", "reworded", article(CAR, CAR_LINE.format(cars=6000, how="把")))
    folder.stage("car", "corrected", article(CAR, CAR_LINE.format(cars=8000, how="把")))
    folder.stage("crane", "corrected", article("【仙桃招商】黄鳝装船", CRANE_LINE.format(tons=28)))
    home, path = folder.path.parent, str(folder.path)
    with Telegram() as telegram, Bot(telegram, cache, home, CHUWEN_CORPUS=path, CHUWEN_OPERATORS=str(ANN)) as bot:
        yield Life(telegram, bot, folder)
        assert bot.rows('SELECT update_id, "end", error FROM inbox WHERE ended_at IS NULL OR "end" != \'done\'') == []
        dead = bot.rows("SELECT chat_id, error FROM outbox WHERE state = 'dead'")
        assert [one for one in dead if one[1] not in STRANGE] == []  # those that are refused on purpose
        assert "Traceback" not in bot.log
        assert not [line for line in bot.log.splitlines() if " ERROR " in line and "dead-letter" not in line]


def subscriber(life: Life, *wishes: str, language: str | None = None, then: Sequence[str] = ()) -> int:
    """Somebody who subscribes to this, and presses these buttons below the last confirmation."""
    person = newcomer()
    for wish in wishes:
        told = life.say(f"/subscribe {wish}", person, language=language)
        assert told.text.startswith("✅")
    for label in then:
        life.press_data(told.buttons[label], told)
    return person


def alerts(count: int) -> str:
    """How a report tells how many there are."""
    return OPERATING.alerts.format(alerts=count)


def marked(message: Message, kind: str) -> list[str]:
    """What is marked in a message as that."""
    units = message.text.encode("utf-16-le")
    spans = [(one["offset"], one["offset"] + one["length"]) for one in message.entities if one["type"] == kind]
    return [units[2 * start : 2 * end].decode("utf-16-le") for start, end in spans]


def quotes_of(message: Message) -> list[str]:
    """What a message quotes, in blocks that unfold or not."""
    return marked(message, "blockquote") + marked(message, "expandable_blockquote")


def hide(life: Life, words: str, title: str) -> None:
    """Take an article out of sight."""
    asked = life.press(OPERATING.button_hide.format(title=title), life.say(f"/hide {words}")).only
    life.press(OPERATING.button_hide_sure, asked)


# What is published, and who is told


@dataclass(frozen=True)
class Step:
    """Something is published, and some people want to be told of it.

    Attributes:
        alerts: by whom, all that came unasked so far.
    """

    check: Message
    report: Message
    generation: int
    people: dict[str, int]
    alerts: dict[str, list[Message]]

    def only(self, name: str) -> Message:
        """The one alert of somebody."""
        (alert,) = self.alerts[name]
        return alert


def step(life: Life, people: dict[str, int], *names: str, version: str = "sample") -> Step:
    """Put articles into the folder, look, and publish."""
    for name in names:
        life.folder.put(name, version)
    check = life.say("/check")
    report = life.say("/reload")
    return Step(check, report, life.generation, people, all_alerts(life, people))


def all_alerts(life: Life, people: dict[str, int]) -> dict[str, list[Message]]:
    """All that came to each of them unasked."""
    return {name: life.unasked(person) for name, person in people.items()}


OLD, NEW, GROUP = Chat(-5_000_001), Chat(-1_009_000_000_001), Chat(-1_008_000_000_001)
ADMIN = 6001  # of these groups
STRANGE = "Bad Request: Something strange"


@pytest.fixture(scope="module")
def walk(life: Life) -> Step:
    """Many subscribe, and many articles come; some chats cannot be written to."""
    people = {
        "three": subscriber(life, "宜昌", "码头", "宜昌 开工"),
        "english": subscriber(life, "码头", language="en"),
        "traditional": subscriber(life, "碼頭", language="zh-hant"),
        "reader": subscriber(life, "潜江 泵站"),
        "waiting": subscriber(life, PORT_QUESTION),
        "part": subscriber(life, "北京"),
        "elsewhere": subscriber(life, "鄂州"),
        "daily": subscriber(life, "码头", then=(DAILY,)),
        "leaving": subscriber(life, "码头", then=(DAILY,)),
        "silent": subscriber(life, "码头", then=(MUTE,)),
        "paused": subscriber(life, "码头"),
        "corrected": subscriber(life, "随州"),
        "copied": subscriber(life, "贡茶"),
        "hidden": subscriber(life, "缆车"),
        "hidden daily": subscriber(life, "缆车", then=(DAILY,)),
        "everything": subscriber(life, "孝感", "孝感 麻糖"),
        "some": subscriber(life, "麻糖"),
        "quiet": subscriber(life, "孝感", then=(DAILY, MUTE)),
        "blocked": subscriber(life, "黄鳝"),
        "other": subscriber(life, "黄鳝"),
        "lost": subscriber(life, "丝厂"),
        "lost too": subscriber(life, "丝厂"),
        "group": GROUP.id,
        "old": OLD.id,
        "new": NEW.id,
    }
    listed = life.say("/subscriptions", people["paused"])
    card = life.press(SAID.button_card.format(number=1, wish="码头"), listed).only
    life.press(PAUSE, card)
    for group, wish in ((GROUP, "古塔"), (OLD, "虾谷"), (NEW, "")):
        life.telegram.chats.administrators[group.id].add(ADMIN)
        if wish:
            assert life.say(f"/subscribe{NAME} {wish}", ADMIN, chat=group).text.startswith("✅")
    faults: dict[object, Fault] = {
        people["blocked"]: Forbidden(),
        people["lost"]: Refused(400, STRANGE),
        people["lost too"]: Refused(400, STRANGE),
        OLD.id: Migrated(NEW.id),
    }
    life.telegram.inject(lambda _, parameters: faults.get(parameters.get("chat_id")))
    done = step(life, people, *ARTICLES)
    life.telegram.inject(None)
    return done


@pytest.fixture(scope="module")
def second(life: Life, walk: Step) -> Step:
    """An article is reworded, one is gone, one comes once more in another paper; and who blocked the bot is back."""
    people = walk.people | {
        "late": subscriber(life, "随州 底盘"),
        "photo": subscriber(life, "摄影报道"),
        "steel": subscriber(life, "黄石 宝钢"),
    }
    life.telegram.member("member", people["blocked"], people["blocked"])
    life.settle()
    assert life.unasked(people["blocked"]) == []
    life.folder.take(STEEL)
    life.folder.put("car", "reworded")
    return step(life, people, *NEXT)


@pytest.fixture(scope="module")
def third(life: Life, second: Step) -> Step:
    """Two figures are corrected, and what was gone is back."""
    life.folder.put(STEEL)
    return step(life, second.people, "car", "crane", version="corrected")


def test_a_check_and_a_report_tell_how_many_alerts_go(life: Life, walk: Step) -> None:
    """An operator who would wake thousands wants to know before, answers to questions included."""
    assert OPERATING.alerts_planned.format(alerts=41) in walk.check.text
    assert alerts(41) in walk.report.text
    kept = life.bot.rows("SELECT count(*) FROM alerts WHERE generation = 2")
    assert kept == [(41 - 1,)]  # one of them found itself blocked


def test_a_first_load_announces_nothing(life: Life, walk: Step) -> None:
    """Nobody can have waited for what was there before the bot was."""
    assert walk.generation == 2
    assert life.bot.rows("SELECT count(*) FROM alerts WHERE generation = 1") == [(0,)]
    assert life.bot.rows("SELECT kind FROM announcements WHERE generation = 1 AND planned_at IS NOT NULL") == [
        ("load",)
    ]


def test_an_alert_tells_what_where_when_and_why(walk: Step) -> None:
    """Whoever reads it on a phone knows at once what happened, and for which of three subscriptions this came once."""
    alert = walk.only("three")
    assert alert.text.split("\n\n") == [
        f"{SAID.alert.format(title=PORT)}\n📍 宜昌",
        f"事件 2025年7月 · 2025-08-01 发布\n{PORT_LINE}",
        SAID.named.format(wishes="宜昌、码头、宜昌 + 开工"),
    ]
    assert marked(alert, "bold") == [SAID.alert.format(title=PORT), "12亿元"]
    assert quotes_of(alert) == [PORT_LINE]
    assert not alert.silent
    assert list(alert.buttons) == [
        SAID.button_original,
        SAID.button_ask,
        *(SAID.button_unsubscribe_one.format(wish=wish) for wish in ("宜昌", "码头", "宜昌 + 开工")),
        SAID.button_list,
    ]


def test_what_an_alert_quotes_stands_in_the_article(walk: Step) -> None:
    """Word for word, figures and all."""
    alert = walk.only("reader")
    quotes = quotes_of(alert)
    assert quotes[0] == CANAL_LINES[0]
    assert all(any(quote in line for line in CANAL_LINES) for quote in quotes)
    assert len(quotes) <= 2
    bold = marked(alert, "bold")[1:]
    assert "8.6亿元" in bold
    assert all(any(figure in quote for quote in quotes) for figure in bold)


def test_an_alert_is_in_the_language_of_who_subscribed(walk: Step) -> None:
    """Quotes stay as they are written."""
    english, traditional = walk.only("english"), walk.only("traditional")
    assert english.text.startswith(ENGLISH.alert.format(title=PORT))
    assert "published 2025-08-01" in english.text
    assert ENGLISH.button_unsubscribe in english.buttons
    assert "發佈" in traditional.text
    assert traditional.text.endswith(TRADITIONAL.named.format(wishes="碼頭"))
    assert all(PORT_LINE in one.text for one in (english, traditional))


def test_a_keyword_that_is_only_part_of_a_word_is_not_told(walk: Step) -> None:
    """湖北京山 has nothing to do with 北京."""
    assert walk.alerts["part"] == []


def test_a_region_that_is_only_mentioned_is_not_told(walk: Step) -> None:
    """Where a ship's crew comes from is no news of that place."""
    assert walk.alerts["elsewhere"] == []


def test_who_paused_is_told_nothing(walk: Step) -> None:
    """That is what it is for."""
    assert walk.alerts["paused"] == []


def test_a_muted_alert_makes_no_sound(walk: Step) -> None:
    """It is read when there is time."""
    assert walk.only("silent").silent


def test_a_question_is_answered_once_and_then_no_longer_waited_for(life: Life, walk: Step) -> None:
    """The answer is what was wanted, not every article that has it; it is quoted once."""
    alert = walk.only("waiting")
    assert alert.text.split("\n\n")[:2] == [
        SAID.is_answered.format(question=PORT_QUESTION),
        f"事件 2025年7月 · 2025-08-01 发布\n{PORT_LINE}",
    ]
    assert alert.text.count("12亿元") == 1
    assert "12亿元" in marked(alert, "bold")
    assert PORT in alert.text
    assert SAID.button_unsubscribe not in alert.buttons
    assert PORT_LINE in life.press(SAID.button_original, alert).only.text
    assert "2025年7月" in life.say("什么时候开工？", walk.people["waiting"], alert).text
    assert life.say("/subscriptions", walk.people["waiting"]).text == SAID.list_none


def test_the_original_shows_the_section_and_turns_pages(life: Life, walk: Step) -> None:
    """A quote is believed where it can be read in its place; a long section has pages."""
    opened = life.press(SAID.button_original, walk.only("three")).only
    assert opened.reply_to == walk.only("three").message_id
    assert PORT in opened.text
    assert PORT_LINE in opened.text
    alert = walk.only("reader")
    quoted = alert.buttons[SAID.button_original].rpartition(":")[0]
    first = life.press_data(f"{quoted}:2", alert).only  # the section of the pumps
    assert TEXTS.button_on in first.buttons
    second = life.press(TEXTS.button_on, first).only
    assert second.message_id == first.message_id
    assert second.text != first.text
    back = life.press(TEXTS.button_back, second).only
    assert (back.text, back.buttons) == (first.text, first.buttons)


def test_a_question_about_an_alert_is_about_its_article(life: Life, walk: Step) -> None:
    """总投资多少 says nothing by itself: by the button, or in reply to the alert, it means this one."""
    person, alert = walk.people["english"], walk.only("english")
    prompt = life.press(ENGLISH.button_ask, alert).only
    assert prompt.text == ENGLISH.ask_about.format(title="新港码头<一期>开工 & 招标")
    assert prompt.prompt
    assert prompt.prompt["input_field_placeholder"] == ENGLISH.ask_hint
    for before in (prompt, alert):
        assert "12亿元" in life.say("总投资多少？", person, before).text
    other = walk.people["reader"]
    assert "8.6亿元" in life.say("投资多少？", other, walk.only("reader")).text


def test_one_tap_unsubscribes_and_one_takes_it_back(life: Life, walk: Step) -> None:
    """Whoever is annoyed is rid of it at once; all else in the message stays as it is."""
    alert, person = walk.only("three"), walk.people["three"]
    label, undo = (button.format(wish="码头") for button in (SAID.button_unsubscribe_one, SAID.button_undo))
    off = life.press(label, alert)
    assert off.toast == SAID.removed.format(wish="码头")
    assert off.only.html == alert.html
    assert list(off.only.buttons) == [undo if one == label else one for one in alert.buttons]
    assert "码头" not in life.say("/subscriptions", person).text
    back = life.press(undo, off.only)
    assert back.toast == SAID.done.format(wish="码头")
    assert list(back.only.buttons) == list(alert.buttons)
    assert "码头" in life.say("/subscriptions", person).text
    listed = life.press(SAID.button_list, back.only).only
    assert listed.text.startswith(SAID.list.format(count=3, most=50))
    assert life.now(alert).text == alert.text


def test_in_a_group_all_may_read_on_and_administrators_alone_unsubscribe(life: Life, walk: Step) -> None:
    """All see the alert; the subscription is the group's."""
    alert, member = walk.only("group"), newcomer()
    assert "1900万元" in life.press(SAID.button_original, alert, member).only.text
    assert life.press(SAID.button_ask, alert, member).only.prompt
    refused = life.press(SAID.button_unsubscribe, alert, member)
    assert (refused.toast, refused.messages) == (SAID.only_admins_press, ())
    assert life.press(SAID.button_unsubscribe, alert, ADMIN).toast == SAID.removed.format(wish="古塔")


# What is told once, and what is not told at all


def test_a_report_that_comes_twice_at_once_is_told_once(walk: Step) -> None:
    """The same from two papers is one piece of news."""
    assert OPERATING.counts_duplicates.format(duplicates=1) in walk.report.text
    assert len(walk.alerts["reader"]) == 1


def test_a_copy_is_told_only_to_whom_the_first_was_not(second: Step) -> None:
    """Who was told of the report has read it; what only the copy says is news."""
    assert len(second.alerts["copied"]) == 1
    assert "转载" in second.only("photo").text


def test_a_correction_without_other_figures_is_told_to_nobody(second: Step) -> None:
    """Nobody wants to be woken for a comma."""
    assert "更正 1" in second.report.text
    assert len(second.alerts["corrected"]) == 1
    assert second.alerts["late"] == []


@pytest.mark.parametrize(("name", "count"), [("second", 3), ("third", 2)])
def test_a_step_tells_as_many_alerts_as_there_are(request: pytest.FixtureRequest, name: str, count: int) -> None:
    """The check, the report and what came agree."""
    done: Step = request.getfixturevalue(name)
    assert OPERATING.alerts_planned.format(alerts=count) in done.check.text
    assert alerts(count) in done.report.text


def test_a_corrected_figure_is_told_to_whom_the_article_was(third: Step) -> None:
    """Who has the wrong number in mind has to know, and nobody else."""
    _, correction = third.alerts["corrected"]
    assert correction.text.startswith(SAID.correction.format(title=CAR))
    assert "6000辆" in correction.text
    assert "8000辆" in correction.text.partition("→")[2]
    assert SAID.button_unsubscribe in correction.buttons
    assert third.alerts["late"] == []


def test_a_correction_is_not_told_to_whom_the_article_could_not_be(second: Step, third: Step) -> None:
    """Who had blocked the bot has no wrong number in mind."""
    assert third.alerts["other"][-1].text.startswith(SAID.correction.format(title="【仙桃招商】黄鳝装船"))
    assert third.alerts["blocked"] == second.alerts["blocked"]


def test_what_was_there_from_the_first_is_no_news_when_it_comes_back(second: Step, third: Step) -> None:
    """A file that was away for a day would be told to everybody."""
    assert "删除 1" in second.report.text
    assert "新增 1" in third.report.text
    assert third.alerts["steel"] == []


def test_publishing_the_same_tells_nobody(life: Life, third: Step) -> None:
    """There is nothing to tell, and no number of alerts either."""
    before = all_alerts(life, third.people)
    told = life.say("/reload").text
    assert OPERATING.unchanged.format(generation=life.generation) in told
    assert "提醒" not in told
    assert all_alerts(life, third.people) == before


def test_going_back_and_publishing_again_tells_nobody_anything(life: Life, walk: Step, third: Step) -> None:
    """What comes back is old news by then, a figure that was corrected too."""
    before, serving = all_alerts(life, third.people), life.generation
    asked = life.say(f"/rollback {walk.generation}")
    life.press(OPERATING.button_rollback_sure.format(number=walk.generation), asked)
    assert life.generation == serving + 1
    told = life.say("/reload").text
    assert "新增 2 · 更正 2" in told
    after = all_alerts(life, third.people)
    assert {name: len(after[name]) - len(before[name]) for name in after if after[name] != before[name]} == {}
    assert alerts(0) in told


# Hidden articles


def test_what_is_hidden_is_not_told_and_comes_when_it_is_shown_again(life: Life, walk: Step) -> None:
    """Between being planned and being sent lies a night; where it was told already, it is withdrawn."""
    alert, daily = walk.only("hidden"), walk.people["hidden daily"]
    hide(life, "高山缆车", TRAIN)
    now = life.now(alert)
    assert (now.text, now.buttons) == (SAID.withdrawn, {})
    assert life.press_data(alert.buttons[SAID.button_original], alert).toast == TEXTS.article_hidden
    due(life, daily)
    assert life.unasked(daily) == []
    life.press(OPERATING.button_unhide.format(title=TRAIN), life.say("/unhide"))
    due(life, daily)
    (later,) = life.unasked(daily)
    assert TRAIN in later.text
    assert len(life.unasked(alert.chat)) == 1


def due(life: Life, chat: int) -> None:
    """It is nine in the morning."""
    where = f"chat_id = {chat} AND state = 'waiting' AND is_daily AND NOT has_payload"
    assert life.bot.change(f"UPDATE outbox SET next_at = created_at WHERE {where}") == 1  # noqa: S608 # the test's own
    life.telegram.wait_for(lambda: not life.bot.rows(f"SELECT id FROM outbox WHERE {where}"))  # noqa: S608 # as above
    life.settle()


# Many at once


def test_more_than_five_at_once_are_one_list(life: Life, walk: Step) -> None:
    """Nine messages in a row are switched off, not read."""
    listed = walk.only("everything")
    assert listed.text.startswith(SAID.digest_many.format(count=9, most=5))
    assert SAID.page.format(page=1, pages=2) in listed.text
    assert len(quotes_of(listed)) == 8
    assert all(quote in BURST for quote in quotes_of(listed))
    assert [label for label in listed.buttons if label.startswith("📄")] == [f"📄 {number + 1}" for number in range(8)]
    wishes = ("孝感", "孝感 + 麻糖")
    assert {SAID.button_unsubscribe_one.format(wish=wish) for wish in wishes} <= set(listed.buttons)
    turned = life.press(TEXTS.button_on, listed).only
    assert turned.message_id == listed.message_id
    assert len(quotes_of(turned)) == 1
    assert SAID.page.format(page=2, pages=2) in turned.text
    shown = quotes_of(listed) + quotes_of(turned)
    assert sorted(shown) == sorted(BURST)
    opened = life.press("📄 9", turned).only
    assert quotes_of(turned)[0] in opened.text
    back = life.press(TEXTS.button_back, turned).only
    assert (back.text, back.buttons) == (listed.text, listed.buttons)


def test_five_at_once_come_one_by_one(life: Life, walk: Step) -> None:
    """They are few enough to be read, each with its own buttons, and not in the same second."""
    came = walk.alerts["some"]
    assert sorted(quotes_of(one)[0] for one in came) == sorted(list(BURST)[:5])
    sends = [call.received for call in life.telegram.calls("sendMessage", walk.people["some"])][-5:]
    assert all(after - before > 0.9 for before, after in itertools.pairwise(sends))


def test_a_list_that_is_unsubscribed_from_stays_as_it_is(life: Life, walk: Step) -> None:
    """What it lists can still be opened."""
    listed = walk.only("everything")
    off = life.press(SAID.button_unsubscribe_one.format(wish="孝感"), listed)
    assert off.only.html == listed.html
    assert SAID.button_undo.format(wish="孝感") in off.only.buttons
    assert "📄 1" in off.only.buttons
    assert life.press("📄 1", off.only).only.reply_to == listed.message_id
    turned = life.press(TEXTS.button_on, off.only).only
    assert len(quotes_of(turned)) == 1
    assert SAID.button_unsubscribe in turned.buttons  # that of the one that is left


def test_the_daily_list_waits_for_the_morning(life: Life, walk: Step) -> None:
    """That is why it was chosen; it tells all in one message, and without a sound where that was chosen, too."""
    person = walk.people["quiet"]
    assert life.unasked(person) == []
    waiting = f"SELECT strftime('%H:%M', next_at) FROM outbox WHERE chat_id = {person} AND state = 'waiting'"  # noqa: S608
    assert life.bot.rows(waiting) == [("01:00",)]  # 9 o'clock in Shanghai
    due(life, person)
    (listed,) = life.unasked(person)
    assert listed.text.startswith(SAID.digest_daily.format(count=9))
    assert listed.silent
    turned = life.press(TEXTS.button_on, listed).only
    assert turned.text.startswith(SAID.digest_daily.format(count=9))


def test_one_article_a_day_is_told_as_any_other(life: Life, walk: Step) -> None:
    """With what can be asked of it."""
    person = walk.people["daily"]
    assert walk.alerts["daily"] == []
    due(life, person)
    (alert,) = life.unasked(person)
    assert alert.text.startswith(SAID.alert.format(title=PORT))
    assert SAID.button_ask in alert.buttons
    assert not alert.silent


def test_who_leaves_before_the_morning_is_told_nothing_then(life: Life, walk: Step) -> None:
    """What nobody wants any more is no news."""
    person = walk.people["leaving"]
    assert life.say("/unsubscribe 码头", person).text == SAID.removed.format(wish="码头")
    due(life, person)
    assert life.unasked(person) == []


# What does not go well


def test_who_blocked_the_bot_is_told_nothing_until_it_is_back(walk: Step, second: Step) -> None:
    """What was missed would come as a flood; the next article is told as ever."""
    assert walk.alerts["blocked"] == []
    assert len(walk.alerts["other"]) == 1
    assert "织机" in second.only("blocked").text
    assert len(second.alerts["other"]) == 2


def test_a_group_that_got_a_new_id_is_told_there(life: Life, walk: Step) -> None:
    """It becomes a supergroup, and its subscriptions move with it."""
    alert = walk.only("new")
    assert "310件" in alert.text
    assert walk.alerts["old"] == []
    assert "虾谷" in life.say(f"/subscriptions{NAME}", ADMIN, chat=NEW).text
    assert life.press(SAID.button_unsubscribe, alert, ADMIN).toast == SAID.removed.format(wish="虾谷")


def test_what_was_published_just_before_a_crash_is_told_once_after_it(life: Life) -> None:
    """Nobody is forgotten, and nobody told twice."""
    people = [subscriber(life, "门窗") for _ in range(5)]
    life.folder.put("door")
    life.telegram.inject(lambda _, parameters: Internal() if parameters.get("chat_id") in people else None)
    life.telegram.say("/reload", ANN)
    ended = "SELECT id FROM jobs WHERE ended_at IS NULL"
    life.telegram.wait_for(lambda: life.bot.rows(ended))
    life.telegram.wait_for(lambda: not life.bot.rows(ended))
    life.bot.kill()
    life.telegram.inject(None)
    assert all(life.unasked(person) == [] for person in people)
    life.bot.start()
    life.bot.wait_ready()
    life.settle()
    assert [len(life.unasked(person)) for person in people] == [1] * 5


def test_what_never_arrived_is_sent_again_or_dropped_by_an_operator(life: Life, walk: Step) -> None:
    """A message may be refused for a reason that an operator can remove."""
    first, second = walk.people["lost"], walk.people["lost too"]
    assert walk.alerts["lost"] == walk.alerts["lost too"] == []
    assert any("/undelivered" in alarm.text for alarm in life.unasked(ANN))
    letters = life.say("/undelivered")
    assert letters.text.startswith(OPERATING.letters.format(count=2))
    assert all(f"会话 {person}：" in letters.text for person in (first, second))
    assert "Something strange" in letters.text
    number = 1 if letters.text.index(str(first)) < letters.text.index(str(second)) else 2
    resend = OPERATING.button_resend.format(number=number)
    resent = life.press(resend, letters)
    assert resent.toast == OPERATING.letter_resent
    (alert,) = life.unasked(first)
    assert "52台" in alert.text
    left = next(one for one in resent.messages if one.message_id == letters.message_id)
    assert left.text.startswith(OPERATING.letters.format(count=1))
    dropped = life.press(OPERATING.button_discard.format(number=1), left)
    assert dropped.toast == OPERATING.letter_dropped
    assert dropped.only.text == OPERATING.letters_none
    assert life.press_data(letters.buttons[resend], letters).toast == OPERATING.settled
    assert (len(life.unasked(first)), len(life.unasked(second))) == (1, 0)


@pytest.fixture
def letter(life: Life, walk: Step) -> Iterator[tuple[int, int]]:
    """The alert of the group as it never arrived somewhere else: the row, and the chat; it is gone afterwards."""
    chat = newcomer()
    columns = "payload, priority, created_at, next_at, ended_at, cites"
    copy = f"SELECT {chat}, 'dead', 'strange', {columns} FROM outbox WHERE chat_id = {walk.only('group').chat}"  # noqa: S608
    statement = f"INSERT INTO outbox (chat_id, state, error, {columns}) {copy} AND priority = 3 AND state = 'sent'"
    assert life.bot.change(statement) == 1
    ((row,),) = life.bot.rows(f"SELECT id FROM outbox WHERE chat_id = {chat}")  # noqa: S608 # a number
    yield row, chat
    life.bot.change("UPDATE outbox SET state = 'cancelled' WHERE state = 'dead' AND error = 'strange'")


def test_an_old_button_of_a_letter_works_though_newer_ones_came(life: Life, letter: tuple[int, int]) -> None:
    """That somebody saw to it already would be untrue."""
    row, chat = letter
    listed = life.say("/undelivered")
    assert f"会话 {chat}：strange" in listed.text
    columns = "chat_id, state, error, payload, priority, created_at, next_at, ended_at"
    newer = f"SELECT {columns.replace('ended_at', 'next_at')} FROM outbox WHERE id = {row}"  # noqa: S608 # a number
    newer = newer.replace("next_at FROM", "'2099-01-01 00:00:00.000000' FROM")
    for _ in range(8):
        assert life.bot.change(f"INSERT INTO outbox ({columns}) {newer}") == 1
    assert life.press_data(f"op:resend:{row}", listed).toast == OPERATING.letter_resent
    assert len(life.unasked(chat)) == 1


def test_a_letter_about_a_hidden_article_is_not_sent(life: Life, letter: tuple[int, int]) -> None:
    """What must not be read any more must not come by a way round, either."""
    row, chat = letter
    title = "【荆州招商】古塔修缮"
    hide(life, "古塔修缮", title)
    try:
        life.press_data(f"op:resend:{row}", life.say("/undelivered"))
        shown = [message.text for message in life.unasked(chat)]
    finally:
        life.press(OPERATING.button_unhide.format(title=title), life.say("/unhide"))
    assert not any("1900万元" in text for text in shown)
