"""Why a question is answered as it is, as tables for a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from bot.views.wording import details, evidence_name, note_line, refusal, title, visible
from retrieval.explanation.explain import Role
from retrieval.index.terms import FIELDS
from retrieval.limits import UNLIMITED
from retrieval.model import Abstention, Note, NoteCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console, RenderableType

    from bot.texts import Texts
    from retrieval.explanation.contributions import Lead, Odds, PassageScore, SentenceScore
    from retrieval.explanation.explain import Explanation, Judgement, PartExplanation

NARROWEST = 80  # columns: a pipe has no width of its own
MOST_SHARES = 8  # of the trees' features; the others are added up
_BOLD, _FAINT = "bold", "dim"


def print_explanation(console: Console, explanation: Explanation, texts: Texts) -> None:
    """Print all that led to a result, step by step."""
    if not console.is_terminal:
        console.width = max(console.width, NARROWEST)
    for block in _blocks(explanation, texts):
        console.print(block, highlight=False)


def _blocks(explanation: Explanation, texts: Texts) -> Iterator[RenderableType]:
    said = texts.explanation
    yield _line(texts.asked.format(question=explanation.question), _BOLD)
    limits = explanation.asked
    if limits != UNLIMITED:
        yield _line(note_line(Note(NoteCode.LIMITED, limits.places, limits.published), texts))
    for reading in explanation.readings:
        yield from _headed(said.part.format(text=reading.part.text), _reading(reading, texts))
    if explanation.left_out:
        yield _line(said.left_out.format(names=texts.separator.join(explanation.left_out)))
    if explanation.passages:
        yield from _headed(said.passages, [_passages(explanation.passages, texts)])
    for reading in explanation.readings:
        if len(explanation.readings) > 1:
            yield from _headed(said.part.format(text=reading.part.text), ())
        yield from _judgement(reading.judgement, texts) if reading.judgement else [_line(said.nothing)]
    yield from _headed(said.outcome, _outcome(explanation, texts))


def _reading(reading: PartExplanation, texts: Texts) -> Iterator[RenderableType]:
    """What was understood, and below it the words."""
    said = texts.explanation
    kind = said.kind_asked if reading.asked else said.kind
    yield _line(kind.format(kind=texts.kinds[reading.part.kind], asked=reading.asked))
    for form, found in ((said.places, reading.places), (said.times, reading.times)):
        if found:
            yield _line(form.format(names=texts.separator.join(found)))
    words = _table([said.word, said.role], [said.idf])
    for word in reading.words:
        role = texts.roles[word.role]
        role = said.domain.format(role=role) if word.is_domain else role
        style = None if word.role is Role.CONTENT else _FAINT  # what is not searched for
        words.add_row(_line(word.text), role, f"{word.idf:.2f}", style=style)
    yield words


def _passages(passages: Sequence[PassageScore], texts: Texts) -> Table:
    """Each field's part of the score; the text, and above it whose it is."""
    said = texts.explanation
    fields = [said.fields[name] for name in FIELDS]
    table = _table([], [said.rank, said.place, *fields, said.score])
    table.expand = True
    table.add_column(said.passage, ratio=1, no_wrap=True, overflow="ellipsis")
    for rank, one in enumerate(passages, 1):
        scores = [f"{number:.2f}" for number in (*(one.fields[name] for name in FIELDS), one.score)]
        text = f"§{one.passage.ref.number} {one.passage.text.strip()}".replace("\n", " ")
        shown = Text(f"{visible(title(one.passage.article, texts))}\n{visible(text)}")
        table.add_row(f"{rank}", f"{one.place}", *scores, shown)
    return table


