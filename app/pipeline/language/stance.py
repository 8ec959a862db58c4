"""Words for and against somebody, as patterns over normalised words. They know no name and no party."""

from app.pipeline.language.cues import cue

FOR = cue("""
    (?:very |really |so |pretty |dead |proper |right |quite |such )?(?:good|great|brilliant|excellent|decent|sound|solid|honest|lovely|strong|stronger|strongest|best|better|fantastic|superb|capable|genuine|trustworthy|reliable|competent|impressive|smashing|cracking|top|belting|grand|champion|quality|wonderful|amazing|terrific|ideal|perfect|sensible|principled|sincere|distinguished|esteemed|eminent|renowned|beloved|much loved|formidable|outstanding|remarkable|hard ?working|down to earth|inspiring|talented|clever|bright|well respected|wise|proven|qualified|marvellous|magic|mint|canny|outstanding|finest|safest|wisest)
    (?:the|a|your|our|my|only) (?:\\w+ )?(?:right|obvious|only|clear|natural|real|safe|standout|smart|better|best) (?:\\w+ )?(?:one|choice|candidate|man|woman|person|lad|lass|option|bet|way|answer|pick|thing|pair of hands)
    safe pair of hands|safe hands|heart (?:is )?in the right place|one of (?:us|our own)|on (?:our|your|my|the members|working peoples?) side|in (?:our|your|members|the members) corner|salt of the earth|breath of fresh air|head and shoulders above|cut above|streets ahead|miles ahead|stand out|stands out|shines|second to none|no better|hard to beat|can not go wrong|could do worse|do a lot worse|worth (?:a look|your vote|backing|voting for|considering|thinking about)
    (?:stands?|standing|stood|sticks?|stuck|speaks?|spoken|spoke|fights?|fought|fighting|goes?|batting|bats?) (?:\\w+ )?(?:up )?for (?:\\w+ ){0,2}?(?:us|you|me|workers?|members?|people|folk|tenants?|students?|our|working|ordinary|the likes|everyone|families|residents|yourselves|yourself|ourselves)
    (?:got|get|gets|has|have|getting|has got|earned|deserves?|deserving of) (?:\\w+ )?(?:my|our|your|the|a) (?:\\w+ )?(?:vote|votes|backing|support|tick|nod)|deserves (?:it|to win|a chance|a go|a shot|a crack|the job|better)
    (?:lot|lots|bit|all the|loads|plenty) of (?:time|respect|love) for|time for (?:him|her|them)
    (?:knows?|understands?|gets) (?:\\w+ )?(?:stuff|onions|job|what|how|our|us|it|where|the area|the place|the score|the patch|the issues|ordinary|working)|gets it|gets things done|delivers?|delivered|cares? about|listens|has (?:our|your) backs?|works? (?:so |really |very )?hard|grafter|puts? (?:\\w+ )?(?:first|members|people)|looks? after|looking after|look out for|sort (?:it|things|this|that|us|out)|(?:turn|turned|turning) (?:\\w+ )?(?:around|round)|fix(?:es|ed)? (?:it|things|the|this)|improved?|transformed
    (?:done|does|do|doing|did) (?:\\w+ )?(?:a |so |such |an )?(?:\\w+ )?(?:lot|much|loads|wonders|great|good|brilliant|cracking|better|best|job|well|right by|wonders)
    (?:i|we) (?:\\w+ ){0,2}?(?:like|love|rate|admire|trust|respect|fancy|prefer|favour|back|support|want|hope)|fan of|keen on|impressed (?:by|with)|rooting for|would love (?:\\w+ )?(?:him|her|to see)|(?:hope|hoping|want|love|like|nice|good|great) (?:\\w+ ){0,3}?(?:win|wins|get in|gets in|got in|in charge|gets it|get it)
    (?:one|only one|man|woman|person|lad|lass|candidate|bloke) (?:who|that|to|for) (?:\\w+ )?(?:will|can|could|would|cares|knows|listens|stands|understands|gets|actually|vote|go|back|watch|beat|do|get|really|us|you|me|the)
    make (?:a|an) (?:\\w+ )?(?:good|great|brilliant|excellent|decent|fantastic|cracking|fine|better|superb|smashing|lovely) (?:\\w+)|be (?:a )?(?:good|great|brilliant) for|real (?:difference|asset|leader|worker)|an asset|a winner|sure thing|got what it takes|what we need|what this (?:\\w+ )?needs|who we need|way forward|way to go|no brainer|common sense|worth it|makes sense|make sense|be better off|better off
""")
"""Praise."""

