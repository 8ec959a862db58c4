# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""How people at the other end of the line say who they are, as patterns over normalised words.

The name of the person asked for is replaced by ``PERSON`` before the patterns run: "Ann is out", "she is out" and "my
mum is out" are one and the same to them.
"""

from app.pipeline.language.cues import cue

PERSON = "theperson"
"""Stands for the name that the canvasser asked for."""

_KIN = (
    "husband|hubby|wife|wifey|partner|spouse|son|daughter|lad|lass|mum|mam|mom|mother|dad|father|brother|sister|"
    "brother in law|sister in law|son in law|daughter in law|mother in law|father in law|stepson|stepdaughter|stepdad|"
    "stepmum|nan|nana|gran|grandma|grandad|grandmother|grandfather|grandson|granddaughter|nephew|niece|uncle|aunt|auntie|"
    "aunty|cousin|boyfriend|girlfriend|fiance|fiancee|missus|other half|better half|old man|ex|ex wife|ex husband|widow|"
    "widower|parents|kids?|flatmate|housemate|roommate|lodger|landlord|landlady|carer|care worker|support worker|"
    "home help|nurse|neighbou?r|cleaner|babysitter|childminder|nanny|receptionist|secretary|assistant|pa|colleague|"
    "workmate|boss|manager|friend|mate|pal|tenant|occupier|occupant"
)
_MY = "(?:my|me|our|wor)"
_HIS = rf"(?:his|her|their|{PERSON} is|{PERSON}s)"
_HE = rf"(?:he|she|they|{PERSON}|(?<!my )(?<!your )(?:mum|mam|mom|dad|daddy|mummy|nan|gran|granny|grandad|our \w+)|(?<!at )(?<!of )(?<!from ){_MY} (?:\w+ )?(?:{_KIN}))"
_HIM = rf"(?:him|her|them|{PERSON}|{_MY} (?:\w+ )?(?:{_KIN}))"
_MAYBE = r"(?:just |only |actually |in fact |still |me |but |now )*"

ASKS_FOR_PERSON = cue(r"""
    (?:speak|speaking|talk|talking|chat|spoke|word) (?:to|with)|am i through to|looking for|(?:get|getting) hold of|trying to (?:reach|contact|catch|find|get)|hoping to (?:reach|catch|find|get)|come to the phone
    (?:is|are|was|will) (?:\w+ ){1,3}?(?:there|in|home|at home|about|around|available|back|free|handy)|have i got|could i have|could you (?:get|fetch)
""")
"""The canvasser asks for somebody, or whether it is them; not every hit is one."""

MAY_ASK_FOR_PERSON = cue(r"""
    is (?:that|this|it)|would that be|after|calling for|ringing for|asking for|put (?:\w+ )?on
""")
"""The same where a call or a talk begins; later on "is that a yes?" asks for nobody."""

ASKED_NAME = cue(r"""
    (?:speak|speaking|talk|talking|word|through) (?:to|with) (?P<a>\w+(?: \w+){0,3})|is (?:that|this|it) (?P<b>\w+(?: \w+){0,3})|looking for (?P<c>\w+(?: \w+){0,3})|get(?:ting)? hold of (?P<d>\w+(?: \w+){0,3})|after (?P<e>\w+(?: \w+){0,3})|have i got (?P<f>\w+(?: \w+){0,3})|(?:calling|ringing|asking) for (?P<g>\w+(?: \w+){0,3})
    is (?P<h>\w+(?: \w+){0,2}?) (?:there|in|home|at home|about|around|available|back|free)
""")
"""The name that follows, with words behind it."""

IDENTITY_CHECK = cue(r"""
    is (?:that|this|it) \w+|am i (?:speaking|talking) (?:to|with)|have i got|would that be|through to
""")
"""A question that a bare "no" answers with "I am somebody else"."""

ASKS_KIN = cue(rf"""
    (?:are you|is that|is this|am i speaking to|that is|you are|you must be|you would be|you will be) (?:\w+ ){{0,2}}?(?:his|her|their|the|\w+ is) (?:{_KIN})