def _judgement(judgement: Judgement, texts: Texts) -> Iterator[RenderableType]:
    said = texts.explanation
    yield from _headed(said.sentences, _sentences(judgement.sentences, texts))
    if judgement.lead:
        yield from _headed(said.lead, _lead(judgement.lead, texts))
    yield from _headed(said.odds, [_odds(judgement.odds, texts)])
    facts = {"confidence": f"{judgement.confidence:.3f}", "threshold": f"{judgement.threshold:.2f}"}
    yield _line(said.confidence.format(**facts, verdict=texts.verdicts[judgement.verdict]))
    if judgement.missing:
        yield _line(said.missing.format(missing=texts.separator.join(judgement.missing)))
    article, section = judgement.citation.passage.article, judgement.citation.passage.section
    yield _line(said.told.format(details=details(article.date, section, texts, judgement.citation)))


def _sentences(sentences: Sequence[SentenceScore], texts: Texts) -> Iterator[RenderableType]:
    said = texts.explanation
    for rank, one in enumerate(sentences, 1):
        passage = one.sentence.passage
        text = passage.text[one.sentence.start : one.sentence.end].strip()
        yield _line(f"[{rank}] {one.score:.2f}  {passage.article.place} §{passage.ref.number}", _FAINT)
        yield _line(text)
        table = _table([said.feature], [said.value, said.weight, said.amount])
        for part in one.contributions:
            numbers = f"{part.value:.2f}", f"{part.amount / part.value:+.2f}", f"{part.amount:+.2f}"
            table.add_row(texts.features.get(part.feature, part.feature), *numbers)
        table.add_row(said.others, "", "", f"{one.score - sum(part.amount for part in one.contributions):+.2f}")
        yield table
        if one is not sentences[-1]:
            yield Text()


def _lead(lead: Lead, texts: Texts) -> Iterator[RenderableType]:
    said = texts.explanation
    table = _table([said.feature], [said.first, said.second, said.difference])
    for one in lead.differences:
        name = texts.features.get(one.feature, one.feature)
        table.add_row(name, f"{one.first:.2f}", f"{one.second:.2f}", f"{one.amount:+.2f}")
    rest = lead.margin - sum(one.amount for one in lead.differences)
    if f"{abs(rest):.2f}" != "0.00":
        table.add_row(said.others, "", "", f"{rest:+.2f}")
    yield _line((said.margin if lead.margin >= 0 else said.preferred).format(margin=f"{abs(lead.margin):.2f}"))
    yield table


def _odds(odds: Odds, texts: Texts) -> Table:
    """From what the trees begin with to the log odds."""
    said = texts.explanation
    table = _table([said.feature], [said.value, said.amount])
    table.add_row(said.base, "", f"{odds.base:+.2f}")
    for one in odds.shares[:MOST_SHARES]:
        table.add_row(evidence_name(one.feature, texts), f"{one.value:.2f}", f"{one.amount:+.2f}")
    rest = odds.shares[MOST_SHARES:]
    if rest:
        table.add_row(said.others, "", f"{sum(one.amount for one in rest):+.2f}")
    for one in odds.penalties:
        name = said.penalty.format(name=evidence_name(one.feature, texts))
        table.add_row(name, f"{one.value:.2f}", f"{one.amount:+.2f}")
    table.add_row(said.shift, "", f"{odds.shift:+.2f}", end_section=True)
    table.add_row(said.sum, "", f"{odds.log_odds:+.2f}")
    return table


def _outcome(explanation: Explanation, texts: Texts) -> Iterator[Text]:
    """What `chuwen ask` says, in short."""
    result = explanation.result
    yield from (_line(note_line(note, texts)) for note in result.notes)
    if isinstance(result, Abstention):
        yield _line(refusal(result, texts))
        return
    yield from (_line(citation.quote.strip()) for citation in result.citations)
    yield from (_line(texts.unanswered.format(part=part)) for part in result.unanswered)


def _headed(words: str, blocks: Iterable[RenderableType]) -> Iterator[RenderableType]:
    yield Text()
    yield _line(words, _BOLD)
    yield from blocks


def _line(words: str, style: str = "") -> Text:
    return Text(visible(words), style)


def _table(names: Sequence[str], numbers: Sequence[str]) -> Table:
    """An empty table: columns of words, then columns of numbers."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style=_FAINT)
    for name in names:
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table
