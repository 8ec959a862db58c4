"""Officers, sessions, call centres and their keys."""