""")

SELF_AS_OTHER = cue(rf"""
    (?:i am|this is|that is|it is|its|you are (?:speaking|talking|through) (?:to|with)|you have (?:got|reached|come through to|caught)|you got|speaking to) {_MAYBE}(?:not (?:him|her|{PERSON}) )?(?:(?!\w+ing |for |with |about |like |not )\w+ )?(?:{_HIS}|only the|just the|only a|just a) (?:\w+ )?(?:{_KIN})
    (?:i am|this is) (?:just |only )?the (?:wife|husband|son|daughter|mother|father|mum|mam|dad|brother|sister|partner|missus|carer|nurse|cleaner|gardener)(?= |$)(?! (?:who|that))
    (?:i am|this is|it is) {_MAYBE}(?:\w+ )?(?:the|a|an|your|our) (?:lodger|tenant|new tenant|new owner|new occupier|new occupant|new people|cleaner|babysitter|childminder|nanny|flatmate|housemate|carer|care worker|live in carer|home help|neighbou?r|receptionist|night porter|porter|warden|house ?sitter)(?: here| speaking| next door| at the moment|(?= (?:i|he|she|they|we|there) )|$)
    i (?:just |only )?(?:live|lodge|rent) (?:next door|upstairs|downstairs|here too)|this is not (?:him|her|{PERSON})|i am not (?:him|her|he|she|{PERSON})|not (?:him|her) (?:i am|it is)|(?:you|he|she) (?:have )?(?:got|rung|called|phoned|reached|dialled) (?:through to )?(?:his|her) (?:{_KIN})
    i (?:just |only )?(?:answer|pick up|take|deal with|handle|see to|do|manage|screen) (?:\w+ ){{0,3}}?(?:his|her|their|{PERSON} is) (?:\w+ )?(?:calls?|phone|post|letters|affairs)|i (?:just|only) (?:answer|pick up) (?:the|this) phone|on (?:his|her|their|{PERSON} is) behalf|power of attorney|i (?:just |only |do )?(?:rent|lodge|sublet) (?:\w+ ){{0,4}}?(?:off|from|with) (?:him|her|them|{PERSON})
""")
"""Somebody says that they are not the person asked for; it counts wherever it is said."""

BARE_KIN = cue(rf"""
    ^(?:(?:no|nope|nah|oh|er|well|sorry|hello|hi|hiya|yes|yeah|aye|actually|not (?:me|him|her|quite|exactly|{PERSON})|afraid not|i am afraid not) )*(?:it is |this is )?(?:just |only |\w+ )?(?:{_HIS}|the) (?:\w+ )?(?:{_KIN})(?= here| speaking| i | he | she | but | and | can | who |$)
    (?:{_HIS}|{_MY}) (?:{_KIN}) (?:speaking|here)|(?:it is|its|this is|i am) {_MAYBE}(?!theperson)\w+ is (?:{_KIN})(?= |$)(?! (?:who|that|is|fault|idea|\w+ing) )|(?:his|her|their|{PERSON} is) (?:old |work |mobile )?(?:phone|mobile|number)(?= |$)
""")
"""The same, cut short; it counts as an answer to who is there."""

NOT_HERE = cue(rf"""
    {_HE} (?:is|are|has|have|will be|would be|was|went|goes|will|must be|might be|should be|only) (?:(?!knocked |voted |counted |missing |left |standing |dropping |worn )\w+ ){{0,4}}?(?:out(?! (?:for|of|to) )|away|at work|working|work|at school|at college|uni|university|abroad|on holiday|holidays|gone(?! (?:all|quiet|off|over|for|with|and|back) )|left|moved|dead|died|passed|late|deceased|hospital|hospice|bed|asleep|sleeping|resting|shift|nights|earlies|lates|upstairs|downstairs|toilet|loo|bathroom|kitchen|loft|garage|allotment|bowls|bingo|football|training|shops?|shopping|shower|bath|garden|driving|busy|unavailable|poorly|ill|deaf|dementia|care home|nursing home|home later|meeting|match|church|gym|pub|club|town|sea|navy|army|prison|later|tomorrow|tonight|doctors?|dentist)
    {_HE} (?:is|will be|would be|should be|might be|comes|gets) (?:\w+ )?back|i am (?:(?:just|only) (?:minding|looking after|house ?sitting|feeding|watering|babysitting|visiting|staying|caring for|cleaning)|(?:minding|looking after|feeding|watering|caring for|cleaning) (?:for )?(?:{_HIM}|his|their|the (?:house|flat|place|cat|dog|plants|garden)))
    {_HE} (?:\w+ ){{0,2}}?not (?:\w+ ){{0,3}}?(?:here|in|home|available|about|around|able|well|with us|in the house|on this number|come to|live|living|work|working|use|speak|talk|take calls|do phones?|hear|manage)
    {_HE} (?:passed|died|moved|left|popped|nipped|went|emigrated|lives? (?:\w+ ){{0,3}}?now|works? (?:nights|days|away|till|until|late|on|in)|gets? (?:in|back|home)|finishes)|not (?:in|here|home|at home|back|about|around|available)(?: at the moment| right now| just now| yet| till| until| i am afraid|$)|no longer (?:with us|lives?|here|at)|we lost {_HIM}|(?:late|poor) (?:husband|wife|father|mother|dad|mum|brother|sister)
    (?:he|she|{PERSON}) is {_MY} (?:\w+ )?(?:{_KIN})(?= |$)|{_HE} is the member(?= |$)(?! (?:for|of|rep) )|the member is {_HE}
    you (?:want|wanted|will want|would want|need|are after|are looking for|will be after|must want|must mean|mean) {_MY} (?:\w+ )?(?:{_KIN})
    you (?:have )?(?:just )?missed {_HIM}|(?:i am|am) afraid {_HE} |out (?:at the moment|just now|right now)|(?:catch|try|get|ring|call|phone) {_HIM} (?:\w+ ){{0,2}}?(?:later|after|at|tomorrow|tonight|on|another)
