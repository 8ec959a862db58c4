"""Contractions without their apostrophe, and dialect forms of "not": as recognisers and people write them."""

import re

_FULL = {
    "im": "i am", "ive": "i have", "hes": "he is", "shes": "she is", "its": "it is", "thats": "that is",
    "theres": "there is", "whats": "what is", "whos": "who is", "youre": "you are", "youve": "you have",
    "youll": "you will", "youd": "you would", "theyre": "they are", "theyve": "they have", "weve": "we have",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "wasnt": "was not",
    "arent": "are not", "havent": "have not", "hasnt": "has not", "hadnt": "had not", "cant": "can not",
    "couldnt": "could not", "wouldnt": "would not", "shouldnt": "should not", "wont": "will not",
    "cannae": "can not", "canny": "can not", "dinnae": "do not", "dinna": "do not", "didnae": "did not",
    "willnae": "will not", "winnae": "will not", "isnae": "is not", "wasnae": "was not", "havenae": "have not",
    "hasnae": "has not", "wouldnae": "would not", "couldnae": "could not", "naw": "no", "nae": "no", "nowt": "nothing",
    "summat": "something", "agin": "against", "ye": "you", "yer": "your", "ain": "own", "lets": "let us",
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
