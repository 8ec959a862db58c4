"""What the learned stage reads: the words without the names, the same in training and in a call.

Which candidate is spoken of is hidden, so that swapping candidates cannot change what is found (judging.md, November
2026: names as placeholders raised the recall of a trained model from .31 to .54).
"""

from app.pipeline.language.register import Mention, NameKind, Register
from app.pipeline.language.tokens import sentences, tokenize

PLACEHOLDERS = {
    NameKind.OPTION: "somebody",
    NameKind.PARTY: "the party",
    NameKind.AUTHORITY: "the leader",
    NameKind.ORGANISATION: "the union",
}
"""Descriptions and roles keep their words: they carry the praise as often as they point."""

_GENDERED = {
    "she": "he", "her": "him", "his": "him", "hers": "him", "herself": "himself", "woman": "man", "women": "men",
    "lady": "gentleman", "ladies": "gentlemen", "lass": "lad", "lassie": "lad", "girl": "boy", "girls": "boys",
}  # fmt: skip
"""Nothing that is found may depend on whether a man or a woman is spoken of."""

_CLOSING_MARKS = " \"'”’"
_DETERMINERS = frozenset(["the", "our", "your", "this", "that", "a"])


def name_blind(text: str, register: Register) -> str:
    """A text as normalised words without names, each sentence closed by a full stop or a question mark.

    Args:
        text: What was said, with punctuation or without.
        register: The names of the script.
    """
    said = []
    for start, end in sentences(text):
        part = text[start:end]
        words = _words(part, register)
        if words:
            asks = part.rstrip(_CLOSING_MARKS).endswith("?")
            said.append(f"{' '.join(words)} {'?' if asks else '.'}")
    return " ".join(said)


def _words(sentence: str, register: Register) -> list[str]:
    named = [mention for mention in register.find(sentence) if mention.kind in PLACEHOLDERS]
    words: list[str] = []
    before: Mention | None = None
    for token in tokenize(sentence):
        mention = next((item for item in named if item.start <= token.start < item.end), None)
        if mention is None:
            words.append(_GENDERED.get(token.text, token.text))
        elif mention is not before:
            placeholder = PLACEHOLDERS[mention.kind]
            doubled = words and words[-1] in _DETERMINERS
            words.extend(placeholder.removeprefix("the ").split() if doubled else placeholder.split())
        before = mention
    return words
