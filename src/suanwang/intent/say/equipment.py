"""What machines, whose, and where, in English, in more ways than lines.py and where.py have."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import HOSTS, MATTER, NODES, TASK, THINGS, WHO, WORD, WORK
from suanwang.intent.say.meanings import (
    KIND,
    LEAST,
    NOT_EN,
    TRIP,
    Meaning,
    after,
    ask,
    avoid,
    cores,
    gpu,
    just,
    latency,
    memory,
    near,
    region,
)
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.places import LANDS, PLACE

_CARD = r"(?:gpus?|cards?|graphics cards?|accelerators?|ones)"
_EACH = (
    rf"(?:\s(?:for each|each|apiece|a ?piece|per|a|an|to each|per each|for every)(?:\s(?:{TASK}|one|instance))"
    rf"?|\s(?:per|for each|for every)\s{WORD})"
)
_WANTS = (
    "(?:(?:wants?|needs?|requires?|takes?|uses?|has|have|must have|should have|could have|gets?|get|give "
    "(?:it|them|each|this)|occup(?:y|ies)|would like|likes?|asks? for|demands?|calls? for|"
    r"runs? on|is happy with|fits (?:in|on)|eats?|with|on|using|upon|w/|hw|gpu|cpu|ram|hardware)\s?[:=]?\s?)"
)
_VOUCHED = (
    "(?:vouched(?:[- ]for)?|trusted|trustworthy|reputable|certified|accredited|vetted|approved|reliable and "
    "certified|certified,? (?:and )?trustworthy|trustworthy,? certified)"
)
_ONLY = r"(?:only|solely|exclusively|strictly|purely|just|nothing but|none but|no (?:machines?|nodes?|ones?) but|nowhere but)"
_PLACES = rf"(?:{NODES}|ones|places|{HOSTS})"
_LIES = (
    "(?:is|are|sits?|lies?|lives?|stays?|stands?|comes? from|is kept|are kept|is stored|are stored|'s|is "
    "located|are located|based|is based)"
)
_USERS = (
    rf"(?:(?:the |my |our |all |most |its |{NUMBER} )*(?:{WHO}|friends|audience|bidders|traders|growers|"
    "farmers|citizens|shoppers|diners|buyers|folks|spectators|pupils|kids|staff|followers|fishermen|"
    "sailors|"
    r"reporters|viewers?|listeners|radiologists|everybody|everyone)(?:'s)?)"
)
_MOST = r"(?:(?:all|mostly|mainly|chiefly|largely|r|are|is|who are|that are|sit|sits|live|lives|located|based)\s)*"
_AREA = r"(?:(?:soil|territory|ground|data ?cent(?:er|re)s?|nodes|machines|province|only|alone|exclusively|region)\s?)*"

EQUIPMENT: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    (
        (
            rf"{_WANTS}(?=(?:an?|{NUMBER}|some|{LEAST}\s?{NUMBER})\s?(?:x |× )?(?:-?core|v?cpu|gb|gib|g\b|gig|tib|"
            rf"tb|mb|mib|thread|{KIND}|gpu|card|quad|dual|single|pair))"
        ),
        just(),
    ),
    (
        (
            "(?P<n>quad|dual|single|octa|hexa|eight|six|four|two|one|sixteen|twelve)[- ]cores?(?: (?:machine|cpu|"
            "box|processor|node))?"
        ),
        lambda m: (
            ("needs.cpu", str({"quad": 4, "dual": 2, "single": 1, "octa": 8, "hexa": 6}.get(m["n"]) or int(number(m["n"])))),
        ),
    ),
    (
        (
            rf"(?:{LEAST}\s)?(?P<n>{NUMBER})[\s-]?(?:cpu |processor |processing )?(?:cores?|cpus?|vcpus?|threads?|"
            rf"processors?){_EACH}?(?: will do| is (?:plenty|enough|fine)| are (?:plenty|enough|fine)| suffices?| "
            "would do)?"
        ),
        cores,
    ),
    (
        (
            rf"(?:{LEAST}\s)?(?P<n>{NUMBER})\s?(?P<unit>gib|gb|gigabytes?|gigs?|g|mib|mb|tib|tb)(?: of)?(?: (?:ram|"
            rf"memory|mem))?{_EACH}"
        ),
        memory,
    ),
    (
        (
            rf"(?:with |on |and )?(?:{LEAST}\s)?(?P<n>{NUMBER})\s?(?P<unit>gib|mib|tib)(?!\s?(?:of\s)?(?:disk|"
            "storage|ssd|vram|space|gpu))"
        ),
        memory,
    ),
    (
        (
            rf"(?:an? )?(?P<n>{NUMBER}|pair|couple)\s(?:of )?(?P<kind>{KIND})s?(?: {_CARD})?{_EACH}?(?: (?:will do|"
            "would be (?:lovely|nice|great|fine)|please|is fine|is enough))?"
        ),
        lambda m: (("needs.gpu", f"2:{_name(m)}"),) if m["n"] in ("pair", "couple") else gpu(m),
    ),
    (
        (
            rf"(?:(?:gpu|card|accelerator|hw|graphics)\s?[:=]?\s)?(?P<kind>{KIND})s?\s?(?:×\s?|\*\s?|(?<=\s)x(?=\d))"
            r"(?P<n>\d+)(?![\w.])"
        ),
        gpu,
    ),
    (rf"(?:an? |the |one )?(?P<kind>{KIND})s?(?: {_CARD})?{_EACH}", gpu),
    (
        (
            rf"(?P<n>{NUMBER})\s{_CARD} of (?:the )?(?P<kind>{KIND})s?(?: (?:type|kind|sort|class|model))?|"
            rf"(?P<n2>{NUMBER})\s(?:nvidia )?{_CARD}(?:,| :)?\s?\(?(?={KIND})(?:(?P<kind2>{KIND}))s?\)?"
        ),
        lambda m: (("needs.gpu", f"{int(number(m['n'] or m['n2']))}:{_kind(m['kind'] or m['kind2'])}"),),
    ),
    (
        (
            rf"(?:a |an |one |any |some )?(?:sort of |kind of )?{_CARD}(?:,)? any {_CARD}(?: will do| at all)?|"
            rf"any {_CARD}(?: will do| at all)"
        ),
        just(("needs.gpu", "1")),
    ),
    *(
        (
            (
                r"(?:(?:on|with|using|needs?|must be|has to be|for|i want|i need)\s)?(?:an? |the |any )"
                rf"?{names}(?:[- ](?:based|bit))?(?: {NODES}| cpus?| processors?| architecture| chips?| hardware| "
                "box(?:es)?| kit)?(?: (?:is (?:a must|needed|required)|please|only))?"
            ),
            just(("needs.arch", arch)),
        )
        for arch, names in (
            (
                "aarch64",
                ("(?:64[- ]bit arm|arm[- ]?64|aarch64|arm(?= (?:box|machine|node|server|cpu|processor|chip|kit|hardware)))"),
            ),
            ("x86_64", r"(?:x86[-_ ]64|amd64|64[- ]bit x86|x64|intel 64)"),
        )
    ),
    # whom to trust
    (
        rf"(?:{_ONLY} )?(?:(?:run|it runs|may run|to run|kept|stay|works?|host(?:ed)?|by|on|by means of|"
        rf"with|using|from|to|at|use|touch|for|through|i trust|we trust)\s)?(?:{_ONLY}\s)?(?:(?:on|by|with|"
        r"from|to|at|using|use)\s)?"
        rf"(?:(?:properly|fully|duly)\s)?{_VOUCHED} {_PLACES}(?:,? (?:{_ONLY}|alone|please|and (?:no|none) "
        "others?|nothing else|for (?:that|this|it)))*",
        just(("limits.trust", "vouched")),
    ),
    (
        (
            rf"(?:{_ONLY} )?(?:on |by |from |with |to )?(?:the )?{_PLACES} (?:(?:that|which|who)\s)?(?:must be|"
            "should be|have to be|has to be|need to be|that are|are|is|have been|has been|being|to be) (?:duly )"
            rf"?{_VOUCHED}(?: {_ONLY})?"
        ),
        just(("limits.trust", "vouched")),
    ),
    (
        (
            rf"(?:the )?trust(?: level)?\s?(?:is|:|=|->)?\s?vouched|vouched[- ]for {_ONLY}|{_VOUCHED}(?=,? (?:only|"
            r"exclusively)\s?(?:$|[,.;]))"
        ),
        just(("limits.trust", "vouched")),
    ),
    (
        (
            rf"(?:may|can|must|should|shall) (?:touch|use|go to|run on|be on|see|be touched by)\s(?:{_ONLY} )"
            rf"?{_VOUCHED} {_PLACES}(?: {_ONLY})?"
        ),
        just(("limits.trust", "vouched")),
    ),
    (
        (
            rf"(?:{_VOUCHED} {_PLACES}|{_PLACES})(?: {_ONLY})? (?:may|can|must|should) (?=host|serve|run|do|see|"
            "touch)"
        ),
        lambda m: (("limits.trust", "vouched"),) if re.search(_VOUCHED, m[1]) else None,
    ),
    (
        (
            rf"(?:unknown|strange|unvetted|dubious|random|anonymous|shady) (?:{_PLACES}) (?:are|is) (?:out of the "
            "question|not (?:ok|okay|allowed|an option|acceptable)|out|forbidden|unacceptable)(?: for)?|no "
            rf"(?:unknown|strange|unvetted|dubious|shady) (?:{_PLACES})(?: please)?"
        ),
        lambda m: () if re.search(rf"{_VOUCHED}|trusted", m.string) else None,
    ),
    (
        "(?:(?:it's|it is|this is|that's|they are|they're|which is|and|all|all of it|because it's|since "
        rf"it's|{THINGS} (?:is|are)|data:|strictly|very|highly|quite|rather|most|is|are)\s)*(?:confidential|"
        "sensitive|private|secret|classified)"
        r"(?: (?:stuff|data|material|information|figures|files|work))?(?=\s?(?:$|[,.;:!?)-]|and|so))",
        ask("SUAN-U122", "how_private"),
    ),
    # where users are, where data lies
    (
        (
            rf"(?:to|for|by|serving|and|with|where)?\s?{_USERS},?\s(?:{_MOST})(?:in|from|at|of|around|near|across|"
            rf"throughout|by)\s(?:the )?(?P<place>{PLACE})(?: (?:area|region|city))?(?: (?:can )?(?:use|reach|see|"
            "watch|access) (?:it|them))?"
        ),
        near,
    ),
    (rf"(?P<place>{PLACE})(?:'s)? {_USERS}", near),
    (
        (rf"for (?:an? |the |my |our )(?:{WORD}\s){{1,3}}in (?P<place>{PLACE})(?=\s?(?:$|[,.;:!?)]))"),
        lambda m: near(m) if re.search(r"service|generation|stream|scan|host|serve|deploy|online", m.string) else None,
    ),
    (
        (
            r"(?:audience|users?|customers?|viewers?|players?|clients?|visitors?|readers?)\s?(?:is|are|in|:|=|->|"
            rf"sit in|from)\s?(?:in |from )?(?P<place>{PLACE})"
        ),
        near,
    ),
    (
        (
            rf"(?:the |my |our )?(?:{WORD} ){{0,2}}(?:{MATTER}|cameras?|sensors?|data|source|buoys?|clinic|"
            rf"hospital|factory|plant|shop|school|branch|office|lab)(?:'s)?\s?{_LIES}(?: (?:all|kept|stored|located)"
            rf")?\s(?:in|at|around|near)\s(?P<place>{PLACE}),?\s?(?:and |so |thus |hence |therefore )*(?:please )"
            rf"?(?=[\s\S]{{0,120}}?\b(?:near|close|beside|next to|by)\s(?:to )?(?:there|that|it|them)\b)"
        ),
        near,
    ),
    (
        (
            r"(?:be |stay |run |keep |it |(?:it )?(?:should|must) be )*(?:near|close|beside|next|right)\s(?:by|to |"
            r"next to )?(?:there|that|them|it)(?=\s?(?:$|[,.;!)]))|(?:so |and |please )*stay near(?=\s?(?:$|[,.;!]))"
        ),
        lambda m: () if re.search(PLACE, m.string[: m.start(1)]) else None,
    ),
    (
        (
            rf"(?P<place>{PLACE}) is where (?:the |my |our )?(?:{MATTER}|data|cameras?|sensors?|users?|{WHO}) (?:is|"
            "are|lie|lies|live|lives|sit|sits|come from|comes from)"
        ),
        near,
    ),
    (
        (
            "(?:somewhere |anywhere |right |very )*(?:near|nearby|close to|close by|next to|around|not far from|"
            r"in the vicinity of|in the neighbou?rhood of|beside|adjacent to|within reach of)\s(?:our |my |the )"
            rf"?(?P<place>{PLACE})(?:'s)?(?: (?:branch|office|plant|site|campus|area|factory|clinic|hospital|shop|"
            rf"warehouse|where (?:{WORD} ){{1,4}}(?:is|are) (?:kept|stored|located)))?"
        ),
        near,
    ),
    (
        (
            rf"(?:{_USERS}\s(?:are |sit )?)?(?P<n>{NUMBER})\s?(?P<unit>ms|milliseconds?)(?:\s(?:or (?:less|better|"
            rf"under|below)|tops|max|at most))?(?:\s(?:of )?(?:{TRIP}))?(?:\s(?:from|to|of)\s(?P<place>{PLACE}))?"
        ),
        latency,
    ),
    (
        (
            rf"(?:(?:keep|with|have|hold|the)\s)?(?:round trips?|{TRIP}|repl(?:y|ies)|answers?|responses?|"
            rf"reach(?:ing)?(?: (?:them|viewers|users|{_USERS}))?)\s?(?:times?)?\s?(?:(?:is|are|to be|must be|"
            "should be|stays?|kept|of|:|=|in|within|inside|under|below|less than|at most|beneath|<|<=|≤|no more "
            rf"than|up to)\s?){{0,3}}(?P<n>{NUMBER})\s?(?P<unit>ms|milliseconds?)(?:\s(?:or (?:less|better|under)|"
            "tops|max(?:imum)?|at most))?"
        ),
        latency,
    ),
    (
        (
            rf"(?:has to|must|should|needs to|to|can)? ?reach {_USERS}\sin\s(?P<place>{PLACE})(?=\s(?:in|within|"
            r"inside|under)\s)"
        ),
        near,
    ),
    # where it may be
    (
        rf"(?:{_ONLY} )?(?:(?:where it's|where it is|run|kept|keep (?:it|all of it|everything|them|this)|(?:it |"
        "this |data |everything )?(?:must|should|has to|is to|may|needs to) (?:be|stay|remain|run|be kept|be "
        rf"handled|be processed|be held)|stays?|stay|remain|{THINGS}|handled|processed|served|hosted)\s)*"
        rf"(?:{_ONLY} )?(?:in|inside|within|from|on|to|where it's)?\s?(?:the )?(?:province of )"
        rf"?(?P<region>{LANDS})\s?{_AREA},?\s?(?:(?:only|alone|exclusively|solely|please|and only there|and "
        r"nowhere else|nowhere else|and nowhere but there|or nowhere)\s?)+",
        region,
    ),
    (rf"(?:{_ONLY}) (?:in|inside|within|on|from|where it's)?\s?(?:the )?(?P<region>{LANDS})", region),
    (rf"(?:in|inside|within)\s(?:the )?(?:province of |state of |borders of )(?P<region>{LANDS})(?: only| alone)?", region),
    (
        (
            rf"(?:{THINGS}|it|this|that|everything|all of it|and|so|{WORK})?\s?(?:must|should|shall|has to|have to|"
            r"needs? to|is to|are to|may only|is only to)\s(?:be|stay|remain|run|live|be kept|be held|be handled|"
            rf"be processed)\s(?:only )?(?:in|inside|within)\s(?P<region>{LANDS})(?: only| alone)?"
        ),
        region,
    ),
    (
        (
            r"(?:keep|hold|leave|confine|restrict|limit|(?:is |are |be )?(?:restricted|confined|limited))\s"
            "(?:(?:it|this|that|everything|all of it|all|them|"
            rf"{THINGS})\s)*(?:to|in|inside|within)\s(?P<region>{LANDS})(?: only| alone)?"
        ),
        region,
    ),
    (
        (
            rf"(?:with |and )?(?:{THINGS}|data|everything|it all) (?:staying|remaining|kept|held|resident|stored|"
            rf"living)\s(?:only )?(?:in|inside|within)\s(?P<region>{LANDS})(?: only| alone)?"
        ),
        region,
    ),
    (
        (rf"(?:in|to|inside|within)\s(?P<region>{LANDS})(?: only| alone)?"),
        after(rf"(?:keep|hold|leave|confine|restrict)\s{WORK}\s", region),
    ),
    (
        (
            "(?:may|can|must|should|will|is|are|does|do) ?(?:not|n't|never)(?: ever)? (?:be )?(?:leave|exit|go "
            rf"(?:out(?:side)?|beyond)(?: of)?|taken out of|moved out of|sent out of|get out of)\s(?P<region>{LANDS})"
        ),
        region,
    ),
    # where it must not be
    (
        (
            rf"(?:just |but |and )?(?:not|{NOT_EN}|no|don't use|avoid(?:ing)?|keep (?:it |this |that )?(?:out of|"
            "away from)|stay (?:out of|away from|clear of)|keep (?:out of|away from)|steer clear of|skip|out of|"
            r"away from|exclud(?:e|ing)|except(?:ing)?(?: for)?|but|other than|apart from|bar|barring)\s(?:(?:use|"
            rf"run|go|put|be|touch|anything|any|nodes|machines|it|in|on|at|near|from|to)\s)*(?P<region>{LANDS})"
        ),
        lambda m: (
            avoid(m)
            if re.match(
                (
                    "(?:just |but |and )?(?:avoid|keep|stay|steer|don't use|exclud|just not|not in|but not|never in|out "
                    "of|away from)"
                ),
                m[1],
            )
            and not re.search(r"\b(?:i'm|am|are|is|was|who|if|why|users|not only)\s$", m.string[: m.start(1)])
            else None
        ),
    ),
    (
        (
            "(?:any ?(?:where|place|region|province|country)?|all (?:places|provinces|regions)|wherever|"
            "everywhere)(?: (?:you like|is (?:fine|ok|okay)|will do|goes))?,? (?:but|except(?:ing)?(?: for)?|"
            rf"save(?: for)?|bar|barring|other than|apart from|outside(?: of)?|not)\s(?:in )?(?P<region>{LANDS})"
        ),
        avoid,
    ),
    (
        (
            "(?:(?:i |we )?(?:don't|do not) (?:mind|care) where|where(?:ver)? (?:is fine|doesn't matter|you like))"
            rf",?\s?(?:just |but |only |as long as it's )*not\s(?:in )?(?P<region>{LANDS})"
        ),
        avoid,
    ),
)


def _kind(kind: str) -> str:
    kind = re.sub(r"^(?:rtx|geforce|gtx)?[ -]?(\d{4})", r"rtx-\1", kind)
    return f"ascend-{kind}" if kind.startswith("910") else kind


def _name(match: re.Match[str]) -> str:
    return _kind(match["kind"])
