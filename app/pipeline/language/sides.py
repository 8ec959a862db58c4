# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""Which option of a yes/no ballot an outcome stands for: "if it goes through", "throw it out"."""

import re
from functools import lru_cache

from app.domain.script import ApprovedScript
from app.pipeline.language.cues import cue
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import normalize

_AFFIRMS = re.compile(r"^(?:yes|for|in favour|accept|approve|agree|support)\b")
_REFUSES = re.compile(r"^(?:no|against|reject|oppose|refuse)\b")

_GOES_THROUGH = cue(r"""
    if (?:it|this|that|the \w+|we|you|they|people|members|everybody|everyone) (?:\w+ ){0,2}?(?:goes? (?:through|ahead)|pass(?:es)?|happens?|is (?:a )?(?:yes|carried|passed|approved)|comes? (?:out|back) (?:a |as )?yes|vot(?:e|es) (?:it through|for it|yes|in favour)|say yes|says yes|accepts? it|go for it|join|merge)|(?:a|the|vote|voting|voted|say|saying|says|is|with) yes|in favour|(?:back|backs|backing|backed|support|supports|supporting|supported|accept|accepts|accepting|endorsed|recommend(?:ed|s|ing)?) (?:the |this |it)(?:merger|deal|offer|proposal|change|motion)?|(?:wave|vote|push|nod) it through|vote for it|for the (?:merger|deal|offer|proposal|change|motion)|vote (?:it )?in
""")
_FALLS = cue(r"""
    if (?:it|this|that|the \w+|we|you|they|people|members|everybody|everyone) (?:\w+ ){0,2}?(?:falls?|fails?|does not|do not|is (?:a )?(?:no|lost|rejected|thrown out|voted down)|comes? (?:out|back) (?:a |as )?no|vot(?:e|es) (?:it down|against|no)|say no|says no|rejects? it|turn it down|stay|chuck it out|throw it out)|(?:a|the|vote|voting|voted|say|saying|says|is|with) no|against (?:it|the)|(?:chuck|throw|kick|knock|vote|turn|knocked|voted|threw|chucked|turned) (?:it|this|that|the \w+) (?:out|down|back)|(?:reject|rejects|rejecting|rejected|oppose|opposes|opposing|opposed) (?:it|the|this)
""")


def side(plain: str, script: ApprovedScript) -> str | None:
    """Id of the option that an outcome stands for; None for other scripts, and where both or neither is meant.

    Args:
        plain: Normalised words.
        script: The approved script.
    """
    yes, no = _sides(script)
    if yes is None or no is None:
        return None
    plain = spelled_out(plain)
    affirms, refuses = bool(_GOES_THROUGH.search(plain)), bool(_FALLS.search(plain))
    if affirms == refuses:
        return None
    return yes if affirms else no


@lru_cache(maxsize=64)
def _sides(script: ApprovedScript) -> tuple[str | None, str | None]:
    if not script.ballot or len(script.options) != 2:
        return None, None
    found: dict[bool, str] = {}
    for option in script.options:
        for name in map(normalize, (option.name, *option.aliases)):
            if _AFFIRMS.search(name):
                found.setdefault(True, option.id)
            elif _REFUSES.search(name):
                found.setdefault(False, option.id)
    return found.get(True), found.get(False)
