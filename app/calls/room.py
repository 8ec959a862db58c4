"""How many more calls may wait to be judged, without counting them for each upload."""

import threading
import time

from app.calls import repository
from app.db.session import Database

COUNTED_EVERY_S = 5.0
"""Others may enter calls too: an import, another web service."""


class Room:
    """Room in the queue. It is counted when what was found there is taken, and every few seconds.

    To count the thousands that wait costs as much as an upload (10 ms of 20 with 8,000 in SQLite, November 2026).
    """

    def __init__(self, database: Database, *, maximum: int) -> None:
        """Count when first asked.

        Args:
            database: Where the calls stand.
            maximum: So many may wait.
        """
        self._database = database
        self._maximum = maximum
        self._lock = threading.Lock()
        self._left = 0
        self._counted_at = 0.0

    def take(self) -> bool:
        """Take a place, and tell whether there was one; who takes it and enters no call loses nothing for long."""
        with self._lock:
            if self._left <= 0 or time.monotonic() - self._counted_at > COUNTED_EVERY_S:
                with self._database.reading() as session:
                    self._left = self._maximum - repository.waiting(session)
                self._counted_at = time.monotonic()
            self._left -= 1
            return self._left >= 0
