"""What handlers build replies with: context, views, callback data."""
