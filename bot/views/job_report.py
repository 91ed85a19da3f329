"""The report and the progress of a reload, check or rollback as text, the same in the chat and in the shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.job_codes import Hold, Step
from bot.domain.jobs import JobEnd, JobKind
from bot.views.wording import fault_line, visible

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from bot.domain.jobs import Job
    from bot.service.publishing.report import ArticleMention, Canary, Corrected, JobReport
    from bot.texts import Texts

MOST_TITLE = 40  # characters
MOST_WORDS = 120  # characters of a changed sentence, or of an answer
BAR = 10  # squares of a progress bar
MOST_CHANGES = 5  # listed of one article
TITLES_OF_GROUP = 3  # listed of a group of near-duplicates


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A heading and the lines below it."""

    heading: str
    lines: tuple[str, ...] = ()


def report_sections(report: JobReport, end: JobEnd, texts: Texts, most: int) -> Iterator[ReportSection]:
    """Yield a report for people: how the job ended with its counts, then each list that has entries, then the canary.

    The lists are faults, notices, new, corrected, removed and kept articles, and duplicates.

    Args:
        report: what the job found and did.
        end: how it ended.
        texts: the language.
        most: entries of a list that are shown; a line tells how many are left out.
    """
    words = texts.operating
    yield ReportSection(headline(report, end, texts), tuple(_summary(report, end, texts)))
    lists: tuple[tuple[str, Sequence[str], int], ...] = (
        (words.heading_faults, _faults(report, texts, most, is_notice=False), report.problems),
        (words.heading_notices, _faults(report, texts, most, is_notice=True), len(report.faults) - report.problems),
        (words.heading_added, _mentions(report.added[:most], texts), report.count("added")),
        (
            words.heading_corrected,
            [_correction(corrected, texts) for corrected in report.corrected[:most]],
            report.count("corrected"),
        ),
        (words.heading_removed, _mentions(report.removed[:most], texts), report.count("removed")),
        (words.heading_kept, _mentions(report.kept[:most], texts), report.count("kept")),
        (
            words.heading_duplicates,
            [_group(group, texts) for group in report.duplicates[:most]],
            report.count("duplicates"),
        ),
    )
    for heading, lines, count in lists:
        if lines:
            left = [words.more.format(count=count - most)] if count > most else []
            yield ReportSection(heading, (*map(visible, lines), *left))
    if report.canary:
        yield ReportSection(words.heading_canary, tuple(_canary(report.canary, most, texts)))


def headline(report: JobReport, end: JobEnd, texts: Texts) -> str:
    """Return how a job ended, in one line; that of a scheduled job, which nobody asked for, begins with its kind."""
    line = _headline(report, end, texts)
    return f"{texts.job_kinds[report.kind]} · {line}" if report.kind is JobKind.SCHEDULED else line


def _headline(report: JobReport, end: JobEnd, texts: Texts) -> str:
    """Return how a job ended, in one line without its kind."""
    words, numbers = texts.operating, {"generation": report.generation, "origin": report.origin}
    match end:
        case JobEnd.FAILED:
            return (words.failed if report.generation else words.failed_first).format(**numbers)
        case JobEnd.HELD | JobEnd.UNCHANGED | JobEnd.DROPPED:
            texts_of_end = {JobEnd.HELD: words.held, JobEnd.UNCHANGED: words.unchanged, JobEnd.DROPPED: words.dropped}
            return texts_of_end[end].format(**numbers)
    if report.kind is JobKind.CHECK:
        return words.checked
    return (words.rolled_back if report.origin else words.published).format(**numbers)


def _summary(report: JobReport, end: JobEnd, texts: Texts) -> Iterator[str]:
    """Yield lines: the counts, the totals with duration and alerts, and why the result is or was held back.

    Of a failed job only the reason of the failure.
    """
    words, counts = texts.operating, report.counts or {}
    if report.failure:
        yield texts.failures[report.failure].format(place=report.place, reason=report.reason)
        return
    more = [
        text.format(**{name: counts[name]})
        for name, text in (
            ("moved", words.counts_moved),
            ("kept", words.counts_kept),
            ("faults", words.counts_faults),
            ("duplicates", words.counts_duplicates),
        )
        if counts.get(name)
    ]
    yield " · ".join((words.counts.format(**counts), *more))
    is_planned = end is not JobEnd.DONE or report.kind is JobKind.CHECK
    alerts = (words.alerts_planned if is_planned else words.alerts).format(alerts=report.alerts)
    seconds = words.seconds.format(seconds=f"{report.seconds:.1f}")
    last = [] if end is JobEnd.UNCHANGED else [alerts]
    yield " · ".join((words.totals.format(**counts), seconds, *last))
    hold_text = words.hold_checked if report.kind is JobKind.CHECK else words.hold
    yield from (hold_text.format(reason=hold_reason(report, hold, texts)) for hold in report.holds)
    yield from (words.overridden.format(reason=hold_reason(report, hold, texts)) for hold in report.overridden)
    if report.bad_questions and Hold.BAD_QUESTIONS not in (*report.holds, *report.overridden):
        yield hold_reason(report, Hold.BAD_QUESTIONS, texts)


