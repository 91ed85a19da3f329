"""The inverted index and the files it is made of."""
