# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""How the options are read out and dressed up, or only some of them offered, as patterns over normalised words."""

import re

from app.pipeline.language.cues import cue, loose_cue

SLIP = cue(r"""
    sorry|let (?:me|us|s)|bear with|hang on|hold on|oops|pronounc\w*|spell\w*|spelt|(?:say|says|said|saying) (?:it|that|her|his|their)|goes by|known as|short for|calls? (?:him|her)(?:self)?
    i (?:have |ve )?(?:\w+ )?(?:skipped|missed|trip\w*)
""")
"""A slip, a search for one's place, or a word about how a name is said."""

GOES_ON_READING = cue(r"""
    sorry|(?:yes|yeah|yep|aye|right|well|oh)? ?and(?= \w+ \w+$)|i (?:\w+ )?(?:missed|skipped|forgot|was (?:\w+ )?(?:coming|getting|turning))|let me finish|i had not finished
""")
"""The canvasser goes on with a list into which the contact broke, or mends it."""

BEGINS_AGAIN = cue("""
    sorry|(?:start|begin|read (?:it|them|that)|do (?:it|them|that)) (?:\\w+ )?again|wrong order|no wait|from the top|oops|got (?:that|them) the wrong way
""")
"""The list is begun again: the order is that of the second time."""

PREDICATE = re.compile(
    r"(?:has|had|was|is|does|did|got|gets|wants|says|said|leads|runs|supports|and \w+ (?:are|were|have))\b"
)
"""How a statement goes on behind the name that it is about."""

THE_OTHERS = cue(r"""
    others?|rest|besides|apart from|as well as|left|remaining
""")
"""A list of those who have not been spoken of yet."""

ASKS = cue(r"""
    (?:have|do|did|would|could|can|are|will|may|might|shall|is) (?:not )?(?:you|i|we|it|that|there|any\w*)
    (?:who|which|what|whose) (?:(?:would|will)(?! (?:mean|be|get|give|leave|take))|do|are|is it|of|one|two|gets?|shall|should)
""")
"""Where talk goes over into a question."""

OF_ONESELF = re.compile(r"(?:(?:and|or|so|oh|but) )*(?:i|hope|hopefully|my (?:screen|page|list|glasses))\b")

ABOUT_ONE = re.compile(
    r"(?:(?:and|or|but|well|now) )*(?:who|whose|he|she|his|her|with (?:his|her|all (?!two|three|four|of))|"
    r"that (?:does|did|has|had|was|used|runs|ran|got|works|worked|never|always))\b"
)
"""How a clause begins that says something of the one just named."""

SAYS_NOTHING = frozenset(
    "and or but well who whose he she his her with all that is was are be has have had the a an one on in it of here "
    "there as too also standing stood running listed list candidate candidates name names paper ballot form up for "
    "this then so you know see can will would".split()
)
"""Words of such a clause that say nothing of anybody: "she's on here as well"."""

PLACE = cue("first|second|third|fourth|fifth|last|next|final|top|bottom|middle")
"""A place in the list, which is no description."""

GLOSS = cue(r"""
    so (?:that is|that would|that means|you would|you get|you keep|we)|that is (?:for|to|if|your|our|because)|because
    which (?:would |will )?(?:mean|means|be|gets?|gives?|leaves?|takes?)|meaning|means|if you (?:want|would|fancy|care|stand)
""")
"""How it is explained what an answer stands for: a fact that is told beside one answer alone dresses it up."""

STILL_ABOUT_THE_LAST = re.compile(
    ABOUT_ONE.pattern
    + r"|(?:(?:and|but|well) )*(?:our|the (?:one(?! (?:thing|question|bit|last|more)\b)|man|woman|lad|lass|lady|fella|bloke|chap|only(?! (?:thing|question)\b))|from(?! (?:which|what|where|here|these|those|them|the (?:\w+ )?(?:sheet|list|paper|screen|form|page))\b)|of(?! course)|former|retired|ex|sitting|"
    r"if you must|which (?:would |will )?(?:mean|means|leaves?|gets?|gives?)|meaning|so you (?:would|get|keep)|that is (?:your|our))\b"
)
"""How words behind the last name begin that still belong to it; other talk there has left the list."""

NEXT_IN_LINE = re.compile(
    r"\b(?:(?:and|or|then|option|number) )*(?:one|two|three|four|five|[1-5b-e]|first|second|third|fourth|fifth|last|lastly|finally)"
    r"(?: one)?(?: up)? (?:is|it is|its|would be)\b"
)
"""What announces the next of the options, whose description may stand in front of its name: "three is running it yourselves"."""

