"""Every sentence exists in every language, fits its facts, and is in the asker's script."""

from __future__ import annotations

import dataclasses
import datetime
import html
import itertools
import string
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.job_codes import Failure, Hold, Step
from bot.domain.jobs import JobEnd, JobKind
from bot.settings import SETTINGS, BadSetting, read_publishing_settings, read_telegram_settings, read_timezone
from bot.telegram.outbound.alarms import Alarm
from bot.telegram.ui.callback_data import FeedbackReason
from bot.telegram.ui.menus import IN_GROUPS, IN_PRIVATE
from bot.telegram.ui.reply import ROOM
from bot.telegram.wire.markup import MOST_UNITS, units
from bot.texts import Language, Texts, language_of, texts_in
from bot.views.wording import fault_line, note_line, refusal, visible
from corpus.comparison.changes import ChangedPart
from corpus.errors import Fault, FaultCode
from corpus.text import converter
from retrieval.answer import Verdict
from retrieval.confidence.confidence import PENALTIES
from retrieval.confidence.evidence_features import CONFIDENCE_FEATURES
from retrieval.evaluation.evaluate import EvaluationReport
from retrieval.explanation.explain import Role
from retrieval.facts.status import Status
from retrieval.index.terms import FIELDS as FIELDS_OF_INDEX
from retrieval.model import Abstention, Note, NoteCode, Reason
from retrieval.question.kinds import QuestionKind
from retrieval.ranking.features import FEATURES
from retrieval.storage.build_progress import Stage

if TYPE_CHECKING:
    from retrieval.periods import Period

SIMPLIFIED, TRADITIONAL, ENGLISH = Language.SIMPLIFIED, Language.TRADITIONAL, Language.ENGLISH
OPEN_SETTINGS = (
    "CHUWEN_TIMEZONE",
    "CHUWEN_TELEGRAM_API",
    "CHUWEN_OPERATORS",
    "CHUWEN_WEBHOOK_URL",
    "CHUWEN_LISTEN",
    "CHUWEN_GENERATIONS",
    "CHUWEN_RELOAD_MINUTES",
)  # no secrets
DAY = datetime.date(2025, 7, 19)
MOST_DESCRIPTION = 256  # characters of a command's description (Bot API, BotCommand)
MOST_TOLD = 200  # characters of what a pressed button says (Bot API, answerCallbackQuery)
FIELDS = {
    "no_stream": {"reason"},
    "unanswered": {"part"},
    "no_count": {"found"},
    "no_date": {"found"},
    "published": {"date"},
    "twins": {"count"},
    "event": {"time"},
    "event_inferred": {"time"},
    "times.year": {"year"},
    "times.month": {"year", "month"},
    "times.day": {"year", "month", "day"},
    "times.BC": {"year"},
    "times.from": {"first", "last"},
    "times.since": {"first"},
    "published_since": {"first"},
    "published_until": {"last"},
    "published_between": {"first", "last"},
    "notes.heard-as": {"typed", "meant"},
    "notes.limited": {"everything"},
    "notes.elsewhere": {"facts"},
    "notes.unknown-place": {"facts"},
    "notes.other-dates": {"published"},
    "original": {"place"},
    "no_answer.missing": {"missing"},
    "quoted": {"word"},
    "welcome": {"articles", "paragraphs"},
    "no_such_source": {"number", "sources"},
    "bot_start": {"articles"},
    "button_original_number": {"number"},
    "page": {"page", "pages"},
    **{f"alarms.{alarm}": {"detail"} for alarm in Alarm},
    "bot_ready": {"name", "articles", "way"},
    **{f"bad_settings.{name}": {"found"} for name in OPEN_SETTINGS},
    "telegram_unreachable": {"place", "reason"},
    "unreachable_by_proxy": {"place", "reason"},
    "webhook_refused": {"place", "reason"},
    "cannot_listen": {"place", "reason"},
    "no_store": {"place", "reason"},
    "newer_store": {"place"},
    "backed_up": {"path", "rows"},
    "restored": {"place", "rows"},
    "no_backup": {"path", "reason"},
    "bad_backup": {"path", "reason"},
    "full_store": {"place"},
    "fault_line": {"place", "what"},
    "check_clean": {"articles", "paragraphs"},
    "check_faulty": {"articles", "paragraphs", "faults", "notices"},
    "asked": {"question"},
    "understood": {"question"},
    "index_refused": {"folder", "reason"},
    "skipped": {"faults"},
    "no_corpus": {"path", "reason"},
    "bad_questions": {"place", "reason"},
    "no_cache": {"path", "reason"},
    "usage": {"reason", "command"},
    "no_picture": {"path", "reason"},
    "no_ending": {"found"},
    "picture.threshold": {"threshold", "answered", "precision"},
    "picture.answerable": {"share"},
    "picture.asked": {"questions", "answerable"},
    "explanation.domain": {"role"},
    "explanation.part": {"text"},
    "explanation.kind": {"kind"},
    "explanation.kind_asked": {"kind", "asked"},
    "explanation.places": {"names"},
    "explanation.times": {"names"},
    "explanation.left_out": {"names"},
    "explanation.margin": {"margin"},
    "explanation.preferred": {"margin"},
    "explanation.penalty": {"name"},
    "explanation.best": {"name"},
    "explanation.confidence": {"confidence", "threshold", "verdict"},
    "explanation.missing": {"missing"},
    "explanation.told": {"details"},
}
NEVER_FORMATTED = ("help", "usage_reasons")
USED_IN_PART = {  # each uses those that say something
    "faults": {"found", "other"},
    "failures": {"place", "reason"},
    "holds": {"removed", "before", "place", "reason"},
}


