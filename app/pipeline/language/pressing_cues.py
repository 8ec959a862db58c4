# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""How an answer is argued with and a refusal is pressed, as patterns over normalised words."""

from app.pipeline.language.cues import cue

DOUBTS_ANSWER = cue(r"""
    (?:are|r) you (?:\w+ ){0,2}?(?:sure|certain|serious|positive|joking|kidding|having a laugh|mad|happy with that)|you are (?:\w+ )?(?:sure|certain|joking|kidding|not serious|making a mistake|mistaken|throwing|wasting|not thinking)|(?:quite|really|absolutely|dead|hundred per cent) sure|(?:sure|certain) (?:about|of) that|you can not be (?:serious|for|against|voting|thinking)|(?:have|has) not (?:\w+ ){0,3}?(?:thought|considered|looked) (?:\w+ ){0,3}?(?:through|properly|about|into|at)|you do not (?:really )?mean that|you do (?:realise|understand|know|appreciate) |(?:talk|bring|win) you (?:round|over|out)|(?:persuade|convince|sway) you|is that (?:wise|really|your final|honestly)|how (?:can|could) you
    (?:have|had|did) you (?:\w+ ){0,2}?(?:really|properly|honestly|seriously|even|actually|ever|carefully|not) (?:\w+ )?(?:thought|considered|looked|weighed|asked yourself|listened|stopped to|think|consider|look)|(?:have|had|did) you (?:thought|considered|looked at|stopped to think|asked yourself|forgotten|think about|consider) |think (?:\w+ ){0,3}?(?:again|over|harder|carefully|properly|twice|long and hard|what happens)|(?:re think|rethink|reconsider|consider again|look again|have another (?:look|think)|sleep on it|(?<!always )change your mind|give it another)|change (?:that|it|your vote)
    (?:you )?(?:might|may|will|would|ought to|should|need to|want to) (?:\w+ )?(?:regret|be sorry|think again|come round|want to think|be better off)|you do not want to (?:\w+ )?(?:do|be|vote|waste|end|go|back|risk|let|lose|leave)|(?:big|bad|terrible|huge|serious|real) mistake|(?<!no )(?:wrong|silly|daft|odd|funny|strange) (?:choice|decision|call|way to|answer)|waste(?:d)? (?:of )?(?:a )?(?:vote|your vote)|throwing (?:\w+ ){0,3}?away|(?:no|not a|poor|sorry) (?:good |real )?(?:excuse|reason|answer)|can not (?:just )?(?:complain|moan|stay|sit (?:on|back))
""")
"""An answer is called into question outright."""

ARGUES = cue(r"""
    (?:you )?surely (?:you |not)|really and truly|have not (?:\w+ ){0,2}?(?:thought|considered|looked|seen|read|heard)|shame|why (?:on earth |ever |in the world |the hell |would |not|do you|him|her|them|that one|are you)|what (?:on earth|makes you|has (?:he|she) ever|did (?:he|she) ever)|(?:you )?must (?:have|be|surely)|everyone (?:else|has)|most people|nobody else|but (?:you|he|she|they|what about|think|surely|look|if|without|then|who|have|do|does|did|is|are|would|it is|that is|we)|(?:oh )?come (?:on|off it)|go on|no no|(?:he|she) would be (?:better|worse)|you can not (?:just|not|be)|i would (?:think|look|have)
""")
"""What may speak against an answer: the learned stage has its say."""

GUILT = cue(r"""
    (?:ought|should) (?:to )?be (?:\w+ )?ashamed|ashamed of (?:yourself|you)|(?:that is|it is|you are|being|bit|so|very|how) (?:\w+ )?(?:selfish|irresponsible|ungrateful|lazy|a disgrace|disgraceful|unfair (?:on|to)|cowardly|disloyal|a let down|poor show)|let(?:ting)? (?:\w+ ){0,5}?down|(?:died|fought|suffered|went to prison|marched|struck) (?:\w+ ){0,3}?(?:so|for|to get)|(?:owe|owes|owed) (?:it|us|them|that|him|her|something|your)|(?:your|a|bit of|sense of) duty|(?:be|is) (?:on )?your (?:fault|head|conscience)|on your conscience|look (?:\w+ ){0,2}?in the eye|what would (?!you |i )(?:\w+ ){1,4}?(?:say|think)(?= |$)(?! of (?:him|her|it))|after (?:all|everything) (?:\w+ ){0,4}?(?:done|did)|turn(?:ing)? your back|stab(?:bing)? \w+ in the back|do not you care|you (?:obviously |clearly )?do not care|call yourself a|not (?:very|much of a) (?:\w+ )?(?:union|comrade|colleague|member|loyal|friendly|neighbou?rly)|freeload\w*|let the side
    (?:do not|would not|will not) (?:want|like) to (?:be|have been) the (?:reason|one (?:who|that)|cause)|can not (?:\w+ ){0,2}?(?:complain|moan|grumble) (?:to us|can you|if|when|about it)|(?:would not|do not) like to think of (?:it|you|that)|(?:shabby|poor form|bad form|bit rich)(?: of you| not to| to)?
""")
"""Blame for an answer, or for none."""

