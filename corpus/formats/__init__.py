"""What each kind of article file means: pure functions from decoded text to articles and faults."""
