"""The texts about subscriptions and alerts as fields that every language fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscribingTexts:
    """The texts about subscriptions and alerts, templates for `str.format`; comments name their parameters."""

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