def templates(said: Texts) -> dict[str, str]:
    """Return all sentences of a language by their place: attributes and keys, joined by dots."""
    return dict(_flat(said, ""))


def _flat(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
        return
    fields = (
        value
        if isinstance(value, Mapping)
        else {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    )
    for name, text in fields.items():
        yield from _flat(text, f"{place}.{name}" if place else name)


def fields_of(template: str) -> set[str]:
    """What goes into a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.fixture(params=list(Language))
def said(request: pytest.FixtureRequest) -> Texts:
    """The sentences of each language in turn."""
    language: Language = request.param
    return texts_in(language)


def test_every_code_has_a_text(said: Texts) -> None:
    """A code without a sentence would fail just when something else has failed."""
    assert (set(said.faults), set(said.no_answer), set(said.stages)) == (set(FaultCode), set(Reason), set(Stage))
    assert set(said.notes) == set(NoteCode)
    assert set(said.statuses) == set(Status) - {Status.DONE}


def test_every_value_of_the_bot_has_a_text(said: Texts) -> None:
    """A button without a label, an alarm without words or a setting that is refused in silence helps nobody."""
    assert set(said.wrong) == set(FeedbackReason)
    assert set(said.alarms) == set(Alarm)
    assert set(said.commands) == {*IN_PRIVATE, *IN_GROUPS}
    assert (set(said.steps), set(said.holds), set(said.failures)) == (set(Step), set(Hold), set(Failure))
    assert (set(said.job_kinds), set(said.job_ends), set(said.parts)) == (set(JobKind), set(JobEnd), set(ChangedPart))


def test_every_setting_that_can_be_bad_has_a_text(said: Texts) -> None:
    """The name is raised where the setting is read, and looked up where the program ends."""
    usable = {
        "CHUWEN_TELEGRAM_TOKEN": "1:A",
        "CHUWEN_WEBHOOK_URL": "https://bot.example",
        "CHUWEN_WEBHOOK_SECRET": "x",
    }
    raised = set()
    for name, read in itertools.product(SETTINGS, (read_telegram_settings, read_timezone, read_publishing_settings)):
        try:
            read(usable | {name: "no: such thing"})
        except BadSetting as error:
            raised.add(error.name)
    assert set(said.bad_settings) == raised


def test_menus_and_buttons_say_no_more_than_telegram_shows(said: Texts) -> None:
    """What is longer is refused: the menu is missing, the button spins on."""
    commands = (*said.commands.values(), *said.operator_commands.values())
    assert [text for text in commands if not 1 <= len(text) <= MOST_DESCRIPTION] == []
    told = (said.thanks, said.what_is_wrong, said.button_gone, said.operating.refused_press)
    assert [text for text in told if len(text) > MOST_TOLD] == []


def test_a_late_line_fits_above_a_full_message(said: Texts) -> None:
    """It is put there when the message is sent, which was filled long before."""
    assert units(f"{said.late}\n\n") <= MOST_UNITS - ROOM


def test_what_is_sent_as_it_stands_needs_no_escaping(said: Texts) -> None:
    """A bare < in one of these would make Telegram refuse the message."""
    sent = (said.late, said.wait, said.bot_joined, *said.alarms.values())
    assert [text for text in sent if html.escape(text, quote=False) != text] == []


def test_every_figure_has_a_name(said: Texts) -> None:
    """A number without a name says nothing."""
    assert set(said.figures) == {field.name for field in dataclasses.fields(EvaluationReport)}


def test_every_step_of_the_reckoning_has_a_name(said: Texts) -> None:
    """Whoever adds a feature, a kind or a verdict tells people what it is."""
    assert set(said.features) == set(FEATURES)
    of_first = {f"best {name}" for name in FEATURES}
    assert set(said.evidence) == {*CONFIDENCE_FEATURES, *PENALTIES} - of_first
    assert (set(said.kinds), set(said.roles), set(said.verdicts)) == (set(QuestionKind), set(Role), set(Verdict))
    assert set(said.explanation.fields) == set(FIELDS_OF_INDEX)


def test_no_text_is_empty(said: Texts) -> None:
    """Silence is no message."""
    assert [name for name, template in templates(said).items() if not template.strip()] == []


def test_all_languages_have_the_same_texts(said: Texts) -> None:
    """Whoever adds a sentence adds it in each."""
    own, chinese = (
        {name for name in templates(texts) if not name.startswith("usage_reasons")}  # argparse's words are English
        for texts in (said, texts_in(SIMPLIFIED))
    )
    assert own == chinese


def test_templates_take_the_facts_they_are_given(said: Texts) -> None:
    """A field misspelt fails when it is needed; one left out hides a fact."""
    wrong = {}
    for name, template in templates(said).items():
        group = name.partition(".")[0]
        if group in USED_IN_PART:
            is_right = fields_of(template) <= USED_IN_PART[group]
        elif group in NEVER_FORMATTED:
            continue
        elif group in ("operating", "subscribing"):  # the end-to-end tests use each of them
            is_right = fields_of(template) == fields_of(templates(texts_in(SIMPLIFIED))[name])
        else:
            is_right = fields_of(template) == FIELDS.get(name, set())
        if not is_right:
            wrong[name] = template
    assert wrong == {}


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ((DAY, None), "已限定：宜昌、襄阳 · 2025-07-19 以后发布"),
        ((None, DAY), "已限定：宜昌、襄阳 · 2025-07-19 以前发布"),
        ((DAY, DAY), "已限定：宜昌、襄阳 · 2025-07-19 发布"),
        ((DAY, datetime.date(2025, 7, 20)), "已限定：宜昌、襄阳 · 2025-07-19 至 2025-07-20 发布"),
        (None, "已限定：宜昌、襄阳"),
    ],
)
def test_a_note_names_places_and_days(period: Period | None, told: str) -> None:
    """As far as they are limited."""
    assert note_line(Note(NoteCode.LIMITED, ("宜昌", "襄阳"), period), texts_in(SIMPLIFIED)) == told


def test_a_note_of_days_alone_names_no_place() -> None:
    """No mark stands for what is not there."""
    note = Note(NoteCode.LIMITED, period=(DAY, None))
    assert note_line(note, texts_in(ENGLISH)) == "Limited to: published since 2025-07-19"


@pytest.mark.parametrize("code", list(FaultCode))
def test_every_fault_becomes_one_line(said: Texts, code: FaultCode) -> None:
    """`path:line: what, and what to do`, without a brace left over from the template."""
    line = fault_line(Fault(code=code, path="a.md", line=3, found="甲", other="乙"), said)
    assert line.startswith("a.md:3: ")
    assert "\n" not in line
    assert line.count("{") == line.count("}") == line.count("{{") * 2 + (code is FaultCode.NOT_AN_OBJECT)


def test_a_fault_of_a_whole_file_has_no_line(said: Texts) -> None:
    """Line 0 is none."""
    assert fault_line(Fault(code=FaultCode.EMPTY_FILE, path="a.md", line=0), said).startswith("a.md: ")


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_is_a_sentence(said: Texts, reason: Reason) -> None:
    """It names what is missing, three words at most."""
    told = refusal(Abstention(reason=reason, missing=("甲", "乙", "丙", "丁")), said)
    assert "{" not in told
    assert ("甲" in told and "丙" in told) is (reason is Reason.MISSING)
    assert "丁" not in told


def test_braces_in_facts_stay() -> None:
    """A file may be named so."""
    assert "{found}" in fault_line(
        Fault(code=FaultCode.BAD_FIELD, path="{x}.md", line=1, found="{found}", other="y"), texts_in(ENGLISH)
    )


def test_traditional_has_no_simplified_left() -> None:
    """Half-converted sentences look careless."""
    convert = converter("s2tw").convert  # as most write: 群, of which s2t would make 羣
    left = {name: text for name, text in templates(texts_in(TRADITIONAL)).items() if convert(text) != text}
    assert left == {}


def test_traditional_differs_from_simplified() -> None:
    """It is converted at all."""
    assert "沒有" in texts_in(TRADITIONAL).no_answer[Reason.NOTHING_FOUND]


def test_english_has_no_chinese_but_examples() -> None:
    """Nobody who asks in English can be expected to read it."""
    chinese = {
        name
        for name, text in templates(texts_in(ENGLISH)).items()
        if any("\u3400" <= character <= "\u9fff" for character in text)
    }
    assert chinese <= {
        *("no_answer.empty-question", "help.", "help.chat", "help.today"),
        *("bot_help", "ask_how", "only_text", "commands.ask", "commands.subscribe", "operating.hide_how"),
        *("subscribing.how", "subscribing.ask_hint", "subscribing.change_hint"),
    }


@pytest.mark.parametrize(
    ("words", "otherwise", "language"),
    [
        ("宝钢二期什么时候开工？", ENGLISH, SIMPLIFIED),
        ("寶鋼二期什麼時候開工？", SIMPLIFIED, TRADITIONAL),
        ("襄城區的常住人口大約有多少？", SIMPLIFIED, TRADITIONAL),
        ("2022年湖北新增的上市公司裡，科技型企業佔比是多少？", SIMPLIFIED, TRADITIONAL),
        ("When did it start?", SIMPLIFIED, ENGLISH),
        ("help", TRADITIONAL, ENGLISH),
        ("1", SIMPLIFIED, SIMPLIFIED),
        ("1", ENGLISH, ENGLISH),
        ("???", TRADITIONAL, TRADITIONAL),
        ("", ENGLISH, ENGLISH),
        ("中文", SIMPLIFIED, SIMPLIFIED),
        ("中文", TRADITIONAL, TRADITIONAL),
        ("中文", ENGLISH, SIMPLIFIED),
        ("GDP 增长 多少", ENGLISH, SIMPLIFIED),
    ],
)
def test_the_language_is_that_of_the_words(words: str, otherwise: Language, language: Language) -> None:
    """People are answered as they write; where the words do not tell, nothing changes."""
    assert language_of(words, otherwise) is language


@given(st.text(), st.sampled_from(Language))
def test_any_words_have_a_language(words: str, otherwise: Language) -> None:
    """People type anything."""
    assert language_of(words, otherwise) in Language


def test_what_steers_a_terminal_becomes_visible() -> None:
    """A title with an escape sequence could rename the window or hide what follows."""
    assert visible("武汉\x1b]0;x\x07\u202e公司\t") == "武汉�]0;x��公司\t"
