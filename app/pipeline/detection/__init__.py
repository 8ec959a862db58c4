"""One detector a file; each observes deviations of one code."""