AGAINST = cue("""
    disaster|disastrous|useless|hopeless|awful|terrible|rubbish|liars?|lying|lies|lied|crook|crooked|corrupt|bad|worst|worse|dodgy|puppet|snake|two faced|clueless|weak|nasty|joke|shower|shambles|pathetic|dreadful|dangerous|arrogant|lazy|incompetent|untrustworthy|dishonest|selfish|greedy|careerist|chancer|charlatan|fraud|fake|phoney|hypocrite|hypocritical|slippery|spineless|gutless|waster|muppet|clown|idiot|numpty|divisive|toxic|vile|horrible|nightmare|embarrassment|embarrassing|lightweight|nobody|nonentity|has been|laughing stock|liability|turncoat|traitor|scab|stooge|lackey|lapdog|yes man|mouthpiece|out of touch|out of (?:\\w+ )?depth|past it|past (?:his|her|their) best|sell ?out|sold (?:\\w+ )?(?:us|out|members|you|tenants|everyone)|sell (?:\\w+ )?(?:us|out|members|you)|stitch(?:ed)? (?:\\w+ )?up
    (?:pigs?|pig is) ear|(?:a|right|complete|total) (?:hash|hames|botch|bodge|dogs dinner|dogs breakfast)|sold (?:\\w+ ){0,3}?out|(?:not|nt) a patch on|two bob|all over the shop|never done a (?:\\w+ )?(?:days|day is)
    waste of (?:\\w+ )?(?:space|time|vote|money|a vote)|wasted vote|throwing (?:\\w+ )?(?:vote )?away|(?:all|nothing but) (?:mouth|talk|hot air|spin)|full of (?:it|himself|herself|hot air|rubbish|crap)|(?:only|just|purely) (?:\\w+ )?(?:in it|out|interested|bothered|after|doing it|there|looking) (?:\\w+ )?(?:for|in|about)?|in it for (?:himself|herself|themselves|the)|out for (?:himself|herself|themselves)
    (?:not|never|hardly|would not|could not|can not|do not) (?:\\w+ ){0,3}?(?:trust|trusted|care|cares|cared|bothered|bother|listen|listens|listened|turn up|turns up|turned up|show up|shows up|showed up|deliver|delivers|understand|understands|run a|organise a|done a|done anything|do anything|does anything|did anything|lift|lifted|lifts|fit|up to|cut out|interested|have a clue|a clue|got a clue|know|knows|help|helps|helped|stand up|one of us|on our side|fussed|want (?:him|her)|touch|vote for (?:him|her)|back (?:him|her)|support (?:him|her))
    (?:let|lets|letting) (?:\\w+ ){0,2}?down|(?:stab|stabbed|turned|turn|turns) (?:\\w+ ){0,3}?(?:back|backs)|threw (?:\\w+ ){0,2}?under|crossed (?:a|the|that) picket|cross(?:es)? picket|voted against|sided with|in (?:the )?(?:bosses|management|landlords?|developers?|employers?|big business|anyone) (?:\\w+ )?pockets?|in bed with|bought and paid for|in the pocket of
    (?:ruin|ruins|ruined|wreck|wrecks|wrecked|destroy|destroys|destroyed|harm|harms|damage|damages|damaged|mess|messed|messes|chaos|betray|betrays|betrayed|bankrupt|finish us|cost us|costs us|costing us|break|breaks|kill|trash|gut|gutted|tear|slash|slashed|axe|axed|scrap|cut|cuts) (?:\\w+ ){0,2}?(?:us|it|the|this|our|jobs|services|pay|everything|things|members|union|place|party|up|off|hours)?
    (?:steer|stay|keep) (?:well )?(?:clear|away)|avoid|against us|no (?:use|good|experience|idea|clue|backbone|interest|integrity|principles|time for)|(?:not|never) (?:\\w+ ){0,2}?(?:good|great|right|best|strong|decent|honest|reliable|sound|ready|suited|suitable|capable|safe|serious|wise|worth)|couldn t|could not run|missed (?:every|all|most|half|the)|failed|fails|fail|blew|botched|wasted|got (?:\\w+ )?form|has form|skeletons?|disgrace|disgraceful|scandal|sacked|thrown out|kicked out|backstabb(?:er|ing)|wrong (?:one|choice|man|woman|person|candidate|un|uns)|worry|worries|worried|worrying|scares?|scary|fear|gives me the creeps|god help|heaven help|lord help|end of
""")
"""Running down."""

