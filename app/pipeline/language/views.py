# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""Views on the contest that favour nobody, applause and regret for an answer, and talk of the contest at all."""

from app.pipeline.language.cues import loose_cue

CONTEST = loose_cue(r"""
    elections?|ballots?|ballot papers?|(?:first|second|third|next) preferences?|vot(?:e|es|ed|ing|er|ers)|candidates?|hustings|turnout|referendum|merger|shortlist|leadership (?:race|contest|election)|nominations?|polling|polls?|manifestos?|whole (?:thing|process|business|exercise|election|contest)|electoral|(?:the|this|that) (?:contest|consultation)
""")
"""Words of a contest."""

PROCEDURE = loose_cue(r"""
    (?:they |we |being |be |are |is |get |gets )?count(?:ed|ing|s)? (?:\w+ ){0,4}?(?:by hand|votes?|them|it|papers?|twice|again|machine|night|day|days)|by hand|scrutineers?|returning officer|tellers?|(?:result|results|winner|it|that|this) (?:is|are|gets?|will be|comes?|come|came) (?:\w+ ){0,2}?(?:announced|declared|out|read out|through)|read (?:it|them|the results?) out|announce (?:it|them|the)|envelopes?|booklets?|photos? of|photographs? of|candidates? statements?|(?:one|two|three|four|five|six|\d) years?(?= (?:then|and|term|in|at|if|before)|$)|term of office|last time (?:round|around)|(?:the )?last (?:election|ballot|vote|contest)|years? ago (?:\w+ ){0,3}?(?:with|when|and|about|over)|online or by post|by post or online|(?:vot(?:e|ing)|ballots?|it is|all) (?:\w+ )?(?:online|by post|postal|in person)|quota|transfers? (?:of|from|to)|knock\w* (?:\w+ ){0,3}?out|eliminat\w+|(?:post|send|get) (?:you )?(?:out )?another one|replacement (?:paper|ballot|form|one)|(?:put|mark|write|stick) (?:a|an|the) (?:one|cross|x|two|tick)|half the votes?|nobody (?:has |is )?got half|per cent of|recount|the deputy (?:general secretary|leader)
""")
"""How a contest is run, where one is being talked about."""

OF_A_CONTEST = loose_cue(r"""
    counts?|counted|counting|results?|announc\w+|declar\w+|conference|leaflets?|statements?|last (?:time|year|one)|time before|next (?:one|time)|majority|per cent|percent|percentage|race|debates?|campaign\w*|contest|selection|process|consultation|interviews?|radio|telly|television|depot|had theirs|have not had theirs|havenae had|got theirs|stood|stands|ran|took over|outgoing
""")
"""Words that are about a contest where one is being talked about."""

NEAR_A_CONTEST = loose_cue(r"""
    campaign\w*|selections?|race|results?|who(?:ever)? (?:wins|gets in|gets it)|mayors?|leader(?:ship)?|general secretary|contest|trustees?|convenor|representative|manifesto
""")
"""Words that are hardly said but of a contest, though not of this one for certain."""

OF_MEMBERS = loose_cue(r"""
    unions?|branch(?:es)?|stewards?|convenors?|committees?|subs|councillors?|officers?|boards?|(?:a|said) (?:yes|no)(?! \w)|(?:a|one|the) cross|crosses|abstain\w*|preferences?|undecided|regional office|canvass\w*|lapsed?
    (?:which|any|one|all|both|either|neither|two|three) of them|(?:the|that) (?:one|young one) (?:who|that|from|off|with)|(?:somebody|someone) (?:who|that|whos|thats) (?:is|has|had|actually|already)|(?:somebody|someone) (?:actually|already)|who is (?:ahead|winning|standing)|counts? (?:them|em|you|us|it all)|counting (?:them|you|us)|(?:made|make|making) up (?:my|your|his|her|their) minds?|be for it|against it|it (?:closes?|shuts?|ends)|does it (?:close|shut|end)|(?:you|i) (?:have|ve)(?: got)? (?:(?:up )?(?:until|till|til)|weeks) (?:\w+ ){0,3}?(?:yet|tonight|midnight|noon|(?:mon|tues|wednes|thurs|fri|satur|sun)day)
""")
"""Words of those who hold such contests, which hardly fall where a parcel or a boiler is talked about."""

CHOICE = loose_cue(r"""
    lean(?:s|ing)?|thinking of|view|opinion|stand on|who gets|which (?:one|way)|prefer\w*|number one|first choice|decid\w+|person|back(?:ing)?|favour\w*|voting for|vote for|going for|know (?:who|how)|have you got
""")
"""What the contact is asked to choose."""

