# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""How people ask not to be called, or to stop, without saying it outright, as patterns over normalised words."""

from app.pipeline.language.cues import cue

_CALLING = (
    "call|calls|calling|called|ring|rings|ringing|rung|rang|phone|phoning|phoned|phone calls|telephone|telephoning|"
    "telephoned|contact|contacting|contacted|text|texting|bother|bothering|bothered|pester|pestering|pestered|hassle|"
    "hassling|hassled|harass|harassing|harassed|trouble|troubling|troubled|disturb|disturbing|disturbed|cold calling|"
    "canvass|canvassing|canvassed|bug|bugging|disturbance"
)
_YOU = "you|you lot|you people|your lot|yous|youse|they|them|anybody|anyone|the union|these people"

INDIRECT = cue(rf"""
    (?:stop|quit|cease|end|pack in|give over|lay off|leave off|knock off|cut out|refrain from|desist from|enough of|enough with|no further|no more|last of|the last|done with|do without|spare me|save me|less of) (?:all |any |the |these |this |those |your |you |of |with |from |more |bloody |flaming )*(?:{_CALLING})(?! (?:me|him|her) \w+ (?:it|i) )
    (?:never|not|do not|did not|would not|will not|rather not|prefer not|sooner not|not to|nobody|no one|do not ever|do not you) (?:ever |even |you |want |wish |like |to |be |get |any |more |have |keep |dare |being |getting |having |think |of |expect |need |please |for |another |a |your |these |further )*(?:{_CALLING}) (?:me|us|here|this number|this house|again|any ?more|at all|in future|from now|any longer|please|like this|about this|from (?:you|your|the union)|on this number|back$)
    (?:do not|did not|never|not) (?:\w+ )?(?:want|wish|like|appreciate|welcome|need|expect|wanna|enjoy|take|accept|do|hold with|agree to|agreed|consent to|ask|asked) (?:\w+ )?(?:to )?(?:be )?(?:any |these |this |more |your |being |getting |having |further |unsolicited |another |cold |phone |political |of )*(?:{_CALLING})
    (?:make|see|ensure|be) (?:\w+ ){{0,4}}?(?:nobody|no one|you do not|it does not|i do not|i am not|last (?:call|time)) (?:\w+ ){{0,4}}?(?:{_CALLING}|happen|again|hear)
    (?:rather|prefer\w*|sooner|wish|grateful|better|kind|nice|appreciate\w*|like it|glad|pleased|thank you) (?:\w+ ){{0,5}}?(?:did not|not|never|stopped|to stop) (?:\w+ ){{0,2}}?(?:{_CALLING})|(?:nobody|no one|none of us) (?:\w+ ){{0,4}}?(?:wants?|needs?|likes?|asked for) (?:\w+ )?(?:calls?|calling|ringing|phone calls)
    (?:be|is|was|make this|let this be|hope this is) (?:\w+ )?the last (?:call|(?:i|we) (?:\w+ )?hear|of (?:it|them|these|you)|time (?:\w+ ){{0,3}}?(?:{_CALLING}))
    stop (?:all |these |those |the |your )?(?:people|folk|lot|callers|anybody|anyone|everybody|everyone|whoever|them) (?:from )?(?:{_CALLING}) (?:me|us|here|this (?:number|house))
""")
"""Calling is to end."""

OFF_THE_LIST = cue(r"""
    (?:take|taken|get|remove|removed|scrub|scrubbed|wipe|wiped|delete|deleted|strike|struck|cross|crossed|scratch|erase|erased|bin|binned|lose|forget|rub|scrap|unsubscribe|drop|knock|pull|clear|chuck|come|be|want|like|put) (?:\w+ ){0,5}?(?:off|out of|from|on the do not call|on your do not call) (?:(?!waiting|housing|candidates?|shopping|voting)\w+ ){0,4}?(?:list|lists|books?|system|database|records?|register|rota|sheet|computer|files?|thing|whatever|mailing)
    (?:lose|bin|forget|wipe|scrub|erase|delete|remove|strike|burn|scrap|destroy|get rid of|cross (?:off|out)|take off|tear up|block|rub out) (?:\w+ )?(?:(?:my|our|this|the|that|his|her) (?:\w+ )?(?:name|number|details|entry|contact|record|data|mobile|landline)|(?:me|us)(?= |$)(?! vote))
    (?:put|mark|note|have|set|log|list|down) (?:\w+ ){0,4}?(?:as|for|to) (?:an? )?(?:do not (?:call|contact|ring|phone)|no (?:more )?(?:calls?|contact))|(?:asked|told|said|wrote|written|requested) (?:\w+ ){0,6}?not to be (?:called|rung|phoned|telephoned|contacted|canvassed|texted)|unsubscribe|opt(?:ed|ing)? (?:me |us )?out|do not call (?:list|register)|telephone preference|tps|ex directory|no (?:cold )?calls? (?:list|register)|(?:gdpr|data protection)|no cold call\w*|withdr(?:aw|awing|awn|ew) (?:my |our )?(?:consent|permission)|(?:scratch|strike|cross|rub|knock|take|wipe|get|count|leave) (?:me|us|my (?:name|number)|this number) (?:off|out)(?= |$)(?! of (?:work|bed|here|breath))|(?:number|name|details) (?:\w+ ){0,6}?(?:in the (?:bin|shredder)|removed|deleted|wiped|scrubbed|crossed (?:off|out)|taken off|struck off)|(?:asked for|asked|requested|request|want|wanted|prefer|said|please|with) no (?:more |further )?(?:contact|calls|phone calls|telephone calls|ringing)|(?:not|stop|avoid|without|prevent|out of) (?:getting|receiving|having|me getting) (?:these|your|any|more|the|such|this) (?:\w+ )?(?:calls|phone calls|ringing)|not consent|did not (?:sign up|give (?:you )?(?:permission|consent|my number))|never (?:signed up|gave (?:you )?(?:permission|consent|my number))
""")
"""Name and number are to go."""

