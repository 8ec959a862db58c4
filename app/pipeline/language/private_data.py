# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""Personal data by family: what is asked for, and whose vote or membership is told, as turns of phrase."""

from app.pipeline.language.cues import loose_cue

FAMILIES = {
    "date of birth": loose_cue(r"""
        date of birth|dob|birth ?date|birthday|(?:were|was) you (?:\w+ )?born|how old (?:are|is) (?:you|your)|year of birth
    """),
    "age": loose_cue(r"""
        (?:your|her|his) age|(?:what|which) age|age (?:are|is|group|band|bracket|range)
    """),
    "address": loose_cue(r"""
        (?:home |full |postal |email |current |new )?address|post ?codes?|house number|flat number|(?:which|what) (?:street|road|house|flat) (?:\w+ ){0,3}?(?:live|at|in|you)|(?:where|whereabouts) (?:\w+ ){0,3}?(?:live|living|staying)|still (?:living |live )?at (?:number |the )?\w+|email
    """),
    "telephone number": loose_cue(r"""
        (?:mobile|phone|telephone|landline|home|work|cell|contact|his|her|their|husbands?|wifes?|partners?|sons?|daughters?|is) (?:\w+ )?(?:number|numbers|mobile)(?! (?:one|two|three|four|1|2|3)(?= |$))|number for (?:him|her|them|your|any\w*)|numbers (?:for|of) (?:\w+)
    """),
    "income": loose_cue(r"""
        incomes?|salary|salaries|wages?|earn|earning|earnings|take home|household income|(?:on|claim\w*|get\w*|receiv\w*) (?:\w+ ){0,2}?benefits?|(?:any|claim|claiming|get|getting|receive|receiving) (?:\w+ )?benefits|universal credit|mortgage|(?:your|the) rent|bank (?:details|account)|account number|sort code|card number|credit rating|debts?|pay ?grade|(?:bring|bringing|take|taking|make|making) (?:in|home)|how much (?:\w+ ){0,2}?(?:do|are|does|is|have|has) (?:you|he|she) (?:\w+ ){0,2}?(?:on|paid|pay|paying|owe|make|making|get|got|earning|earn|save|saved|bring|bringing)|national insurance|ni number|your (?:\w+ )?pension pot
    """),
    "health": loose_cue(r"""
        (?:your|any|have|with|about|of) (?:\w+ ){0,2}?(?:health|illness(?:es)?|disabilit(?:y|ies)|medication|medical \w+|condition|conditions|treatment|diagnos\w+)|(?:are|is) (?:you|he|she|your \w+) (?:\w+ )?(?:disabled|ill|pregnant|off sick|depressed|registered blind|in a wheelchair|unwell|well enough)|(?:health|medical) (?:problems?|issues?|conditions?|history)|what (?:is|was) wrong with
    """),
    "faith, origin or private life": loose_cue(r"""
        religion|religious|(?:your|what) faith|(?:which|what|go to|attend) (?:\w+ )?(?:church|mosque|synagogue|temple)|ethnic\w*|nationality|immigration|passport|visa|where (?:\w+ ){0,3}?originally|country of|citizen\w*|sexuality|sexual|(?:are|is) (?:you|she|he) (?:\w+ ){0,2}?(?:gay|straight|married|single|divorced|catholic|protestant|muslim|jewish|hindu|sikh|christian|british|english|from originally)|marital|maiden name|(?:do|have) you (?:\w+ ){0,3}?(?:children|kids|partner|family at home)(?! (?:\w+ )?(?:on|with|around|about|under|to see|to get|to pick))|live alone|(?:do|does) you (?:\w+ )?live with|who do you live with
    """),
    "membership details": loose_cue(r"""
        (?:membership|member|payroll|staff|employee|clock|works?) (?:number|no|id|card|details)|how long (?:\w+ ){0,3}?(?:been a )?member|when did you (?:\w+ )?join|(?:still|currently|paid up|full|lapsed|fully paid up) (?:a )?(?:\w+ )?member|(?:behind|up to date|arrears) (?:\w+ ){0,3}?(?:subs|subscriptions?|dues)|your (?:subs|subscriptions|dues) (?:up to date|paid)|(?:weeks?|months?|payments?|instalments?) (?:behind|in arrears|overdue)|members? of (?:a|any|another|some other) (?:\w+ ){0,2}?(?:party|union|group|organisation)|(?:which|what) (?:\w+ )?(?:branch|grade|band|department|shift) (?:are|do|is) (?:you|he|she)|(?:which|what) (?:party|union) (?:are|do) you (?:\w+ )?(?:member|in|belong|with)
    """),
    "work": loose_cue(r"""
        what (?:do|does|is) (?:you|he|she|your \w+) (?:\w+ ){0,2}?(?:do for (?:a living|work)|job|work as|occupation)|where (?:do|does|did) (?:you|he|she|your \w+) (?:\w+ )?work|who (?:do|does|is) (?:you|he|she|your \w+) (?:\w+ )?(?:work for|employer|boss)|your (?:employer|line manager|job title|occupation|boss)|(?:are|is) (?:you|he|she) (?:\w+ )?(?:working|employed|retired|unemployed|self employed|out of work)
    """),
    "secrets": loose_cue(
        r"password|pass ?word|pin number|pin|security (?:number|code|question)|ballot (?:paper )?(?:number|code)|voter (?:number|code|id)|voting code|security codes?"
    ),
    "earlier votes": loose_cue(r"""
        (?:how|who|which way|what) (?:\w+ ){0,2}?did you (?:\w+ )?(?:vote|back|support|go for)|(?:vote|voted) (?:\w+ ){0,3}?(?:last time|last year|at the last|in the last|in the general|at the general|before|previously|in (?:twenty|two thousand|\d{4}))|party (?:do|did) you (?:\w+ )?(?:vote|support)
    """),
}
"""Families of personal data; a script may ask for one of them."""