THREAT = cue(r"""
    (?:will|would|might|could|may|going to|is going to|have to|has to) (?:\w+ ){0,4}?(?:hear about|get to hear|be reported|be remembered|remember (?:this|that|it|who|you)|go on (?:your|the) (?:file|record)|go against you|count against|come back (?:to|on) you|cost you|lose your|be sorry|report (?:you|it|this)|regret (?:it|that|this)|make a note that you)|(?:can not|could not|will not|would not) (?:\w+ ){0,3}?(?:help (?:you|them|members)|be there for|represent|protect|guarantee|promise) (?:\w+ ){0,4}?(?:if|when|unless|next time|who|then|out)|consequences?|black mark|blacklist\w*|on (?:a|the) list of|we (?:know|have) (?:who|where|ways)|or else|otherwise (?:you|we|there|i)|(?:lose|losing|risk|risking) your (?:\w+ )?(?:job|membership|benefits?|place|flat|tenancy|discount|cover|seat|allotment)|watch (?:your|yourself)|do not say i did not warn|if i (?:was|were) you i would
""")
"""What will come of it."""

URGENCY = cue(r"""
    (?<!no )(?<!any )(?<!not )hurry(?: up)?|clock is ticking|time is running out|running out of time|(?:now or never|last chance|only chance|final chance|no time to (?:lose|waste|think))|(?:right|do it|vote|decide|sign|fill it in|mark it|post it|tick it|tell me|open it|get it) (?:right )?now(?! and (?:then|again))|(?:here and|this very|this) (?:now|minute|second|instant)|straight ?away|immediately|at once|before (?:it is too late|you (?:go|hang|put)|i (?:go|hang|put|let))|while (?:i have|i have got|you have) (?:\w+ )?(?:you|me) (?:\w+ )?(?:on the (?:phone|line)|here|there)|(?:do not|can not) (?:leave|put) it (?:too late|off|till|until)|too late(?: (?:then|after|now))|(?<!to )make your mind up|i will (?:wait|hold|stay on)|not (?:letting you|leaving|hanging up|going) (?:\w+ ){0,3}?(?:until|till|without)
""")
"""Haste."""

REWARD = cue(r"""
    (?:free (?!at |on |to |after |this |next |for |now |if |around )\w+|voucher|vouchers|raffle|prize|prizes|draw|discount|gift|ten pounds?|twenty pounds?|fiver|tenner|bonus|reward|treat|pint|drink) (?:\w+ ){0,6}?(?:if|for|when|everyone who|anybody who|anyone who|every member who)|(?:if|when) you (?:vote|back|support|choose|go for|say yes|tell me|answer|put)(?: \w+){0,6}? (?:get|win|be entered|entitled|receive|free|voucher|raffle|prize|sort|see you right|look after you)|(?:see|put|do) you right|make it worth your while|(?:something|bit) in it for you|(?:i|we) will (?:\w+ )?(?:see|make sure|sort|look after|remember|owe) (?:\w+ ){0,4}?(?:you|right|favour) (?:\w+ ){0,3}?if
    (?:put|enter|pop|stick) you (?:in|into) (?:for )?(?:the |a )?(?:\w+ ){0,3}?(?:thing|draw|raffle|voucher|prize|hamper|card|quid|pounds)|there is an? (?:\w+ )?(?:draw|raffle|prize|hamper|voucher|free \w+)|(?:raffl\w+|draw|hamper|voucher|prize|cake|cakes|pie|tea|drinks?|pints?) (?:\w+ ){0,5}?(?:for|to) (?:anyone|anybody|everyone|everybody|them|those|any \w+) (?:who|that|thats) (?:\w+ )?(?:votes?|voted|comes?|come|posts?|posted|sends?)
""")
"""What there is to be had for it."""

