"""Graded deviations of one run."""
