"""Values on the way from and to Telegram: updates, payloads, markup."""
