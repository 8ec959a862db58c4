"""The archive judged again: selections, batches of candidates, comparison and promotion."""