FED_UP = cue(rf"""
    (?:(?:sick|fed up|tired|weary|enough|bored) (?:\w+ ){{0,4}}?(?:of|with|by)|plagued|driven mad|driving me (?:mad|up the wall|round the bend)) (?:\w+ ){{0,2}}?(?:you|yous|youse|calls|calling|ringing|phoning|phone (?:calls|going|ringing)|being (?:rung|called|phoned|pestered|bothered))
    (?:how many times (?:do i (?:have|need) to|have (?:i|you)|must i|are you|will you)|(?:second|third|fourth|fifth|sixth|tenth|umpteenth|hundredth) (?:(?:call|one) (?:\w+ ){{0,3}}?(?:from you|today|this (?:week|month|morning|evening))|time (?:\w+ ){{0,4}}?(?:{_CALLING}|asked))|(?:{_CALLING}|at it) (?:me |us |here |up )?(?:nearly |almost )?(?:every (?:single )?(?:day|night|week|evening|other day|five minutes)|non ?stop|morning noon and night|(?:time and|again and) again)|every (?:\w+ )?(?:day|night|week|evening|five minutes) (?:you (?:lot |people )?(?:{_CALLING}|are)|there is (?:a|another) call|the phone)|keep (?:ringing|calling|phoning|bothering|pestering|on ringing|on calling)|(?:this is|call it|calls it) (?:\w+ )?harassment|(?:a|are|being) (?:\w+ )?nuisance (?=calls?|callers?|you|$)|nuisance calls?|intrusive|invasion of|(?:i have |already )?(?:asked|told|begged|said to) (?:{_YOU}) (?:\w+ ){{0,4}}?(?:not to|stop|(?:before|already|once|twice)$|off|remove|leave)|asked (?:{_YOU}) (?:\w+ ){{0,2}}?(?:before|already|once|twice))
    (?:been|went|gone) through (?:all )?this (?:\w+ ){0, 6}?(?:already|before|twice|once|times|last)|(?:told|asked|said (?:this|it|so) to|written to|complained to) (?:your|the) (?:office|lot|people|colleagues?|union|last (?:one|girl|lad|fella|person|caller|lot)|other (?:girl|lad|one|fella|person)) (?:\w+ ){0, 4}?(?:already|before|twice|times|not to|no more|to stop|to leave)|(?:give|gie|giving) (?:it|me|us) (?:a |some )?(?:rest|peace|break)|pack it in|knock it (?:on the head|off)|enough already|leave it out
    (?:go away|get lost|push off|sod off|clear off(?! the| my| our)|bog off|naff off|piss off|buzz off|jog on|do one|on your bike|sling your hook|get stuffed|bugger off|shove off|hop it|away and|get off (?:my|the) (?:phone|line))
""")
"""That the calls are too many, said to the caller, or that the caller should go."""

ENDS_IT = cue(r"""
    (?:let us|can we|could we|shall we|i will|i am going to|going to|would like to|want to|like to|rather|please|just|happy to|best) (?:\w+ )?(?:stop|end|finish|leave|call a halt|wrap) (?:(?:it|this|things|the|that|now) ?)*(?:there|here|now|call|conversation|at that|up|please|$)|(?:stop|end|leave it|that is enough|enough is enough|draw a line) (?:right )?(?:there|now|here|of (?:this|that|it)|thank you|please)(?= |$)|(?:do not|did not|not|no longer|rather not|prefer not|no wish|never) (?:\w+ ){0,2}?(?:want|wish|willing|prepared|happy|like|going|to)? ?(?:to )?(?:carry on|continue|go on with|go any further|take part|be part|be involved|participate|do (?:this|these)|answer (?:any|your|these|more|questions)|talk to (?:you|the union)|speak to (?:you|the union)|have this (?:call|conversation)|hear (?:any more|from you|another))|count me out|leave me out|want no part|(?:want|wanting|have) nothing (?:more )?to do with|nothing more to say|i am done(?= with (?:this|you|it|these)|$| now| here)|we are done|(?:will|would) not (?:be )?(?:answer|answering|doing|taking part|talking) (?:any|in|to you|more|your|this|these)|i am finished here|that is me (?:done|finished)(?= with|$)|(?:call|conversation) is (?:over|finished)|let me (?:be|alone|get on)|left alone|(?:leave|left|let) (?:\w+ ){0,2}?in peace|(?:not|never) (?:\w+ ){0,2}?(?:hear|hearing) (?:from|another|any more)|this is (?:my )?(?:private|ex directory)|you are not welcome
""")
"""The call is to end, or is not wanted."""

