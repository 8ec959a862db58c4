"""Canvass Monitor: hears calls of a neutral telephone consultation and shows where the script was left."""

__version__ = "0.1.0"
