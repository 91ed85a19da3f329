"""Keeps the calibration of a library in a file of its own, with a digest of the rules that it was measured with.

The index depends on texts, dictionaries and formulas, and is rebuilt when one of them changes. The calibration depends
on every rule that its questions run through as well. It takes a second to measure, so when a rule has changed it is
measured again for the index that is there. The threshold of answers is no part of it: nothing that is stored depends
on the threshold.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from retrieval.confidence.calibration import measure_shift
from retrieval.library import open_library

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.library import Library
    from retrieval.words.segment import Segmenter

CALIBRATION = "calibration.json"
# Packages whose modules and data the calibration runs through, a superset of its imports: code that does not matter to
# it costs a calibration when it changes, code that is missing here would let a stale one be served.
RULES = (
    "corpus",
    "corpus.comparison",
    "retrieval",
    "retrieval.confidence",
    "retrieval.facts",
    "retrieval.index",
    "retrieval.question",
    "retrieval.ranking",
    "retrieval.words",
)
_ENDINGS = (".py", ".json", ".tsv", ".txt")
_WEIGHTS = "weights.json"


def open_calibrated(folder: Path, segmenter: Segmenter) -> Library:
    """Open a library with its calibration, which is measured again if it is missing, damaged or of other rules.

    Where the folder cannot be written, the calibration is measured again at the next start.

    Raises:
        IndexUnusable: see `open_library`.
        OSError: the system cannot open the library now.
    """
    library = open_library(folder, segmenter)
    shift = _read_calibration(folder)
    if shift is None:
        shift = measure_shift(library)
        with suppress(OSError):
            write_calibration(folder, shift)
    return replace(library, shift=shift)


def write_calibration(folder: Path, shift: float) -> None:
    """Write the calibration of a library, replacing the file in one step.

    Raises:
        OSError: the folder cannot be written.
    """
    unfinished = folder / f"{CALIBRATION}.{os.getpid()}"
    unfinished.write_text(json.dumps({"shift": shift, "digest": _digest(shift)}), "utf-8")
    unfinished.replace(folder / CALIBRATION)


def _read_calibration(folder: Path) -> float | None:
    """Return the shift; None if the file is missing, damaged or of other rules."""
    try:
        content = json.loads(folder.joinpath(CALIBRATION).read_text("utf-8"))
        shift = float(content["shift"])
        is_current = content["digest"] == _digest(shift)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
    return shift if is_current and math.isfinite(shift) else None


def _digest(shift: float) -> str:
    """Return the digest of the rules and of the value, so that damage to the value is noticed as well."""
    return hashlib.blake2b(f"{rules_digest()} {shift!r}".encode(), digest_size=16).hexdigest()


@cache
def rules_digest() -> str:
    """Return the digest of all files of the packages in RULES, without the threshold: 500 KB, 3 ms."""
    digest = hashlib.blake2b(digest_size=16)
    for package in RULES:
        for file in sorted(resources.files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(_ENDINGS):
                content = file.read_bytes()
                if file.name == _WEIGHTS:
                    content = without_threshold(content)
                digest.update(f"{package}/{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def without_threshold(weights: bytes) -> bytes:
    """Return the content of weights.json as canonical JSON without `threshold`."""
    content = json.loads(weights)
    del content["threshold"]
    return json.dumps(content, sort_keys=True).encode()
