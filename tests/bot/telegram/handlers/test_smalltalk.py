"""What is small talk, and what is a question."""

from __future__ import annotations

import pytest

from bot.telegram.handlers.smalltalk import TOPICS, Topic, topic_of
from corpus.text import normalize


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("你好", Topic.GREETING),
        ("您好！", Topic.GREETING),
        ("Hello!", Topic.GREETING),
        ("謝謝", Topic.THANKS),
        ("谢谢你～", Topic.THANKS),
        ("Thank you", Topic.THANKS),
        ("再見。", Topic.PARTING),
        ("幫助", Topic.HELP),
        ("你是谁？", Topic.HELP),
        ("What can you do?", Topic.HELP),
        ("你好，宜昌消耗了多少磷石膏？", None),
        ("帮助企业的政策有哪些？", None),
        ("👍", None),
        ("", None),
    ],
)
def test_only_whole_messages_are_small_talk(said: str, topic: Topic | None) -> None:
    """A question that begins politely is a question."""
    assert topic_of(said) is topic


def test_every_phrase_can_be_met() -> None:
    """One that is written as nobody's message is normalised would never be found."""
    assert [words for words in TOPICS if normalize(words).text.lower() != words or not words.isalnum()] == []
