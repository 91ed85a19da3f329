"""The database itself: connection, dialect, schema, migrations, backup."""