LISTED = frozenset(
    (
        "candidate candidates standing those are is and er um or so well okay ok right the a an of there you have got has "
        "s ve choose choice choices list listed names name it that this who them these then plus also first second third "
        "one two three four yes no vote voting paper ballot option options running in for to join stay yeah course again "
        "mr mrs ms miss said say up we they he she former from with either now just on can be"
    ).split()
)
"""Words that a plain list of the options is made of, beside the names."""

SMALL_TALK = loose_cue(r"""
    how are you|how is it going|busy|weather|tea|coffee|kids|dog|football|match|who is (?:this|calling|that)|can you hear|how long (?:will|does|is) (?:this|it)|where are you|do you know|what is (?:this|it) about|why (?:are|do|is|was) you|call back|ring back|who (?:would|should|are|do) (?:you|i)|who is (?:\w+ )?(?:best|better)|how did you get|your name
""")
"""Questions whose answer is no talk about the contest."""

VIEW = loose_cue(r"""
    (?:i|we) (?:do |really |honestly |just |personally |always |still |actually |myself |have to say i |must say i |would )*(?:think|reckon|feel|believe|find|suppose|say|suspect|guess|wish|hope|fear|worry)|if you (?:ask|want) (?:me|my (?:opinion|view))|in my (?:\w+ )?(?:view|opinion|book|eyes|experience)|my (?:own |personal |honest )?(?:view|opinion|take|feeling|thoughts?|two pence|tuppence|two cents|hunch|guess) (?:is|on|about)|to be (?:honest|frank|fair)|(?:quite )?(?:frankly|honestly|personally)|i am (?:\w+ )?(?:sick|tired|fed up|convinced|sure|surprised|disappointed|ashamed|worried|glad|pleased|amazed|angry|annoyed|gutted|not convinced|not sure|not happy)|i (?:\w+ )?(?:hate|love|can not stand|despair|do not (?:\w+ )?(?:see|trust|think|believe|like|get|understand)|could not care)|between (?:you and me|ourselves|us|you me)|off the record|as far as i am concerned|for what it is worth|i am not (?:being funny|going to lie)|(?:not going to|will not|do not) lie|call me (?:cynical|old fashioned)
""")
"""A view is announced as one's own."""

VERDICT = loose_cue(r"""
    fixed|rigged|fix|stitch(?:ed)? ?up|stitched|carve up|sewn up|foregone conclusion|done deal|bent|crooked|corrupt|joke|farce|circus|shambles|mess|pantomime|sham|charade|puppet show|beauty contest|popularity contest|waste of (?:\w+ )?(?:time|money|paper|space|effort|energy|stamps?)|pointless|point (?:in|of|to|having)|no point|rubbish|nonsense|disgrace(?:ful)?|shame(?:ful)?|shocking|embarrassing|scandal(?:ous)?|pathetic|ridiculous|daft|silly|stupid|boring|dull|tedious|depressing|sad|dire|dreadful|awful|terrible|useless|hopeless|unfair|undemocratic|not (?:\w+ )?(?:fair|democratic|right|good enough|worth|impressed|inspiring|matter|change anything|make (?:\w+ )?difference)|badly (?:run|organised|handled)|poorly (?:run|organised|attended)|(?:too|so|far too|really|very|bit|rather|incredibly|dead) (?:\w+ )?(?:long|short|late|soon|early|complicated|confusing|expensive|rushed|slow|close|nasty|bitter|dirty|negative|tame|quiet|secretive|exciting|interesting|good|bad|low|divisive|personal)|rushed|dirty|nasty|bitter|divisive|overdue|about time|high time|long time coming|mistake|should (?:\w+ ){0,2}?(?:have|be|never|not|all|really|get)|ought|never (?:\w+ )?(?:should|change|listen|matter)|all (?:\w+ )?(?:the same|as bad|useless|talk|in it|mouth|rubbish|hot air|after|a bit)|as bad as each other|much of a muchness|none of (?:them|the candidates) (?:\w+ ){0,3}?(?:any good|good|impress\w*|inspire\w*|great|up to|worth|got|have|is|are)|not one of them|neither of them|nobody (?:\w+ )?(?:cares|bothers|listens|wants)|makes (?:no|little|not) (?:\w+ )?difference|(?:nothing|nowt|sod all|bugger all|not a thing) (?:\w+ )?(?:will |would |ever |going to |is going to |gonna )?(?:\w+ )?(?:change|changes)|(?:been|being|playing|play|entirely|exactly) (?:\w+ )?(?:straight|honest|fair|truthful)|telling the truth|same old|better than (?:last|usual|nothing)|worse than|best (?:election|contest|campaign|thing)|worst (?:election|contest|campaign|thing)|brilliant|great|fantastic|exciting|interesting|fascinating|wonderful|healthy|refreshing|good (?:thing|idea|campaign|contest|election|for democracy)|bad (?:thing|idea)|(?<!not )(?<!far )wrong|backwards|upside down|outdated|old fashioned|stinks?|smells?|fishy|dodgy|bought|suspicious|trust|confidence|out of hand|over the top|carry on|car crash|dog s dinner|could not care|fed up|sick (?:\w+ ){0,5}?of|had enough
""")
"""A verdict on something."""

