"""How urgent it is, and what counts most, in English: each a few short rows of words in a few forms."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import HOSTS, NO_WARD, NODES, WHO
from suanwang.intent.say.meanings import Meaning, just

_IT = (
    "(?:(?:it|this|that|the (?:job|run|work|thing)|everything|which|and)(?:'s| is|'ll be| will be| must be| "
    "should be| has to be)? )"
)
_VERY = "(?:(?:very|really|extremely|absolutely|most|quite|rather|super|so|truly|terribly|awfully|a bit|exceedingly|highly) )*"
_QUEUE = r"(?:queue|line|pack|list|others|pile)"
_RUSH = (
    rf"(?:{_VERY}(?:urgent(?:ly)?|pressing|time[- ]critical)|(?:top|high|highest|max(?:imum)?|utmost|"
    "great(?:est)?|extreme)[- ](?:urgency|priority)"
    rf"|an? (?:real |true |absolute |medical )?emergency{NO_WARD}|an? (?:rush|priority|urgent|express|"
    "emergency) (?:job|request|order|case|task|matter|one)"
    "|an? (?:very |really )?(?:urgent|pressing) (?:matter|job|case|request|one|task)(?: that)?|(?:a )"
    "?matter of urgency|life[- ]and[- ]death"
    r"|priority one|top of the (?:list|queue|pile))"
)
_URGENT = (
    rf"{_IT}?{_RUSH}|(?:with|at|as|of) {_RUSH}|(?:please )?(?:treat|handle|mark|flag|consider|regard|run) "
    rf"(?:it |this |that )?(?:as )?{_RUSH}"
    rf"|(?:jump|skip|cut|beat) (?:to )?(?:the )?(?:front of (?:the )?)?(?:queue|line)|(?:go|goes|put it|move it|"
    r"bump it|push it|send it|moved?)?\s?(?:straight )?"
    rf"(?:to|at) the (?:front|head|top) of the {_QUEUE}|(?:ahead|in front) of (?:everyone|everybody|all "
    rf"others|the {_QUEUE}|everything)(?: else)?(?: in the (?:queue|line))?|(?:at |to )?(?:the )?front of "
    "(?:the )?queue|(?:grant|give|take|gets?|has|deserves) (?:it |this )?precedence(?: to)?"
    "|(?:it|this|that|which) (?:simply |really |just )?(?:can't|cannot|can not|mustn't|must not|won't) "
    "wait(?: any longer)?(?! to| for)|(?:please )?(?:hurry(?: up)?|rush)(?:,? (?:please )?hurry(?: up)?)*"
    r"(?: (?:it|this|up))?(?=\s?(?:$|[,.;:!?)-]|please|and\b))|hurry,? hurry|(?:please )?rush (?:it|this)"
    "(?: through)?|in a (?:tearing |mad |great )?rush"
    "|chop[- ]chop|(?:drop everything|no time to lose|not a (?:minute|moment|second) to lose|lives depend "
    r"on it)|(?:prio(?:rity)?)\s?(?:is|:|=)?\s?"
    r"(?:urgent|high|highest|top|1|one|max)|(?:as )?(?:an? )?(?:urgent|rush|express|priority)"
    r"(?: job| request| run)?(?=\s?(?:$|[,.;:!]))"
)
_CONVENIENT = (
    "(?:suits?(?: you| the network| your machines)?|(?:is|it's|'s) (?:convenient|handy|possible|quiet|free|"
    "spare|idle|cheap|fine)|works(?: for you)?)"
)
_FREE = (
    "(?:(?:a |some )?(?:free|spare|quiet|idle|slack|odd) (?:moment|minute|hour|time|capacity|slot|machine|"
    "node|room)s?|the time|a gap"
    r"|(?:a )?(?:machine|node|something)s? (?:is |are |going )?(?:free|idle|spare))"
)
_WHENEVER = (
    rf"(?:whenever|when(?:ever)? (?:you|there|it|things)|any ?time|at any time|some ?time|until whenever)"
    "(?: ?(?:you(?:'ve| have)?|there(?:'s| is)?|it|things|the network|that)?(?:'s| is| are| get| find| "
    "have| got)?(?: round to it| around to it)?"
    rf"(?: {_CONVENIENT}| {_FREE}| like| want| wish| please| can| feel like it| will do| at all)?)?(?: "
    "(?:is|'s|would be|will be) (?:fine|ok(?:ay)?|good|soon enough))?"
)
_LEISURE = (
    r"whenever(?:'s| is| will be) (?:fine|ok(?:ay)?|good|best|convenient)|"
    rf"{_WHENEVER}(?=\s?(?:$|[,.;:!?)])| please)"
    "|(?:it |this |that |they |and )?(?:may|can|could|is able to|is happy to|might)(?: happily| well| "
    r"easily| just)? wait(?!\s(?:until|till)\s(?!whenever))"
    rf"(?: (?:{_WHENEVER}|as long as (?:you like|need be|it takes)|a while|all (?:day|week)|for (?:a|its) "
    "(?:slot|turn|gap)))?"
    "|(?:there(?: is|'s|'ll be| being| ain't)? )?(?:absolutely |really |particularly )?(?:no|not any|zero) (?:great |"
    "particular |real |big )?(?:rush|hurry|urgency|stress|pressure|need to (?:hurry|rush)|haste)"
    "(?: (?:at all|whatsoever|whatever|no drama|about (?:it|the time)|on (?:this|it)|here|on my side|dear|"
    "with (?:it|this)))*"
    "|(?:i'm |i am |we're |we are |it's |it is )?(?:not|in no|no) (?:pressed for time|in (?:a|any|the "
    "least) (?:rush|hurry|haste)|hurry|urgent(?: at all)?|pressing|time[- ]critical)"
    "|(?:please )?take (?:your|all the) time(?: you (?:need|want|like))?|(?:any|whatever) (?:time|day|"
    "hour|moment)(?: (?:at all|of (?:day|night)))? "
    "(?:is fine|will do|is ok(?:ay)?|is good|suits(?: me| us)?|works|does)|(?:nobody|no one|no-one)(?:'s| "
    "is) (?:in a hurry|waiting(?: for (?:it|this|that))?)"
    "|(?:at|in) your (?:own )?(?:leisure|convenience|pace|good time)|(?:i |we )?(?:don't|do not|doesn't) "
    "(?:much |really )?(?:care|mind|matter) when(?: (?:it|you) "
    r"(?:is done|finishes|runs?|gets? done|do it|happens))?|as (?:and )?when(?: you can| possible)?(?=\s"
    "?(?:$|[,.;!]))|(?:when|if) it suits (?:you|the network|your machines)"
    "|(?:may|can|could) (?:be )?(?:run|done|go)(?: be run)? (?:when(?:ever)?) (?:it|you|that) (?:suits?|"
    "likes?|can)(?: (?:you|the network|best))?"
    r"|(?:prio(?:rity)?)\s?(?:is|:|=)?\s?(?:low|lowest|deferrable)|low[- ]prio(?:rity)?|(?:as )?a "
    "background (?:job|task)|on the back burner"
    "|(?:(?:please |you can |you may |it may |it can )?take )?as long as (?:you (?:like|need|want|please)|"
    "it (?:takes|needs)|necessary|need be)"
    "|(?:squeeze|fit|slot|slip) (?:it |this |that )?in (?:somewhere|anywhere|wherever|when(?:ever)?)(?: "
    "(?:there's|there is|you have|you find))?(?: (?:room|a gap|space|you can|it fits))?"
)
_POWER = r"(?:electricity|power|energy|current|grid|juice|mix)"
_DO = (
    "(?:(?:you|we|one|u|they|i) )?(?:(?:possibly |ever )?(?:can|could|may)(?: (?:be|get|make it|manage|find|"
    "do|have|go|offer|arrange))?(?: it)?|manage|possible|find|get|do|go|be)"
)
_TOP = (
    "(?:above (?:all|everything)(?: else)?|first(?: and foremost)?|before (?:all|everything|anything)(?: "
    "else)?|over everything(?: else)?|most(?: of all)?|"
    "(?:is|are|comes?|goes?|being) (?:(?:the |our |my )?(?:first|foremost|main|chief|prime|primary|"
    "overriding) (?:thing|consideration|concern|priority)(?: for (?:me|us))?|what (?:matters|counts)(?: "
    "most| first)?(?: to (?:me|us))?|(?:the )"
    "?(?:main|top|first|only|chief|most important|number one) "
    "(?:thing|priority|concern|aim|goal|point|consideration)(?: (?:here|to minimi[sz]e))?|the thing to "
    "minimi[sz]e|my (?:top |first |main )?priority|"
    "everything|king|paramount|all[- ]important|the point)|matters? (?:the )?most(?: to (?:me|us))?|"
    "counts? (?:the )?most|wins|preferred(?: over everything)?)"
)
_ROWS = (
    (
        "price",
        ("(?:cheap(?:ly)?|inexpensive(?:ly)?|economical(?:ly)?|thrifty|frugal(?:ly)?|low[- ]cost)"),
        "(?:cheaper|less expensive|lower the (?:price|cost|bill))",
        ("(?:cheapest|least expensive|most economical|lowest[- ](?:price|cost)d?|rock[- ]bottom[- ](?:price|cost)d?|bargain)"),
        "(?:prices?|costs?|bills?|rates?|fees?|outlay|spend|expense|money)",
    ),
    (
        "speed",
        ("(?:fast|quick(?:ly)?|soon|speedy|speedily|rapid(?:ly)?|swift(?:ly)?|prompt(?:ly)?)"),
        "(?:faster|quicker|sooner|speedier)",
        ("(?:fastest|quickest|speediest|swiftest|top[- ]speed|full[- ]speed|maximum[- ]speed|max[- ]speed)"),
        "(?:run ?time|waiting time|turnaround|time to finish)",
    ),
    (
        "carbon",
        (
            "(?:green(?:ly)?|sustainabl[ey]|low[- ]carbon|eco[- ]friendly|climate[- ]friendly|environmentally "
            "friendly|clean(?:ly)?)"
        ),
        "(?:greener|cleaner|more sustainable)",
        "(?:greenest|cleanest|most sustainable|lowest[- ]carbon|lowest[- ]emissions?)",
        ("(?:carbon(?: footprint| emissions?| output)?|emissions?|co2e?(?: emissions?)?|footprint|climate impact)"),
    ),
    (
        "latency",
        "(?:low[- ]latency|responsive|near|close)",
        "(?:nearer|closer|lower the (?:latency|ping|lag))",
        "(?:lowest[- ](?:latency|ping)|most responsive)",
        ("(?:latency|ping|lag|delay|round[- ]trips?(?: times?)?|response times?)"),
    ),
)
_LEAST = r"(?:least|lowest|smallest|minimal|minimum|tiniest|rock[- ]bottom|bottom)"
_THING = (
    rf"(?:offers?|options?|ones?|ways?|thing|deals?|places?|{NODES}|{HOSTS}|configuration|configs?|hardware|"
    rf"kit|{_POWER}|rates?|prices?|run|choice|possible|available|going"
    "|around|there (?:is|are)|on offer|you(?:'ve| have)? (?:got|have|find|can find|can get|can)|u (?:have|"
    "can|got)|that you (?:have|can find)|we can get|to be had|money can buy)"
)


def _forms(adjective: str, more: str, most: str, noun: str) -> str:
    return "|".join(
        (
            rf"(?:as )?{adjective} as {_DO}(?: be| it| get it)?(?: for (?:me|us))?",
            rf"(?:the )?{more}(?: (?:the )?(?:{_POWER}|it(?: is|'s)?|{NODES}|results?|answer|run|that|this|"
            "price)(?: (?:is|are|comes?|runs?|gets?))?)?,? the (?:better|merrier|happier(?: (?:i|we)(?: am|'m|"
            " are|'re))?)",
            "(?:(?:just |please |simply )?(?:go(?:ing)?(?: for| with)?|pick|choose|take|use|select|get(?: me| "
            "us)?|find(?: me| us)?|give (?:me|us)|settle on|i'd like|i want|on|at|by|with|in) )?"
            "(?:the |your |whatever(?:'s| is)(?: the)? |whichever(?:'s| is)(?: the)? )?(?:absolute(?:ly)? |"
            rf"very )?{most}(?: {_THING}){{0,3}}(?: (?:wins|first|please|above all|preferred|will do)){{0,2}}",
            rf"(?:(?:at|for|with|and|by) )?(?:the |a )?{_LEAST} (?:possible |amount of )?{noun}(?: (?:possible|"
            rf"footprint|{_THING})){{0,2}}(?: {_TOP})?",
            rf"(?:the )?{noun} (?:to be |should be |must be |has to be |is to be |that is |kept )?as (?:low|"
            rf"short|small|little) as (?:can be|{_DO})(?: be)?",
            rf"(?:as )?(?:little|low|small|short) (?:a |an )?{noun} as (?:can be|{_DO})(?: be)?",
            rf"(?:as )?(?:low|short|small) as (?:can be|{_DO}) (?:in|on|for) {noun}",
            "(?:minimi[sz](?:e|es|ing)|cut(?:ting)? down on|reduc(?:e|ing)|sav(?:e|ing) (?:on )?|go easy on|"
            rf"economi[sz]e on) (?:the |my |our )?{noun}",
            rf"(?:the )?{noun} (?:is |being )?(?:minimi[sz]ed|to (?:be )?minimi[sz]ed?)(?: please)?",
        )
    )


_SPEED = (
    "(?:at |with |run at )?(?:top|full|maximum|max|highest|greatest|breakneck|utmost) speed|speed (?:is )"
    "?(?:above all(?: else)?|first|matters(?: most)?)(?: (?:most )?to (?:me|us))?"
    r"|(?:time|speed) is of the essence|(?:the )?(?:best|highest) performance|flat out|full throttle|full steam ahead"
)
_MONEY = (
    "(?:(?:my |our )?(?:money|budget|funds|cash|purse)(?:'s| is| are) (?:very |rather |a bit )?(?:tight|"
    "short|scarce),? )?(?:so |thus |hence |and )?(?:spend(?:ing)?|pay(?:ing)?) "
    "(?:the |as )?(?:least|little|minimum)(?: amount)?(?: as)?(?: (?:possible|you can|we can|i can))?(?: "
    "on (?:it|this))?|(?:on|for) the cheap|don't (?:splurge|waste (?:any )?money)"
)
_GREEN = (
    rf"(?:(?:on|with|using|by) )?(?:green(?:er|est)?|clean(?:er|est)?|renewable|solar|wind|hydro) {_POWER} "
    "(?:first|preferably|ideally|if (?:at all )?possible|where(?:ver)? possible|by preference|for "
    rf"preference|{_TOP})(?: please)?"
)
_NEAR = (
    rf"(?:as (?:near|close)(?: to (?:the |my |our )?(?:{WHO}|them|it|me|us|viewers?))? as (?:can be|{_DO})"
    rf"(?: be)?(?: to (?:the |my |our )?(?:{WHO}|them|it|me|us))?"
    rf"|(?:as )?(?:near|close) to (?:the |my |our )?(?:{WHO}|them|viewers) as (?:can be|{_DO})(?: be)?|"
    "(?:the )?(?:lowest|best|shortest|smallest|minimal|minimum) (?:possible )?(?:latency|ping|lag|delay|"
    rf"round trips?)(?: {_THING})*"
    rf"|(?:(?:the )?(?:ping|latency|lag|delay)(?: for (?:the |my |our )?{WHO})? (?:is |being |should be |"
    rf"must be |has to be )?(?:as (?:low|short|small) as (?:can be|{_DO})(?: be)?"
    rf"|minimi[sz]ed|{_TOP}))|u? ?lowest ping u can)"
)

URGENCY: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    (rf"(?:{_URGENT})", just(("priority", "urgent"))),
    (rf"(?:{_LEISURE})", just(("priority", "deferrable"))),
    *(
        (
            (
                rf"(?:{_forms(*row)})(?: {_TOP})?(?:,? (?:if (?:at all )?possible|if you can|where(?:ver)? possible|"
                "ideally|preferably))?"
            ),
            just(("prefer", prefer)),
        )
        for prefer, *row in _ROWS
    ),
    *(
        ((rf"(?:(?:the )?(?:{noun}|{name}) {_TOP})"), just(("prefer", prefer)))
        for (prefer, _, _, _, noun), name in zip(
            _ROWS, ("price|cost", "speed", "carbon|green|sustainability", "latency|ping"), strict=True
        )
    ),
    (rf"(?:{_SPEED})", just(("prefer", "speed"))),
    (rf"(?:{_MONEY})", just(("prefer", "price"))),
    (rf"(?:{_GREEN})", just(("prefer", "carbon"))),
    (rf"(?:{_NEAR})", just(("prefer", "latency"))),
    (
        (
            "(?:the )?(?:costs?|prices?|money|speed|time|latency|carbon|emissions|place|where it runs) (?:is|"
            "are|comes?) (?:secondary|unimportant|not (?:so |that |very )?important|second|irrelevant|of no "
            "(?:importance|concern)|neither here nor there)"
        ),
        just(),
    ),
    (
        "(?:(?:because |since |as )?(?:my |our )?(?:money|cash|budget|purse)(?:'s| is| are)? (?:very |"
        "rather |really |so |a bit )?(?:tight|short|scarce|limited)"
        "|(?:i'm|i am|we're|we are) (?:very |really )?(?:broke|skint|poor|short of money|hard up))(?:,? "
        "(?:so|thus|hence|therefore))?(?=[^.!?]*(?:cheap|price|cost|yuan|kuai|rmb|¥|economical|budget))",
        just(),
    ),
    (
        (
            r"above all(?:,? (?:else,? )?(?:i|we) (?:want|need|would like))?(?=[\s\S]{0,80}?(?:speed|cheap|green|"
            "fast|quick|price|carbon|latency))"
        ),
        just(),
    ),
)
