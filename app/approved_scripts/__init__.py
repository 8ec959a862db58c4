"""Approved scripts: the authoring format, its faults, and immutable published versions."""