def hold_reason(report: JobReport, hold: Hold, texts: Texts) -> str:
    """Return why a generation is not published before an operator confirms it: the sentence for one of the holds.

    It is made from the report's counts and, for bad questions, `report.bad_questions`; `report.holds` is not read.
    """
    removed = report.count("removed")
    before = removed + sum(report.count(name) for name in ("corrected", "unchanged", "kept"))
    place, reason = report.bad_questions or ("", "")
    reason = visible(shortened(reason, MOST_WORDS))
    return texts.holds[hold].format(removed=removed, before=before, place=place, reason=reason)


def _faults(report: JobReport, texts: Texts, most: int, *, is_notice: bool) -> list[str]:
    """Return the first `most` faults as lines: only notices, or only faults that are none."""
    return [fault_line(fault, texts) for fault in report.faults if fault.is_notice is is_notice][:most]


def _mentions(articles: Iterable[ArticleMention], texts: Texts) -> list[str]:
    return [_mention(article, texts) for article in articles]


def _mention(article: ArticleMention, texts: Texts) -> str:
    """Return an article as a list item with its place, the title cut to MOST_TITLE characters."""
    return texts.operating.article.format(title=shortened(article.title, MOST_TITLE), place=article.place)


def _correction(corrected: Corrected, texts: Texts) -> str:
    """Return a corrected article and its first changes, one a line; a last line tells how many more there are."""
    words = texts.operating
    lines = [_mention(corrected.article, texts)]
    for change in corrected.changes[:MOST_CHANGES]:
        before, after = (shortened(text, MOST_WORDS) or words.nothing for text in (change.before, change.after))
        lines.append(words.change.format(part=texts.parts[change.part], before=before, after=after))
    if len(corrected.changes) > MOST_CHANGES:
        lines.append(words.more.format(count=len(corrected.changes) - MOST_CHANGES))
    return "\n".join(lines)


def _group(group: Sequence[ArticleMention], texts: Texts) -> str:
    """Return the first titles of a group of near-duplicates, and how many there are besides."""
    titles = [_mention(article, texts).removeprefix("• ") for article in group[:TITLES_OF_GROUP]]
    left = len(group) - len(titles)
    titles += [texts.operating.more.format(count=left)] if left else []
    return texts.operating.duplicate.format(titles=" ≈ ".join(titles))


def _canary(canary: Canary, most: int, texts: Texts) -> Iterator[str]:
    """Yield how many questions were right before and after, and the first `most` that are newly wrong."""
    words = texts.operating
    if not canary.place:
        yield words.canary_liked
    yield words.canary.format(asked=canary.asked, before=canary.before, after=canary.after)
    for broken in canary.broken[:most]:
        yield words.broken.format(
            question=shortened(broken.question, MOST_WORDS),
            before=shortened(broken.before, MOST_WORDS) or words.no_answer,
            after=shortened(broken.after or "", MOST_WORDS) or words.no_answer,
        )
    if len(canary.broken) > most:
        yield words.more.format(count=len(canary.broken) - most)


def shortened(text: str, most: int) -> str:
    """Return text in one line, cut with … to at most `most` characters.

    The … counts; white space becomes single spaces, and is removed at both ends.
    """
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def progress_lines(kind: JobKind, step: Step, done: int, of: int, rate: float | None, texts: Texts) -> list[str]:
    """Return how far a job is, one to three lines.

    Args:
        kind: of the job.
        step: under way.
        done: items of the step that are done.
        of: all items of the step; 0 where they cannot be counted, then there is no bar.
        rate: items done per second; None or 0 where it is unknown, then no remaining time (in seconds) is told.
        texts: the language.
    """
    words, steps = texts.operating, list(Step)
    lines = [
        words.progress.format(
            kind=texts.job_kinds[kind], step=texts.steps[step], number=steps.index(step) + 1, steps=len(steps)
        )
    ]
    if of:
        filled = BAR * done // of
        bar = "▓" * filled + "░" * (BAR - filled)
        lines.append(words.progress_bar.format(bar=bar, share=f"{done / of:.0%}", done=f"{done:,}", of=f"{of:,}"))
    if rate:
        lines.append(words.progress_left.format(rate=f"{rate:,.0f}", seconds=f"{(of - done) / rate:.0f}"))
    return lines


def busy_line(job: Job, stamp: str, texts: Texts) -> str:
    """Return that a job is under way, with its kind, who asked for it and when, and its step if it has begun one.

    `stamp` is the time of the request, as `stamp()` returns it.
    """
    progress: Mapping[str, Any] = job.progress or {}
    step = texts.steps.get(Step(progress["step"])) if "step" in progress else None
    return texts.operating.busy.format(
        kind=texts.job_kinds[job.request.kind],
        actor=job.request.actor.name,
        time=stamp,
        progress=texts.operating.busy_progress.format(step=step) if step else "",
    )


def stamp(moment: datetime.datetime, zone: datetime.tzinfo) -> str:
    """Return a moment, which must have a time zone, in the given zone, as YYYY-MM-DD HH:MM."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
