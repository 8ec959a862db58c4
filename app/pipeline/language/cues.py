"""Turns of phrase that several stages listen for, as patterns over normalised words.

Every pattern runs over ``tokens.normalize``d text: lower case, no punctuation, contractions taken apart, no fillers.
They know no name: candidates, options and authorities come from the register.
"""

import re


def cue(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of words in lower case, one or more alternatives a line, bound to whole words.

    It is asked of normalised text alone, in which there are no capitals.
    """
    lines = "|".join(part.strip() for part in pattern.strip().splitlines() if part.strip())
    return re.compile(rf"\b(?:{lines})\b")


NEGATION = cue("""
    not|no|nor|never|nobody|none|neither|nothing|without|hardly|cannot
""")

NO_PREFERENCE = cue("""
    (?:not|no|nor|never|neither|nobody|without|none) (?:\\w+ ){0,5}?(?:prefer|preferred|preference|preferring|favour|favou?ring|favou?rite|favor|back|backing|support|supporting|endorse|endorsing|endorsed|recommend|recommending|recommendations?|promote|promoting|sides?|picking|horse in|backed|pushing|campaigning for|lean|leans|leaning)
    (?:not|no|nor|never|neither|nobody|without|none) (?:\\w+ ){0,4}?(?:behind|for|with|got a (?:horse|dog|side)|a favourite) (?:\\w+ ){0,1}?(?:any|anyone|anybody|any of|either|one of|any one|any candidate|in)
    (?:neutral|impartial|independent of (?:all|any)|even handed|staying out of it|stays out of it|completely open|does not mind who|do not mind who)
    no (?:candidates?|horse|dog|favourites?|man|woman|runner) (?:of (?:its|their|our|his|her) own|in (?:this|it|the (?:race|fight|contest)))
    no (?:\\w+ )?(?:stance|side|favourites?|position|recommendations?)|(?:supports?|supporting|backs?|backing|endorses?|favours?|recommends?|for) (?:none|no one|nobody|neither|no (?:candidate|side|option|party|one))
""")
"""That nobody is preferred."""

NO_VIEW = cue("""
    (?:not|no|never) (?:\\w+ ){0,3}?(?:view|opinion|preference|favourite|recommendation|position|decided|settled|made (?:its|their|our) minds?)
""")
"""That none has been formed, which says nothing of later."""

OF_PREFERENCE = cue("""
    prefer\\w*|lean\\w*|favou?r\\w*|back(?:s|ed|ing)?|support(?:s|ed|ing)?|endors\\w*|recommend\\w*|neutral\\w*|impartial\\w*|sides?|behind|nominat\\w*|candidates?|choose|chooses|picks?|taking a view|even handed
""")
"""Anything about preferring somebody, for or against."""

DECLINES = cue("""
    (?:not|never|nor) (?:\\w+ ){0,5}?(?:tell|telling|say|saying|advise|advising|influence|persuade|sway|suggest|push|steer|choose) (?:\\w+ ){0,4}?(?:who|how|which|one way|you|anybody|anyone|sides|members|either way|people)
    leav(?:e|es|ing) (?:it|this|that|the (?:choice|decision|matter)) (?:\\w+ ){0,2}?(?:to|with) (?:\\w+ ){0,1}?(?:you|members?|membership|voters|people|residents|tenants|leaseholders|students|supporters)
    (?:entirely|completely|totally|purely|all) (?:up to|down to) you|no (?:view|opinion)|(?:your|their) (?:\\w+ )?(?:own )?(?:decision|choice|call|business) (?:alone|entirely|completely)?|(?:choice|decision|vote) is (?:\\w+ ){0,2}?(?:yours|theirs)|how (?:you|they) vote is (?:\\w+ ){0,2}?(?:yours|theirs|up to|your)
""")
"""That the caller will not say whom to prefer."""

HEDGE = cue("""
    yet|for the time being|right now|just now|to start with|in this round|officially|formally|on paper|so far|for now|at the moment|at this stage|as such|supposedly|allegedly|apparently|technically|strictly speaking|broadly|largely|mostly|mainly|most of|as it stands|as of now|currently|publicly|in public|as things (?:stand|are)|for the moment|tr(?:y|ies|ying) not to|too much|to (?:itself|themselves|ourselves)|i (?:can not|could not) speak for|except|apart from|other than|unless|until|(?:but|though|although) (?:most|everyone|everybody|many|some|we all|i|between|privately|the members|the leadership|they)
    not exactly|not really|more or less|kind of|sort of|in theory|is meant to|is supposed to|are meant to|are supposed to|we are told|they tell us|supposed to say|got to say|told to say|meant to say
    out loud|not that (?:they|it|anyone|anybody|you) (?:would|will|could) (?:\\w+ ){0,3}?(?:tell|say|admit|let|know|hear)|(?:it|they) (?:has|have|had) to say (?:that|so|it)|(?:though|but|although) (?:of course|naturally|obviously|you know)|would (?:sooner|rather|prefer it if) (?:you|members|people) (?:did not|voted|said|went for|backed)
""")
"""What takes the meaning out of a neutral line while leaving its words."""

UNSURE = cue("""
    probably|perhaps|maybe|possibly|presumably|around|roughly|approximately|or so|or thereabouts|something like|i think|i believe|not sure|could be|might be
""")
"""What makes a date or a number one that nobody can rely on."""

OBLIGED = cue("""
    (?:must|have to|has to|need to|needs to|got to|required to|obliged to|supposed to)(?! (?:tell|say|let|read|ask|mention|inform|warn|remind|be|make|do|go|check|know|speak))
""")
"""That something must be done; what the canvasser must do or say on the telephone is nothing of the contest."""

FREE_TO = cue("""
    may|as (?:many|much|few) (?:\\w+ ){0,4}?as you (?:like|want|wish|please)|free to|do not have to|need not|if you (?:like|want|wish)|want to
""")
"""That something is left to the contact."""

CALLED_FROM = cue("""
    (?:calling|ringing|phoning|speaking|call|phone|ring) (?:\\w+ ){0,4}?(?:from|on behalf of|for|with)
    on behalf of|(?:its|it is|this is|i am|my name is|name is|we are) (?:\\w+ ){0,4}?(?:from|for|calling|with|at)
""")

RECORDED = cue("""
    (?:calls?|conversations?|line|lines|phone ?calls?|everything|we|i am) (?:\\w+ ){0,4}?(?:recorded|recording|record|taped|taping|monitored)|(?:being|am|is|are|get|gets|was|were|we) recorded|(?:this|it|we) (?:has |have )?been (?:\\w+ )?(?:recorded|taped)|recorded (?:line|call|conversation)|recording (?:this|the|our|these|all) (?:\\w+ )?calls?
""")

OF_RECORDING = cue(
    "record(?:s|ed|ing)?|tap(?:e|es|ed|ing)|listen(?:s|ed|ing)? (?:in|back|after|to (?:it|this|us|the call))"
)
"""A recording is spoken of in any words."""

NOT_RECORDED = cue(r"""
    (?:not|never|nobody|no one|no longer|nothing) (?:\w+ ){0,3}?(?:record|records|recorded|recording|taped|taping|listening|listens)
    (?:but|though|although|only) (?:this (?:one|call)|mine|ours|yours|it|that) (?:is|will|would|does|are) not(?: be| really| actually| get| even| ever)?(?= (?:so|and|you|love|mind|anyway|honest|honestly)\b|$)
    (?:(?:nobody|no one) (?:ever |really |actually )?|(?:they|we|people) (?:do |will |would )?(?:never|not|hardly) (?:ever |really )?)(?:bothers?|listens?|checks?|plays?)(?: to| with| back)?(?: (?:them|it|mine|these|those|any))?(?= (?:so|and|love|anyway|honest|honestly)\b|$)
""")

OPENING = cue(r"""
    hello|hi|hiya|hey|good (?:morning|afternoon|evening|day)|(?:i am|it is|this is|we are|just|that is) (?:\w+ ){0,3}?(?:calling|ringing|phoning)|(?:calling|ringing|phoning) (?:\w+ ){0,4}?(?:from|for|behalf)|my name is|(?:may|can|could) i (?:please )?(?:speak|talk)|(?:am i|is that me) (?:speaking|talking)|speaking|who is (?:calling|speaking|ringing)|who is (?:this|that|it)(?: please| then)?$
""")
"""How a call begins, with whoever speaks."""

GOODBYE = cue("""
    goodbye|good bye|bye|bye bye|cheerio|ta ta|ta ra|take care|all the best|have a (?:good|nice|lovely|great) (?:\\w+)|enjoy (?:your|the rest of your) (?:\\w+)|good night|that is everything|that is all (?:from me|i need|i needed)
""")

THANKS_FOR = cue("""
    (?:thank you|thanks|cheers|ta|grateful|appreciate) (?:\\w+ ){0,4}?(?:time|help|helping|talking|speaking|answering|taking part|answers|patience)
""")

MAY_I_ASK = cue("""
    (?:do you have|have you got|got|could you spare|can you spare|is it|is this|would it be|is now|would now be) (?:\\w+ ){0,4}?(?:minute|minutes|moment|time|okay|ok|alright|all right|convenient|few questions)
    (?:are you|would you be|is that) (?:\\w+ ){0,2}?(?:happy|ok|okay|alright|all right|willing|fine)
    (?:can|could|may) i (?:\\w+ ){0,2}?ask you
""")

OPT_OUT_REQUEST = cue("""
    (?:(?<!\\bi )(?:do|did|will|would) not|(?:do|did|would) not (?:want|like|wish|need|expect|consent)|not to|never|stop|quit|no more) (?:\\w+ ){0,3}?(?:call|calling|ring|ringing|phone|phoning|telephone|telephoning|contact|contacting|(?:bother|bothering|pester|pestering|hassling)(?= (?:me|us|here|this|people|again))) ?(?:me|us|here|this number|my \\w+|this house|people)?(?= (?:again|any|anymore|ever|at home|here|on|please|i|and|or|no|this|you|thank|thanks|it|we|okay|ok|right|for|about|goodbye|bye)\\b|$)
    (?:(?<!\\bi )(?:do|did) not|never|stop|quit|not to|no more) (?:\\w+ ){0,2}?(?:call|ring|phone|telephone|contact|bother|calling|ringing|phoning|contacting|bothering)(?: \\w+){0,2}? (?:again|any ?more)
    stop (?:calling|ringing|phoning|contacting|bothering|pestering|hassling|this(?= (?:call|now|please|right)|$)|it now|there|it there|right there|please)|(?:please|can we|let us|want to|like to|just|i said) stop(?= (?:now|there|here|this|it|please|the call|right)|$)|never want to hear from
    (?:take|get|remove|delete|strike|cross) (?:me|us|(?:my|our|this|that|his|her) \\w+) (?:\\w+ ){0,2}?off(?! (?:work|to|the (?:bus|train|hook)))|(?:take|remove|delete|strike) (?:me|us|(?:my|our|this|his|her) (?:number|details|name|data)) (?:\\w+ ){0,2}?(?:from|out)|(?:remove|delete|erase) (?:me|us|(?:my|our|this|his|her) (?:number|details|name|data))(?= |$)
    (?:off (?:your|the|that|this)|from your) (?:(?!waiting|housing|candidates?)\\w+ )?(?:list|lists|database|records|system|books)
    (?:want|like|wish|asked|ask|asking|told|tell|telling|prefer) (?:you |to |them |you lot |your lot |youse )?(?:to )?(?:not to be|be removed|be taken off|come off|opt out|stop(?= (?:now|there|here|this|it|please|calling|ringing|phoning)|$)|be left alone)
    leave (?:me|us|him|her) (?:alone|be|in peace)|opt out|opting out|do not want (?:\\w+ ){0,3}?calls?|not be called|do not want to be (?:called|rung|phoned|contacted|bothered)|no more calls|lose (?:my|this) number
    do not want to (?:do|take part in|carry on with|continue) (?:\\w+ ){0,3}?(?:this|it|these|any|questions?|survey)|do not want to answer (?:any|these|your|more|questions)
    (?:rather|prefer) (?:you )?(?:did )?not (?:to )?(?:do this|take part|continue|carry on|be called|call|ring|phone|be rung)
""")
"""The contact asks not to be called, or to stop."""

GOES_ON = cue("""
    go on then|no go on|carry on|ask away|fire away|go ahead|that is different|you are (?:all right|alright|ok|okay|fine)|i do not mind|thought you were|i keep (?:telling|getting)|them (?:lot|people|scammers)|the other lot|while you are (?:here|on)
""")
"""The contact takes it back, or speaks of other callers."""

FOR_NOW = cue("""
    for (?:this|the next|a|another|the) (?:\\w+ )?(?:week|weeks|month|months|day|days|while|bit|moment|time being)|for now|for today|this time|until \\w+|just today
""")

OWN_WRONG_NUMBER = cue("""
    (?:have|has|got|must be|dialled|is|be) (?:\\w+ )?(?:the |a )?wrong (?:number|person|house)
""")
"""The canvasser notices a wrong number."""

WRONG_NUMBER = cue("""
    wrong number|wrong person|wrong house|(?:no one|nobody|no body|noone|there is no|there is not a|no) (?:\\w+ ){0,3}?(?:here|of that name|by that name|lives here|called(?! (?:me|us)\\b)|at this number)
    (?:does not|do not|did not|never) (?:\\w+ )?live here|moved (?:out|away)|not lived here|had this number|you have the wrong|got the wrong|never heard of (?:him|her|them)
""")

MACHINE_GREETING = cue("""
    leave (?:me |us |a |your |your name and )?(?:\\w+ ){0,3}?(?:message|name and number)|after the (?:tone|beep|bleep)|(?:can not|unable to|can not currently|not able to) (?:\\w+ ){0,4}?(?:take your call|come to the phone|answer)|voicemail|voice mail|answering (?:machine|service)|answerphone|you have reached|mailbox|not available (?:\\w+ ){0,3}?(?:call|leave)|record your message|when you have finished
    your call is (?:very )?important|(?:calls?|you) (?:\\w+ ){0,3}?in a queue|(?:all|our) (?:\\w+ ){0,3}?(?:advisers|advisors|operators|agents|representatives|lines) are (?:\\w+ )?busy|press (?:one|two|three|1|2|3|star|hash|the)
""")
"""An answering machine, or a switchboard with its queue and its menu."""

NETWORK_ANNOUNCEMENT = cue("""
    (?:number|person|phone|mobile|telephone|customer|subscriber) (?:that )?you (?:are calling|are trying to (?:call|reach|contact)|(?:have )?(?:dialled|dialed|called|rung)) (?:is|has|may|might|can not|could not|does not) (?:\\w+ ){0,3}?(?:available|unavailable|recogni[sz]ed|switched off|turned off|service|use|busy|engaged|disconnected|changed|exist|incomplete|incorrect|valid|reached|connected|answer|answering)
    your call can ?not be (?:connected|completed)|(?:unable|not possible) to connect (?:you|your call)|sorry there is no reply|other person has (?:hung up|cleared)
""")
"""The network itself says that there is nobody at the other end."""

ASKS_VIEW = cue("""
    who (?:would|do|should|will|are|did|is|shall|have) (?:you|i|we|they|the union|she|he) (?:\\w+ ){0,3}?(?:vote|voting|back|backing|pick|choose|reckon|think|fancy|recommend|support|go|like|prefer|suggest|want|rate)
    what (?:do|would|did) you (?:\\w+ ){0,2}?(?:think|reckon|make|say|do|suggest|recommend)|what is your (?:view|opinion|take|thoughts?)|which (?:one )?(?:do|would|should|is|are) (?:you|i|the best|better)
    who is (?:\\w+ ){0,3}?(?:best|better|good|any good|the one|your)|any (?:good|idea who|recommendations?|advice|tips)|what is (?:he|she|they) (?:\\w+ )?like|is (?:he|she|it) any good|do you (?:\\w+ )?(?:like|rate|know) (?:him|her|them|any)|tell me (?:\\w+ ){0,4}?about|who is (?:that|he|she|it|this)|who are (?:you|they)|are (?:you|the union) (?:\\w+ ){0,2}?(?:for|backing|supporting)
    you tell me|help me out|how (?:are|would|will) you (?:\\w+ )?vot(?:e|ing)
""")
"""The contact invites a view."""

PERSONAL_VIEW = cue("""
    personally|personal (?:view|opinion|take|thing)|just me|only me|that is (?:just |only )?me|my (?:own |personal )?(?:view|opinion|take|feeling|two pence|tuppence|two cents)|in my (?:opinion|view|book)|if you ask me|if it (?:was|were) (?:me|up to me)|if i (?:was|were) (?:you|voting)|between (?:you and me|ourselves|us|you me)|off the record|speaking (?:for|as) (?:myself|me)|i (?:personally|myself|reckon|think|would say|feel|believe|suppose)|as far as i am concerned|not the union talking|not (?:\\w+ )?(?:official|officially)|myself|for me
""")
"""The canvasser says that it is their own view."""

REFUSAL = cue("""
    (?:he|she|they|my \\w+|mum|dad) (?:is|are|has|have) (?:\\w+ )?(?:out|not in|not here|at work|away|asleep|not home|gone out|popped out|passed away|died|dead|in hospital|in bed|on shift|not back)|not in at the moment|not at home|not interested|(?:do not|never) do (?:\\w+ )?(?:surveys?|polls?|questionnaires?)|no thanks|no thank you|no ta|too busy|busy|no time|have not (?:really )?(?:got )?(?:the )?time|in the middle of|call (?:me )?back|ring (?:me )?back|another time|some other time|(?:have|got|need) to go|must go|driving|at work|can not talk|not a good time|not now|rather not|do not want to|not today|bye|goodbye|i am off|going now
""")
"""The contact does not want to go on, without asking not to be called."""

LETS_GO = cue(r"""
    (?:will not|not) (?:\w+ )?(?:keep|hold|trouble|bother|disturb) you|(?:shall|should|can|will|could) (?:i|we) (?:\w+ )?(?:leave it|stop|call|ring|try)|(?:we|i) can (?:\w+ )?(?:stop|leave it|finish|end)|(?:leave|stop|end) (?:it )?(?:there|here)|sorry to (?:have )?(?:\w+ )?(?:disturb\w*|trouble\w*|bother\w*|take\w*|caught|catch|interrupt\w*)|let you (?:go|get on|get back)|get (?:on|back) to (?:your|it)|(?:try|call|ring) (?:you )?(?:again|back|another)|another time|drive safely|leave you (?:to it|in peace|be)|not (?:one of those|a member|entitled|eligible)|i suppose not
""")
"""The canvasser lets the contact go before the end."""

CUTS_SHORT = cue(r"""
    (?:stop|cut) you (?:there|short|off)|no point|no vote|not (?:a|one of your) members?|(?:no|not any) longer a member|leave it (?:there|at that)|that is (?:all|it|enough)|not telling|none of your|nobody is business|no ?bodys business|not (?:saying|discussing|answering)|i would$|(?:a )?(?:lecture|meeting|shift|bus|train|appointment|dinner|tea|class|delivery) (?:to|in|is|at|on|now)|someone is at|at the door|got to (?:run|dash|get)|have to (?:run|dash|get)|running late|on my way out|just going out|cooking|in the bath|kids|baby
""")
"""The contact has no more to say, or no time."""

RANKED = cue("""
    (?:first|second|third|fourth|one|two|three|four|1|2|3|top|bottom|last) (?:\\w+ ){1,3}?(?:first|second|third|fourth|two|three|four|2|3|after|next|bottom|last)
    (?:first|second|third) (?:preference|choice)|then|ahead of|over|between
""")
"""Options put in an order of preference, or weighed against each other."""

LISTS = cue("""
    candidates?|standing|options?|choices?|choose from|list|names?|running|nominated|in the running|on (?:the|your) (?:\\w+ )?(?:ballot|paper|form)|you (?:have|can|may)|there (?:is|are)|either|it is|we have|they are|up for it|in for it
""")
"""That a list is being read out."""

_UNMARKED = {"it is": "its", "will not": "wont"}
"""What ``tokens`` leaves as it is, since it may be a word of its own."""


def loose_cue(pattern: str) -> re.Pattern[str]:
    """As ``cue``, for a contraction written without its apostrophe too: where a pattern says "it is", "its" is heard."""
    for full, unmarked in _UNMARKED.items():
        pattern = re.sub(rf"(?<!\w){full}(?!\w)", f"(?:{full}|{unmarked})", pattern)
    return cue(pattern)
