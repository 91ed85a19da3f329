"""The face on Telegram."""
