"""From a row of the outbox to a message in a chat."""
