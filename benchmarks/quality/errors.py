"""Errors of measurements.

NotReady    sets, news or packages are missing, or sets cannot be asked together
"""

from __future__ import annotations


class NotReady(Exception):
    """Data or packages for a measurement are missing; the message says which, where, and what to do."""
