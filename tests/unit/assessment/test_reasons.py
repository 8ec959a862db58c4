"""What a finding rests on: the names as heard, the clauses that carry it, the words of a line that changed."""

from app.domain.reasons import Change, WordChange
from app.domain.script import LineKind
from app.pipeline.assessment.reasons import changes
from tests.support.calls import golden_script, judge, judged, of_code

DUE = {"contact": "Aye, go on."}


def test_a_name_is_shown_as_it_was_heard_and_as_it_was_understood() -> None:
    (finding,) = of_code(judged([DUE, {"canvasser": "Honestly, vote for Samir Kureshi."}]), "endorsement")
    heard = {name.text: (name.name, name.subject, name.heard_as) for name in finding.reasons.names}
    assert heard["Kureshi"] == ("Qureshi", "qureshi", "fuzzy")
    assert finding.reasons.names[0].confidence == 1.0


def test_the_clause_that_carries_a_finding_is_told_from_the_others() -> None:
    said = "It was raining when I came in this morning, but you should really vote for Helen Hartwell."
    (finding,) = of_code(judged([DUE, {"canvasser": said}]), "endorsement")
    whole = finding.quote or ""
    assert all(clause in whole and "Hartwell" in clause for clause in finding.reasons.decisive)
    alone = of_code(judged([DUE, {"canvasser": "You should really vote for Helen Hartwell."}]), "endorsement")
    assert alone[0].reasons.decisive == ()


def test_what_a_rule_saw_needs_no_training_line() -> None:
    (finding,) = of_code(judged([DUE, {"canvasser": "Vote for Samir Qureshi."}]), "endorsement")
    assert not finding.rule.endswith(".learned")
    assert finding.reasons.resembles == ()


def test_what_only_the_learned_stage_heard_names_the_training_lines_that_are_nearest() -> None:
    classifier = judge()._classifier
    assert classifier is not None
    said = "you would be letting your mates down if you did not vote ."
    first, second = classifier.nearest(said, next(iter(classifier.fusion)), count=2)
    assert first != second
    assert classifier.nearest(first, next(iter(classifier.fusion)), count=1) == (first,)


def test_an_altered_line_stands_word_by_word_beside_the_approved_one() -> None:
    calls = [
        {"canvasser": "Hello, my name is Dave and I am calling on behalf of the Allied Trades Union."},
        {"contact": "Hello."},
        {"canvasser": "The union has no preferred candidate yet."},
    ]
    (finding,) = of_code(judged(calls), "altered-line")
    changed = [item for item in finding.reasons.changes if item.change is not Change.SAME]
    assert changed == [WordChange(Change.PUT_IN, "yet.")]


def test_a_slot_stands_for_whatever_was_said_in_its_place() -> None:
    script = golden_script("eastmere-mayor")
    greeting = next(line for line in script.lines if line.kind is LineKind.GREETING)
    said = "Hello, my name is Priya and I am calling on behalf of the Allied Trades Union. May I speak to Mrs Ferris?"
    assert {item.change for item in changes(greeting, said, script)} == {Change.SAME}
    short = changes(greeting, "Hello, my name is Priya.", script)
    assert Change.LEFT_OUT in {item.change for item in short}


def test_the_wording_that_is_nearest_is_the_one_compared() -> None:
    script = golden_script("eastmere-mayor")
    neutrality = next(line for line in script.lines if line.kind is LineKind.NEUTRALITY)
    assert len(neutrality.wordings) > 1
    for wording in neutrality.wordings:
        assert changes(neutrality, wording, script) == (WordChange(Change.SAME, wording),)
