"""A synthetic archive of any size, written in bulk: calls, their runs with results, findings, decisions and words.

Nothing in it was said by anybody. The words follow Zipf's law over a made-up vocabulary, with the lines of an approved
script between them, so that a search finds common and rare words as it would in an archive of real calls.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from app.domain.script import ApprovedScript
from app.runs.basis import RESTS_ON, digest
from app.search.words import SpokenWords
from scripts.synthetic_words import Sentence, filled, pool

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]

FIRST = datetime(2024, 11, 1, tzinfo=UTC)
SPAN = timedelta(days=730)
CENTRES = tuple(f"centre-{number:02d}" for number in range(12))
CAMPAIGNS = ("autumn", "members", "second-round", "spring", "trial", "winter")
DISPOSITIONS = ("answered", "busy", "callback", "declined", "wrong-number")
CODES = (
    ("endorsement", "critical", 30),
    ("disparagement", "critical", 12),
    ("altered-line", "major", 25),
    ("missing-line", "major", 40),
    ("personal-opinion", "minor", 20),
    ("loaded-question", "major", 6),
    ("improper-disclosure", "major", 1),
)
PRAISE = "he's a decent guy, his dad was a bus driver"
"""Said in one call of a thousand: the phrase that the load test looks for."""

RARE = "quillwort"
"""Said in one call of fifty thousand."""

JUDGED_BY = ("synthetic", "balanced")
"""Version of the rules, and profile."""

MODELS = {"whisper": "sha256:" + "0" * 64}

UTTERANCES = (12, 26)
WITH_WORD_TIMES = 100
"""One call in so many has the times of its words."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "calls": tuple(
        "id call_centre external_id script_id started_at received_at canvasser_id details metadata_digest"
        " dialled_digest dialled_ends disposition campaign recording_sha256 recording_size_bytes recording_type status"
        " outcome reason duration worst_severity top_confidence finding_count queue_rank queue_doubt review"
        " script_version reached basis".split()
    ),
    "runs": tuple(
        "id call_id cause script_id script_version status is_current attempts created_at started_at finished_at outcome"
        " reason duration ruleset profile software models result engine hearing_key shares_channel".split()
    ),
    "findings": tuple(
        "run_id finding_id position code severity confidence subject line utterance start end quote".split()
    ),
    "decisions": tuple(
        "id call_id run_id finding_id quote verdict reason note decided_by decided_by_name decided_at".split()
    ),
    "call_texts": ("number", "call_id", "run_id", "words"),
    "call_words": ("rowid", "canvasser", "others"),
    "call_tags": ("tag", "call_id", "confidence"),
}


@dataclass(frozen=True, slots=True)
class HeardWith:
    """The recogniser, as a run names it."""

    engine: str
    key: str


