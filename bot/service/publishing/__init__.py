"""Publishing: from the corpus folder to the library that answers questions."""
