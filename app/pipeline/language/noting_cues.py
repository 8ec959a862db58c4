# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""How a plain matter of fact ("has it come?", "have you voted?") is noted, and how a contact answers against it."""

from dataclasses import dataclass
from re import Pattern

from app.pipeline.language.cues import cue

_OPENS = r"^(?:(?:so|right|okay|ok|lovely|great|grand|good|well|and|yes|yeah|ah|oh|mm|super|perfect|fine) )*"
_TICKED = r"(?:tick|ticked|noted|yes|good|great|lovely|grand|then|that is|okay|right|mark|i will|i have|so)"


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that the contact is asked about besides their choice.

    Attributes:
        name: How it is called in an explanation.
        noted: The canvasser notes it as so.
        contrary: The contact's answer was another, or left it open.
        affirmed: The contact said that it is so after all, whatever else they said.
    """

    name: str
    noted: Pattern[str]
    contrary: Pattern[str]
    affirmed: Pattern[str]


_AGREES = cue(
    r"^(?:(?:oh|er|well|um) )*(?:yes|yeah|yep|aye)(?! (?:but|except|only|well i|if))|not (?:\w+ )?not|never not"
)

MATTERS = (
    Matter(
        "that the ballot paper has come",
        cue(rf"{_OPENS}(?:received|arrived|it has (?:come|arrived)|you have (?:had|got|received) (?:it|yours|your \w+))(?= {_TICKED}\b| \w+ and \w+$|$)"),
        cue(r"(?:not|never|nothing|no) (?:\w+ ){0,5}?(?:seen|come|came|arrived?|had|got|received?|sign|yet)|(?:not|nothing) yet|still waiting|no sign"),
        cue(r"(?:paper|ballot|form|pack|it) (?:has |is |have )?(?:just )?(?:come|came|arrived|here|turned up)|got (?:it|mine)|i (?:have|did) (?:had|got) it|on the (?:fridge|table|side|sideboard|shelf|mantelpiece)"),
    ),
    Matter(
        "that the contact has voted",
        cue(rf"{_OPENS}(?:already voted|voted(?: already)?|you have (?:already )?voted|you voted)(?= {_TICKED}\b|$)"),
        cue(r"about to|(?:am|was|be) (?:just )?going to|not (?:\w+ )?(?:yet|voted|done|got round)|(?:have|did) not|never|threw me out|(?:would|will|did) not (?:work|let|load|go|take)|could not (?:get|log|do|find)|meaning to|had a go|tried to"),
        cue(r"i (?:have )?(?:already )?(?:voted|posted|sent|did it|done it)|voted (?:on|last|yesterday|already|this)|sent it|posted it"),
    ),
    Matter(
        "that nothing will stop the contact from voting",
        cue(rf"{_OPENS}(?:nothing|no reason|not a thing) (?:to stop|stopping|that would stop|in the way|in your way|preventing|not to)"),
        cue(r"(?:might|may|will|would|shall|could|can) not (?:\w+ ){0,3}?(?:get|make|manage|be|bother|have|able|say|vote|go|do)|in hospital|be away|work(?:ing)? (?:nights|away)|do not know if|not (?:sure|certain) (?:if|i|whether)|no lift|lost (?:it|the|my)|not (?:got|had|able)"),
        cue(r"but i (?:have|will|am going to) (?:\w+ )?(?:vot\w+|post\w*|send|sent|do it)|nothing (?:at all|would|will)"),
    ),
    Matter(
        "that the contact will come",
        cue(r"(?:down|you|marked) as (?:coming|attending|a yes for (?:the|saturday|sunday))|see you (?:there|then|on)|you (?:are|will be) coming(?= then|$)"),
        cue(r"(?:like|love) to but|can ?not|could not|(?:am|will|be) not (?:\w+ )?(?:sure|coming|able|going|there)|not sure|i am (?:working|away)|might|maybe|if i (?:can|get|am)|depends|doubt|^(?:(?:oh|er|well) )*no\b"),
        cue(r"but i (?:will|shall|am going to) (?:\w+ )?(?:come|be there|try|make it)|count me in|wild horses"),
    ),
    Matter(
        "how the contact will vote",
        cue(rf"{_OPENS}(?:in person|online|by post|by phone)(?= (?:then|tick|ticked|noted|it is)\b)"),
        cue(r"if (?:i|it|they|there)|otherwise|unless|either|depends|not (?:sure|decided)|do not know"),
        cue(r"(?:definitely|always) (?:in person|online|by post)"),
    ),
)  # fmt: skip
"""What scripts ask about besides the choice."""

CERTAINLY = cue(r"""
    definite|definitely|certain|certainly|for sure|firm|firmly|solid|strong|dead cert|no question
""")
"""An answer is noted as certain."""

WITH_RESERVE = cue(r"""
    unless|if (?:i|he|she|they|it|there|nothing)|depends|depending|probably|maybe|perhaps|might|leaning|swaying|not (?:read|looked|seen|met|heard|decided|sure|certain|made|100)|thinking|toying|torn|could be|possibly|most likely|as things stand|for now|at the moment
""")
"""An answer is given with reserve."""


def agreed(plain: str, matter: Matter) -> bool:
    """Whether a contact's normalised words say that a matter is so."""
    return bool(_AGREES.search(plain) or matter.affirmed.search(plain))