PLEADS = cue(r"""
    (?:not|never|will not|do not) (?:\w+ )?tak(?:e|ing) no for|(?:will not|not going to|can not) (?:\w+ )?(?:take|accept) (?:no|that)(?! down)|(?:do not|please do not|no do not) (?:\w+ )?(?:hang up|put (?:the phone|it|me) down|go(?= |$)|ring off|be like that|make me)|you (?:need|have|have got|must) to? ?(?:hear|listen|answer|decide|tell me|say|give me|choose|pick)|hear me out|promise (?:me|you will|that you)|(?:give|swear) me your word|i (?:need|want) you to (?:\w+ )?(?:promise|vote|decide|tell|go|say|give|fill|commit|swear|be honest|think)|(?:they|he|she|my boss|my supervisor) (?:\w+ )?(?:dock|sack|fine|shout|kill|tell me off)|(?:lose|get in trouble|get into trouble|cost me|more than) (?:\w+ )?(?:my|me) (?:\w+ )?(?:job|wages|bonus|target|commission|pay|life)|(?:my|a) (?:targets?|quota|commission)|i am begging|(?:oh |ah |aw )please|have a heart|do me a favour|for my sake
""")
"""Begging, and not taking no for an answer."""

RELIEVES = cue(r"""
    (?:no|not any|without any|there is no) (?:\w+ )?(?:hurry|rush|need|pressure|obligation|problem)|(?:do not|not) (?:\w+ )?(?:have|need) to|whenever|in your own time|take your time|plenty of time|up to you
""")
"""The push is taken away."""

SERVICE = cue(r"""
    (?:sure|certain|positive|happy|all right|alright|okay|ok) (?:that )?(?:you )?(?:do not mind|are happy|have (?:got )?time|can hear|did not|are okay|are all right|are alright|have got everything|have not got|about the (?:time|date|address|number|spelling)|it is (?:convenient|not too late)|to (?:carry on|continue|go on|be recorded|talk)|would not rather|know (?:where|how|when)|can (?:get|find|make))|any (?:other )?questions|anything else|need (?:me|a|any)|(?:have|did) you (?:\w+ )?(?:got|received|had|get|find|found) (?:your|the|a|it)|(?:ballot|postal|polling|voting) (?:paper|pack|station|card|form)|why (?:do you ask|we are calling|i am calling|we are ringing|i am ringing|not ring|not call)|(?:are you|is it) (?:all right|okay|fine) (?:to|for|if)|thought about (?:who|how|what|which|when|where|whether)|call (?:you )?back|ring (?:you )?back
""")
"""A question of service, or one that any fair script has."""

URGES = cue(r"""
    go on|come on|oh come|(?<!i will )just (?:tell|say|between|a (?:hint|rough|quick|name|yes|guess)|roughly|whisper|the one)|(?:even|at least) (?:a |just |roughly|tell|say|give|which)|not even|a (?:little )?(?:hint|clue|idea|rough)|roughly|rough idea|between (?:you and me|us|ourselves)|off the record|nobody (?:will|would|needs|need)|no one (?:will|would|needs|need)|(?:will|would) not tell|i will not (?:tell|say|write|let)|you can (?:tell|trust|say)|surely|must (?:have|know|be|prefer|lean)|have to (?:tell|answer|say|put|have|give)|need (?:you|an answer|a name|to know|something|to put|your)|got to (?:put|have|give|tell)|(?:can not|can t) (?:leave|put|finish|close|move)|if you (?:had|have) to|gun to|push(?:ed)?|lean\w*|it would (?:really )?help|do (?:me|us) a favour|for me|everybody else|everyone (?:else|has)|most people|what are you (?:hiding|afraid|scared|ashamed|worried)|nothing to (?:hide|be|worry)|what is the (?:harm|secret|problem|matter)|no harm|it is (?:only|completely|totally|all) (?:me|us|confidential|anonymous|between)|confidential|anonymous|promise|why (?:not|will|will not|would|so|the|are|do|is|ever|on)|how come|do not be (?:shy|like|silly|daft)|is it|so is (?:that|it)|can i guess|let me guess|i will guess |bet (?:it|you|that)|sounds like
""")
"""An answer is urged on somebody who would not give it."""

