import subprocess
import sys
from pathlib import Path

import pytest

from app.pipeline.transcription.engines import ENGINES
from scripts.bench_ears import EARS, STOCK, STOCK_BATCHED, Ear, _whole
from scripts.hearing_measures import HeardWord

ANSWER = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    print("a library talks")
    words = [[hint, 0.5, 1.0] for hint in request["hints"]]
    print("EAR " + json.dumps({"text": request["path"], "words": words, "cpu_s": 1, "wall_s": 2, "memory_mb": 3}))
    sys.stdout.flush()
"""


def _child(program: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1, text=True
    )


def test_the_ears_are_both_libraries_and_every_engine() -> None:
    assert set(EARS) == {STOCK, STOCK_BATCHED, *ENGINES}


def test_an_ear_is_asked_in_json_and_what_libraries_print_is_passed_over() -> None:
    with _child(ANSWER) as child:
        reply = Ear("x", child).hear(Path("a.npy"), hints=["Hartwell"])
        assert child.stdin is not None
        child.stdin.close()
    assert (reply.text, reply.cpu_s, reply.wall_s, reply.memory_mb) == ("a.npy", 1, 2, 3)
    assert reply.words == (HeardWord("Hartwell", 0.5, 1.0),)


def test_an_ear_that_has_ended_is_named() -> None:
    with _child("input(); raise SystemExit(7)") as child, pytest.raises(RuntimeError, match="windowed ended with 7"):
        Ear("windowed", child).hear(Path("a.npy"))


def test_pieces_of_words_are_joined() -> None:
    pieces = [(" half", 0.0, 0.2), ("-way", 0.2, 0.5), (" ", 0.5, 0.5), (" there.", 0.6, 0.9)]
    assert _whole(pieces) == [("half-way", 0.0, 0.5), ("there.", 0.6, 0.9)]
