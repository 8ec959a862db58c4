"""Everything that reading one approved script takes: names, grammar and meaning."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.domain.script import ApprovedScript
from app.pipeline.language.comparer import Comparer
from app.pipeline.language.register import Register
from app.pipeline.language.sentence_encoder import SentenceEncoder

SPACY_PIPES_LEFT_OUT = ["ner"]
"""The register knows the names that count; spaCy's own recogniser of entities is not needed."""

SENTENCES_KEPT = 1_000


@dataclass(eq=False, slots=True)
class ParsedWord:
    """One word of a sentence with its place in the grammar.

    Attributes:
        start: Offset in the text.
        lower: As written, in lower case.
        lemma: Its dictionary form, in lower case.
        part_of_speech: Universal tag, such as ``VERB``.
        relation: How it depends on its head, such as ``nsubj``.
        head: What it depends on; the root of a sentence depends on itself.
        children: What depends on it, in order.
    """

    start: int
    lower: str
    lemma: str
    part_of_speech: str
    relation: str
    head: "ParsedWord" = field(init=False)
    children: list["ParsedWord"] = field(init=False, default_factory=list)


class Grammar:
    """spaCy's analysis of English, loaded when the first sentence needs it, cached by text."""

    def __init__(self, folder: Path) -> None:
        """Take the pipeline from a folder.

        Args:
            folder: An unpacked ``en_core_web_sm``.
        """
        self._folder = folder
        self._nlp: Any = None
        self._parse = lru_cache(maxsize=SENTENCES_KEPT)(self._parse_uncached)

    def parse(self, text: str) -> tuple[ParsedWord, ...]:
        """The words of a text, in order."""
        return self._parse(text)

    def ordinary_words(self) -> frozenset[str]:
        """Dictionary words in lower case: the lemmatizer's WordNet index of nouns, verbs, adjectives and adverbs."""
        index = self._load().get_pipe("lemmatizer").lookups.get_table("lemma_index")
        words = {word.lower() for part in ("noun", "verb", "adj", "adv") for word in index[part]}
        return frozenset(words)

    def _parse_uncached(self, text: str) -> tuple[ParsedWord, ...]:
        nlp = self._load()
        # Outside a zone spaCy keeps every word that it has ever seen.
        with nlp.memory_zone():
            doc = nlp(text)
            words = tuple(
                ParsedWord(token.idx, token.lower_, token.lemma_.lower(), token.pos_, token.dep_) for token in doc
            )
            for word, token in zip(words, doc, strict=True):
                word.head = words[token.head.i]
                word.children = [words[child.i] for child in token.children]
        return words

    def _load(self) -> Any:
        if self._nlp is None:
            import spacy

            self._nlp = spacy.load(self._folder, exclude=SPACY_PIPES_LEFT_OUT)
        return self._nlp


@dataclass(frozen=True, slots=True)
class ScriptLanguage:
    """The tools with which calls over one approved script are read.

    Attributes:
        script: The approved script.
        register: Finds its names.
        grammar: Parses what a cheap trigger has picked out.
        encoder: Compares meanings.
        line_comparer: Reads a line and a stretch together; None where likeness alone must do.
    """

    script: ApprovedScript
    register: Register
    grammar: Grammar
    encoder: SentenceEncoder
    line_comparer: Comparer | None = None

    @classmethod
    def build(
        cls,
        script: ApprovedScript,
        *,
        grammar: Grammar,
        encoder: SentenceEncoder,
        line_comparer: Comparer | None = None,
    ) -> "ScriptLanguage":
        """Build the tools for one version of a script."""
        register = Register(script, ordinary_words=grammar.ordinary_words())
        return cls(script, register, grammar, encoder, line_comparer)
