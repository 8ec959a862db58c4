"""The YAML in which people write approved scripts, read with every fault at its line.

The faults are collected, not raised one by one, so that an author mends a script in one go.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from app.approved_scripts.canonical import version_of
from app.domain.script import ApprovedScript, Line, LineKind, Option, Organisation, ReadingOrder
from app.errors import InvalidScript, ScriptFault

BUILT_IN_SLOT = "candidates"
MAXIMUM_SIZE_BYTES = 256 * 1024
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TOP_KEYS = {
    "id",
    "title",
    "organisation",
    "contest",
    "candidates",
    "options",
    "authorities",
    "facts",
    "slots",
    "lines",
}
_ORGANISATION_KEYS = {"name", "aliases"}
_OPTION_KEYS = {"id", "name", "aliases", "descriptions", "party", "role"}
_LINE_KEYS = {"id", "kind", "required", "say", "variants", "order", "when"}

Kind = TypeVar("Kind", bound=StrEnum)


def load_script(path: Path) -> ApprovedScript:
    """Read an approved script from a file.

    Args:
        path: A YAML file in UTF-8.

    Raises:
        InvalidScript: If the file cannot be read or has faults; holds every fault.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidScript(str(path), (ScriptFault(None, f"cannot be read: {reason}.", "Check the path."),)) from error
    return parse_script(raw, source=str(path))


def parse_script(text: str | bytes, *, source: str) -> ApprovedScript:
    """Read an approved script from YAML.

    Args:
        text: The YAML document, UTF-8 where it is bytes.
        source: What to call the document in faults, e.g. its path.

    Returns:
        The script; its ``version`` is the SHA-256 of its canonical content, so comments and layout do not count.

    Raises:
        InvalidScript: Holds every fault with its line and a mend.
    """
    reader = _Reader()
    root = _compose(text, source)
    script = reader.script(root)
    if reader.faults or script is None:
        faults = sorted(reader.faults, key=lambda fault: fault.line or 0)
        raise InvalidScript(source, tuple(faults))
    return script


