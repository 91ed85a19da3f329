"""Summaries for alerts: key sentences, key figures, keywords, material changes."""
