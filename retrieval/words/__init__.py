"""Words of Chinese text: segmentation, frequencies, parts of speech, synonyms."""