ORDINARY = frozenset({"address", "age", "work", "earlier votes"})
"""Families that fair callers ask for too, to send a paper again or as a question of the script in other words."""

KIN = (
    r"(?:husband|wife|partner|missus|mrs|other half|better half|fella|boyfriend|girlfriend|son|sons|daughter|daughters|mum|mam|mother|dad|father|"
    r"parents|brother|sister|nan|gran|grandad|uncle|aunt|auntie|cousin|mate|mates|friend|friends|pal|pals|neighbou?rs?|colleagues?|"
    r"workmates?|flatmates?|housemates?|lodger|landlord|boss|manager|supervisor|foreman|steward|rep|secretary|gaffer|family|lad|lass|lot|"
    r"(?:lady|man|woman|chap|bloke|fella|gentleman|lad|lass|people|folk|one|family|couple|member) (?:\w+ )?(?:next door|opposite|upstairs|downstairs|across the road|down the road|at number|over the road|in your (?:street|road|branch|office|department|team|block)))"
)

_NEAR = r"(?:lady|man|woman|chap|bloke|fella|gentleman|lad|lass|people|folk|one|ones|family|couple|member|lot|neighbou?rs?) (?:\w+ )?(?:next door|opposite|upstairs|downstairs|across the (?:road|street|landing)|(?:down|up|over) the (?:road|street)|at number|at (?:\d+|[a-z]+teen|two|three|four|five|six|seven|eight|nine|ten)|in your (?:street|road|branch|office|department|team|block|shift))"

OTHERS_VOTE_ASKED = loose_cue(rf"""
    (?:how|who|which way|what|whom|which) (?:\w+ ){{0,3}}?(?:your |the |his |her )?{KIN} (?:\w+ ){{0,4}}?(?:vot(?:e|ing|ed)|back(?:ing)?|going|leaning|think(?:ing|s)?|support(?:ing|s)?|put(?:ting)?|favour\w*|prefer\w*|pick\w*|choos\w*|feel(?:s|ing)?|said|say)
    (?:is|are|does|do|did|has|have|will|was) (?:your|the) (?:\w+ )?{KIN} (?:\w+ ){{0,4}}?(?:vot(?:e|ing|ed)|back(?:ing)?|leaning|supporting|going (?:to vote|for)|member|decided|a member|for|against)
    (?:anyone|anybody|who|everyone|everybody) (?:else )?(?:in (?:the|your) (?:house|household|family|house hold|home|office|team|branch|shift)|at (?:home|work|your)|at your place|on your (?:shift|street|team)) (?:\w+ ){{0,4}}?(?:vot(?:e|ing|ed)|backing|member|supporting|going|thinking|leaning)
    (?:how|who|whom|which way|what) (?:is|are|does|do|did|will|would|was) (?:he|she|they) (?:\w+ ){{0,2}}?(?:vot(?:e|ing|ed)|back(?:ing)?|leaning|going|support(?:ing)?|put(?:ting)?|think(?:ing)?)|who else (?:\w+ ){{0,6}}?(?:vot(?:e|es|ing)|member)
    what about (?:your|the) (?:\w+ )?{KIN}|(?:and|how about) your (?:\w+ )?{KIN}
""")
"""How somebody else votes is asked."""

_ABSENT = r"(?:he|she|they|himself|herself)"

