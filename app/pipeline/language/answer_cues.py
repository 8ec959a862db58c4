# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""How contacts answer and how answers are read back or recorded, as patterns over normalised words."""

import re

from app.pipeline.language.cues import cue

UNDECIDED = cue(r"""
    (?:do not|did not|dunno|not|never) (?:\w+ ){0,2}?(?:know|sure|certain|decided|decide|settled|thought|made (?:up )?(?:my|our) minds?|made (?:my|our) minds? up|got round|given it|looked into|a clue|clue|idea)|dunno|undecided|no idea|no clue|not a clue|(?:have|has|got) no (?:idea|clue|opinion|preference|view)
    on the fence|in two minds|(?:still|need to|want to|got to|have to|going to|will) (?:\w+ ){0,2}?(?:think|thinking|decide|deciding|weigh\w*|mull\w*|make my mind up|make up my mind|read|look into|see|wait)|torn|toss up|could go either way|either way|up in the air|too early|jury is out|can not (?:decide|choose|make)|could not (?:tell|say)|hard to say|wait and see|haven t|ask me (?:nearer|later|again)|open mind|mind is not made|between the two|(?:toss|flip) (?:a|the) coin|could be any(?:one|body)?(?: of)?
""")
"""No answer yet."""

NOT_CHOSEN = cue(r"""
    (?:not|never) (?:\w+ ){0,2}?(?:decided|made (?:up )?(?:my|our) minds?)|undecided|on the fence|in two minds|torn
""")
"""The same, plainly of the choice, whatever was asked."""

WANTS_IT_LEFT_OPEN = cue(r"""
    (?:put|leave|mark|have) (?:me |it |that )?(?:down )?(?:as )?(?:an? )?(?:do not know|not sure|undecided)
""")
"""The contact would have no answer recorded, whoever was named before."""

REFUSES = cue(r"""
    (?:rather|prefer|sooner) (?:\w+ )?(?:not|keep)|(?:do not|not|will not|would not|am not|never) (?:\w+ ){0,4}?(?:say|saying|tell|telling|share|sharing|disclose|discuss|answer|answering|reveal|comment|commenting|give (?:that|my|you)|go into|get into|talk about (?:it|that|how|who|my|politics))
    (?:none|no|not any) (?:of|one s|one is|body s|body is)? ?(?:your|anyone|anybody|anyone is|anybody is|else is|your flaming|your bloody)? ?(?:business|concern)|mind your own|(?:keep|keeping) (?:\w+ ){0,4}?(?:to myself|private|quiet|secret|my own)|(?:that is|it is|is) (?:\w+ ){0,2}?(?:private|confidential|secret|personal|my (?:own )?(?:business|affair|concern))|secret ballot|ballot is secret|(?:between|for) me and (?:the|my) (?:\w+ )?|no comment|^(?:\w+ ){0,2}private$|pass on that|i will pass|skip (?:that|it|this)|next question
""")
"""The contact declines to answer."""

LEANS = cue(r"""
    probably|maybe|perhaps|leaning|lean|might|possibly|i suppose|i guess|if i had to|kind of|sort of|at a push|likely
""")

YES = cue(r"""
    ^(?:(?:oh|er|well|um|so|right|okay) )*(?:yes|yeah|yep|yup|aye|yah|sure|of course|definitely|absolutely|certainly|already|done|sent|course|very much so|too right|every time|i always|always)
""")
SO_IT_IS = cue(r"""
    ^(?:(?:oh|er|well|um|so) )*(?:i am|i will|i have|i do|i did|i would|we will|we have)(?! not)(?= |$)
""")
"""Yes without the word."""

NO = cue(r"""
    ^(?:(?:oh|er|well|um|sorry|to be honest) )*(?:no|nope|nah|nay|can not be|could not be|not (?:really|at all|yet|this time|bothering|me|likely|a chance|now|for me|any more)|never|i am not|i will not|i have not|i do not|i did not|i would not|we will not|we have not|afraid not|i doubt|doubt it|no way|cannot|can not|i can not|unlikely)
""")
PERMITS = cue(r"""
    ^(?:(?:oh|er|well) )*(?:yes|yeah|aye|sure|no)? ?(?:of course|you can|you may|go on|go ahead|by all means|fine|no problem|ask away|fire away|sure|that is (?:fine|all right|okay)|i do not mind|not at all|course you can|why not)
""")
"""The contact allows the question and has not answered it."""

PERMISSION = cue(r"""
    (?:can|may|could|would|are you happy|do you mind|mind if)
""")
"""A question asked by leave."""

