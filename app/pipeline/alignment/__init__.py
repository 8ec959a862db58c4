"""The lines of the approved script against what the canvasser said."""