ABSENT_ASKED = loose_cue(rf"""
    (?:which|who|whom|what|how)(?! (?:time|day|evening|number|long|soon|often)\b) (?:\w+ ){{0,6}}?{_ABSENT} (?:\w+ ){{0,4}}?(?:vot(?:e|es|ed|ing)|backs|backing|leans?|leaning|thinking of|thinks?|support(?:s|ing)?|prefers?|picks?|choose|favours?|(?:be|is|was|going|went) for$|put(?:ting)? (?:first|second|down))
    (?:is|was|does|did|has|would|will|might) {_ABSENT} (?:\w+ ){{0,3}}?(?:be for(?! (?:an?|the|\w+ing) )|one of (?!the |our )|backing|leaning|supporting|voting (?:for|yes|no|against)|an? (?:yes|no)|in favour(?! of (?:an?|me|us|\w+ing)\b)|against|decided|made up (?:his|her|their))(?! (?:when|where|what time))
    (?:has|have|had|did|does|do) {_ABSENT} (?:\w+ ){{0,2}}?(?:said|say|mention\w*|told you|tell you|let on) (?:anything(?! about (?:when|coming|going))|owt|much|who(?! (?:i|we|to|called|rang)\b)|whom|which way|what {_ABSENT} (?:thinks?|reckons?|makes?|votes?))
""")
"""What somebody thinks or how they vote who is not the one on the line is asked, by a pronoun."""

OTHERS_DATA_ASKED = loose_cue(rf"""
    (?:\w+ ){{0,2}}?(?:number|numbers|mobile|email|address|details|date of birth|name) (?:for|of) (?:your|the|any\w*|him|her|them|other|some|a few) ?(?:\w+ )?(?:{KIN})?|your (?:\w+ )?{KIN} (?:is |are )?(?:\w+ )?(?:numbers?|mobile|email|address|date of birth|details|name|age|job)|who else (?:\w+ ){{0,2}}?(?:lives|live|is living|works|is) (?:there|with you|in the house|at)
""")
"""Personal data of somebody else are asked for."""

ASKS = loose_cue(r"""
    what (?:is|are|was|were|do|does|did)|(?:can|could|may|might|shall) (?:i|we|you)|(?:would|do|will) you (?:mind|be able|happen|have|give|tell|like|know|still|get|earn|own|rent|live)|(?:do|does|did|is|are|was|were|have|has) (?:you|he|she|they|your|it|that|there|anyone|anybody)|how (?:old|long|much|many|is|are|do|does|did)|where|when|which|who|whereabouts|tell me|give (?:me|us)|remind me|(?:i|we) (?:\w+ )?(?:need|want|require|would like|have to (?:take|ask|check|get|have)|must (?:take|ask|have))|(?:just )?(?:confirm|verify|check|take|get|jot|note) (?:\w+ )?(?:your|his|her|their|the|a few|some|down)|i will (?:\w+ )?(?:need|take)|for (?:our|the) (?:records|system|database)|let me (?:have|take|get)|still
""")
"""The beginning of asking for something."""

TOLD_ANOTHERS_VOTE = loose_cue(rf"""
    (?:the |that |them |those |a )?(?:\w+ )?{_NEAR}(?: \w+){{0,6}}? (?:is|are|was|were|has|have|said|says|told|going|voted|voting|backing|picked|chose|went|put)
    your (?:\w+ ){{0,2}}?{KIN}(?: \w+){{0,8}}? (?:is|hes|shes|are|was|were|has|have|had|said|says|told me|told us|going|gone|put|voted|votes|voting|backing|backed|picked|chose|chosen|answered|went|plumped|named|wants|reckons|thinks|supports|supporting)
    (?:last|first|previous|other|another|next|same) (?:person|lady|man|woman|chap|gentleman|fella|bloke|member|caller|one|lass|lad|house|call) (?:\w+ ){{0,6}}?(?:said|says|told|is|was|are|were|put|voted|voting|going|gave|has|had|went|picked|chose|answered|reckoned|backing|wanted|named)
    (?:somebody|someone|a (?:lady|man|woman|chap|gentleman|fella|bloke|member|lad|lass|neighbou?r|colleague|friend)|one (?:lady|man|woman|chap|member|of your)|another (?:lady|man|woman|member)) (?:\w+ ){{0,8}}?(?:(?:on|in|down|up|from|at) your|next door|just before you|before you|number \w+|same (?:street|road|shift|office|branch|block)|called|by the name|over the road) ?(?:\w+ ){{0,8}}?(?:said|says|told|is|was|put|voted|voting|going|gave|has|went|picked|chose|backing|wanted)
    (?:mr|mrs|ms|miss|dr|old|young) (?:\w+ ){{1,8}}?(?:said|says|told me|told us|is|was|put|voted|votes|voting|going|gave|has|went|picked|chose|backing|answered)
    (?:i|we) (?:have )?(?:just |already |also )?(?:spoke|spoken|talked|rang|rung|called|phoned|had|been speaking|been talking) (?:to |with |on to )?(?:your|mr|mrs|ms|miss|a (?:lady|man|woman|chap|gentleman|member)|somebody|someone) (?:\w+ ){{0,10}}?(?:said|says|told|is|was|put|voted|voting|going|gave|has|went|picked|chose|backing|answered|wanted|and (?:he|she|they))
""")
"""Another person's answer or vote is told."""

