"""Comparing articles: which is which, what changed, and which are reprints of one another."""
