"""Several texts in one pass: the same bytes as one by one."""

import random
from collections.abc import Sequence

import numpy as np
import pytest

from app.bootstrap import SENTENCE_MODEL
from app.model_store import ModelStore
from app.pipeline.language.network import BATCH_SIZE, PADDED_TO, EncoderNetwork
from app.pipeline.language.remembered import Remembered


@pytest.fixture(scope="module")
def network() -> EncoderNetwork:
    return EncoderNetwork(ModelStore().path(SENTENCE_MODEL))


def test_the_states_of_a_text_are_the_same_bytes_in_any_company(network: EncoderNetwork) -> None:
    chance = random.Random(4)
    texts = [[101, *(chance.randrange(1000, 20_000) for _ in range(length)), 102] for length in range(1, 70, 3)]
    alone = [network.states([text])[0] for text in texts]
    for _ in range(4):
        order = chance.sample(range(len(texts)), k=len(texts))
        together = network.states([texts[place] for place in order])
        assert [states.tobytes() for states in together] == [alone[place].tobytes() for place in order]


def test_texts_of_every_length_beside_a_pad_and_a_batch_come_back_in_order(network: EncoderNetwork) -> None:
    lengths = [PADDED_TO - 1, PADDED_TO, PADDED_TO + 1, 1, 130, *[5] * (BATCH_SIZE + 1)]
    states = network.states([[2000 + number] * length for number, length in enumerate(lengths)])
    assert [found.shape for found in states] == [(length, 384) for length in lengths]
    assert not np.array_equal(states[-1], states[-2])


def test_words_are_cut_into_the_pieces_that_the_whole_text_would_give(network: EncoderNetwork) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(ModelStore().path(SENTENCE_MODEL) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    for text in ("vote for somebody ?", "it's o'Brien, isn't it", "naïve Siân über-keen 30th", "", "the union ."):
        assert network.pieces(text) == tokenizer.encode(text, add_special_tokens=False).ids


def test_only_what_is_not_known_is_asked_and_the_oldest_goes_first() -> None:
    asked: list[list[str]] = []

    def shout(words: Sequence[str]) -> list[str]:
        asked.append(list(words))
        return [word.upper() for word in words]

    remembered = Remembered(shout, room=2)
    assert remembered.all(["one", "two", "one"]) == ["ONE", "TWO", "ONE"]
    assert remembered.all(["three", "one"]) == ["THREE", "ONE"]
    assert remembered.all(["one", "two"]) == ["ONE", "TWO"]
    assert asked == [["one", "two"], ["three"], ["two"]]
    assert len(remembered) == 2
