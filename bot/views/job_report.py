"""What a job came to, put into words: the same for the chat and the shell."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
MOST_WORDS = 120  # of a changed sentence, or an answer
BAR = 10  # squares
MOST_CHANGES = 5  # of one article
TITLES_OF_GROUP = 3


@dataclass(frozen=True, slots=True)
class ReportSection:
    """Lines below a heading; without lines it is left out."""

    heading: str
    lines: tuple[str, ...] = ()


def report_sections(report: JobReport, end: JobEnd, texts: Texts, most: int) -> Iterator[ReportSection]:
    """A report for people: how it ended, the counts, then each list with at most so many of its entries."""
    said = texts.operating
    yield ReportSection(headline(report, end, texts), tuple(_summary(report, end, texts)))
    lists: tuple[tuple[str, Sequence[str], int], ...] = (
        (said.heading_faults, _faults(report, texts, most, is_notice=False), report.problems),
        (said.heading_notices, _faults(report, texts, most, is_notice=True), len(report.faults) - report.problems),
        (said.heading_added, _mentions(report.added[:most], texts), report.count("added")),
        (said.heading_corrected, _corrections(report.corrected[:most], texts), report.count("corrected")),
        (said.heading_removed, _mentions(report.removed[:most], texts), report.count("removed")),
        (said.heading_kept, _mentions(report.kept[:most], texts), report.count("kept")),
        (said.heading_duplicates, _groups(report.duplicates[:most], texts), report.count("duplicates")),
    )
    for heading, lines, count in lists:
        if lines:
            left = [said.more.format(count=count - most)] if count > most else []
            yield ReportSection(heading, (*map(visible, lines), *left))
    if report.canary:
        yield ReportSection(said.heading_canary, tuple(_canary(report.canary, most, texts)))


def headline(report: JobReport, end: JobEnd, texts: Texts) -> str:
    """How a job ended, in one line; one that nobody asked for says what it is."""
    told = _headline(report, end, texts)
    return f"{texts.job_kinds[report.kind]} · {told}" if report.kind is JobKind.SCHEDULED else told


def _headline(report: JobReport, end: JobEnd, texts: Texts) -> str:
    said, numbers = texts.operating, {"generation": report.generation, "origin": report.origin}
    match end:
        case JobEnd.FAILED:
            return (said.failed if report.generation else said.failed_first).format(**numbers)
        case JobEnd.HELD | JobEnd.UNCHANGED | JobEnd.DROPPED:
            texts_of_end = {JobEnd.HELD: said.held, JobEnd.UNCHANGED: said.unchanged, JobEnd.DROPPED: said.dropped}
            return texts_of_end[end].format(**numbers)
    if report.kind is JobKind.CHECK:
        return said.checked
    return (said.rolled_back if report.origin else said.published).format(**numbers)


def _summary(report: JobReport, end: JobEnd, texts: Texts) -> Iterator[str]:
    said, counts = texts.operating, report.counts or {}
    if report.failure:
        yield texts.failures[report.failure].format(place=report.place, reason=report.reason)
        return
    more = [
        text.format(**{name: counts[name]})
        for name, text in (
            ("moved", said.counts_moved),
            ("kept", said.counts_kept),
            ("faults", said.counts_faults),
            ("duplicates", said.counts_duplicates),
        )
        if counts.get(name)
    ]
    yield " · ".join((said.counts.format(**counts), *more))
    is_planned = end is not JobEnd.DONE or report.kind is JobKind.CHECK
    alerts = (said.alerts_planned if is_planned else said.alerts).format(alerts=report.alerts)
    seconds = said.seconds.format(seconds=f"{report.seconds:.1f}")
    last = [] if end is JobEnd.UNCHANGED else [alerts]
    yield " · ".join((said.totals.format(**counts), seconds, *last))
    hold_text = said.hold_checked if report.kind is JobKind.CHECK else said.hold
    yield from (hold_text.format(reason=hold_reason(report, hold, texts)) for hold in report.holds)
    yield from (said.overridden.format(reason=hold_reason(report, hold, texts)) for hold in report.overridden)
    if report.bad_questions and Hold.BAD_QUESTIONS not in (*report.holds, *report.overridden):
        yield hold_reason(report, Hold.BAD_QUESTIONS, texts)


def hold_reason(report: JobReport, hold: Hold, texts: Texts) -> str:
    """Why something is not published without asking."""
    removed = report.count("removed")
    before = removed + sum(report.count(name) for name in ("corrected", "unchanged", "kept"))
    place, reason = report.bad_questions or ("", "")
    reason = visible(shortened(reason, MOST_WORDS))
    return texts.holds[hold].format(removed=removed, before=before, place=place, reason=reason)


def _faults(report: JobReport, texts: Texts, most: int, *, is_notice: bool) -> list[str]:
    return [fault_line(fault, texts) for fault in report.faults if fault.is_notice is is_notice][:most]


def _mentions(articles: Iterable[ArticleMention], texts: Texts) -> list[str]:
    return [_mention(article, texts) for article in articles]


def _mention(article: ArticleMention, texts: Texts) -> str:
    return texts.operating.article.format(title=shortened(article.title, MOST_TITLE), place=article.place)


def _corrections(corrections: Iterable[Corrected], texts: Texts) -> list[str]:
    said = texts.operating
    return [
        "\n".join(
            (
                _mention(one.article, texts),
                *(
                    said.change.format(
                        part=texts.parts[change.part],
                        before=shortened(change.before, MOST_WORDS) or said.nothing,
                        after=shortened(change.after, MOST_WORDS) or said.nothing,
                    )
                    for change in one.changes[:MOST_CHANGES]
                ),
                *([said.more.format(count=len(one.changes) - MOST_CHANGES)] if len(one.changes) > MOST_CHANGES else []),
            )
        )
        for one in corrections
    ]


def _groups(groups: Iterable[Sequence[ArticleMention]], texts: Texts) -> list[str]:
    return [_group(group, texts) for group in groups]


def _group(group: Sequence[ArticleMention], texts: Texts) -> str:
    """The first of a group, and how many more."""
    titles = [_mention(article, texts).removeprefix("• ") for article in group[:TITLES_OF_GROUP]]
    left = len(group) - len(titles)
    titles += [texts.operating.more.format(count=left)] if left else []
    return texts.operating.duplicate.format(titles=" ≈ ".join(titles))


def _canary(canary: Canary, most: int, texts: Texts) -> Iterator[str]:
    said = texts.operating
    if not canary.place:
        yield said.canary_liked
    yield said.canary.format(asked=canary.asked, before=canary.before, after=canary.after)
    for broken in canary.broken[:most]:
        yield said.broken.format(
            question=shortened(broken.question, MOST_WORDS),
            before=shortened(broken.before, MOST_WORDS) or said.no_answer,
            after=shortened(broken.after or "", MOST_WORDS) or said.no_answer,
        )
    if len(canary.broken) > most:
        yield said.more.format(count=len(canary.broken) - most)


def shortened(words: str, most: int) -> str:
    """The beginning of some words, in one line."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def progress_lines(kind: JobKind, step: Step, done: int, of: int, rate: float | None, texts: Texts) -> list[str]:
    """How far a job is: the step, a bar where it can be counted; how many a second are done, and how long it takes."""
    said, steps = texts.operating, list(Step)
    lines = [
        said.progress.format(
            kind=texts.job_kinds[kind], step=texts.steps[step], number=steps.index(step) + 1, steps=len(steps)
        )
    ]
    if of:
        filled = BAR * done // of
        bar = "▓" * filled + "░" * (BAR - filled)
        lines.append(said.progress_bar.format(bar=bar, share=f"{done / of:.0%}", done=f"{done:,}", of=f"{of:,}"))
    if rate:
        lines.append(said.progress_left.format(rate=f"{rate:,.0f}", seconds=f"{(of - done) / rate:.0f}"))
    return lines


