"""SQL of articles and generations."""