FAVOURS = cue("""
    (?:please )?(?:vote|voting|votes?) (?:for )?|(?:back|backing|support|supporting|endorse|choose|pick|elect|select|tick|plump for|opt for|go for|go with|going with|going for|stick with|sticking with|get behind|getting behind|stand with|rally (?:behind|round)|fall in behind|lend (?:\\w+ )?(?:vote|support) to|throw (?:\\w+ ){1,3}?behind|get out for|turn out for|want|need|look at|looking at|swing behind)
    (?:give|giving|lend|lending|put|putting|rank|ranking|place|mark|marking|cast|casting) (?:\\w+ ){0,4}?(?:vote|votes|preference|first|second|third|top|one|two|number|cross|tick|support|x|down|last|bottom|to|for)
""")
"""What somebody can be told to do for a candidate."""

PREFERENCE = cue("""
    (?:first|second|third|1st|2nd|other|next|last|spare|transfer|number two|number one|top) (?:preferences?|choices?|votes?|pick|picks|places?|option|spot)|(?:put|putting|rank|ranking|have|place|mark|marking|stick|pop|keep|leave) (?:\\w+ ){1,4}?(?:first|second|third|last|top|bottom|number (?:one|two|three)|one|two|as your (?:\\w+))|second preference|tactical(?:ly)?|keep (?:\\w+ ){1,5}?out|stop (?:\\w+ ){1,4}?(?:getting in|winning)|lock (?:\\w+ ){1,4}?out|(?:number|no) (?:one|two|three|1|2|3)|transfers?|anyone but|anybody but|ahead of|above|below|over the (?:other|others|rest)
""")
"""Talk of preferences and of keeping others out."""

ROLE = cue("""
    (?:the|our|your|a|that|this) (?:\\w+ ){0,2}?(?:labour|tory|conservative|lib dem|liberal|green|reform|socialist|union|unions|branch|branchs|party|local|left|left wing|right wing|official|sitting|current|incumbent|outgoing|preferred|recommended|leaderships?|executives?|community|independent|womens?|working class|trade union|home ?grown|slate|residents|tenants|young|youngest|experienced) (?:\\w+ )?(?:candidate|candidates|nominee|choice|pick|man|woman|lad|lass|one|runner|contender|slate|person|rep)
    whoever (?:\\w+ ){1,5}?(?:back|backs|backing|support|supports|supporting|recommend|recommends|endorses?|picks?|chooses?|nominates?|puts forward|says)|(?:the )?(?:union|branch|party|executive|leadership|region|regional office) is (?:candidate|choice|pick|nominee|man|woman)|our (?:candidate|man|woman|lad|lass|choice|pick|nominee)|one of our own|whoever is (?:\\w+ ){0,3}?(?:labour|left|local|union|ours)|one (?:that )?(?:the|our) (?:\\w+ )?(?:union|branch|party|executive|leadership) (?:\\w+ )?(?:backs?|backing|supports?|wants?|recommends?)
""")
"""A candidate pointed at by office, party or backing rather than by name."""

RIVALS = cue("""
    (?:the|that|them|those|any of the|all the) other (?:one|ones|lot|two|side|candidate|candidates|guy|fella|bloke|woman|man|lady|camp|runner|feller|three)|the others|the rest(?: of (?:them|that lot))?|(?:that|them|this) lot|(?:his|her|their) (?:rivals?|opponents?|opposition)|the opposition|the alternative|the status quo|neither of the others|other (?:candidates?|lot|side)
""")
"""The rest of the field."""