""")
"""The person asked for is said to be elsewhere."""

THIRD_PERSON = cue(rf"""
    (?:he|she|{PERSON}) (?:is|has|was|does|did|will|would|can|could|might|may|must|went|lives|works|left|said|never|always|used|doesn|isn|works|comes|gets)|(?:him|her|his)(?= |$)
""")
"""Whoever answers so speaks of the person asked for as of somebody else."""

MEANT_ELSE = cue(rf"""
    (?:you will be wanting|that is|that will be|that would be|it is|looking for|want to speak to) (?:\w+ ){{0,2}}?{_MY} (?:\w+ )?(?:{_KIN})(?= |$)(?! \w+ing)
    {_HE} is the (?:tenant|one (?:(?:who|that) is|in|on|you|with))(?= |$)|i am not the (?:member|one)
    (?:i|we) (?:\w+ ){{0,3}}?(?:tell|let|ask|pass|answer|deal|speak|sort|handle|take|look after|give) (?:\w+ ){{0,3}}?{_HIM}(?= |$)|(?:take|leave|pass on|want to leave|like to leave) (?:a |any )?message|who (?:shall|should|can|will) i (?:say|tell)|(?:tell|let) {_HIM} (?:you|who|know)
    (?:previous|last|old|former) (?:owners?|tenants?|occupants?|occupiers?|people|residents?|lady|couple|family)|(?:used to|no longer) (?:live|lives)|(?:people|family|lady|man|couple|lot) (?:who )?(?:were |was |lived )?(?:here )?before|before (?:us|we|i) |(?:bought|renting|rent|rented|moved in|took over) (?:\w+ ){{0,3}}?(?:house|flat|place|here|in|last|recently|from)|new (?:tenants?|owners?|people|number|occupants?|residents?)
    (?:not|never) (?:\w+ ){{0,2}}?(?:know|heard of) (?:\w+ ){{0,2}}?(?:any|anyone|anybody|him|her|{PERSON}|them|that)|(?:no|nobody|no one|there is no) (?:\w+ )?{PERSON}|not (?:me|mine|my name|{PERSON})(?= |$)|(?:got|have|dialled|rung) (?:\w+ )?(?:the )?wrong|another {PERSON}|different {PERSON}|wrong {PERSON}|you (?:are|will be|would be|might be|must be|want to be) (?:after|looking for|wanting)|i am (?:on|in|at) (?:the )?(?:reception|desk|door|switchboard|security|office)|this is (?:the|a) (?:\w+ )?(?:office|door|desk|reception|shop|pub|ward|school|depot|yard|station|hotel|bar|surgery|switchboard|home|club|theatre|hospital|farm|garage|works?)
""")
"""Somebody else is meant, or was there before; an answer to who is there."""

IS_THE_PERSON = cue(rf"""
    ^(?:\w+ ){{0,3}}?speaking(?= |$)|(?:that|it) is me(?= |$)(?! (?:who|what|that|as|lives?) )(?! (?:\w+ )?(?:{_KIN})\b)|that would be me|this is (?:he|she|him|me|{PERSON})|this is her(?= speaking| here|$)|(?:i am|it is) (?:he|she|him|{PERSON})(?= |$)|you (?:have )?(?:got|found|reached) (?:me|him|her|{PERSON})(?= |$)(?! (?:at|wrong|number|mixed|confused|muddled))|(?<!no )(?<!not ){PERSON} (?:here|speaking)|you are (?:speaking|talking) to (?:him|her|me|{PERSON})(?= |$)|you are speaking to the (?:man|woman|lady) himself|himself|herself|the very same|one and the same|that is my name|guilty|for my sins|call me (?!back|again|later|after|tomorrow|another|on)\w+
    what is left of (?:him|her|me)|the one and only|in the flesh|^(?:oh |just )?{PERSON} (?:is (?:fine|okay|ok|grand)|will do|please)$|you have got me(?= |$)
    (?:only )?(?:kidding|joking|messing|pulling your leg|winding you up)
