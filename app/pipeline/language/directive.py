"""Whether a clause tells somebody to vote for somebody, by its grammar."""

from app.pipeline.language.script_language import Grammar, ParsedWord

VERBS = frozenset(
    (
        "vote back support endorse choose pick elect select tick plump opt go stick give put rank mark lend cast get "
        "rally stand swing turn throw want need consider look"
    ).split()
)
"""What can be done for a candidate at the ballot."""

_WITH_PARTICLE = {
    "go": {"for", "with"},
    "stick": {"with"},
    "get": {"behind"},
    "rally": {"behind", "round", "around"},
    "stand": {"with", "behind", "by"},
    "swing": {"behind"},
    "turn": {"out"},
    "throw": {"behind"},
    "opt": {"for"},
    "plump": {"for"},
    "want": {"in", "first", "second", "top", "win"},
    "need": {"in", "first", "second", "top", "win"},
    "consider": set(),
    "look": {"at"},
}
_OUGHT = frozenset("should ought must want need could might better got have".split())
_SPEAKERS = frozenset({"i", "we"})


def tells_to_favour(grammar: Grammar, text: str, start: int, end: int, target: int) -> bool:
    """Whether the verb that governs a candidate asks for a vote, or says that the speaker gives one.

    "Vote for her", "you should back her" and "I am voting for her" do; "you said you would back her" and "will you
    vote for her" do not, nor does anything that is denied.

    Args:
        grammar: spaCy's analysis.
        text: The sentence.
        start: Offset of the clause in the sentence.
        end: End of the clause, exclusive.
        target: Offset of the candidate's mention in the sentence.
    """
    words = grammar.parse(text)
    return any(_favours(word, words, target) for word in words if start <= word.start < end and word.lemma in VERBS)


def _favours(verb: ParsedWord, words: tuple[ParsedWord, ...], target: int) -> bool:
    if verb.part_of_speech not in ("VERB", "NOUN", "PROPN", "AUX") or not 0 < target - verb.start <= 60:
        return False
    particles = _WITH_PARTICLE.get(verb.lemma)
    after = {word.lower for word in words if verb.start < word.start <= target + 40}
    if particles and not particles & after:
        return False
    chain = [verb, *_governors(verb)]
    if any(child.relation == "neg" for word in chain for child in word.children):
        return False
    subject = next(
        (child.lower for word in chain for child in word.children if child.relation in ("nsubj", "nsubjpass")), None
    )
    if subject is None:
        return True
    helpers = {child.lemma for word in chain for child in word.children if child.relation in ("aux", "advmod")}
    helpers |= {word.lemma for word in chain}
    return subject in _SPEAKERS or (subject == "you" and bool(_OUGHT & helpers))


def _governors(verb: ParsedWord) -> list[ParsedWord]:
    """The verbs that a verb completes: "would like you to vote", "make sure you back"."""
    chain: list[ParsedWord] = []
    word = verb
    while word.relation in ("xcomp", "ccomp", "conj") and word.head is not word and len(chain) < 3:
        word = word.head
        chain.append(word)
    return chain