class Archive:
    """Makes the calls one after the other; the same number and seed give the same archive."""

    def __init__(
        self, *, calls: int, script: ApprovedScript, dialect: str, heard_with: HeardWith, seed: int = 5
    ) -> None:
        """Get the words ready.

        Args:
            calls: How many there will be.
            script: Its lines are read out.
            dialect: ``sqlite`` or ``postgresql``: how the index of words is written.
            heard_with: What the workers hear with now, so that only the text is judged again.
            seed: Of the random numbers.
        """
        self.calls, self.script, self.dialect, self.heard_with = calls, script, dialect, heard_with
        self._random = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
        self._pool = pool(self._random)
        self._lines = [Sentence.of(filled(line.say)) for line in script.lines]
        self._praise = Sentence.of(PRAISE)
        self._models = json.dumps(MODELS)
        self._bases: dict[str | None, str] = {}

    def batches(self, size: int = 2000) -> Iterator[Rows]:
        """The rows of so many calls at a time, by table."""
        numbers = iter(range(1, self.calls + 1))
        while chunk := list(islice(numbers, size)):
            rows: Rows = {table: [] for table in COLUMNS}
            for number in chunk:
                self._make(number, rows)
            yield rows

    def _make(self, number: int, rows: Rows) -> None:
        dice = self._random
        received = FIRST + SPAN * (number / self.calls)
        stamp = f"{int(received.timestamp() * 1000):012x}{dice.getrandbits(64):016x}"
        call_id, run_id = f"call_{stamp}", f"run_{stamp}"
        turns = self._turns(number)
        found = [] if dice.random() > 0.35 else [kind for kind in CODES if dice.random() * 100 < kind[2]]
        found.sort(key=lambda kind: ("critical", "major", "minor").index(kind[1]))
        outcome = _outcome(found, dice)
        if outcome == "unreviewable":
            turns, found = [], []
        findings = [_finding(run_id, position, kind, turns, dice) for position, kind in enumerate(found)]
        made_at = (received - timedelta(minutes=dice.randrange(2, 600))).replace(tzinfo=None)
        standing = _Standing.of(outcome, findings, is_recent=number > self.calls * 0.97, dice=dice)
        at = received.replace(tzinfo=None)
        length = len(turns) * 4.0
        rows["calls"].append(self._call(call_id, number, made_at=made_at, at=at, length=length, standing=standing))
        rows["runs"].append(self._run(run_id, call_id, at=at, turns=turns, number=number, standing=standing))
        rows["findings"] += findings
        words = SpokenWords(_words(turns, True), _words(turns, False))
        packed = words.packed() if self.dialect == "sqlite" else None
        rows["call_texts"].append((number, call_id, run_id, packed))
        rows["call_words"].append((number, *words.written(self.dialect).values()))
        self._decide(rows, call_id, run_id, findings=findings, standing=standing, at=at)

    def _turns(self, number: int) -> list[tuple[bool, Sentence]]:
        dice = self._random
        said = dice.choices(self._pool, k=dice.randint(*UTTERANCES))
        turns = [(bool(place % 2), sentence) for place, sentence in enumerate(said)]
        for place, line in enumerate(self._lines):
            if dice.random() < 0.93:
                turns.insert(min(len(turns), place * 3), (True, line))
        if number % 1000 == 7:
            turns.insert(len(turns) // 2, (True, self._praise))
        if number % 50_000 == 11:
            turns.append((True, Sentence.of(f"the {RARE} is in bloom")))
        return turns

    def _call(
        self, call_id: str, number: int, *, made_at: datetime, at: datetime, length: float, standing: "_Standing"
    ) -> Row:
        dice = self._random
        digest = sha256(call_id.encode()).hexdigest()
        ends = f"{dice.randrange(1000):03d}"
        campaign, disposition = dice.choice(CAMPAIGNS), dice.choice(DISPOSITIONS)
        details = {"disposition": disposition, "campaign": campaign, "dialled_number_ends": ends}
        return (
            call_id,
            CENTRES[number % len(CENTRES)],
            f"x-{number:07d}",
            self.script.id,
            made_at,
            at,
            f"c-{dice.randrange(800):03d}",
            json.dumps({**details, "channels": None, "raw": None}),
            digest,
            digest[::-1],
            ends,
            disposition,
            campaign,
            digest,
            480_000,
            "audio/wav",
            "done",
            standing.outcome,
            standing.reason,
            length,
            standing.severity,
            standing.confidence,
            standing.findings,
            standing.rank,
            1.0 - (standing.confidence or 0.0),
            standing.review,
            self.script.version,
            "contact" if length else None,
            self._basis(standing.reason),
        )

    def _basis(self, reason: str | None) -> str:
        """What stands for the columns of `_run` in the row of a call."""
        if reason not in self._bases:
            values = (
                self.script.id,
                self.script.version,
                *JUDGED_BY,
                MODELS,
                self.heard_with.engine,
                self.heard_with.key,
                False,
                reason,
            )
            self._bases[reason] = digest(dict(zip(RESTS_ON, values, strict=True)))
        return self._bases[reason]

    def _run(
        self,
        run_id: str,
        call_id: str,
        *,
        at: datetime,
        turns: Sequence[tuple[bool, Sentence]],
        number: int,
        standing: "_Standing",
    ) -> Row:
        with_times = number % WITH_WORD_TIMES == 0
        utterances = ", ".join(_utterance(place, turn, with_times) for place, turn in enumerate(turns))
        result = (
            f'{{"call": "{call_id}", "outcome": "{standing.outcome}", "reason": {json.dumps(standing.reason)},'
            f' "script": {{"id": "{self.script.id}", "version": "{self.script.version}"}}, "findings": [], "lines": [],'
            f' "transcript": {{"call": "{call_id}", "duration": {len(turns) * 4.0}, "language": "en",'
            f' "reached": "contact", "source": null, "engine": null, "utterances": [{utterances}]}},'
            ' "provenance": {"ruleset": "synthetic", "models": {}, "software": "0"}}'
        )
        return (
            run_id,
            call_id,
            "upload",
            self.script.id,
            self.script.version,
            "done",
            True,
            1,
            at,
            at,
            at + timedelta(seconds=9),
            standing.outcome,
            standing.reason,
            len(turns) * 4.0,
            *JUDGED_BY,
            "0",
            self._models,
            result,
            self.heard_with.engine,
            self.heard_with.key,
            False,
        )

    def _decide(
        self,
        rows: Rows,
        call_id: str,
        run_id: str,
        *,
        findings: Sequence[Row],
        standing: "_Standing",
        at: datetime,
    ) -> None:
        tags: dict[str, float] = {}
        for finding in findings:
            code, confidence, subject = finding[3], finding[5], finding[6]
            for tag in (f"code/{code}", f"subject/{subject}", f"code/{code}/{subject}"):
                tags[tag] = max(confidence, tags.get(tag, 0.0))
        if standing.review == "decided":
            verdict = self._random.choice(("confirmed", "confirmed", "dismissed", "excused"))
            decision = (call_id.replace("call_", "decision_"), call_id, run_id, None, None, verdict)
            rows["decisions"].append((*decision, "As it was said.", None, "account_1", "Ada", at + timedelta(days=2)))
            tags[f"verdict/{verdict}"] = 1.0
        rows["call_tags"] += [(tag, call_id, confidence) for tag, confidence in tags.items()]


@dataclass(frozen=True, slots=True)
class _Standing:
    outcome: str
    reason: str | None
    severity: str | None
    confidence: float | None
    findings: int
    rank: int
    review: str | None

    @classmethod
    def of(cls, outcome: str, findings: Sequence[Row], *, is_recent: bool, dice: random.Random) -> "_Standing":
        severity, confidence = (findings[0][4], findings[0][5]) if findings else (None, None)
        within = {"critical": 0, "major": 10, "minor": 20, None: 21}[severity]
        rank = {"flagged": within, "unreviewable": 40, "clear": 80 + within}[outcome]
        review = None if outcome == "clear" else "open" if is_recent or dice.random() < 0.02 else "decided"
        reason = dice.choice(("silent", "no-speech", "not-understood")) if outcome == "unreviewable" else None
        return cls(outcome, reason, severity, confidence, len(findings), rank, review)


def write(
    archive: Archive, *, put: Callable[[str, Sequence[str], list[Row]], None], tell: Callable[[int], None]
) -> None:
    """Make the archive and hand its rows on, table by table.

    Args:
        archive: What to make.
        put: Takes a table, its columns and rows.
        tell: Told how many calls are there.
    """
    there = 0
    for rows in archive.batches():
        for table, columns in COLUMNS.items():
            put(table, columns, rows[table])
        there += len(rows["calls"])
        tell(there)


def _outcome(found: Sequence[tuple[str, str, int]], dice: random.Random) -> str:
    if dice.random() < 0.06:
        return "unreviewable"
    return "flagged" if any(kind[1] != "minor" for kind in found) else "clear"


def _finding(
    run_id: str, position: int, kind: tuple[str, str, int], turns: Sequence[tuple[bool, Sentence]], dice: random.Random
) -> Row:
    code, severity, _ = kind
    place = dice.randrange(len(turns))
    subject = dice.choice(("qureshi", "hartwell"))
    span = (place, place * 4.0, place * 4.0 + 3.0, turns[place][1].text)
    return (run_id, f"f{position}", position, code, severity, round(dice.uniform(0.25, 0.99), 4), subject, None, *span)


def _words(turns: Sequence[tuple[bool, Sentence]], is_canvasser: bool) -> tuple[str, ...]:
    return tuple(word for by_canvasser, said in turns if by_canvasser is is_canvasser for word in said.words)


def _utterance(place: int, turn: tuple[bool, Sentence], with_times: bool) -> str:
    speaker = "canvasser" if turn[0] else "contact"
    start = place * 4.0
    timed = "[]"
    if with_times:
        spoken = turn[1].text.split()
        step = 3.0 / len(spoken)
        timed = json.dumps(
            [
                {
                    "text": word,
                    "start": round(start + step * at, 2),
                    "end": round(start + step * (at + 1), 2),
                    "confidence": 0.9,
                }
                for at, word in enumerate(spoken)
            ]
        )
    return (
        f'{{"index": {place}, "speaker": "{speaker}", "channel": null, "start": {start}, "end": {start + 3.0},'
        f' "text": {turn[1].json}, "confidence": 0.9, "speaker_confidence": 0.99, "words": {timed}}}'
    )
