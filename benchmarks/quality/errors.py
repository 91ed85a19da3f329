"""What can stand in the way of a measurement.

NotReady    sets, news or packages that this machine lacks, or sets that cannot be asked together
"""

from __future__ import annotations


class NotReady(Exception):
    """The machine lacks what is measured on or compared with; the message says what, where, and what to do."""
