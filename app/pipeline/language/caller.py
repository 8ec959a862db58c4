# ruff: noqa: E501 - a turn of phrase and its variants stand on one line
"""Who is said to be calling and what for, as turns of phrase that know no name."""

import re

from app.pipeline.language.cues import loose_cue

FROM = loose_cue(r"""
    (?:calling|ringing|phoning|speaking|call|ringing you|calling you|phoning you|here) (?:you |today |tonight |this evening |just |round ){0,3}?(?P<how>from|on behalf of|for|with|at)(?= )
    (?:it is|this is|i am|we are|my name is|name is|that is) (?!about |only about |just about |(?:only |just |all |really )?for (?!my )|(?:\w+ ){0,3}?to do with )(?:\w+ ){0,4}?(?P<how2>from|on behalf of|for|with|at)(?= )
    (?P<how3>on behalf of)|(?:i|we) (?:work|volunteer|am volunteering|canvass|canvassing|am working|are working|represent|am representing|am canvassing|are canvassing|campaign|am campaigning|are campaigning) ?(?P<how4>for|with|at|on)?(?= )
    (?:i am|we are|i m|im|just) (?:doing|writing|making|running|compiling|putting together|carrying out|conducting|preparing) (?:a |an |some |the )?(?:\w+ ){1,3}?(?P<how6>for|on behalf of)(?= )
    (?:i am|we are|i am just|it is|this is) (?:one of |part of |with |in )(?P<how5>)(?=\w+)
""")
"""What stands before the name of whoever calls."""

HERE_IS = re.compile(
    r"\b(?:it is|its|this is|that is|thats)(?: just| only)? (?P<who>(?!(?:about|because|to|for|when|where|why|how) )(?:\w+ ){1,5}?)(?:here|calling|ringing|speaking|phoning|on the line)\b"
)
"""An organisation that speaks for itself: "it's the council here"."""

ORGANISED = loose_cue(r"""
    council|campaign|campaigns|campaigners|party|compan(?:y|ies)|research|researchers|surveys?|team|office|bank|charity|society|university|college|newspaper|government|bbc|itv|police|nhs|hospital|committee|association|federation|institute|polling|pollsters?|polls?|opinion|agency|commission|ltd|limited|department|ministry|hmrc|tax office|union|unions|guild|trust|church|school|firm|consultancy|centre|bureau|group|board|chamber|network|movement|alliance|coalition|housing|landlord|employer|management|human resources|hr|personnel|insurance|energy|broadband|volunteers?|people|organisers?|supporters?|radio|tv|television|magazine|press|post office|royal mail|electoral services|returning officer|town hall|city hall|citizens advice|ofcom|echo|times|herald|gazette|chronicle|daily|weekly|evening \w+|argus|mercury|guardian|observer|telegraph|mirror|courier|journal|advertiser|reporter|paper|news
""")
"""What an organisation is called by, whatever its name."""

WELL_KNOWN = loose_cue(r"""
    labour|tories|tory|conservatives?|lib dems?|liberal democrats?|greens|green party|reform(?: uk)?|ukip|snp|plaid(?: cymru)?|sinn fein|dup|sdlp|momentum|unite|unison|gmb|rmt|usdaw|tuc|aslef|cwu|pcs|nasuwt|neu|yougov|ipsos(?: mori)?|mori|gallup|survation|bt|sky
""")
"""Parties, unions and pollsters that people know by one word."""

OWN_WORDS = loose_cue(r"""
    (?:the|your|our|my) (?:own )?(?:union|organisation|membership|members?|head office|office|team|headquarters|hq|members team|call team|phone team|membership team|member services)|work|home|a mobile|my (?:own )?(?:phone|mobile|house|kitchen|desk)|here|a call centre|the call centre|a phone bank|the phone bank
""")
"""Ways of naming the caller that any organisation's canvassers use, and places that are no caller."""

PASSED_OFF = loose_cue(r"""
    market(?:ing)? research|(?:opinion|consumer|customer|independent|academic|university|government|general|random|impartial|anonymous|national|local|lifestyle|shopping) (?:\w+ )?(?:survey|poll|polling|study|questionnaire|research)|(?:research|polling|survey|marketing) (?:company|firm|agency|organisation|outfit|people|project|study|exercise)|independent (?:company|firm|agency|body|organisation|outfit|researchers?|caller|of the (?:union|guild|federation|organisation))|customer (?:satisfaction|service|services|care)|courtesy call|doing (?:\w+ )?research|(?:a|some|bit of|piece of) research|(?:only|just|purely|simply) (?:\w+ ){0,2}?(?:survey|poll|questionnaire|research|study)
""")
"""Another thing that a call can be passed off as."""