WHAT_FOR = re.compile(
    r"(?:that is )?(?:to|for|if(?! you (?:want|need|would like) (?:any|more|to know|help))|because) |it and (?!you|i|we|have|has|do|that|so|it)"
)
"""The same behind the last answer on a ballot paper."""

BELITTLES = cue(r"""
    if you must|of all people|believe it or not|(?:god|heaven) help (?:us|you)|(?:not|never) (?:\w+ )?likely|no (?:hope|chance)|making up the numbers|also ran|(?:only|merely|nothing but|just) an?
""")

SET_APART = cue(r"""
    (?:main|serious|leading|likely|big|obvious) (?:one|choice|candidate|contender|option|answer|runner) (?:\w+ ){0,4}?(?:is|would be|has to be)|(?:our|your) (?:\w+ )?own(?: \w+){0,4}$
""")
"""Words in front of a name that put it before the others."""

BETWEEN = loose_cue(r"""
    (?:it is|it was|was it|is it|choice|choosing|race|fight|down to|comes|really|basically|just|all) (?:\w+ )?between
""")
"""That the choice lies between those named next."""

EITHER_OR = loose_cue(r"""
    (?:it is|it was|was it|is it|will it be|would it be|choice (?:is|of)|choose from|comes down to|down to|either)(?: \w+){0,2}$
""")
"""The same, as words before two names with "or" between them."""

NOT_HEARD = cue(r"""
    sorry|pardon|hear|heard|catch|caught|(?:bad|breaking) (?:line|up)|missed|say|said|mean|meant
""")
"""The canvasser makes sure of what the contact said."""

SOME_OTHERS = cue(r"""
    (?:and|plus|with|or) (?:\w+ ){0,4}?(?:(?:a couple|a few|one|two|three|four|five|some|several|another|a|an) (?:of )?(?:\w+ )?(?:others?|more)|(?:another|some other|some) (?:one|two|three|chap|fella|feller|bloke|lad|man|woman|lady|girl|person|guy|fellow|candidate)|somebody else|someone else|the (?:others|rest|other (?:one|two|three|four|lot)))
""")
"""Options that are spoken of without a name."""

LISTED = cue(r"""
    candidates?|standing|running|up for (?:it|\w+ \w+)|in for it|on (?:it|there|the (?:\w+ )?(?:ballot|paper|form|list)|your (?:\w+ )?(?:ballot|paper|form))|choose from|names are
""")
"""That it is said who stands."""

WHO_STANDS = cue(r"""
    who (?:is|are|all is|have you|have they|do you) (?:\w+ )?(?:standing|running|up|there|they|on (?:it|there)|in for it|got|the (?:candidates|names|choices|people)|in the running|to choose)
    (?:what|which) (?:\w+ )?(?:names|candidates)|what are (?:the|my) (?:\w+ )?(?:names|candidates|choices|options)|who is (?:in it|going for it)|remind me who|who was it again|who can i (?:vote|choose)
""")
"""The contact asks for the list."""

ONE_ANSWER = loose_cue(r"""
    (?:matter of|question of|choice is|answers? (?:is|are)|options? (?:is|are)|it is|paper (?:is|says)|(?:can|may) (?:\w+ )?(?:vote|say|put|tick|mark))(?: (?:a|just|either|for))?$
""")
"""What stands right in front of the answer that can be given."""

OR_OTHERWISE = re.compile(
    r"(?:(?:to|for|if) (?:\w+ ){1,6}?)?or (?!not\b|no\b|otherwise\b|what\b|are you|have (?:you|i)|is that|did)"
)
"""What stands behind it where something else takes the place of the other answer."""

IS_THAT_ALL = cue(r"""
    is that (?:it|all|everyone|everybody|the lot|them)|(?:any(?:one|body)|who|nobody|no one|someone|somebody|what) else|(?:the|a|an) (?:other|others|third|fourth|fifth)|another (?:one)?|just (?:the )?(?:two|three|them)|only (?:the )?(?:two|three|them)|was there not|is there not|are there not|i thought
""")
"""The contact asks after those who were not named."""

THAT_IS_ALL = cue(r"""
    that is (?:it|all|them|the lot|everyone|everybody|your lot)|(?:main|serious|real|only) (?:ones?|two|three|candidates?)|(?:nobody|no one|none) else|(?:another|some other|one other|one more|a third|a fourth) (?:chap|fella|feller|bloke|lad|man|woman|lady|girl|person|guy|one|fellow|candidate)|there is (?:another|one more|a third|a fourth|others|some more)|do not (?:\w+ )?(?:worry|bother|matter)|does not matter|not worth
""")
"""The list is said to be whole, or those who are not on it are waved away."""
