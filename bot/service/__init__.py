"""The use cases, independent of any user interface."""
