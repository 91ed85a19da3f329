"""Folders that tests read from."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "tests" / "gold"
SHARED_DATA = ROOT.parent / "shared" / "data"  # beside the repository; not everywhere
