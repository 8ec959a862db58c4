"""The learned stage by itself: what it reads, and that an answer depends on nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from app.domain.deviation import Code, Means
from app.model_store import MANIFEST_PATH, ModelStore
from app.pipeline.language.adapter import FILE_NAME, convert_adapted
from app.pipeline.language.classifier import Classifier
from app.pipeline.language.encoder_family import BERT
from app.pipeline.language.name_blind import name_blind
from tests.support.calls import golden_script, judge

ENDORSING = "Honestly, Samir is the one who will stand up for you, that is where I would put my cross."
READING_BACK = "So that is Samir first and Helen second, thank you, I have noted that."


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(ModelStore().path("minilm-deviations"))


def blind(text: str) -> str:
    return name_blind(text, judge().language(golden_script("eastmere-mayor")).register)


def test_names_parties_authorities_and_the_organisation_become_placeholders() -> None:
    assert blind("Vote for Samir!") == blind("Vote for Helen Hartwell!") == "vote for somebody ."
    assert blind("Pat Devlin wants the ATU to win") == "the leader wants the union to win ."


def test_sentences_keep_their_marks_and_fillers_go() -> None:
    assert blind("Um, is it? It is.") == "is it ? it is ."


def test_it_tells_praise_from_an_answer_read_back(classifier: Classifier) -> None:
    praise = classifier.judge(blind(ENDORSING), before="")
    answer = classifier.judge(blind(READING_BACK), before=blind("Samir, then Helen."))
    assert classifier.confidence(praise, Code.ENDORSEMENT, rule_saw_it=False) > 0.7
    assert classifier.confidence(answer, Code.ENDORSEMENT, rule_saw_it=False) < 0.2


def test_confidences_lie_between_nought_and_one(classifier: Classifier) -> None:
    judgement = classifier.judge(blind(ENDORSING), before="")
    assert sum(judgement.means.values()) == pytest.approx(1.0)
    assert set(judgement.means) == set(Means)
    for code in classifier.fusion:
        assert 0.0 <= classifier.confidence(judgement, code, rule_saw_it=False) <= 1.0


def test_a_rule_that_saw_it_makes_it_surer(classifier: Classifier) -> None:
    judgement = classifier.judge(blind(ENDORSING), before="")
    alone = classifier.confidence(judgement, Code.ENDORSEMENT, rule_saw_it=False)
    assert classifier.confidence(judgement, Code.ENDORSEMENT, rule_saw_it=True) >= alone


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    folder = ModelStore().path("minilm-deviations")
    fresh, used = Classifier(folder), Classifier(folder)
    used.judge(blind(READING_BACK), before="")
    assert used.judge(blind(ENDORSING), before="") == fresh.judge(blind(ENDORSING), before="")


def test_a_code_that_was_never_trained_is_never_reported(classifier: Classifier) -> None:
    judgement = classifier.judge(blind(ENDORSING), before="")
    assert classifier.confidence(judgement, Code.MISSING_LINE, rule_saw_it=True) == 0.0


def test_the_longest_stretch_is_cut_rather_than_refused(classifier: Classifier) -> None:
    assert classifier.judge("word " * 2_000, before="word " * 2_000).evidence


def test_the_committed_adapter_is_small_and_names_layers_of_the_encoder() -> None:
    path = MANIFEST_PATH.parent / "deviations" / "weights" / FILE_NAME
    assert path.stat().st_size <= 2_000_000
    for key in load_file(path):
        assert key.startswith("heads.") or any(f".{layer}." in key for layer in BERT.linear_layers)


def test_an_adapter_that_changes_nothing_gives_the_published_encoder(tmp_path: Path) -> None:
    source = ModelStore().path("minilm-l6-v2")
    layer = "encoder.layer.5.output.dense"
    empty = {f"{layer}.down": np.zeros((2, 1536), np.float16), f"{layer}.up": np.zeros((384, 2), np.float16)}
    save_file(empty, tmp_path / FILE_NAME, metadata={"settings": json.dumps({})})
    convert_adapted(source, tmp_path / "made", adapter=tmp_path / FILE_NAME)
    plain = ModelStore().path("minilm-l6-v2-ct2")
    assert (tmp_path / "made" / "model.bin").read_bytes() == (plain / "model.bin").read_bytes()
    assert (tmp_path / "made" / FILE_NAME).read_bytes() == (tmp_path / FILE_NAME).read_bytes()