ANNOUNCED = loose_cue(r"""
    (?:i have|i have got|i do have|got|have) (?:\w+ ){0,2}?(?:my|strong|very strong|a few|a) (?:own )?(?:\w+ )?(?:views?|opinions?|thoughts|feelings|favourites?|ideas)(?: (?:on|about))?|i (?:know|could tell you) (?:\w+ ){0,3}?(?:what i (?:think|would)|how i|who i|which way|what i am)|(?:with|about) (?:what|how|who|the way) i (?:have |have already |already )?(?:put|voted|went|chose|picked)|(?:how|which way|whom) i (?:have |have already |already )?(?:voted|went|will be voting|am voting)|do not get me started|if i (?:told|tell) you what i (?:\w+ )?think|i could (?:say|tell) (?:you )?(?:a thing|a lot|plenty|a few)|my lips are sealed but|should not (?:\w+ )?say (?:this|it|so|what i think)|do not tell anyone i said|strong (?:views|opinions|feelings) (?:on|about)
""")
"""A view is announced and kept back."""

ALL_OF_THEM = loose_cue(r"""
    (?:all|none|neither|any|both|not one|either|lot|bunch|pair|three|four|two) of (?:them|the candidates|those)|they are all|them all|the (?:whole )?lot of them|candidates|whoever (?:wins|gets in|it is)|whichever|either way|each other
""")
"""The whole field."""

APPLAUDS = loose_cue(r"""
    (?:good|great|excellent|fine|wise|sound|smart|brilliant|sensible|lovely|cracking|superb|top|solid|clever|right|perfect|best|nice|interesting|fantastic|belting|spot on) (?:choice|choices|answer|pick|decision|call|shout|thinking|move|taste|one to (?:pick|go for)|option)|good (?:man|lad|lass|girl|woman|for you|on you|on ya|stuff|news|to hear)|(?:glad|pleased|delighted|happy|good|great|lovely|nice|relieved|chuffed|thrilled) (?:to hear|you (?:said|say|think|feel|agree|are|have)|that you)|music to my ears|that is (?:\w+ ){0,2}?(?:what (?:we|i) (?:like|want|love|hoped?|was hoping|were hoping)|the (?:spirit|stuff|ticket|way|right answer|right choice|one))|what (?:we|i) (?:like|love|want(?:ed)?) to hear|(?:could|can) ?not agree more|i (?:\w+ )?agree|(?:so|as) (?:do|would|am|will|did) i|me too|same as me|me and you both|you and me both|that makes two of us|(?:i am )?with you (?:there|on that)|snap|as i would|i would have (?:put|said|chosen|picked|gone|done)|me an all|same here|i (?:would|will|am|did|do) (?:too|as well|an all|the same)|you are (?:\w+ )?(?:right|not wrong|spot on|wise|sensible|one of us)|(?:quite|dead|too) right|spot on|hear hear|well said|well (?:chosen|done)|get in|you (?:will|would) not regret|(?:made|making) (?:the |a )?(?:\w+ )?(?:right|good|wise|sensible|great) (?:choice|decision|call)|nice one|attagirl|attaboy|good thinking|great minds|another (?:one|vote) for|one more for|i was hoping you|hoped you would (?:say|go|pick)|bravo|hooray|hurrah|yay|woo hoo|woohoo|thank goodness|thank god|you know your stuff|got taste|wish (?:more|everyone|everybody)
""")
"""An answer is applauded."""

