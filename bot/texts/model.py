"""The texts as fields that every language fills, so that mypy finds a missing one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.job_codes import Failure, Hold, Step
    from bot.domain.jobs import JobEnd, JobKind
    from bot.texts.operating_texts import OperatingTexts
    from bot.texts.subscribing_texts import SubscribingTexts
    from corpus.comparison.changes import ChangedPart
    from corpus.errors import FaultCode
    from retrieval.facts.status import Status
    from retrieval.model import NoteCode, Reason
    from retrieval.storage.build_progress import Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplanationTexts:
    """Headings, columns and lines of an explanation, templates for `str.format`; comments name their parameters."""

    passages: str
    sentences: str
    lead: str
    odds: str
    outcome: str
    word: str
    role: str
    idf: str
    rank: str
    place: str
    score: str
    passage: str
    feature: str
    value: str
    weight: str
    amount: str
    first: str
    second: str
    difference: str
    fields: Mapping[str, str]  # by retrieval.index.terms.FIELDS
    domain: str  # {role}
    part: str  # {text}
    kind: str  # {kind}
    kind_asked: str  # {kind}, {asked}
    places: str  # {names}
    times: str  # {names}
    left_out: str  # {names}
    margin: str  # {margin}
    preferred: str  # {margin}
    base: str
    others: str
    penalty: str  # {name}
    shift: str
    sum: str
    best: str  # {name}
    confidence: str  # {confidence}, {threshold}, {verdict}
    missing: str  # {missing}
    told: str  # {details}
    nothing: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """All texts of a language, templates for `str.format`; comments name their parameters and the keys of mappings."""

    # an answer
    published: str  # {date}
    published_since: str  # {first}
    published_until: str  # {last}
    published_between: str  # {first}, {last}
    date_unknown: str
    event: str  # {time}
    event_inferred: str  # {time}: a year that an earlier sentence names
    event_unknown: str
    times: Mapping[str, str]  # year, month, day, BC: {year}, {month}, {day}; from, since: {first}, {last}
    statuses: Mapping[Status, str]  # but DONE, which needs no word
    old_news: str
    twins: str  # {count}: near-duplicates of a source
    untitled: str
    original: str  # {place}: where the article stands
    no_answer: Mapping[Reason, str]  # MISSING: {missing}
    quoted: str  # {word}: how a missing word is shown
    separator: str  # between missing words
    unanswered: str  # {part}: one thing of several that were asked
    nearest: str
    understood: str
    notes: Mapping[NoteCode, str]  # {facts}, {published}, or {everything} of both

    # the chat in the terminal
    welcome: str  # {articles}, {paragraphs}
    prompt: str
    asked: str  # {question}: above its answer, where many are asked at once
    waiting: str
    hint: str
    goodbye: str
    no_such_source: str  # {number}, {sources}

    # the chat on Telegram
    bot_start: str  # {articles}
    bot_help: str
    bot_joined: str  # to a group
    ask_how: str  # to /ask without a question
    only_text: str
    no_such_command: str
    late: str  # above a reply that goes out late
    wait: str  # to who has too many questions waiting
    failed: str
    small_talk: Mapping[str, str]  # by bot.telegram.handlers.smalltalk.Topic
    see_above: str  # in place of a message that an edited answer no longer needs
    button_original: str
    button_original_number: str  # {number}
    button_more: str
    button_good: str
    button_bad: str
    button_back: str
    button_on: str
    button_gone: str
    page: str  # {page}, {pages}
    article_gone: str
    article_hidden: str  # to who presses a button that leads to it
    article_changed: str
    more: str
    no_more: str
    thanks: str
    what_is_wrong: str
    wrong: Mapping[str, str]  # by bot.telegram.ui.callback_data.Wrong
    button_never_mind: str
    commands: Mapping[str, str]  # what the menu says of each, at most 256 characters
    description: str  # before the first message, at most 512 characters
    about: str  # on the bot's profile, at most 120 characters
    alarms: Mapping[str, str]  # by bot.telegram.outbound.alarms.Alarm; {detail}

    # subscriptions and alerts
    subscribing: SubscribingTexts

    # what operators read
    operating: OperatingTexts
    operator_commands: Mapping[str, str]  # what the menu says of each
    actions: Mapping[str, str]  # what operators' buttons do, as the audit log tells it
    steps: Mapping[Step, str]
    holds: Mapping[Hold, str]  # {removed}, {before}; {place}, {reason}
    failures: Mapping[Failure, str]  # {place}, {reason}
    job_kinds: Mapping[JobKind, str]
    job_ends: Mapping[JobEnd, str]
    parts: Mapping[ChangedPart, str]

    # the start and end of the bot
    bot_ready: str  # {name}, {articles}, {way}
    by_polling: str
    bot_ended: str
    bad_settings: Mapping[str, str]  # by name; {found}
    not_admitted: str
    telegram_unreachable: str  # {place}, {reason}
    unreachable_by_proxy: str  # {place}, {reason}
    webhook_refused: str  # {place}, {reason}
    cannot_listen: str  # {place}, {reason}
    no_store: str  # {place}, {reason}
    newer_store: str  # {place}
    backed_up: str  # {path}, {rows}
    restored: str  # {place}, {rows}
    no_backup: str  # {path}, {reason}
    bad_backup: str  # {path}, {reason}
    full_store: str  # {place}

    # progress
    stages: Mapping[Stage, str]

    # faults of articles, and results of commands
    faults: Mapping[FaultCode, str]  # {found}, {other}
    fault_line: str  # {place}, {what}
    check_clean: str  # {articles}, {paragraphs}
    check_faulty: str  # {articles}, {paragraphs}, {faults}, {notices}
    check_empty: str
    index_refused: str  # {folder}, {reason}: told before it is built again
    skipped: str  # {faults}: told when answering from a corpus with faults
    nothing_found: str
    figures: Mapping[str, str]  # names of the figures of `chuwen eval`
    picture: Mapping[str, str]  # what stands beside its picture; {threshold}, {answered} …

    # `chuwen explain`
    explanation: ExplanationTexts
    kinds: Mapping[str, str]  # by retrieval.question.query.Kind
    roles: Mapping[str, str]  # by retrieval.explanation.explain.Role
    verdicts: Mapping[str, str]  # by retrieval.answer.Verdict
    features: Mapping[str, str]  # by name, of retrieval.ranking.features
    evidence: Mapping[str, str]  # by name, of retrieval.confidence.confidence, but those of the first sentence

    # errors: where, what, and what to do
    no_corpus: str  # {path}, {reason}
    bad_questions: str  # {place}, {reason}
    no_cache: str  # {path}, {reason}
    no_picture: str  # {path}, {reason}
    usage_reasons: Mapping[str, str]  # what argparse says, as patterns, and how it is put
    usage: str  # {reason}, {command}
    no_stream: str  # {reason}
    no_count: str  # {found}
    no_date: str  # {found}
    no_ending: str  # {found}
    interrupted: str

    # help
    help: Mapping[str, str]