SAYS_NO = cue(r"""
    (?:leaning|lean|going|voting|vote|say|saying|said|put|probably|definitely|likely|firmly|a|it is|be) (?:towards |for |with |definite |firm |clear |big )?no(?! (?:to|for|from) (?!(?:be|me|us)\b))
""")
"""No, as a choice told in a sentence."""

CHOOSES_NOBODY = cue(r"""
    ^(?:(?:oh|er|well|to be honest) )*(?:none|neither|nobody|no one|nothing|not (?:any|either))|(?:leave|leaving|left) it blank|blank|spoil\w*|abstain\w*|not (?:be )?(?:voting|vote|bothering|bothered|using)|(?:none|neither) of (?:them|em|the)|a plague on
""")
"""No choice at all."""

SAYS_AS_CHOICE = cue(r"""
    (?:a|an|it is|be|been|am|i|vote|voting|voted|say|saying|put|ticked|tick|down|leaning|probably|definitely|all|dead|totally|strongly|firmly|me|us|am for|minded|going|for)(?: \w+)?$
""")
"""Behind these "no" and "against" are a choice."""

ASKS_OPENLY = cue(r"""
    what (?:\w+ ){0,4}?(?:think|matters?|issues?|important|concerns?|worr(?:y|ies)|like|feel|reckon|biggest|main|priorit(?:y|ies)|views?|see|change|done|sorted?)|which (?:\w+ )?(?:issues?|things?|matters?|subjects?|topics?|services?)|how do you (?:feel|find)|any (?:other )?(?:issues|thoughts|concerns|comments)|issues|priorit(?:y|ies)
""")
"""A question that is answered in one's own words."""

REOPENS = cue(r"""
    ^(?:(?:oh|er|well|no|nah|nope|sorry|actually|wait|hang on|hold on) )+(?:\w+ ){0,3}?(?:mean|meant|said|want|wanted|make (?:that|it)|change|changed|rather|not what|wrong|other way|put me)
""")
"""The contact mends what was answered or understood."""

NOT_FOR = cue(r"""
    not(?! (?:sure|certain|decided|bad|yet|too|so|really sure))|never|nor|neither|no way|any(?:one|body|thing) but|any(?:one|body) except|no time for|can not stand|would not (?:\w+ ){0,3}|will not (?:\w+ ){0,3}|do not (?:want|like|trust|rate|fancy)|instead of|rather than|as opposed to|over|ahead of|against|stop|keep out|above|before
""")
"""What stands behind is turned down, or comes second."""

BEATS = cue(r"""
    over|ahead of|above|before|rather than|instead of|as opposed to
""")

OF_OTHERS = cue(r"""
    (?:my|our|his|her|the) (?:\w+ )?(?:husband|wife|partner|son|daughter|mum|dad|mother|father|brother|sister|mate|mates|friend|friends|neighbou?r|neighbou?rs|boss|lads|lot|rep|branch|workmates|colleagues|family|missus|kids|gran|nan|other half)|everyone|everybody|people|they|most (?:of|people)|some (?:of|people)|(?:he|she) (?:is|was|will|would|likes|wants|votes|says|said)
""")
"""Somebody else's choice."""

PAST = cue(r"""
    (?:was|were) (?:\w+ )?(?:going to|gonna|thinking|leaning|for|all for|set on|voting|planning)|used to|last time|originally|at first|to begin with|(?:would|had) have|initially|until (?:i|he|she|they|now|recently)|before i|thought (?:about|of)
""")
"""What the choice was once."""

ONLY_MENTIONS = cue(r"""
    (?:heard|hear|know|knew|seen|saw|met|read|remember|recognise|spoke|spoken|talked) (?:\w+ ){0,4}?|who is|what is|what about|what does|does|did|has|is|who are|tell me about|not sure (?:about|of)|anything (?:about|from)|bad|rubbish|useless|leaflet|letter|email|poster|on telly|either|between|or
""")
"""Somebody is spoken of and not yet chosen."""

CHOOSES = cue(r"""
    vot(?:e|es|ing|ed)|(?:go|going|went|gone|goes) (?:for|with)|(?:put|putting|pick|picked|picking|choose|choosing|chosen|plump\w*|back|backing|support|supporting|prefer|want|favour|have|take|mark|marking|rank|stick|sticking|say|lean\w*|opt\w*|decided|it has got|got to be|has to be|must be|it is|it would be|mine is|first|second|third|for me|number|preference|choice)
""")
"""What makes a mention a choice."""