def _compose(text: str | bytes, source: str) -> yaml.Node:
    if len(text) > MAXIMUM_SIZE_BYTES:
        fault = ScriptFault(
            None, f"is larger than {MAXIMUM_SIZE_BYTES} bytes.", "A script holds lines, not recordings."
        )
        raise InvalidScript(source, (fault,))
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        events = yaml.parse(decoded, Loader=yaml.SafeLoader)
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            # Aliases let a small file unfold into a huge one, and hide what a line says from its reader.
            raise InvalidScript(source, (ScriptFault(None, "uses YAML aliases.", "Write the text out."),))
        node = yaml.compose(decoded, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not UTF-8 text or nested too deep"
        fault = ScriptFault(
            mark.line + 1 if mark else None, f"is no YAML: {problem}.", "Quote texts with a colon or a brace."
        )
        raise InvalidScript(source, (fault,)) from error
    if node is None:
        raise InvalidScript(source, (ScriptFault(None, "is empty.", "Start from docs/approved-scripts.md."),))
    return node


def _line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


@dataclass(slots=True)
class _Reader:
    """Walks the YAML nodes once and collects the faults."""

    faults: list[ScriptFault] = field(default_factory=list)

    def script(self, root: yaml.Node) -> ApprovedScript | None:
        top = self.mapping(root, _TOP_KEYS, "the script")
        if top is None:
            return None
        options, ballot = self.options(top, root)
        slots = self.texts(top, "slots")
        script = ApprovedScript(
            id=self.identifier(top, root),
            version="",
            title=self.text(top, "title", root),
            organisation=self.organisation(top, root),
            contest=self.text(top, "contest", root),
            options=options,
            ballot=ballot,
            authorities=self.texts(top, "authorities"),
            facts=self.texts(top, "facts"),
            slots=slots,
            lines=self.lines(top, root, {*slots, BUILT_IN_SLOT}),
        )
        return replace(script, version=version_of(script))

    def organisation(self, top: Mapping[str, yaml.Node], root: yaml.Node) -> Organisation:
        node = top.get("organisation")
        if node is None:
            self.fault(root, "has no `organisation`.", "Add `organisation: {name: …, aliases: […]}`.")
            return Organisation("")
        if isinstance(node, yaml.ScalarNode):
            return Organisation(self.text(top, "organisation", root))
        inner = self.mapping(node, _ORGANISATION_KEYS, "organisation") or {}
        return Organisation(self.text(inner, "name", node), self.texts(inner, "aliases"))

    def options(self, top: Mapping[str, yaml.Node], root: yaml.Node) -> tuple[tuple[Option, ...], bool]:
        given = [key for key in ("candidates", "options") if key in top]
        if len(given) != 1:
            message = "has both `candidates` and `options`." if given else "has neither `candidates` nor `options`."
            self.fault(root, message, "Give one of them: people under `candidates`, answers under `options`.")
            return (), False
        node = top[given[0]]
        options = tuple(self.option(item, given[0]) for item in self.sequence(node, given[0]))
        if len(options) < 2:
            self.fault(node, f"`{given[0]}` holds fewer than two.", "Name everybody and everything that can be chosen.")
        self.unique(node, [option.id for option in options], given[0])
        return options, given[0] == "options"

    def option(self, node: yaml.Node, key: str) -> Option:
        inner = self.mapping(node, _OPTION_KEYS, key) or {}
        return Option(
            id=self.identifier(inner, node),
            name=self.text(inner, "name", node),
            aliases=self.texts(inner, "aliases"),
            descriptions=self.texts(inner, "descriptions"),
            party=self.optional_text(inner, "party"),
            role=self.optional_text(inner, "role"),
        )

    def lines(self, top: Mapping[str, yaml.Node], root: yaml.Node, slots: set[str]) -> tuple[Line, ...]:
        node = top.get("lines")
        if node is None:
            self.fault(root, "has no `lines`.", "Add the approved lines in the order in which they are said.")
            return ()
        lines = tuple(self.line(item, slots) for item in self.sequence(node, "lines"))
        if not lines:
            self.fault(node, "`lines` is empty.", "Add the approved lines in the order in which they are said.")
        self.unique(node, [line.id for line in lines], "lines")
        return lines

    def line(self, node: yaml.Node, slots: set[str]) -> Line:
        inner = self.mapping(node, _LINE_KEYS, "a line") or {}
        kind = self.member(inner, "kind", LineKind, node) or LineKind.OTHER
        order = ReadingOrder.FIXED
        if "order" in inner:
            order = self.member(inner, "order", ReadingOrder, node) or order
            if kind is not LineKind.OPTIONS:
                self.fault(inner["order"], "`order` stands on a line that reads no options.", "Remove it.")
        line = Line(
            id=self.identifier(inner, node),
            kind=kind,
            say=self.text(inner, "say", node),
            required=self.flag(inner, "required"),
            variants=self.texts(inner, "variants"),
            order=order,
            when=self.optional_text(inner, "when"),
        )
        self.placeholders(inner, line, slots)
        return line

    def placeholders(self, inner: Mapping[str, yaml.Node], line: Line, slots: set[str]) -> None:
        if not inner:
            return
        node = inner.get("say") or next(iter(inner.values()))
        for wording in line.wordings:
            for name in _PLACEHOLDER.findall(wording):
                if name not in slots:
                    self.fault(node, f"uses the slot {{{name}}}, which is not declared.", f"Add `{name}` to `slots`.")
            if re.search(r"[{}]", _PLACEHOLDER.sub("", wording)):
                self.fault(node, "has a brace without its partner.", "Write a slot as {name}.")

    def identifier(self, inner: Mapping[str, yaml.Node], node: yaml.Node) -> str:
        value = self.text(inner, "id", node)
        if value and not _IDENTIFIER.fullmatch(value):
            mend = "Use lower-case letters, digits, hyphens and underscores, 64 at the most."
            self.fault(inner["id"], f"`id` {value!r} is no identifier.", mend)
        return value

    def text(self, inner: Mapping[str, yaml.Node], key: str, node: yaml.Node) -> str:
        if key not in inner:
            self.fault(node, f"has no `{key}`.", f"Add `{key}: …`.")
            return ""
        return self.scalar(inner[key], key)

    def optional_text(self, inner: Mapping[str, yaml.Node], key: str) -> str | None:
        return self.scalar(inner[key], key) if key in inner else None

    def texts(self, inner: Mapping[str, yaml.Node], key: str) -> tuple[str, ...]:
        if key not in inner:
            return ()
        return tuple(self.scalar(item, key) for item in self.sequence(inner[key], key))

    def scalar(self, node: yaml.Node, key: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip() or node.tag.endswith(":null"):
            self.fault(node, f"`{key}` is no text.", "Write a text, in quotes where it holds a colon or a brace.")
            return ""
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in "".join(str(node.value).split())):
            self.fault(node, f"`{key}` holds a character that is none of a text.", "Remove its escape sequence.")
            return ""
        return " ".join(str(node.value).split())

    def flag(self, inner: Mapping[str, yaml.Node], key: str) -> bool:
        node = inner.get(key)
        if node is None:
            return False
        if not isinstance(node, yaml.ScalarNode) or not node.tag.endswith(":bool"):
            self.fault(node, f"`{key}` is neither true nor false.", f"Write `{key}: true` or leave it out.")
            return False
        return str(node.value).lower() in ("true", "yes", "on")

    def member(self, inner: Mapping[str, yaml.Node], key: str, kind: type[Kind], node: yaml.Node) -> Kind | None:
        value = self.text(inner, key, node)
        allowed = [str(member) for member in kind]
        if value in allowed:
            return kind(value)
        if value:
            self.fault(inner[key], f"`{key}` {value!r} is unknown.", f"Use one of {', '.join(allowed)}.")
        return None

    def sequence(self, node: yaml.Node, key: str) -> Iterator[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, f"`{key}` is no list.", f"Write `{key}: […]` or one item a line, each after a hyphen.")
            return iter(())
        return iter(node.value)

    def mapping(self, node: yaml.Node, allowed: set[str], what: str) -> dict[str, yaml.Node] | None:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{what} is no mapping.", f"Write its keys: {', '.join(sorted(allowed))}.")
            return None
        inner: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key not in allowed:
                shown = key[:80].encode("utf-8", "replace").decode()
                self.fault(key_node, f"unknown key `{shown}` in {what}.", f"Known are {', '.join(sorted(allowed))}.")
            elif key in inner:
                self.fault(key_node, f"`{key}` is given twice in {what}.", "Keep one of them.")
            inner.setdefault(key, value)
        return inner

    def unique(self, node: yaml.Node, identifiers: list[str], what: str) -> None:
        for identifier in sorted({name for name in identifiers if name and identifiers.count(name) > 1}):
            self.fault(node, f"the id `{identifier}` stands twice in `{what}`.", "Give each its own.")

    def fault(self, node: yaml.Node, message: str, mend: str) -> None:
        self.faults.append(ScriptFault(_line_of(node), message, mend))
