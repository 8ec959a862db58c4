"""The command line ``canvass-monitor``: a door that translates and never decides."""

from app.cli.main import main

__all__ = ["main"]