_KIN = "wife|husband|partner|mum|mam|mother|dad|father|son|daughter|brother|sister|nan|gran|missus"

OF_OTHERS = cue(rf"""
    (?:my|the) (?:{_KIN}) (?:does|is|has|would|will|never)(?: not)? (?:want|like|need|wish|take)
""")
"""Another member's wish."""

LIMITED_TO_HOURS = cue(rf"""
    (?:(?:do|did|would|will) not|never|not to|no|nobody|not) (?:\w+ ){{0,3}}?(?:{_CALLING}) (?:\w+ ){{0,2}}?(?:in the (?:evenings?|mornings?|afternoons?)|after (?:tea|work|dark)|at (?:weekends?|teatime|tea time|night)|at (?:my )?work|on (?:a )?(?:sundays?|saturdays?))(?! (?:again|any ?more|or (?:ever|any|at)))
""")
"""Hours at which calls are not wanted, or a place."""

MEANT_ALL_THE_SAME = cue(r"""
    me|us|you|here|this (?:number|house|phone|line)|neither|either|at all|full stop|any ?more|again|ever|never|stop|off|list
""")
"""What makes it the contact's own wish too."""

NOT_MEANT = cue(rf"""
    (?:do not|did not|not) mind|(?:not|never) (?:been |be |a )?(?:bothered|fussed|troubled) (?:about|by|who|either|which|with|one)|not a bother|no bother|no trouble|never (?:had|got|get|been|received) (?:\w+ ){{0,3}}?(?:{_CALLING}) (?:before|yet|from)|(?:never|not) (?:called|rung|phoned|rang|contacted|been (?:called|rung|contacted|phoned)) (?:\w+ ){{0,3}}?(?:before|yet|back)|did not (?:call|ring|phone) (?:me )?back|nobody (?:ever (?:calls|rings|phones|contacts|bothers)|called|rang|rung)|(?:do not|never|not|nobody|no one|they) (?:\w+ )?calls? (?:me|him|her|it|them|us|that|myself|yourself) (?!again|any|here|at|on|please|back|ever|about|for|no|i |and |thank|in )\w+
    (?:not|no) (?:\w+ ){{0,2}}?(?:interested|bothered) in (?:\w+ ){{0,2}}?(?:him|her|them|politics|either|any of them)|(?:telly|dog|kids|boys|girls|down boy|get down|not you)|(?:take|get|put) (?:\w+ ){{0,3}}?(?:off|out) the (?:hob|stove|oven|heat|line|hook|shelf)|not (?:after|before) (?:\w+ )?(?:six|seven|eight|nine|ten|eleven|noon|\d)|strike (?:vote|ballot|action|day)|on strike|not (?:end|stop) there
""")
"""What sounds like it and is not: other things that stop, other callers, names, hours."""

STOPS_SOMETHING_ELSE = cue(r"""
    stop calling (?:me|him|her|us) (?:mr|mrs|ms|miss|sir|madam)(?: \w+)?(?= (?:i am|my name|it is|its|call me)(?= |$))
    (?:stop|end) (?:the|all|all the|those|closing|cutting|building|selling|raising|putting|people|anybody|anyone|folk|members|him|her) (?!call|ringing|phon)\w+
""")
"""What is to stop is no call: an issue, or how somebody is addressed."""

NOT_ON = cue(r"""
    (?:not|never) (?:\w+ ){0,2}?to (?:carry on|go on|go ahead)|(?:will not|can not|not going to) (?:carry|go) on
""")
"""No leave to go on."""

TAKES_BACK = cue(r"""
    (?:oh |all right |alright |okay |well |aye )*(?:go on then|ask away|fire away|go ahead|carry on|ask me then|ask your questions?|changed my mind|(?:what|which) (?:do|did) you want to (?:know|ask)|(?:make it|keep it|if you are|if it is) quick|(?:all right|alright|fine|okay|ok|yes|yeah|aye) (?:\w+ ){0,4}?be quick|get on with it|(?:since|as|while) you are (?:on|here)|(?:go on|all right|fine|okay|ok) (?:then )?(?:two|five|a couple of|one|a) minutes?|(?:yes|yeah|okay|ok|all right|alright|fine|sure) ask (?:me|it|them)|what is (?:it|the question)(?: then)?$|i will answer|you can ask|now is (?:fine|okay|ok|all right|alright|good))
""")
"""The contact has the call go on after all."""