READ_BACK = cue("""
    (?:put|stick|pop|mark|got|have) (?:you|that|it|him|her) (?:\\w+ )?down(?! for)|(?:put|noted|got) (?:that |it |you )?down|noted|(?:i have |i will |let me |i am )(?:\\w+ )?(?:recorded|record|marked|mark|written|write|got|logged|log|put|putting) (?:you|that|it|your|down)
    (?:so|right|okay|ok|lovely|grand|great|and) (?:that is|that was|that would be|you are|it is|your|you would|you will|you have|for you|first|second) (?:\\w+ )+|so you (?:want|think|feel|like|prefer|back|support)
    you (?:have )?(?:just )?(?:said|say|chose|chosen|mentioned|told me|picked|answered|gave|given|were saying|are saying)|you have (?:put|gone)|your (?:first|second|third|top|main) (?:preference|choice|vote|one|pick)? ?(?:is|was|as|goes|going|then)|your answer|your choice (?:is|was)|you are (?:\\w+ )?(?:voting for|going for|backing|supporting|leaning|undecided)
    (?:so |and )?(?:you think|you feel|you reckon|you believe)|is that (?:right|correct|it)|did i hear|just to confirm|to confirm|let me (?:just )?(?:read|check|repeat)|have i got|that is (?:\\w+ ){1,3}?(?:first|second|then)
""")
"""The contact's answer said back to them."""

ATTRIBUTED = cue("""
    (?:you|he|she|they|some people|some|others|people|members|contacts?|folk) (?:\\w+ )?(?:said|say|says|think|thinks|thought|feel|feels|told|mentioned|reckon|reckons|believe|believes|are saying|was saying|were saying)|according to you|as you (?:say|said|put it)|in your (?:view|opinion)
""")
"""A view put down to somebody else than the canvasser."""

DENIAL = cue("""
    (?:not|never|no) (?:\\w+ ){0,4}?(?:tell|telling|say|saying|allowed|supposed|able|advise|recommend|asking you|ask you|suggesting|give|giving|share|comment|comments|influence|endorse|supporting|backing|express|opinion|preference|preferred|favourite|view|position|here to)|(?:neutral|impartial)
""")
"""The canvasser declines to say, or says that nobody is preferred."""

WISHES = cue("""
    (?:want|wants|wanting|wanted|would like|would love|would prefer|would rather|likes|like|hopes?|hoping|backs?|backing|backed|supports?|supporting|supported|recommends?|recommending|recommended|recommendation|endorses?|endorsed|endorsing|endorsement|prefers?|urges?|urging|asks?|asking|asked|advises?|advising|suggests?|encourages?|encouraging|favours?|favouring|behind|right behind|all behind|rates?|rooting for|voting|votes?|voted|going for|going with|going that way|going the same way|lining up|gets? behind|got behind|getting behind|keen on|happy with|pleased|thinks?|reckons?|says?|said|told|nominated|on board|on (?:his|her|their) side|with (?:him|her)|swinging|chosen|picked|choice|tipped)
""")
"""What a leader, a body or a crowd does for somebody."""

CROWD = cue("""
    (?:everybody|everyone|most (?:people|members|of (?:the|your|us|them|our))|nearly (?:everyone|everybody|all)|all (?:the|your|our|of) (?:\\w+ )?(?:members|people|lads|branch|branches|reps|neighbou?rs|colleagues|mates|residents|tenants|students|stewards)|(?:your|the|our|other) (?:\\w+ ){0,2}?(?:branch|branches|reps?|stewards?|colleagues|mates|workmates|neighbou?rs|members|convenor|leadership|leader|executive|committee|regional office|head office|general secretary|top brass|conference|chair|president|shop stewards?|lads|council|board)|members (?:are|have|all|in|round|like|across)|the (?:union|leadership|executive|top|bosses|membership|committee)|loads of|lots of|a lot of (?:people|members)|majority|people (?:round|around) (?:here|your way)|the word (?:is|from)|half (?:the|your)|nine out of ten|everyone i (?:speak|talk)|anyone who|whole (?:branch|street|block|team|shift|office)|your (?:street|road|block|area|estate|way|lot))
""")
"""A crowd or a body that is no name of the register."""
