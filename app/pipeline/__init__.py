"""The verbs: from a recording to findings. No database, no web."""
