"""Reading for meaning only where it can count finds what reading everything finds."""

import numpy as np
import pytest
import yaml

from app.domain.transcript import Transcript
from app.pipeline.alignment import likeness
from app.pipeline.alignment.align import SAID
from app.pipeline.alignment.likeness import CLOSE, NOT_LOOKED_AT, Likeness, Search, Windows, telling_stems
from app.pipeline.alignment.wordings import wordings
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Speech
from tests.support.calls import TESTS, golden_script, judge, transcript

SCRIPT = "eastmere-mayor"
CALLS = [
    transcript(case["call"])
    for case in yaml.safe_load((TESTS / "golden" / "cases" / "altered-line.yaml").read_text(encoding="utf-8"))["cases"]
    if case["script"] == SCRIPT
][:12]


def windows_of(call: Transcript) -> tuple[Windows, ScriptLanguage]:
    language = judge().language(golden_script(SCRIPT))
    return Windows.of(Speech.of(call, language.register), language.register), language


def test_the_best_place_is_the_one_that_reading_everything_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    for call in CALLS:
        windows, language = windows_of(call)
        every = windows.free_of(frozenset())
        sentences = [s for line in language.script.lines for wording in wordings(language, line) for s in wording]
        for sentence in (s for s in sentences if s.plain):
            search = Search(sentence, every, 0.0, SAID)
            found = Likeness(windows, language.encoder).of(search)
            with monkeypatch.context() as patch:
                for name, value in (("APART", 0.0), ("PAIR_GAIN", 1.0), ("SAME_WORDS", 2.0), ("CLOSE", 2.0)):
                    patch.setattr(likeness, name, value)
                read = Likeness(windows, language.encoder).of(Search(sentence, every, 0.0, 0.0))
            assert np.all(found <= read + 1e-6)
            if read.max() >= SAID:
                assert found.max() >= read.max() - CLOSE
            else:
                assert found.max() < SAID


def test_reading_ahead_changes_nothing() -> None:
    windows, language = windows_of(CALLS[0])
    free = windows.free_of(frozenset({0, 1, 2}))
    searches = [
        Search(sentence, free, 0.0, SAID)
        for line in language.script.lines
        for sentence in wordings(language, line)[0]
        if sentence.plain
    ]
    ahead = Likeness(windows, language.encoder)
    ahead.prepare(searches)
    for search in searches:
        assert ahead.of(search).tobytes() == Likeness(windows, language.encoder).of(search).tobytes()


def test_a_window_that_is_mostly_taken_is_not_looked_at() -> None:
    windows, language = windows_of(CALLS[0])
    first, last = windows.sentences[0]
    free = windows.free_of(frozenset(range(first, last + 1)))
    sentence = wordings(language, language.script.lines[0])[0][0]
    assert Likeness(windows, language.encoder).of(Search(sentence, free, 0.0, SAID))[0] == NOT_LOOKED_AT
    assert free[1]


def test_words_that_tell_nothing_bring_no_sentences_together() -> None:
    assert telling_stems("are you going to vote for them") == {"going", "vote"}
    assert telling_stems("voting") & telling_stems("votings")
