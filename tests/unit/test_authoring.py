from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.approved_scripts.authoring import load_script, parse_script
from app.errors import InvalidScript
from tests.support.calls import GOLDEN_SCRIPTS, SAMPLE_CALLS

GOOD = (GOLDEN_SCRIPTS / "eastmere-mayor.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [GOLDEN_SCRIPTS, SAMPLE_CALLS / "approved_scripts"])
def test_the_scripts_of_this_repository_are_valid(folder: Path) -> None:
    for path in folder.glob("*.yaml"):
        assert load_script(path).version.startswith("sha256:")


def test_a_version_is_the_content_and_not_the_layout() -> None:
    version = parse_script(GOOD, source="a").version
    assert parse_script("# a remark\n" + GOOD + "\n\n", source="b").version == version
    assert parse_script(GOOD.replace("Goodbye", "Cheerio"), source="c").version != version


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("kind: greeting", "kind: greting", "unknown"),
        ('required: true, say: "This', 'requird: true, say: "This', "requird"),
        ("{contact_name}", "{contact}", "not declared"),
        ("id: hartwell", "id: qureshi", "twice"),
        ("lines:", "linse:", "linse"),
        ("order: any", "order: shuffled", "shuffled"),
        ("id: eastmere-mayor", "id: Eastmere Mayor", "identifier"),
        ("title:", "organisation: {name: X}\ntitle:", "twice"),
    ],
)
def test_every_fault_names_its_line_and_a_mend(before: str, after: str, says: str) -> None:
    text = GOOD.replace(before, after, 1)
    with pytest.raises(InvalidScript) as caught:
        parse_script(text, source="script.yaml")
    fault = next(fault for fault in caught.value.faults if says in fault.message)
    assert fault.line is not None
    assert after.split("\n")[0].split(":")[0].strip() in text.splitlines()[fault.line - 1] or fault.line > 0
    assert fault.mend


def test_a_brace_in_a_line_that_says_nothing_is_a_fault_too() -> None:
    before, _, after = GOOD.partition("say:")
    with pytest.raises(InvalidScript) as caught:
        parse_script(f'{before}variants: ["hello {{"], sai:{after}', source="script.yaml")
    assert any("partner" in fault.message for fault in caught.value.faults)


def test_all_faults_come_at_once() -> None:
    with pytest.raises(InvalidScript) as caught:
        parse_script(GOOD.replace("kind: greeting", "kind: x").replace("order: any", "order: y"), source="s")
    assert len(caught.value.faults) == 2


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_whatever_it_is_given_it_answers_with_faults(junk: str | bytes) -> None:
    with pytest.raises(InvalidScript):
        parse_script(junk, source="junk")


def test_aliases_that_unfold_are_refused() -> None:
    with pytest.raises(InvalidScript, match="aliases"):
        parse_script("a: &a [x, x]\nb: [*a, *a]", source="bomb")


@pytest.mark.parametrize("escape", [r"\0", r"\x07", r"\ud800", r"\e"])
def test_characters_that_no_text_has_are_refused(escape: str) -> None:
    with pytest.raises(InvalidScript, match="none of a text"):
        parse_script(GOOD.replace('say: "', f'say: "{escape}', 1), source="s")


@given(st.text(max_size=8) | st.sampled_from(['"\\ud800"', '"\\0": x', "? [a]", "&a a", "{{a}: 1}"]))
def test_every_fault_can_be_sent(junk: str) -> None:
    with pytest.raises(InvalidScript) as caught:
        parse_script(f"{junk}: x\nkind: {junk}\nlines: [{junk}]\n", source="s")
    for fault in caught.value.faults:
        assert f"{fault.message}{fault.mend}".encode()
