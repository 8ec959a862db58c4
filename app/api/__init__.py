"""JSON for call centres and other programs."""