FRIENDS = loose_cue(r"""
    (?:i am|it is|this is|im) (?:only |just )?(?:a |an |one of )?(?:\w+ )?(?:mate|friend|pal|colleague|workmate|neighbou?r|cousin|relative|relation|buddy)s? (?:of|with) (?:your|yours|the family|his|her)
    (?:i am|this is|im) (?:only |just )?your (?:new |old )?(?:neighbou?r|landlord|councillor|mp|cousin|workmate)
""")
"""The call passed off as a private one."""

NOT_THEM = loose_cue(r"""
    (?:nothing to do with|not (?:\w+ )?(?:from|part of|connected (?:to|with)|linked (?:to|with)|affiliated (?:to|with)|to do with|calling from|calling for|anything to do with)|no connection (?:to|with)|separate from|independent of|not working for|do not work for) (?:\w+ ){0,3}?
""")
"""A connection denied."""

ASKS_WHO = loose_cue(r"""
    who (?:is|are|am) (?:this|that|it|you|i|we|calling|ringing|speaking|phoning)|who (?:\w+ )?(?:calling|ringing|speaking)|who (?:do|did|are|is) (?:you|this|it|they) (?:\w+ ){0,4}?(?:from|with|for|work|represent|working|behind|say|calling)|who am i (?:speaking|talking) (?:to|with)|where (?:are |did you say )?you (?:\w+ )?(?:calling|ringing|phoning|from|are from)|what (?:organisation|company|union|party|outfit|firm|is this about|is it about|is this)|which (?:organisation|company|union|party|outfit|firm|lot|campaign)|(?:on|who is) (?:\w+ )?behalf|what is your name|your name|who wants to know|who (?:has |have )?(?:put you up|is paying|pays|sent you|told you|gave you)|who else|say (?:\w+ )?where you are from|who you are
""")
"""The contact asks who is calling or why."""

WILL_NOT_SAY = loose_cue(r"""
    (?:can not|not able to|unable to|not allowed to|not permitted to|not at liberty to|not supposed to|would rather not|rather not|sooner not|prefer not to|do not (?:have|need) to|will not|am not going to|could not|not meant to|not authorised to|not obliged to) (?:\w+ ){0,3}?(?:say|tell|disclose|reveal|share|discuss|give|go into|name|divulge|identify|get into|go into)
    (?:does not|do not|should not|not) (?:\w+ ){0,2}?(?:matter|important|relevant|worry|need to know)|never (?:you )?mind|none of your|(?:that is|it is) (?:\w+ )?(?:confidential|private|not important|by the by)|tell you (?:\w+ ){0,3}?(?:later|afterwards|at the end|after|in a minute|when)|(?:come|get) (?:on )?to that|that would be telling|let us just say|just say (?:i am |we are )?(?:a friend|somebody|someone)|a friend|no names|what difference does it make|why do you (?:need|want) to know
""")
"""Who calls is kept back."""

WHO_IS_BEHIND = loose_cue(r"""
    (?:say|tell|disclose|reveal|name|divulge|share|discuss|give)(?: you)? (?:\w+ ){0,3}?(?:who|which(?! one)|what|where)(?: \w+){0,4}? (?:calling|behind|from|for|work|represent|paying|organisation|campaign|company|client|on behalf)|(?:client|campaign|organisation|company|employer) (?:\w+ ){0,3}?(?:confidential|anonymous|private)
""")

ASKED_IF_FROM = re.compile(
    r"\b(?:you|youre|this|it|that) (?:are |is )?(?:\w+ ){0,2}?(?:from|with|working for|calling for) (?P<who3>.+)$|"
    r"\b(?:are|is|were|was) (?:you|this|it|that)(?: \w+){0,4}? (?:from|with|for|behalf of|working for|calling for|part of) (?P<who>.+)$|"
    r"\b(?:are you|is this|is it|so you are|so this is) (?P<who2>.+)$"
)
SAYS_YES = re.compile(
    r"^(?:oh |well |aye )*(?:yes|yeah|yep|aye|that is (?:right|it|me|us|correct)|correct|i am|we are|it is|sort of|kind of|more or less|you could say|something like that|exactly|indeed|pretty much|in a way)\b"
)

