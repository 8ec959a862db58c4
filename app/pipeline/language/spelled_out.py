"""Dialect forms of "not", and contractions without an apostrophe that may be words of their own.

Those that can be nothing else ("doesnt") are taken apart by ``tokens`` already.
"""

import re

_FULL = {
    "its": "it is", "youd": "you would", "wont": "will not", "lets": "let us",
    "cannae": "can not", "canny": "can not", "dinnae": "do not", "dinna": "do not", "didnae": "did not",
    "willnae": "will not", "winnae": "will not", "isnae": "is not", "wasnae": "was not", "havenae": "have not",
    "hasnae": "has not", "wouldnae": "would not", "couldnae": "could not", "naw": "no", "nae": "no", "nowt": "nothing",
    "summat": "something", "agin": "against", "ye": "you", "yer": "your", "ain": "own",
}  # fmt: skip
_ILL = re.compile(
    r"\bill (?=(?:just )?(?:get|put|pop|mark|note|tick|be|take|let|give|go|see|have|say|record|write|tell|fetch|pass|"
    r"call|ring|try|leave|move|log|stick|count|enter|do)\b)"
)
_WORDS = re.compile(rf"\b(?:{'|'.join(_FULL)})\b")


def spelled_out(plain: str) -> str:
    """Normalised words with contractions in full, whether or not an apostrophe was written.

    Args:
        plain: Normalised words, joined by spaces.
    """
    return _ILL.sub("i will ", _WORDS.sub(lambda match: _FULL[match.group()], plain))
