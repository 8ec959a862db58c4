"""The queue, one call for the officer, and decisions."""
