"""Words of Chinese text: segmentation, frequencies, synonyms."""