""")

ASKS_WHO_CALLS = cue(r"""
    who (?:wants|wanted|is (?:asking|calling|ringing|after|looking|this|that|it|speaking)|shall i|would like|needs)|depends
""")
"""Whoever answers wants to know who calls first: "who wants him?" says nothing of who they are."""

SURELY_THE_PERSON = cue(rf"""
    ^(?:(?:hello|hiya|hi|oh|well|so|er|ah|yes|yeah|aye|yep) )*(?:(?:it is|i am|you are|that is right|correct)$|it is (?:me|indeed|speaking|{PERSON})(?= |$)|(?:this|it) is {PERSON}(?= |$)(?! is))
""")
"""They are it, whatever else is said of relatives."""

GIVES_OTHER_NAME = cue(rf"""
    ^(?:(?:oh|er|sorry|hello|hi) )*(?:no|nope|nah) (?:(?:this is|my name is|you have got|you are (?:speaking|talking) to) (?!{PERSON}|not |the |a |your )\w+|(?:it is|i am) (?!{PERSON}|not |busy )\w+ (?:here|speaking)|(?:it is|this is|i am) (?:the )?(?:little|big|wee|young|old|other) {PERSON})
""")

WANTS_AGREEMENT = cue(r"""
    (?:is|has|does|did|was|will|would|are|have|do) not (?:he|she|they|it)(?: that \w+)?$
""")
"""A tag: somebody is talked about, as by people who agree."""

PLAIN_YES = cue(r"""
    ^(?:(?:hello|hiya|hi|oh|well|so|er|ah) )*(?:yes|yeah|aye|yep|yup|yah|it is|i am|that is right|correct|that is correct|indeed|it certainly is|sure is|you have|you are)
""")

PLAIN_NO = cue(r"""
    ^(?:(?:hello|hi|oh|er|ah|sorry|well) )*(?:(?:no|nope|nah)(?! (?:well |wait |oh |sorry )*(?:yes|yeah|aye|it is|i am)$)(?! (?:well |wait |oh |sorry )*(?:yes|yeah|aye) )|it is not|afraid not|i am afraid not|not (?:me|quite|exactly|at all))
""")

PLAIN_REFUSAL = cue(r"""
    ^(?:oh |er )?(?:no|nah|nope) (?:thanks|thank|ta|not interested|i am (?:busy|not)|you can not|go away|sorry i am (?:busy|not))
""")

FETCHES = cue(rf"""
    (?:i will|i can|let me|shall i|will|just|i am|we will|going to) (?:\w+ ){{0,3}}?(?:get|fetch|grab|find|shout|give|put|pass|hand|transfer|see if|go and see|call|wake|bring) (?:you )?(?:\w+ ){{0,2}}?(?:{_HIM}|you (?:over|on|through|to))(?! (?:to|a message|know|your|the|back|later|that|your))|(?:here|there) (?:he|she|{PERSON}) (?:is|comes)|(?:he|she|{PERSON}) is (?:just |right )?(?:here|coming|on (?:his|her) way|there now)(?! (?:later|back|home))|(?:he|she|{PERSON}) (?:is|has) (?:just|only just|this minute) (?:walked in|come in|got in|got back|come through)|(?:her|his) (?:key|car) |on (?:the )?(?:loud ?speaker|speaker|speakerphone)|(?:he|she|{PERSON}) is (?:sat |sitting |stood |right )*(?:beside|next to|with) (?:me|us)|it is for you|phone for you|someone on the phone|passing you (?:over|on|to)|putting (?:him|her|you) (?:on|over|through)
""")
"""The person asked for is being brought to the phone."""

WAIT = cue(r"""
    hold on|hang on|(?:one|just a|half a|two|a) (?:wee )?(?:sec|secs|second|seconds|moment|mo|minute|tick|ticks)|wait (?:there|a)|bear with|hold the line
""")

STAYS_AWAY = cue(rf"""
    {_HE} (?:\w+ )?(?:says?|said|reckons|does not want|do not want|will not|would rather|would not|is not|can not|must|wants you|has not)|(?:can not|could not) (?:find|wake|get)|no (?:sign|answer|reply|luck)|not (?:interested|coming|answering)
""")
"""The person asked for does not come after all."""

GREETS = cue(r"""
    ^(?:(?:okay|ok|thank you|thanks|lovely|great|right|no problem|cheers|oh|ah) )*(?:hello|hi|hiya|good (?:morning|afternoon|evening)|hey)|is that|am i (?:now )?speaking|there you are
""")
"""The canvasser begins anew with whoever has come."""
