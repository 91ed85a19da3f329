"""Every use case, with no face in it."""