LETS_BE = cue(r"""
    (?:that is|it is|of course|absolutely|perfectly|totally|quite|completely|fair|no) (?:\w+ ){0,3}?(?:fine|okay|ok|all right|alright|enough|problem|worries|understandable|up to you|your right|right|understand)|(?:do not|not) (?:\w+ ){0,2}?(?:have to|need to|obliged)|respect (?:that|it|your)|not (?:a )?problem|i will (?:leave|move|put (?:that|it|you) down as (?:\w+ )?(?:refused|undecided|no|private|prefer|not))|understood|i understand|leave it (?:there|at that)|prefer not to say
""")
"""A refusal is taken as it is."""

ASKS_WHY = cue(r"""
    why (?:not|will you not|would you not|the secret|so secret|are you|is that|do you not|on earth|ever)|how come|what is (?:the|your) (?:problem|reason|secret|harm)|what have you got (?:to hide|against)|what are you (?:hiding|afraid|scared)
""")

DECLINES = cue(r"""
    (?:can not|do not want to|not going to|will not|rather not|would rather not) (?:\w+ ){0,3}?(?:talk|speak|chat|do this|stop|discuss|answer|carry on|get into)(?! (?:for )?(?:long|loud|now but|about))|not interested|no interest|no (?:thanks|thank you|ta)(?= |$)|hanging up|putting the phone down|not for me|leave it(?: there)?$
""")
"""The contact does not want to take part, and not merely has no time."""

WANTS_TO_GO = cue(r"""
    (?<!might )(?<!may )(?<!could )(?<!will )(?<!not )(?:have|got|need|want|ought) to (?:\w+ )?(?:go|get off|dash|run|shoot|get on|leave|get back|pick up|hang up|see to)|must (?:go|dash|run|get on|be off|fly)|(?:can not|do not want to|not going to|will not|rather not|would rather not) (?:\w+ ){0,3}?(?:talk|speak|chat|do this|stop|discuss|answer|stay|carry on|get into)(?! (?:for )?(?:long|loud|now but|about))|not interested|no interest|no (?:thanks|thank you|ta)(?= |$)|not (?:now|today|tonight|a good time|the time|convenient)|bad time|in the middle of|too busy|(?:am|i am) (?:\w+ )?busy|no time|have not (?:really )?(?:got )?(?:the )?time(?! to (?!talk|speak|chat|stop|stay|do|go|answer))|going now|i am off|hanging up|putting the phone down|my (?:tea|dinner|bus|train) is|on my way out|just (?:going|heading|popping) out|another time|not for me|leave it(?: there)?$
""")
"""The contact does not want to go on."""

LETS_GO = cue(r"""
    (?:another|better|different|good|convenient) time|(?:call|ring|phone|try) (?:\w+ ){0,3}?(?:back|again|later|tomorrow|another)|let you (?:go|get)|no (?:problem|worries|bother)(?! (?:but|just))|of course|goodbye|bye|sorry to (?:have )?(?:\w+ )?(?:bother|trouble|disturb|keep|catch)\w*|i will not (?:keep|hold)|take care|leave you (?:to|in)|(?:do|have) you (?:have|got) (?:\w+ ){0,4}?(?:minutes?|time|moment|second)|is (?:that|it|this) (?:\w+ )?(?:ok|okay|all right|alright)|would you (?:mind|rather|prefer)|are you (?:happy|okay|ok|all right)
""")
"""The contact is let go, or another time is offered."""

ASKS_FOR_TIME = cue(r"""
    (?<!surely )you (?:have|have got|got) (?:the |enough |a few )?time to (?:talk|speak|chat)|(?:good|convenient) time to (?:talk|speak|chat)
""")
"""The contact is asked whether there is time to talk."""

DELAYS = cue(r"""
    (?:will|would|wo) not (?:take|be|keep you) (?:\w+ ){0,3}?(?:long|minute|second|sec|moment|two|tick|a)|only (?:take|takes|be|a|need|one|two)|(?:just|only) (?:\w+ )?(?:one|two|a|quick|the one|couple)|before you (?:go|do|hang|shoot)|hang on|hold on|wait|one (?:more|last|quick|final)|quick(?:ly)?(?: question)?|two (?:minutes|seconds|ticks)|(?:a |one )?(?:minute|second|sec|moment|tick)(?: of your time)?|you can spare|surely (?:you|a)|it is (?:really |very )?(?:important|vital|crucial)|everybody has|not that busy|never too busy|but (?:this|it|we|you|what|who|i)
""")
"""The contact is kept on the line."""
