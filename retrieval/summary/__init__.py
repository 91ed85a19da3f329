"""What is told of an article in an alert: key sentences, key figures, material changes."""
