"""Prints why a question gets its answer, or none, as tables for a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from bot.views.wording import details, evidence_name, feature_name, note_line, refusal, title, visible
from retrieval.explanation.explain import Role
from retrieval.index.terms import FIELDS
from retrieval.limits import UNLIMITED
from retrieval.model import Abstention, Note, NoteCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console, RenderableType

    from bot.texts import Texts
    from retrieval.explanation.contributions import Contribution, Difference, Lead, Odds, PassageScore, SentenceScore
    from retrieval.explanation.explain import Explanation, Judgement, PartExplanation
    from retrieval.model import Result

NARROWEST = 80  # columns; a pipe has no width of its own
MOST_ODDS = 8  # contributions to the log odds that are listed; the others are added up
_BOLD, _FAINT = "bold", "dim"


def print_explanation(console: Console, explanation: Explanation, texts: Texts) -> None:
    """Print an explanation step by step: question, parts, passages, sentences, confidence, result.

    Where the output is no terminal, it is at least NARROWEST columns wide (the console's width is changed).
    """
    if not console.is_terminal:
        console.width = max(console.width, NARROWEST)
    for block in _blocks(explanation, texts):
        console.print(block, highlight=False)


def _blocks(explanation: Explanation, texts: Texts) -> Iterator[RenderableType]:
    """Yield the headings, lines and tables of an explanation in their order; control characters are replaced."""
    words, limits, left_out = texts.explanation, explanation.query.limits, explanation.decision.query.left_out
    yield _line(texts.asked.format(question=explanation.query.question), _BOLD)
    if limits != UNLIMITED:
        yield _line(note_line(Note(NoteCode.LIMITED, limits.places, limits.published), texts))
    for part in explanation.parts:
        yield from _headed(words.part.format(text=part.question.text), _question(part, texts))
    if left_out:
        yield _line(words.left_out.format(names=texts.separator.join(left_out)))
    if explanation.passages:
        yield from _headed(words.passages, [_passages(explanation.passages, texts)])
    for part in explanation.parts:
        if len(explanation.parts) > 1:
            yield from _headed(words.part.format(text=part.question.text), ())
        yield from _judgement(part.judgement, texts) if part.judgement else [_line(words.nothing)]
    yield from _headed(words.outcome, _outcome(explanation.decision.result, texts))


def _question(part: PartExplanation, texts: Texts) -> Iterator[RenderableType]:
    """Yield lines that tell how a part of a question is understood (kind, places, times), and a table of its words."""
    words, question_word = texts.explanation, part.question_word
    kind = words.kind_asked if question_word else words.kind
    yield _line(kind.format(kind=texts.kinds[part.question.kind], asked=question_word))
    for form, names in ((words.places, part.places), (words.times, part.times)):
        if names:
            yield _line(form.format(names=texts.separator.join(names)))
    table = _table([words.word, words.role], [words.idf])
    for word in part.words:
        role = texts.roles[word.role]
        role = words.domain.format(role=role) if word.is_domain else role
        style = None if word.role is Role.CONTENT else _FAINT  # what is not searched for
        table.add_row(_line(word.text), role, f"{word.idf:.2f}", style=style)
    yield table


def _passages(passages: Sequence[PassageScore], texts: Texts) -> Table:
    """Return a table of ranks and scores by field; in the last column the article's title, below it the text."""
    words = texts.explanation
    table = _table([], [words.rank, words.place, *(words.fields[name] for name in FIELDS), words.score])
    table.expand = True
    table.add_column(words.passage, ratio=1, no_wrap=True, overflow="ellipsis")
    for rank, scored in enumerate(passages, 1):
        passage = scored.passage
        scores = [f"{score:.2f}" for score in (*(scored.fields[name] for name in FIELDS), scored.score)]
        text = f"§{passage.ref.number} {passage.text.strip()}".replace("\n", " ")
        shown = Text(f"{visible(title(passage.article, texts))}\n{visible(text)}")
        table.add_row(f"{rank}", f"{scored.index_rank}", *scores, shown)
    return table


def _judgement(judgement: Judgement, texts: Texts) -> Iterator[RenderableType]:
    """Yield why the best sentence of a part was chosen, and its confidence with what it is the sum of."""
    words = texts.explanation
    yield from _headed(words.sentences, _sentences(judgement.sentences, texts))
    if judgement.lead:
        yield from _headed(words.lead, _lead(judgement.lead, texts))
    yield from _headed(words.odds, [_odds(judgement.odds, texts)])
    numbers = {"confidence": f"{judgement.confidence:.3f}", "threshold": f"{judgement.threshold:.2f}"}
    yield _line(words.confidence.format(**numbers, verdict=texts.verdicts[judgement.verdict]))
    if judgement.missing:
        yield _line(words.missing.format(missing=texts.separator.join(judgement.missing)))
    article, section = judgement.citation.passage.article, judgement.citation.passage.section
    yield _line(words.told.format(details=details(article.date, section, texts, judgement.citation)))


def _sentences(sentences: Sequence[SentenceScore], texts: Texts) -> Iterator[RenderableType]:
    """Yield for each sentence its rank, score, place and text, and a table of its largest contributions."""
    words = texts.explanation
    for rank, scored in enumerate(sentences, 1):
        if rank > 1:
            yield Text()
        passage = scored.sentence.passage
        yield _line(f"[{rank}] {scored.score:.2f}  {passage.article.place} §{passage.ref.number}", _FAINT)
        yield _line(scored.quote.strip())
        table = _table([words.feature], [words.value, words.weight, words.amount])
        for each in scored.contributions:
            values = f"{each.value:.2f}", f"{each.amount / each.value:+.2f}"
            table.add_row(feature_name(each.feature, texts), *values, f"{each.amount:+.2f}")
        table.add_row(words.others, "", "", f"{_rest(scored.score, scored.contributions):+.2f}")
        yield table


def _lead(lead: Lead, texts: Texts) -> Iterator[RenderableType]:
    """Yield by how much the first sentence leads over the second, and a table of the features that differ."""
    words = texts.explanation
    yield _line((words.margin if lead.margin >= 0 else words.preferred).format(margin=f"{abs(lead.margin):.2f}"))
    table = _table([words.feature], [words.first, words.second, words.difference])
    for each in lead.differences:
        values = f"{each.first:.2f}", f"{each.second:.2f}"
        table.add_row(feature_name(each.feature, texts), *values, f"{each.amount:+.2f}")
    rest = _rest(lead.margin, lead.differences)
    if f"{abs(rest):.2f}" != "0.00":
        table.add_row(words.others, "", "", f"{rest:+.2f}")
    yield table


def _odds(odds: Odds, texts: Texts) -> Table:
    """Return a table of what adds up to the log odds: the base of the trees, contributions, penalties and shift.

    At most MOST_ODDS contributions are listed; the others are added up.
    """
    words, rest = texts.explanation, odds.contributions[MOST_ODDS:]
    table = _table([words.feature], [words.value, words.amount])
    table.add_row(words.base, "", f"{odds.base:+.2f}")
    for each in odds.contributions[:MOST_ODDS]:
        table.add_row(evidence_name(each.feature, texts), f"{each.value:.2f}", f"{each.amount:+.2f}")
    if rest:
        table.add_row(words.others, "", f"{sum(each.amount for each in rest):+.2f}")
    for each in odds.penalties:
        name = words.penalty.format(name=evidence_name(each.feature, texts))
        table.add_row(name, f"{each.value:.2f}", f"{each.amount:+.2f}")
    table.add_row(words.shift, "", f"{odds.shift:+.2f}", end_section=True)
    table.add_row(words.sum, "", f"{odds.log_odds:+.2f}")
    return table


def _rest(total: float, parts: Iterable[Contribution | Difference]) -> float:
    """Return what all parts that are not listed add up to."""
    return total - sum(part.amount for part in parts)


def _outcome(result: Result, texts: Texts) -> Iterator[Text]:
    """Yield what `chuwen ask` prints, without the sources."""
    yield from (_line(note_line(note, texts)) for note in result.notes)
    if isinstance(result, Abstention):
        yield _line(refusal(result, texts))
        return
    yield from (_line(citation.quote.strip()) for citation in result.citations)
    yield from (_line(texts.unanswered.format(part=part)) for part in result.unanswered)


def _headed(heading: str, blocks: Iterable[RenderableType]) -> Iterator[RenderableType]:
    """Yield a blank line, a heading, and the blocks."""
    yield Text()
    yield _line(heading, _BOLD)
    yield from blocks


def _line(words: str, style: str = "") -> Text:
    """Return a line of text with control characters replaced, in a style of rich."""
    return Text(visible(words), style)


def _table(names: Sequence[str], numbers: Sequence[str]) -> Table:
    """Return an empty table: columns of words, then columns of numbers."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style=_FAINT)
    for name in names:
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table