def busy_line(job: Job, stamp: str, texts: Texts) -> str:
    """That a job is under way, whose, and how far it is."""
    progress: Mapping[str, Any] = job.progress or {}
    step = texts.steps.get(Step(progress["step"])) if "step" in progress else None
    return texts.operating.busy.format(
        kind=texts.job_kinds[job.request.kind],
        actor=job.request.actor.name,
        time=stamp,
        progress=texts.operating.busy_progress.format(step=step) if step else "",
    )


def stamp(moment: datetime.datetime, zone: datetime.tzinfo) -> str:
    """A moment as operators read it, by their clock."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def report_record(report: JobReport, texts: Texts) -> dict[str, Any]:
    """A report as the JSON that scripts rely on."""
    failure = None
    if report.failure:
        message = texts.failures[report.failure].format(place=report.place, reason=report.reason)
        failure = {"code": report.failure.value, "message": message}
    return {
        "articles": report.count("articles"),
        "paragraphs": report.count("paragraphs"),
        "faults": [
            asdict(fault) | {"message": fault_line(fault, texts), "notice": fault.is_notice} for fault in report.faults
        ],
        "new": _records(report.added),
        "corrected": [
            _record(one.article) | {"changes": [asdict(change) for change in one.changes]} for one in report.corrected
        ],
        "removed": _records(report.removed),
        "kept": _records(report.kept),
        "unchanged": report.count("unchanged"),
        "moved": report.count("moved"),
        "duplicates": [_records(group) for group in report.duplicates],
        "canary": asdict(report.canary) if report.canary else None,
        "holds": [{"code": hold.value, "message": hold_reason(report, hold, texts)} for hold in report.holds],
        "failure": failure,
        "alerts": report.alerts,
        "generation": report.generation,
        "seconds": round(report.seconds, 3),
    }


def _records(articles: Iterable[ArticleMention]) -> list[dict[str, str]]:
    return [_record(article) for article in articles]


def _record(article: ArticleMention) -> dict[str, str]:
    return {"article": article.id, "title": article.title, "place": article.place}
