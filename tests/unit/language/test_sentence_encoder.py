import numpy as np
import pytest

from app.bootstrap import SENTENCE_MODEL
from app.model_store import ModelStore
from app.pipeline.language.sentence_encoder import SentenceEncoder


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder(ModelStore().path(SENTENCE_MODEL))


def test_similarities_are_those_that_the_authors_of_the_model_publish(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."])
    published = np.array([[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]])
    assert vectors.shape == (3, 384)
    assert np.abs(vectors @ vectors.T - published).max() < 0.02  # int8 against float32


def test_a_sentence_is_the_same_alone_and_in_company(encoder: SentenceEncoder) -> None:
    fresh = SentenceEncoder(ModelStore().path(SENTENCE_MODEL))
    together = fresh.encode(["one thing", "a rather longer sentence about something else", "another"])
    assert np.array_equal(together[0], encoder.encode(["one thing"])[0])


def test_nothing_encodes_to_nothing(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)
