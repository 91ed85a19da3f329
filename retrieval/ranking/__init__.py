"""Which sentence answers, and which words in it."""