ABOUT_CONTEST = loose_cue(r"""
    (?:calling|ringing|phoning|(?:we|i) (?:are|am) (?:\w+ )?(?:speaking|talking|asking|going)|(?:it|this|that) is) (?:\w+ ){0,4}?(?:about|regarding|concerning|over|to do with|in connection with) (?:\w+ ){0,6}?(?:elections?|ballots?|vot(?:e|ing)|contest|selection|candidates?|merger|consultation|campaign)
""")
"""What the call is about, said plainly."""

RECRUITS = loose_cue(r"""
    (?:join(?:ing)?|sign(?:ing)? up|sign (?:you|him|her|them) up|signed up|(?:become|becoming|be|being)(?= (?:an?|one of|our|the) )|stand(?:ing)? as|put(?:ting)? yourself forward|get(?:ting)? involved|coming on board|come on board|enrol\w*|register(?:ing)? as) (?:\w+ ){0,4}?(?:us|member|members|membership|party|union|campaign|committee|rep|reps|steward|stewards|supporter|supporters|activist|activists|organiser|delegate|branch|movement|guild|federation|association|society|credit union|mailing list|newsletter|group|team|officer)
    (?:looking for|need|short of|after|recruiting|want) (?:\w+ ){0,3}?(?:new )?(?:members|reps|stewards|activists|supporters|organisers|recruits|canvassers|people to join)|membership form|join up|direct you to join|recruit\w*|sign (?:you|him|her|them|\w+) up|(?:interested in|thought (?:of|about)|fancy|consider(?:ed|ing)?) (?:joining|standing|becoming|signing up|getting involved)
""")
"""People are won for something."""

MONEY = loose_cue(r"""
    donat\w+|contribut(?:e|ing|ion|ions)|chip in|chipping in|spare (?:a |us )?(?:\w+ ){0,2}?(?:quid|pounds?|pound|tenner|fiver|bob)|(?:a|few|couple of|five|ten|twenty) (?:quid|tenner|fiver)|set up a direct debit|direct debit|standing order|fund ?rais\w+|rais(?:e|ing) (?:\w+ )?(?:money|funds)|fighting fund|hardship fund|campaign fund|strike fund|whip round|crowdfund\w*|bank details|card details|long number on|raffle|(?:buy|sell|purchase|selling|buying) (?:\w+ ){0,2}?(?:ticket|tickets|insurance|product|policy|raffle|merchandise|badge|shirt|something)|special offer|(?:take|taking|took) out (?:\w+ ){0,3}?(?:loans?|polic(?:y|ies)|cards?|accounts?|mortgage|plan)|open(?:ing)? (?:\w+ ){0,2}?account|our (?:\w+ )?(?:loans|products|offers|deals|rates)|discount|upgrade your|switch(?:ing)? (?:your )?(?:supplier|provider|energy|insurance)|insurance (?:deal|policy|offer|quote)|(?:life|home|car|funeral|travel) (?:insurance|plan|cover)
""")
"""Money is asked for, or something is sold."""

VOLUNTEERS = loose_cue(r"""
    volunteer\w*|leafleting|leafletting|leaflet (?:drop|round|run)|(?:deliver\w*|hand\w*|giv\w*|drop\w*|push\w*|help\w*|do|post|take) (?:\w+ ){0,4}?leaflets?|(?:put|pop) (?:\w+ )?leaflets?|leaflets? (?:through|round)|on the doorsteps?|short of (?:people|hands|helpers)|(?:knock\w*|knocking on) (?:\w+ )?doors|door ?knock\w*|phone ?bank\w*|(?:put|putting|display|displaying|stick|have) (?:\w+ ){0,2}?(?:poster|posters|board|placard|sticker)|(?:help|helping|hand|lend a hand|give us a hand|few hours|hour or two|afternoon|evening) (?:\w+ ){0,4}?(?:campaign|campaigning|canvass\w*|polling day|stall|rally|count)|(?:come|coming|get|pop) (?:along |down |over )?to (?:\w+ ){0,3}?(?:rally|demo|demonstration|march|protest|picket|fundraiser|campaign (?:meeting|day|launch))|sign (?:\w+ ){0,3}?petition|petition
""")
"""Work for a campaign is asked for."""

REQUESTS = loose_cue(r"""
    (?:would|could|can|will|do|might|may|are|have|shall) (?:you|your \w+|he|she|they|anyone|i|we|not you)|fancy|any chance|how about|what about|why (?:not|do not you)|you (?:should|could|can|ought|might|want|may)|we (?:are|would|need|do|could|will|have)|i (?:am|would|could|can|will)|looking for|interested|let me|please|got time|happy to|wondered|wondering|be (?:able|willing|up for)|there is|just|want
""")
"""Something is asked for or offered."""
