"""The report of a check or a reload as the JSON that scripts rely on; docs/json.md describes the fields."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.views.job_report import hold_reason
from bot.views.wording import fault_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.service.publishing.report import ArticleMention, JobReport
    from bot.texts import Texts


def report_record(report: JobReport, texts: Texts) -> dict[str, Any]:
    """Return what `chuwen check --json` and `chuwen reload --json` print, except how a reload ended (`end`).

    All entries are listed. Codes are for programs, messages in the language of `texts`; `failure` and `canary` are None
    if there is none.
    """
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
            _record(corrected.article) | {"changes": [asdict(change) for change in corrected.changes]}
            for corrected in report.corrected
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
    """Return the records of articles in their order."""
    return [_record(article) for article in articles]


def _record(article: ArticleMention) -> dict[str, str]:
    """Return an article's id, title, and place (path:line)."""
    return {"article": article.id, "title": article.title, "place": article.place}