CORRECTS = cue(r"""
    (?:no )?(?:sorry|i mean|i meant|wait|hang on|scratch that|correction|my mistake|i beg your pardon|beg pardon|pardon me|apologies|no no|make that|tell a lie|i tell a lie|or rather|actually no|actually|misread|misheard|wrong (?:box|one|line|button|name|way round)|let me (?:change|correct|fix|undo|redo)|i will (?:change|correct|fix|undo)|not \w+)
""")
"""Something said is taken back at once."""

PROTESTS = cue(r"""
    ^(?:(?:er|oh|well|um) )*(?:no|nah|nope|what|eh|hang on|hold on|pardon|excuse me|i said|i did not|i never|that is not|not what|wait|huh)
""")
"""The contact objects to what was made of the answer."""

MENDS = cue(r"""
    (?:i mean|i meant|scratch that|correction|my mistake|beg your pardon|beg pardon|make that|tell a lie|or rather|misread|misheard|wrong (?:box|one|line|button|name|way round)|(?:let me|i will|i have) (?:just )?(?:change|changed|correct|corrected|fix|fixed|undo|redo|put that right|sort that)|sorry (?:i|you|my|wrong|not)|not \w+ (?:but|it is)|(?:ah|oh) i see|thank you for (?:clearing|putting|correcting))
""")
"""A read-back is taken back."""

INSTEAD = cue(r"""
    actually|now|no|nah|sorry|wait|mean|instead|rather|but|changed|other|scratch|however|hang
""")
"""Between two names: the second one replaces the first."""

NO_FURTHER = cue(r"""
    no (?:second|other|more|one else)|nobody(?: else)?|no one(?: else)?|none(?: of)?|just (?:the one|him|her|that|one)|only (?:the one|him|her|one)|not (?:bothered|giving|putting|got one|got a second|got any|having)|that is (?:it|all)|do not (?:have|want) (?:one|a second|any)|leave it (?:at that|blank)
""")
"""No further preference."""

POINTS = cue(r"""
    him|her|he|she|that one|this one|the (?:first|second|third|last|other|former|latter|top|bottom) one|first one|second one|last one|other one|the (?:lady|woman|man|gentleman|lass|lad|bloke|fella|chap)|same|the former|the latter|both|all (?:three|of them)|either
""")
"""Somebody is pointed at without a name: what was answered is not certain."""

RECORDS = cue(r"""
    (?:put|puts|putting|mark\w*|note|noted|noting|record\w*|log|logged|logging|write|writing|written|wrote|jot\w*|tick\w*|enter|entered|entering|count|counted|counting|stick|sticking|stuck|pop|popping|popped|pencil\w*|class\w*|list|listed|listing|register\w*|save|saved|saving|key|keyed|keying|type|typed|typing|got|have|had|take|taking|taken|treat|score|scored) (?:you|that|it|this|them|(?:those|these)(?: two| three)?|yours?|(?:the|your) (?:\w+ ){0,2}?(?:answer|vote|preference|choice|household|first|second)|mr \w+|mrs \w+) (?:\w+ ){0,2}?(?:down|as|for|under|against|in|with)
    (?:i|we) (?:\w+ ){0,2}?(?:write|writing|note|noting|jot|jotting) down|what (?:i am|we are) (?:just )?(?:putting|writing|noting|marking|recording|ticking|entering)|down (?:as|for)|(?:i|we) (?:have |will )?(?:just )?(?:got|put|have|mark|tick|note|noted|say|enter) (?:\w+ ){1,3}?(?:down|first|second|third|then)|(?:going|goes|went|go) (?:down|in|through) as|on (?:the|my) (?:sheet|form|screen|system|list|tablet)|(?:what|how|where) (?:i|we) (?:have )?(?:just )?(?:put|got|written|marked|noted|said|wrote|ticked|recorded)|(?:that|it|this|they|you) (?:is|has|have|are) (?:all )?(?:gone |now )?(?:in|down|noted|logged|recorded|entered|marked|ticked|written)(?= |$)|count\w* (?:you|that|this|it) (?:among|with|as|in)|put (?:him|her|them|you|that|this|it) (?:down )?(?:on|in|with|under|among)|(?:this|that) (?:one )?(?:is|goes|one is) (?:a|an|another|one for|under|with|down) |(?:another|one (?:more )?)(?: vote)? for somebody|(?:put|putting|note|noted|mark|marked|record|recorded|written|write|say) (?:down |it )?that you|for the record|(?:that|this|it) (?:is )?(?:counts?|goes|going) (?:down )?as|tick(?:ing|ed)? (?:the )?(?:\w+ )?box|(?:box|column|pile) (?:for|marked)|(?:let|will|we) (?:us )?(?:just )?(?:say|call (?:it|that)|go with)
    (?:i|ill|we|me|just) (?:\w+ ){0,2}?(?:put|putting|mark|marked|marking|note|noted|noting|record|recorded|recording|log|logged|enter|entered|tick|ticked|ticking|write|written|wrote|jotted|pencilled|say|count|counted) (?:down )?(?:a |an |that as )?(?:somebody|undecided|unsure|not sure)|(?:how|what) (?:i|ill|we) (?:\w+ ){1,3}?put (?:it|that|you)|(?:got|have|put) (?:an? )?(?:yes|no|somebody) (?:for|from|against) (?:you|your (?:house|place|address))|somebody (?:i am|i will|i have|we will) (?:\w+ )?(?:put|putting|write|writing|mark|marking|note|noting|tick|ticking|say|record|recording)
""")
"""The canvasser writes an answer down, or says that they do; ``somebody`` stands for a name."""

