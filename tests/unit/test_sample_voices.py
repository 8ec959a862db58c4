"""Phonemes of espeak-ng in the symbols of Kokoro; espeak-ng itself is not needed here."""

import pytest

from scripts import sample_voices

SAID = {
    "en-gb": "a^ɪ bˈɔːt bˈɛtə ɡˈə^ʊt t^ʃˈiːz",
    "en-us": "a^ɪ bˈɔːt bˈɛɾɚ ɡˈo^ʊt t^ʃˈiːz",
}


@pytest.mark.parametrize(
    ("american", "phonemes"),
    [(False, "I bˈɔːt bˈɛtə ɡˈQt ʧˈiːz."), (True, "ˌI bˈɔt bˈɛTəɹ ɡˈOt ʧˈiz.")],
    ids=["british", "american"],
)
def test_phonemes_follow_the_accent(monkeypatch: pytest.MonkeyPatch, american: bool, phonemes: str) -> None:
    monkeypatch.setattr(sample_voices, "_espeak", lambda _words, language: SAID[language])
    assert sample_voices.phonemize("I bought better goat cheese.", american=american) == phonemes
