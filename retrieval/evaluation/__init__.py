"""Measures answers against sets of questions."""
