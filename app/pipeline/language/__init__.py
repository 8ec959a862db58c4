"""The spaCy pipeline and the register of names of one approved script."""
