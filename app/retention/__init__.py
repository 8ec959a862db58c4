"""What becomes of recordings in time: deleted with a tombstone, or found damaged."""
