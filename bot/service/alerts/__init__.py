"""From a published generation to planned alerts."""
