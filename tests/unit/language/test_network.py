"""Several texts in one pass: the same bytes as one by one."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from app.bootstrap import LINE_MODEL, SENTENCE_MODEL
from app.model_store import ModelStore
from app.pipeline.language.encoder_conversion import convert_encoder
from app.pipeline.language.encoder_family import BERT, MPNET, family_of
from app.pipeline.language.network import BATCH_SIZE, PADDED_TO, EncoderNetwork
from app.pipeline.language.remembered import Remembered
from scripts.deviation_network import Network, batch

ENCODERS = {SENTENCE_MODEL: BERT, LINE_MODEL: MPNET}
WIDTHS = {BERT: 384, MPNET: 768}
PUBLISHED = ("minilm-l6-v2", "mpnet-base-v2")
LAYERS_KEPT = 2


@pytest.fixture(scope="module", params=ENCODERS)
def network(request: pytest.FixtureRequest) -> EncoderNetwork:
    return EncoderNetwork(ModelStore().path(request.param), family=ENCODERS[request.param])


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
    assert [found.shape for found in states] == [(length, WIDTHS[network.family]) for length in lengths]
    assert not np.array_equal(states[-1], states[-2])


@pytest.mark.parametrize("model", ENCODERS)
def test_words_are_cut_into_the_pieces_that_the_whole_text_would_give(model: str) -> None:
    from tokenizers import Tokenizer

    network = EncoderNetwork(ModelStore().path(model), family=ENCODERS[model])
    tokenizer = Tokenizer.from_file(str(ModelStore().path(model) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    for text in ("vote for somebody ?", "it's o'Brien, isn't it", "naïve Siân über-keen 30th", "", "the union ."):
        assert network.pieces(text) == tokenizer.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("artefact", PUBLISHED)
def test_the_converted_encoder_gives_the_states_of_the_network_that_was_trained(artefact: str, tmp_path: Path) -> None:
    published = ModelStore().path(artefact)
    tensors = load_file(published / "model.safetensors")
    above = re.compile(rf"encoder\.layer\.(?!(?:{'|'.join(map(str, range(LAYERS_KEPT)))})\.)")
    save_file(
        {name: tensor for name, tensor in tensors.items() if not above.match(name)}, tmp_path / "model.safetensors"
    )
    for name in ("tokenizer.json", "vocab.txt"):
        (tmp_path / name).write_bytes((published / name).read_bytes())
    convert_encoder(tmp_path, tmp_path / "converted")
    trained = Network(
        tmp_path / "model.safetensors", outputs=1, rank=0, scale=1.0, first_layer=LAYERS_KEPT, dropout=0.0
    )
    trained.eval()
    features: list[torch.Tensor] = []
    trained.heads.register_forward_pre_hook(lambda _, given: features.append(given[0]))
    network = EncoderNetwork(tmp_path / "converted", family=family_of(tensors))
    chance = random.Random(6)
    for length in (3, 20, 60):
        said = [chance.randrange(2000, 20_000) for _ in range(length)]
        with torch.no_grad():
            trained(*batch([(said, [])]))
        here, there = features.pop().numpy()[0], network.paired_features([(said, [])])[0]
        assert here @ there / np.linalg.norm(here) / np.linalg.norm(there) > 0.98


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
