"""The sentences that every language has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.job_codes import Failure, Hold, Step
    from bot.domain.jobs import JobEnd, JobKind
    from corpus.comparison.changes import ChangedPart
    from corpus.errors import FaultCode
    from retrieval.facts.status import Status
    from retrieval.model import NoteCode, Reason
    from retrieval.storage.build_progress import Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatingTexts:
    """What operators read. The comments name what goes into each template."""

    refused: str  # {person}
    refused_anonymous: str
    refused_press: str
    gone_press: str
    settled: str
    cancelled: str
    button_cancel: str
    button_refresh: str
    button_older: str
    button_newer: str
    more: str  # {count}
    begun: str  # {kind}
    busy: str  # {kind}, {actor}, {time}, {progress}
    busy_progress: str  # {step}
    progress: str  # {kind}, {step}, {number}, {steps}
    progress_bar: str  # {bar}, {share}, {done}, {of}
    progress_left: str  # {rate}, {seconds}
    published: str  # {generation}
    rolled_back: str  # {origin}, {generation}
    unchanged: str  # {generation}
    checked: str
    held: str
    failed: str  # {generation}
    dropped: str  # {generation}
    failed_first: str
    counts: str  # {added}, {corrected}, {removed}, {unchanged}
    counts_moved: str  # {moved}
    counts_kept: str  # {kept}
    counts_faults: str  # {faults}
    counts_duplicates: str  # {duplicates}
    totals: str  # {articles}, {paragraphs}
    seconds: str  # {seconds}
    alerts: str  # {alerts}
    alerts_planned: str  # {alerts}
    heading_added: str
    heading_corrected: str
    heading_removed: str
    heading_kept: str
    heading_faults: str
    heading_notices: str
    heading_duplicates: str
    heading_canary: str
    article: str  # {title}, {place}
    change: str  # {part}, {before}, {after}
    nothing: str
    duplicate: str  # {titles}
    canary: str  # {asked}, {before}, {after}
    canary_liked: str
    broken: str  # {question}, {before}, {after}
    no_answer: str
    hold: str  # {reason}
    hold_checked: str  # {reason}
    overridden: str  # {reason}
    hide_more: str  # {count}
    decided_publish: str  # {actor}, {time}
    decided_drop: str  # {actor}, {time}
    decided_rollback: str  # {actor}, {time}
    button_publish: str
    button_publish_anyway: str
    button_drop: str
    button_check_again: str
    button_generations: str
    button_reload: str
    generations: str  # {kept}
    generation: str  # {number}, {time}, {kind}, {actor}
    generation_origin: str  # {origin}
    generation_serving: str
    behind_folder: str
    no_generations: str
    no_such_generation: str  # {number}
    is_serving: str  # {number}
    ask_rollback: str  # {number}, {time}, {articles}
    button_rollback: str  # {number}
    button_rollback_sure: str  # {number}
    hide_how: str
    hide_none: str  # {words}
    hide_which: str
    ask_hide: str  # {title}
    button_hide_sure: str
    is_hidden: str  # {title}
    unhide_none: str
    unhide_which: str
    hidden_article: str  # {title}, {actor}, {time}
    is_unhidden: str  # {title}
    article_gone: str
    withdrawn: str
    button_unhide: str  # {title}
    button_hide: str  # {title}
    operators: str
    operator_set: str  # {person}
    operator_added: str  # {name}, {person}, {actor}, {time}
    operators_how: str
    operators_bad: str  # {found}
    operator_is: str  # {person}
    operator_new: str  # {person}
    operator_gone: str  # {person}
    operator_fixed: str  # {person}
    ask_dismiss: str  # {person}
    button_dismiss: str  # {person}
    button_dismiss_sure: str  # {person}
    audit: str  # {page}, {pages}
    audit_entry: str  # {time}, {actor}, {action}, {end}
    audit_none: str
    letters: str  # {count}
    letters_none: str
    letter: str  # {number}, {time}, {chat}, {reason}
    letters_how: str
    letter_resent: str
    letter_dropped: str
    button_resend: str  # {number}
    button_discard: str  # {number}
    status: str
    status_generation: str  # {number}, {articles}, {paragraphs}
    status_hidden: str  # {count}
    status_reload: str  # {time}, {end}, {actor}
    under_way: str
    status_no_reload: str
    status_behind: str
    status_schedule: str  # {minutes}
    status_no_schedule: str
    status_queues: str  # {inbox}, {outbox}
    status_alerts: str  # {subscriptions}, {chats}, {alerts}
    status_dead: str  # {dead}, {aside}
    status_errors: str  # {errors}
    status_memory: str  # {megabytes}
    status_uptime: str  # {uptime}, {processes}
    uptime_days: str  # {days}, {hours}
    uptime_hours: str  # {hours}, {minutes}
    uptime_minutes: str  # {minutes}, {seconds}
    stats: str  # {days}, {questions}, {answered}, {good}, {bad}
    stats_legend: str
    stats_asked: str
    stats_none: str  # {days}
    button_unanswered: str
    wish: str  # {number}, {question}, {times}
    unanswered: str  # {days}
    unanswered_none: str  # {days}
    unanswered_wish: str  # {number}, {question}, {people}, {times}
    unanswered_next: str
    why_how: str
    why_changed: str
    why_heading: str  # {question}
    why_part: str  # {text}, {kind}
    why_words: str  # {words}
    why_passages: str
    why_passage: str  # {number}, {score}, {title}, {paragraph}
    why_sentence: str  # {score}
    why_shares: str  # {shares}
    why_confidence: str  # {confidence}, {threshold}, {verdict}
    why_odds: str  # {shares}
    why_missing: str  # {missing}
    why_none: str
    share: str  # {name}, {amount}
    serving: str  # {generation}, {time}
    other_corpus: str  # {served}, {corpus}
    waiting_first: str
    ask_anyway: str
    rerun_yes: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscribingTexts:
    """What people read who subscribe to new articles. The comments name what goes into each template."""

    everything: str
    question: str  # {question}
    and_: str
    or_: str
    how: str
    done: str  # {wish}
    done_question: str  # {question}
    parse_errors: Mapping[str, str]  # by bot.service.alerts.parse_subscription.ParseErrorCode; {found}, {most}
    again: str  # {wish}
    recent: str  # {count}
    recent_none: str
    earlier: str  # {count}, {date}, {title}
    never: str
    title: str  # {title}
    when_now: str  # {most}
    count: str  # {count}, {most}
    too_many: str  # {count}, {most}
    not_kept: str
    answered: str
    share: str  # {link}
    bad_link: str
    only_admins: str
    only_admins_press: str
    cannot_tell: str
    list: str  # {count}, {most}
    list_topic: str  # {count}, {most}
    list_none: str
    list_line: str  # {number}, {wish}, {marks}
    list_how: str
    mark_daily: str
    mark_silent: str
    mark_paused: str
    marks: str  # {marks}
    card: str  # {wish}
    card_question: str
    card_now: str
    card_daily: str  # {hour}
    card_loud: str
    card_silent: str
    card_paused: str
    gone: str
    removed: str  # {wish}
    removed_all: str  # {count}
    ask_remove_all: str  # {count}
    no_such: str  # {found}
    button_subscribe_question: str
    button_everything: str
    button_regions: str
    button_list: str
    button_card: str  # {number}, {wish}
    button_pause: str
    button_go: str
    button_daily: str
    button_now: str
    button_mute: str
    button_loud: str
    button_remove: str
    button_remove_all: str
    button_remove_all_sure: str
    button_back: str
    button_undo: str  # {wish}
    button_unsubscribe: str
    button_unsubscribe_one: str  # {wish}
    button_original: str
    button_original_number: str  # {number}
    button_ask: str
    button_change: str
    alert: str  # {title}
    correction: str  # {title}
    colon: str
    change_added: str  # {part}, {after}
    change_removed: str  # {part}, {before}
    is_answered: str  # {question}
    region: str  # {regions}
    withdrawn_list: str
    button_list_again: str
    withdrawn: str
    named: str  # {wishes}
    digest_daily: str  # {count}
    digest_many: str  # {count}, {most}
    digest_late: str  # {count}
    digest_item: str  # {number}, {title}
    digest_correction: str  # {number}, {title}
    digest_answer: str  # {question}
    more: str  # {count}
    page: str  # {page}, {pages}
    article_gone: str
    about: str  # {title}
    about_several: str  # {count}
    ask_about: str  # {title}
    ask_hint: str
    change_hint: str
    change_how: str  # {wish}
    changed: str  # {wish}
    privacy: str
    forget_ask: str
    forget_in_private: str
    button_forget_sure: str
    button_forget_not: str
    forgotten: str
    kept: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplanationTexts:
    """Headings, columns and lines of an explanation. The comments name what goes into each template."""

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
    """Templates for `str.format`; the comments name what goes into each."""

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

    # the bot's own start and end
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

    # work that takes a while
    stages: Mapping[Stage, str]

    # reports
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

    # what `chuwen explain` tells
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