RECORDS_OF_CONTACT = cue(r"""
    (?:put|puts|putting|mark\w*|note|noted|noting|record\w*|log|logged|logging|write|writing|written|wrote|jot\w*|tick\w*|enter|entered|entering|count|counted|counting|stick|sticking|stuck|pop|popping|popped|pencil\w*|class\w*|list|listed|listing|register\w*|save|saved|saving|key|keyed|keying|type|typed|typing|got|have|had|take|taking|taken|treat|score|scored) (?:you|that|it|this|them|yours?|(?:the|your) (?:\w+ ){0,2}?(?:answer|vote|preference|choice|household|first|second)|mr \w+|mrs \w+) (?:\w+ ){0,2}?(?:down|as|for|under|against|in)
    down (?:as|for)|(?:i am|i will|i have|i) (?:just |got )?(?:putting|put|noting|note|noted|writing|write|marking|mark|marked|recording|record|recorded)(?! you (?:off|through|on)| (?:the|a) (?:phone|call))|(?:what|how) (?:i|we) (?:have )?(?:written|marked|noted|wrote|ticked|recorded)
""")
"""The same, plainly of the contact's answer."""

ADVISES = cue(r"""
    i (?:would|should|might|personally)|if i (?:was|were)|you (?:should|ought|want to|might|could)|why not|how about|what about|suppose
""")
"""What the canvasser would do, or would have the contact do."""

OFFERS = cue(r"""
    (?:you|members|people|they) (?:can|could|may) (?:\w+ )?(?:vote|choose|pick|mark|tick|put|rank|go)
""")
"""The options are put before the contact."""

OWN_VIEW = cue(r"""
    for me|i (?:think|reckon|feel|believe|posted|voted|put mine)|my (?:own|view|name|number)|your (?:name|number|address|email|details)|can|could
""")
"""It is the canvasser's own view, or a matter of names and numbers."""

SUMS_UP = cue(r"""
    (?:so|right|okay|ok|lovely|great|grand|smashing|brilliant|perfect|thanks|thank you|fine|well|and|then|cheers|good|noted|got it|got that|understood|that) (?:then )?(?:so )?(?:is|was|that is|that was|that will be|that would be|it is|it will be|you are|you would|you will|you have|you want|you prefer|you do|you did|you said|you think|you feel|your|we have|we will say|for you|a)
    (?:that is|thats|that will be|that would be|it is|its|youre|you are|you have|you will be|you would|your (?:first|second|third|top|main|vote|choice|answer|preference)|you (?:have )?(?:said|told me|mentioned|chose|chosen|picked|went for|gone for|gave|were saying|want|prefer|think)|to (?:confirm|recap|check|read (?:that|it) back)|just to (?:confirm|recap|check)|so \w+|\w+ then$|let me read|reading (?:that|it) back)
""")
"""The canvasser sums up what was answered."""

_ENDS = r"(?=$| (?:then|thank|thanks|cheers|vote|voter|to|for|from|on|in|okay|ok|lovely|great|good|grand|right|i|we|will|and|from|box|column|pile|it is|that)\b)"

ENDS = re.compile(_ENDS)
"""What may stand right behind an answer that is said back."""