VOTES = loose_cue(r"""
    vot(?:e|es|ed|ing)|back(?:s|ing|ed)?|going (?:for|with|to vote)|gone (?:for|with|yes|no)|went (?:for|with)|first preference|preference|picked|choosing|chosen|chose|put (?:\w+ ){0,2}?(?:first|second|down)|support(?:s|ing|ed)?|answered|said (?:\w+ ){0,2}?(?:yes|no|same)|plumped|leaning|undecided|plumping|down (?:as|for)|giving (?:his|hers|her|theirs|it)|a (?:no|yes|do not know|definite|maybe)|same (?:thing|answer|way)|abstain\w*
""")
"""A vote or an answer."""

RECORDS = loose_cue(r"""
    (?:i|we) (?:can |could )?(?:see|have|ve got|note|notice|see here|know)(?: \w+){0,4}? (?:you|your|he|she|his|her|from)|(?:it|that|this|the (?:screen|system|computer|record|records|list|file|database)) (?:\w+ )?(?:says|shows|tells|has|told)|according to (?:the|our|my|your) (?:records?|system|list|screen|file|database)|(?:our|your|my|the) (?:records?|file|screen|system) (?:\w+ )?(?:say|says|show|shows|has|have)|on (?:your|his|her|the|my) (?:record|file|screen|system)|from (?:your|his|her|our|the) (?:record|records|file|details)|you (?:are|have been) down (?:here )?as
""")
"""What is read off a record."""

STREET = r"(?:close|street|road|avenue|lane|drive|terrace|crescent|place|gardens|court|way|row|grove|square|park|view|hill|house|flats?)"
_THIRD = r"(?:he|she|they|him|her|them|his|hers|their)"
TOLD_ABODE = loose_cue(rf"""
    {_THIRD} (?:\w+ ){{0,3}}?(?:moved|lives?|living|staying|address|house|flat)(?: \w+){{0,6}}? (?:{STREET}|number \w+)
""")
"""Where somebody else lives is told."""

EARLIER_VOTE_TOLD = loose_cue(r"""
    (?:last|previous|earlier|before|in (?:twenty|two thousand|\d{4})|time before)(?: \w+){0,8}? you (?:\w+ )?(?:put|voted|went|backed|chose|supported|gave|did not vote|abstained)|you (?:\w+ )?(?:put|voted|went|backed|chose|supported|gave|did not vote|abstained)(?: \w+){0,6}? (?:last time|last year|at the last|in the last|previously|before|in (?:twenty|two thousand|\d{4}))
""")
"""How the contact voted before is told."""

THIRD_PERSON = loose_cue(rf"{_THIRD}|your (?:\w+ )?{KIN}")

SOMEBODY_ELSE = loose_cue(rf"""
    {_THIRD}|{KIN}|{_NEAR}|(?:somebody|someone|anybody|anyone|everybody|everyone|people|members|most|others?|another|the last|the (?:lady|man|woman|chap|gentleman))
""")
"""Anybody who is not the contact."""

HELD = loose_cue(r"""
    (?:in )?arrears|(?:behind|late|up to date|missed|stopped|owe|owing|owes) (?:\w+ ){0,3}?(?:subs|subscriptions?|dues|fees|payments?|rent)|(?:not|never|never yet) (?:\w+ )?(?:paid|voted|returned|sent|posted)|lapsed|(?:joined|been a member|a member|member) (?:\w+ ){0,4}?(?:since|in|for|until|years)|left (?:the )?(?:union|guild|party|federation|association)|resigned|did not (?:\w+ )?(?:vote|return|join|pay)|voted (?:\w+ ){0,3}?last|membership (?:number|lapsed|ran out|has|is|was)|(?:born|birthday|date of birth|address|live at|lives at|retired|off sick|signed off|on the sick|disciplin\w+|grievance|case open|hardship|salary|grade|(?:your|his|her|their) (?:\w+ )?pay|pay (?:grade|band|scale)|medical|pregnan\w+|disab\w+|divorce\w*|arrears|(?<!what )(?<!which )number (?:is|ends))|(?:cancelled|stopped|pays?) (?:\w+ ){0,2}?(?:direct debit|by)|opted out|other party|member of (?:the )?(?:\w+ )?party|joint account|years old
""")
"""Details of a membership, a payment or a private life."""
