"""The user interfaces (Telegram, terminal, command line) and what they share."""