CLAIMS_YES = cue(rf"""
    (?:a|as|as a|that is|it is|that will be|definite|firm|big|down|so|as an|marked|mark|put|say|among|with|of the|the) (?:\w+ )?(?:yes|aye|yeah|yeses|ayes){_ENDS}|^(?:yes|aye) (?:then|it is)|(?:voting|vote|vote is|ticked|tick) yes|(?:as|a|one) (?:\w+ )?(?:voter|supporter)(?= |$)
""")
CLAIMS_NO = cue(rf"""
    (?:a|as|as a|that is|it is|that will be|definite|firm|big|down|so|marked|mark|put|say|among|with|of the|the) (?:\w+ )?(?:no|nope|noes|nos|nays){_ENDS}|^(?:no|nope) (?:then|it is)|(?:voting|vote|vote is|ticked|tick) no{_ENDS}|^(?:(?:so|okay|right|well|oh|lovely|ah|mm) )*not (?:be )?\w+ing|(?:as|a|one) (?:\w+ )?non voter|(?:as|down as|marked) (?:a )?not \w+ing
""")
ECHOES = cue(r"""
    (?:^|so |and |that |right |okay |lovely |great )(?:you are|you will|you have|you do|you did|you would|you had|you) (?:(?P<no>not|never) )?(?:\w+ )
    (?:^|so |and |okay |right )(?P<none>no|not) (?!about|for|from|with|of|bother|problem|worries|trouble|need|rush|matter|one|wonder|harm|idea)(?:\w+ ){1,4}
""")
"""The question is said back as a statement: "so you have had it"."""

PUT_DOWN_AS = re.compile(r"\b(?:down as|marked (?:\w+ )?as) (?P<no>not )?(?P<doing>\w+ing)\b")
"""What the contact is said to do or not to do: "I'll put you down as coming"."""

CLAIMS_UNDECIDED = cue(r"""
    (?:as|as an|a|an|down|still|that is|you are|put|it is|be) (?:\w+ )?(?:undecided|unsure|not sure|do not know|dont know|don t know|not decided|not certain|wavering|swing voter|open|floating)|you do not know|you have not (?:\w+ )?(?:decided|made)|no preference
""")
CLAIMS_REFUSED = cue(r"""
    (?:as|as a|a|down|that is|put|it is|you) (?:\w+ ){0,2}?(?:refused|refusal|declined|no answer|no comment|prefer not|rather not|would not say(?! (?:that|it|so|no))|private|secret|blank|not saying)
""")

ASKS_CHOICE = cue(r"""
    (?:who|whom|which|how|where|what) (?:\w+ ){0,5}?(?:vote|voting|votes|support|supporting|back|backing|prefer|preference|choose|choice|pick|favour|lean|leaning|rank|put|first|second|third|decided|plan|intend|intending|thinking|get|go|going|like|want|choosing)|(?:first|second|third|next|other|last|top) (?:preference|choice)|(?:candidate|option|side) (?:\w+ ){0,3}?(?:you|your)|made (?:up )?your mind|decided|your (?:vote|preference|choice|intention)|(?:are|do|would|will) you (?:\w+ ){0,2}?(?:for|support|back|favour|prefer|vote|voting) (?!by|on|in|at|this|before)
""")
"""The canvasser asks whom or what the contact chooses."""

ASKS_IF_DECIDED = cue(r"""
    (?:have|had|has) you (?:\w+ )?(?:decided|made|thought|chosen|got|settled|picked|worked out)|do you (?:\w+ )?(?:know|have (?:a|any))|are you (?:\w+ )?(?:decided|clear|sure|any closer)|(?:can|may|could|would|are you happy|do you mind|mind if)
""")
"""A question to which "no" means that there is no choice yet, or none that is told."""

ASKS_RANK = cue(r"""
    (?P<second>second|2nd|next|number two|number 2|other preference|after (?:that|him|her))|(?P<third>third|3rd|number three|number 3|last)
""")

ASKS_AGAIN = cue(r"""
    did you say|was (?:that|it)|is that (?:right|correct|it|what)|did i (?:hear|get)|have i (?:got|heard|understood)|could you (?:say|repeat|confirm|just)|can you (?:say|repeat|confirm|just)|say (?:that|it|them) again|come again|pardon|sorry (?:who|which|what|was|is|did|i (?:did not|missed|could not))|which (?:one|was|of)|(?:i )?(?:did not|could not) (?:quite )?(?:catch|hear)|or (?:was it|did|is it|the other)|do you mean|you mean|am i right|right in (?:thinking|saying)|correct me|tell me if|do i (?:put|mark|have)|(?:shall|should|can|may|could|do) i (?:\w+ )?(?:put|mark|note|record|tick|say|count)|would (?:that|you) (?:be|say)|which way round
""")
"""The canvasser checks what was said, or asks again."""

TAG = cue(r"""
    (?:yes|yeah|right|correct|okay|ok|no|is it|is that it|is that right|was it|am i right|have i got that|eh|do you)$
""")

ACCEPTS = cue(r"""
    ^(?:(?:oh|er|well|um|ha) )*(?:yes|yeah|yep|aye|that is (?:right|it|correct|fine)|correct|exactly|spot on|please|go on then|that will do|perfect|yup|indeed|i suppose so|that is what i said|you have got it)
""")
"""The contact says that it is right."""
