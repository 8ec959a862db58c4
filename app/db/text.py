"""Which text every database can keep."""

import re

_NOT_KEPT = re.compile("[\0\ud800-\udfff]")


def can_be_kept(text: str) -> bool:
    """Whether every database can keep a text and look for it.

    Not so the character 0, which PostgreSQL refuses, and half of a surrogate pair, which JSON can hold and UTF-8 not.
    """
    return _NOT_KEPT.search(text) is None
