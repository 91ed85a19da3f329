"""File formats: one module a format, which turns an opened stream into articles and faults."""
