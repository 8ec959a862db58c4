"""One analysis of one call: what was in force, what came of it, which is current."""
