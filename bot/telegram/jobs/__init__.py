"""Jobs of operators: the runner, and the messages that show their progress."""
