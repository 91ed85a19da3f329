"""The texts for operators as fields that every language fills."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatingTexts:
    """The texts that operators read, templates for `str.format`; comments name their parameters."""

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
