"""Measure the judging: on a sealed set, the golden cases and ordinary talk, beside what training measured held out.

    python scripts/evaluate.py [--talk FILE.txt|.jsonl --script SCRIPT.yaml] [--accept-fall]
    python scripts/evaluate.py --set FILE.yaml

The sealed set was written to an independent brief, and nobody who writes rules or trains has read it; nothing here
prints a line of it, nor of the talk. ``--talk`` is real talk without deviations: an utterance of a canvasser a line, or
transcripts; every finding in it is a false flag. ``--set`` measures another set, and compares and writes nothing.

The figures are laid beside the last ones of ``models/deviations/evaluations``. Where a headline figure fell by more
than its tolerance, the command fails and writes nothing, unless the fall is accepted; else they are written there.
The figures stand last on standard output, a ``NAME VALUE`` a line.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

import app
from app.approved_scripts.authoring import load_script
from app.bootstrap import DEVIATION_MODEL, GRAMMAR_MODEL, LINE_MODEL, SENTENCE_MODEL, build_judge
from app.cli.transcripts import BadLine, ScriptFinder, read_transcripts
from app.domain.deviation import Code
from app.domain.script import ApprovedScript
from app.domain.transcript import Speaker, Transcript, Utterance
from app.model_store import ModelStore
from app.pipeline.assessment.policy import THRESHOLDS, Profile
from app.pipeline.detection.registry import RULESET
from app.pipeline.judge import Judge
from scripts.benchmark import machine
from scripts.judging_measures import Expected, JudgedCase, by_code, confirmed, figures, reliability

ROOT = Path(__file__).resolve().parents[1]
DEVIATIONS = ROOT / "models" / "deviations"
SEALED = DEVIATIONS / "evaluation" / "brief-s.yaml"
EVALUATIONS = DEVIATIONS / "evaluations"
GOLDEN = ROOT / "tests" / "golden"
ORDINARY = DEVIATIONS / "evaluation" / "talk"
ORDINARY_SCRIPT = DEVIATIONS / "evaluation" / "approved_scripts" / "drainage-general-secretary.yaml"
"""The script that ordinary talk is judged by; nothing in the talk is about its contest."""
JUDGING_MODELS = (GRAMMAR_MODEL, SENTENCE_MODEL, DEVIATION_MODEL, LINE_MODEL)

FRAGMENT_TURNS = 4
"""A case of so few turns is a fragment of a call, in which no line is counted as missing."""

TOLERANCES: Mapping[str, float] = {
    "any_deviation_utterances_f1": 0.02,
    "any_deviation_cases_f1": 0.02,
    "macro_f1": 0.02,
    "missing_line_f1": 0.05,
    "dialogue_findings_precision": 0.03,
    "dialogue_findings_recall": 0.03,
    "contact_utterances_flagged": 0,
    "calibration_error": 0.02,
    "false_flags_per_100_dialogues_balanced": 2.0,
    "flagged_per_100_clean_cases_balanced": 1.0,
    "false_flags_per_1000_utterances_balanced": 10.0,
}
"""Headline figures, and by how much each may get worse. Quantised networks answer a little differently on another
processor; a tolerance is about what two or three answers of the sealed set come to, and five turns of operators."""

LESS_IS_BETTER = frozenset(
    {
        "contact_utterances_flagged",
        "calibration_error",
        "false_flags_per_100_dialogues_balanced",
        "flagged_per_100_clean_cases_balanced",
        "false_flags_per_1000_utterances_balanced",
    }
)


def main() -> int:
    """Judge everything, print the figures, and compare them with the last; exits with 1 where one fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, help="measure this set alone")
    parser.add_argument("--talk", type=Path, help="real talk without deviations: .txt, .json or .jsonl")
    parser.add_argument("--script", type=Path, help="the approved script that the talk is judged by")
    parser.add_argument("--accept-fall", action="store_true", help="write the figures although one fell")
    options = parser.parse_args()
    if bool(options.talk) != bool(options.script):
        parser.error("--talk and --script go together")
    store = ModelStore()
    if stale := [status.fault for status in store.verify() if status.artefact.id in JUDGING_MODELS and status.fault]:
        parser.error("; ".join(["weights are not those of the manifest, run `canvass-monitor models fetch`", *stale]))
    judge = build_judge(store, profile=Profile.SENSITIVE)
    if options.set:
        show({"set": measured(judged_set(options.set, judge=judge))})
        return 0
    sections = measure(judge)
    fallen = falls(sections, newest(EVALUATIONS))
    if options.talk:
        sections["talk"] = {"figures": of_talk(options.talk, script=load_script(options.script), judge=judge)}
    show(sections)
    for fall in fallen:
        print(f"worse than before: {fall}", file=sys.stderr)
    if fallen and not options.accept_fall:
        return 1
    today = datetime.now(UTC).date().isoformat()
    about = {"date": today, "machine": machine(), "software": app.__version__, "ruleset": RULESET}
    about["models"] = {name: f"sha256:{store.sha256(name)}" for name in JUDGING_MODELS}
    (EVALUATIONS / f"judging-{today}.json").write_text(json.dumps(about | sections, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(judge: Judge) -> dict[str, Any]:
    """The sections ``sealed``, ``golden``, of ordinary talk, and ``cross_validation``, as they are committed.

    Args:
        judge: One with the profile ``sensitive``; what the others list follows from its confidences.
    """
    sections = {
        "sealed": {"set": SEALED.stem, "sha256": digest(SEALED), **measured(judged_set(SEALED, judge=judge))},
        "golden": measured(judged_golden(GOLDEN, judge=judge)),
    }
    script = load_script(ORDINARY_SCRIPT)
    for path in sorted(ORDINARY.glob("*.txt")):
        sections[path.stem] = {"sha256": digest(path), "figures": of_talk(path, script=script, judge=judge)}
    trained = newest(EVALUATIONS, kind="")
    if trained:
        sections["cross_validation"] = {"figures": trained["figures"], "weights_sha256": trained.get("weights_sha256")}
    return sections


def judged_set(path: Path, *, judge: Judge) -> list[JudgedCase]:
    """The cases of a set, judged by the scripts that lie beside it under ``approved_scripts``."""
    scripts = scripts_in(path.parent / "approved_scripts")
    cases = []
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]:
        whole = len(case["call"]) > FRAGMENT_TURNS
        counted = frozenset(Code) if whole else frozenset(Code) - {Code.MISSING_LINE}
        expected = tuple(_expected(item) for item in case["findings"])
        cases.append(_judged(case, expected, script=scripts[case["script"]], judge=judge, counted=counted, whole=whole))
    return cases


def judged_golden(folder: Path, *, judge: Judge) -> list[JudgedCase]:
    """The golden cases; each speaks of one code, and findings of others count for nothing."""
    scripts = scripts_in(folder / "approved_scripts")
    cases = []
    for path in sorted((folder / "cases").glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        code = Code(content["code"])
        for case in content["cases"]:
            expected = tuple(_expected({"code": code, **item}) for item in case["findings"])
            whole = len(case["call"]) > FRAGMENT_TURNS
            script = scripts[case["script"]]
            cases.append(_judged(case, expected, script=script, judge=judge, counted=frozenset([code]), whole=whole))
    return cases


def measured(cases: list[JudgedCase]) -> dict[str, Any]:
    """Figures, counts by code, and the reliability of what the profile ``sensitive`` lists."""
    return {
        "figures": {name: round(value, 4) for name, value in figures(cases).items()},
        "by_code": {
            str(code): {
                **asdict(count),
                "precision": round(count.precision, 4),
                "recall": round(count.recall, 4),
                "f1": round(count.f1, 4),
            }
            for code, count in by_code(cases).items()
        },
        "reliability": [
            {name: round(value, 4) for name, value in asdict(tenth).items()} for tenth in reliability(confirmed(cases))
        ],
    }


def of_talk(path: Path, *, script: ApprovedScript, judge: Judge) -> dict[str, float]:
    """How many of a thousand utterances of canvassers each profile flags, in talk that has no deviations.

    Lines of a script that the talk leaves out are not counted.
    """
    utterances = contacts = 0
    flagged = dict.fromkeys(Profile, 0)
    for transcript, its_script in talk(path, script=script):
        speakers = {utterance.index: utterance.speaker for utterance in transcript.utterances}
        utterances += sum(speaker is not Speaker.CONTACT for speaker in speakers.values())
        found = [item for item in judge.judge(transcript, script=its_script).findings if item.utterance is not None]
        contacts += len({item.utterance for item in found if speakers.get(item.utterance or 0) is Speaker.CONTACT})
        for profile, least in THRESHOLDS.items():
            flagged[profile] += len({item.utterance for item in found if item.confidence >= least})
    shares = {
        f"false_flags_per_1000_utterances_{profile}": round(1000 * count / max(1, utterances), 3)
        for profile, count in flagged.items()
    }
    return {"utterances": utterances, **shares, "contact_utterances_flagged": contacts}


def talk(path: Path, *, script: ApprovedScript) -> Iterator[tuple[Transcript, ApprovedScript]]:
    """Real talk: each line of a text file alone, as a canvasser's, or transcripts; unreadable ones are told of."""
    if path.suffix == ".txt":
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                said = Utterance(index=0, speaker=Speaker.CANVASSER, text=line.strip())
                yield Transcript(call=f"line {number}", utterances=(said,)), script
        return
    for item in read_transcripts(str(path), ScriptFinder((script,))):
        if isinstance(item, BadLine):
            print(f"{item.where}: {item.problem}", file=sys.stderr)
        else:
            yield item.transcript, item.script


def newest(folder: Path, *, kind: str = "judging-") -> dict[str, Any] | None:
    """The last committed figures of a kind: ``judging-``, or none for those of training; None if there are none."""
    named = re.compile(re.escape(kind) + r"\d{4}-\d{2}-\d{2}\.json")
    paths = sorted(path for path in folder.iterdir() if named.fullmatch(path.name))
    return dict(json.loads(paths[-1].read_text(encoding="utf-8"))) if paths else None


def falls(now: Mapping[str, Any], last: Mapping[str, Any] | None) -> list[str]:
    """The headline figures that got worse by more than their tolerance, each as ``NAME BEFORE -> NOW``.

    A sealed set that has been replaced by another is not compared.
    """
    fallen = []
    for section in now:
        if last is None or section not in last or last[section].get("set") != now[section].get("set"):
            continue
        before, after = last[section]["figures"], now[section]["figures"]
        for name, tolerance in TOLERANCES.items():
            if name not in before:
                continue
            worse = after[name] - before[name] if name in LESS_IS_BETTER else before[name] - after[name]
            if worse > tolerance:
                fallen.append(f"{section}_{name} {before[name]} -> {after[name]}")
    return fallen


def show(sections: Mapping[str, Any]) -> None:
    """Print the tables of every section, then all figures, a ``NAME VALUE`` a line."""
    for name, section in sections.items():
        if "by_code" in section:
            print("\n".join(table(name, section)), end="\n\n")
    for name, section in sections.items():
        for code, row in section.get("by_code", {}).items():
            print(f"{name}_f1_{code.replace('-', '_')} {row['f1']}")
        for figure, value in section["figures"].items():
            print(f"{name}_{figure} {value}")


def table(name: str, section: Mapping[str, Any]) -> Iterator[str]:
    """Counts and shares by code, and stated against true confidence."""
    yield f"{name:<22}{'right':>6}{'missed':>8}{'wrong':>7}{'precision':>11}{'recall':>8}{'F1':>7}"
    for code, row in section["by_code"].items():
        counts = f"{row['right']:>6}{row['missed']:>8}{row['wrong']:>7}"
        yield f"{code:<22}{counts}{row['precision']:>11.2f}{row['recall']:>8.2f}{row['f1']:>7.2f}"
    yield f"\n{'confidence from':<22}{'findings':>9}{'stated':>8}{'true':>7}"
    for row in section["reliability"]:
        yield f"{row['low']:<22}{row['findings']:>9}{row['stated']:>8.2f}{row['true']:>7.2f}"


def scripts_in(folder: Path) -> dict[str, ApprovedScript]:
    """The approved scripts of a folder by their ids."""
    return {script.id: script for script in map(load_script, sorted(folder.glob("*.yaml")))}


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _judged(
    case: Mapping[str, Any],
    expected: tuple[Expected, ...],
    *,
    script: ApprovedScript,
    judge: Judge,
    counted: frozenset[Code],
    whole: bool,
) -> JudgedCase:
    transcript = _transcript(case["call"], call=case["id"])
    found = judge.judge(transcript, script=script).findings
    return JudgedCase(transcript.utterances, expected, found, counted=counted, whole=whole)


def _transcript(turns: Iterable[Mapping[str, str]], *, call: str) -> Transcript:
    said = [(speaker, text) for turn in turns for speaker, text in turn.items()]
    utterances = tuple(
        Utterance(index=index, speaker=Speaker(speaker), text=text) for index, (speaker, text) in enumerate(said)
    )
    return Transcript(call=call, utterances=utterances)


def _expected(item: Mapping[str, Any]) -> Expected:
    return Expected(
        code=Code(item["code"]),
        quote=item.get("quote"),
        line=item.get("line"),
        subject=item.get("subject"),
        means=item.get("means"),
    )


if __name__ == "__main__":
    sys.exit(main())
