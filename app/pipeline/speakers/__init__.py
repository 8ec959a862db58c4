"""Who said it."""
