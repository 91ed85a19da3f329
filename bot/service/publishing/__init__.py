"""From the corpus folder to the library that answers."""