DEPLORES = loose_cue(r"""
    oh (?:dear|no|heck|blimey|god|lord|crikey|come on|you do not|you are not)|(?:what|that is|that s|oh|such|bit of|now that is) (?:\w+ ){0,3}?(?:shame|pity|disappoint\w+|surprise|mistake|worry|daft|silly|brave|funny|odd|strange)|i am (?:\w+ )?(?:surprised|disappointed|sorry you|sorry to hear (?:you|that you) (?:\w+ )?(?:think|feel|vot\w+|back\w+|are|would|going|say|said)|shocked|amazed|gutted|worried)|really (?:him|her|them|that one|no|yes|so|for|now|well)|^(?:(?:oh|hmm|ah|well) )?really$|seriously|are you (?:mad|joking|kidding|serious|having|off your)|you are (?:joking|kidding|having me on|mad|not serious|brave)|you can ?not be serious|each to their own|it takes all sorts|if you must|your funeral|i would not (?:\w+ ){0,2}?(?:if i were|if i was|myself|have|choose|go|pick|touch|do that)|not (?:\w+ )?(?:my choice|what i would|who i would|the one i|sure (?:about|i would|that is)|what i (?:wanted|hoped)|what we (?:wanted|hoped|like))|wrong (?:answer|choice|one)|bad (?:choice|idea|move|call)|what a (?:shame|pity|waste|mistake)|how (?:disappointing|sad|odd|strange|depressing|could you)|hard luck|for goodness sake|god help us|heaven help us|i thought you would|oh well|never mind there|blimey|crikey|good grief|good god|rather you than me
""")
"""An answer is deplored."""

OWN = loose_cue(
    "(?:my|me) (?:own |personal |honest |two )*(?:view|opinion|take|feeling|pence)|if you ask me|if you want my|personally"
)
"""A view is said outright to be one's own."""

COURTESY = loose_cue(r"""
    (?:sorry|shame|pity|disappoint\w+) (?:\w+ ){0,6}?(?:hear you (?:are|have been)|not (?:\w+ )?well|ill|trouble|bother\w*|wait\w*|delay|line|hold|loss|passed|busy|paper|post|arriv\w+|come yet|not had|not got)|oh dear (?:\w+ ){0,4}?(?:line|hear|paper|dog|cat|baby|kids|child|kettle|dinner|bad|well|poorly|sorry|phone|cut)
""")
"""Regret that is no comment on an answer."""

GOES_BY = loose_cue(r"""
    (?:i will|i have|let me|i am) (?:\w+ ){0,2}?(?:mark|marked|marking|put|sum|summing|confirm|pop|enter|entered)|what i have put|(?:that|it) (?:will|would) be (?:a|your)|that is (?:it|the one|right|your one)|in the system|you mean|make sure you|(?:send|post|return|get|pop|put) (?:it|the paper|yours|your \w+|that) (?:back|in|off)|(?:use|remember|do|please) (?:\w+ ){0,2}?(?:vote|your vote)|mark you|thank\w*|thanks|cheers|no (?:problem|worries|bother)|take your time|can you hear|hear me|bad line|good line|speak up|call (?:you )?back|ring (?:you )?back|catch you|good time|bear with|hold on|hang on|one moment|just a (?:second|minute|moment)|sorry|pardon|spell\w*|say that again|repeat|next question|last question|(?:few|couple of|some|quick|one|two|three|short|just|more) (?:\w+ ){0,2}?questions?|ask(?:ing)? (?:you )?(?:a|some|about|if)|a minute or two|take (?:long|a minute|two minutes)|goodbye|bye|have a (?:good|nice|lovely)|my name is|i am calling|we are (?:calling|ringing|phoning|talking|speaking|asking)|calling (?:about|from|because|on|to)|ringing (?:about|from|because|on|to|members|people)|phoning (?:about|from|because|on|to)|who is (?:that|this)|it is about|put (?:that|it|you) down|noted?|jot\w*|write|written|recorded|record|down as|got that|up to you|your (?:choice|decision)|for you to (?:decide|say)|for members to|in your own words|not (?:\w+ ){0,3}?(?:say|tell|advise|comment|discuss|give|share|allowed|sway|influence|take sides|recommend)|undecided|made up your mind|decided|secret|private|between you and|anonymous|no right or wrong|(?:tell|ask|let|chase|check with|speak to|pass (?:it|that) (?:on )?to) (?:the |our )?(?:office|team|colleague|somebody|someone|them)|i will (?:\w+ ){0,3}?(?:check|find out|chase|report|mention|pass|ask|get)
""")
"""What keeps a call going: greetings, thanks, the line, the purpose, the answer noted, how the paper is sent."""
