"""SQL of subscriptions, announcements and alerts."""
