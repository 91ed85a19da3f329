"""From the text of a question to a query."""
