"""From an update of Telegram to a handled row of the inbox."""
