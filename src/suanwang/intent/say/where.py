"""Where: near whom the work shall be, in which regions it may be, and which the data may not leave."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import HOSTS, MATTER, NODES, OURS, THINGS, WHO, WORD
from suanwang.intent.say.meanings import NOT, NOT_EN, TRIP, Meaning, avoid, just, near, nearest, region, region_without
from suanwang.intent.say.places import LANDS, MAINLAND, PLACE

_NEAR = r"(?:(?:very |right |somewhere )?(?:near|close to|close by|next to|not far from|nearest to|closest to|around))"
_PUT = r"(?:安排|调度|放|起|跑|开|搭|挂)"
_SITE = rf"(?:(?:{OURS}|a\s)?(?:{WORD}\s){{1,2}}(?:in|at|of)\s)"
_SUBJECT = rf"(?:(?:(?:{THINGS})|everything|it all|it|一切)\s?:?\s?(?:都|也|一律|全部|全)?\s?)"
_MUST = (
    r"(?:(?:must|should|shall|has to|have to|needs? to|is to|are to|may only|can only|to|"
    r"必须|只能|务必|一定要|应该?|需要?|要|得)\s?)?"
)
_STAY = (
    r"(?:(?:stays?|remains?|be (?:kept|held|stored|processed)|kept)|"
    r"(?:保留|保存|存放|存储|停留|处理|计算|留|放|存|待|算))"
)
_LEAVE = (
    r"(?:leave|exit|get out of|go outside(?: of)?|(?:be )?(?:sent|moved|taken|transferred|exported|copied|shipped|"
    r"carried|stored|processed|"
    r"kept|held|placed) (?:outside(?: of)?|out of|beyond)|离开|流出|传出|运出|带出|搬出|移出|拷出|出去|跨出|走出|出)"
)
_MAY_NOT = rf"(?:(?:{_SUBJECT}(?:{NOT}|{NOT_EN})|(?:don't|do not|never) (?:let|allow) {_SUBJECT})\s?(?:ever )?(?:to )?)"
_FORBID = (
    r"(?:(?:都|也|一律|绝对?|千万|请)?(?:不能|不可以|不可|不得|不许|不允许|不要|不准|禁止|严禁|不应该?|不该|别|勿|切勿|"
    r"不想|不希望)(?:给我|再)?)"
)
_ELSEWHERE = (
    r"(?:(?:就行|就好|就可以|即可|都行|都可以|都成)?,?\s?(?:and )?(?:nowhere else|never anywhere else|not anywhere else|"
    r"no other (?:place|region|province)s?|only|"
    r"(?:别的|其他的?|其它的?|别)(?:地方|地区|处|省)?(?:都|一律|概)?(?:不行|不要|不可以|不考虑)))"
)
"""What makes of a region the only one."""
_TAIL = (
    r"(?:(?:这)?[两三四](?:个)?(?:省|地|市)(?=之内|以内|境内|内))?(?:境内|省内|市内|本地|当地|之内|以内|内|里|"
    r"(?:这)?[两三四](?:个)?(?:省|地|市))?(?:上|里)?(?:去|来)?(?:本地)?(?:处理|"
    r"计算|运行|算|跑|做)?"
)

WHERE: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # where its users are
    (rf"(?:as )?{_NEAR}\s{_SITE}?(?P<place>{PLACE})(?:,? (?:if (?:at all )?possible|if you can|preferably))?", near),
    (
        rf"as (?:near|close) (?:as (?:possible|you can) )?(?:to )?(?P<place>{PLACE})(?: as (?:possible|"
        rf"you (?:possibly )?can))?", nearest),
    (
        rf"(?:(?:{_PUT})?(?:到|在))?(?:靠近|挨着|离|临近|就近|距离|距|"
        rf"贴近)\s?(?P<place>{PLACE})(?:港|机场|市区|园区)?(?:的?{WHO})?(?:\s?(?:近一点|近一些|近点|最近|不远|很近|不太远|"
        rf"近))?(?:的地方|"
        rf"的机器|的节点)?", near),
    (rf"(?<=[线署布])到\s?(?P<place>{PLACE})", near),
    (rf"(?:靠近|离|距离|距)\s?(?P<place>{PLACE})越近越好", nearest),
    (rf"(?:(?:{_PUT})?(?:到|在))?(?P<place>{PLACE})(?:附近|周边|一带|周围)", near),
    (rf"(?:i am|i'm|we are|we're)\s(?:(?!not\b|no\b|never\b)[a-z-]+\s){{0,3}}(?:in|from|at)\s(?P<place>{PLACE})", near),
    (rf"(?:i am|i'm|we are|we're|本人|我们?人?|人|咱们?)\s?(?:based |located |sitting )?(?:in|在)\s?(?P<place>{PLACE})", near),
    (rf"(?:到|离|距|从)\s?(?P<place>{PLACE})(?:的|之间的)?(?=\s?{TRIP})", near),
    (rf"(?:to|for|from|serving)\s(?:the |our |my )?(?P<place>{PLACE})(?:\s{WHO})?", near),
    (
        rf"(?:(?:to|for|from|by|serving)\s)?{OURS}?{WHO}\s(?:(?:who |that )?(?:are|is|sit|live|work)\s)?(?:(?:all|mostly|"
        rf"mainly|based|located)\s)*"
        rf"(?:in|from|at|of|around|near|across)\s(?P<place>{PLACE})",
        near,
    ),
    (
        rf"(?:给|面向|为|让|服务|供)?\s?{OURS}?{WHO}(?:们)?(?:主要|大多|大部分|基本|都|全)*(?:集中|分布)?(?:在|来自|"
        rf"位于)\s?(?P<place>{PLACE})",
        near,
    ),
    (
        rf"(?:(?:给|面向|为|让|服务|从|供|对)\s?(?P<place>{PLACE})(?:市|本地|地区|那边)?\s?的?\s?(?:{WHO})?|"
        rf"(?<![在于自])(?P<place2>{PLACE})(?:市|本地|地区|那边)?\s?的?\s?{WHO})(?:们)?(?:使用|用|访问|看|观看|玩)?",
        near,
    ),
    # where it may be, and where data may be
    (
        rf"(?:only |strictly |just |仅|只能|只准|只许|只可以|只|必须|限于|限|务必)*\s?(?:(?:run(?: it)?|使用|用|放|放到|安排|"
        rf"调度|跑|部署|限定)\s?)?(?:on\s|in\s)?"
        rf"(?:(?:the )?{NODES}(?:都|也)?\s?(?:只能|必须|要|限定|限|located|based|that are|which are)?\s?)?"
        rf"(?:(?:somewhere |anywhere )?(?:in|within|inside)\s|放在|放到|留在|限于|限定在|部署在|在|到|"
        rf"于)\s?(?P<region>{LANDS}){_TAIL}"
        rf"(?:的?\s?{NODES})?(?:上|里)?(?:\sonly)?{_ELSEWHERE}?",
        region,
    ),
    (rf"(?:仅|只|只能|只准|只许|只可以)?(?:用|使用|选用)\s?(?P<region>{LANDS}){_TAIL}的?{NODES}", region),
    (rf"{_MAY_NOT}{_LEAVE}\s?(?P<region>{LANDS})", region),
    (
        rf"(?:use|using|choose|pick|only use|on)\s(?:only )?(?:(?:{NODES}|{HOSTS}) (?:in|from|within)\s)?(?"
        rf"P<region>{LANDS})(?:{_TAIL})(?:\s(?:{NODES}|{HOSTS}))?{_ELSEWHERE}",
        region,
    ),
    (rf"(?:only |just |strictly )?(?:(?:in|on|use|using) )?(?P<region>{LANDS})\s(?:{NODES}|{HOSTS})(?:\sonly)?", region),
    (r"(?:最好|尽量|尽可能)(?=离|靠近|就近|距)", just()),
    (
        rf"(?:只要|只能|仅限|只用|就要|就用|限|只|必须)?(?:用|选|在|要|是)?\s?(?P<region>{LANDS})(?:境内|本地|当地|省内|"
        rf"市内|范围内)?的?(?:(?:{NODES}|{HOSTS}))(?:上|里|内)?(?:跑|算|运行)?(?!的?\s?{MATTER})", region),
    (
        rf"(?:数据|文件|资料|{THINGS})\s?(?:都|全|目前|现在|就)*(?:放|存)?在\s?(?P<region>{LANDS})\s?,?\s?(?:请|也)?"
        rf"{NOT}(?:能|要|可以)?(?:往外|向外|给我)?"
        rf"(?:搬|挪|移|运|拿|传|拷|动)(?:出来|出去|出|走|开|动|到别处|到别的地方|到外面|到外地)?"
        rf"(?:\s?,?\s?(?:就|直接|只能|请|要)*在?(?:当地|本地|原地|那里|那儿)(?:算|跑|处理|计算|运行)?)?", region),
    (
        rf"{THINGS} (?:is|are|sits?|lives?|resides?) in (?P<region>{LANDS}),? (?:and )?(?:so )?(?:(?:it |they )?{NOT_EN}|"
        rf"do not|don't) (?:be )?"
        rf"(?:move|moved|leave|travel|be moved|go anywhere|take|ship)(?: (?:it|them|out|away|elsewhere|from there|"
        rf"anywhere))*", region),
    (
        rf"(?:anywhere|somewhere|{NODES}|{HOSTS}) (?:in|within|inside) (?P<region>{LANDS}),? (?:except(?: for)?|but not|"
        rf"but|other than|excluding|not)(?: in)? (?P<without>{LANDS})"
        rf"|(?P<region2>{LANDS})(?:境内|省内|范围内|的)?(?:{NODES})?(?:里|内|中)?\s?,?(?:但|但是)?(?:除了?|除开|除去|除)"
        rf"\s?(?P<without2>{LANDS})(?:之外|以外|外)?,?\s?(?:哪里|哪儿|其他地方|其它地方|任何地方|其余|随便)?(?:都|均)?(?"
        rf":行|可以|可|成)?",
        region_without,
    ),
    (
        rf"(?:region|province|location|country|地域|地区|区域|省份|位置|地点)s?\s?(?:is|:|=|为|是|限定|限于|限|在){{0,2}}\s?(?"
        rf":only |仅|只)?(?P<region>{LANDS})(?:\sonly)?", region),
    (
        rf"{_FORBID}(?:放|用|跑|去|到|在|传|送|出|存)+(?:到|在|去)?(?:海外|境外|国外|国门外)(?:的?(?:{NODES}|{HOSTS}))?(?"
        rf":上|里)?(?:去|跑)?|"
        rf"(?:只|仅)(?:能|要|可|限)?(?:放|用|跑|在)*国内(?:的?(?:{NODES}|{HOSTS}))?",
        just(("limits.region", MAINLAND)),
    ),
    (rf"{_SUBJECT}?{NOT}(?:出|离开)(?:本|我们?)?(?:省|市)\s?\((?P<region>{LANDS})\)", region),
    # where it must not be
    (
        rf"(?:and |but |just )?(?:{_SUBJECT}?(?:{NOT_EN} |don't |do not |never )(?:be )?(?:run|ran|use|used|put|place|"
        rf"placed|send|sent|go|store|stored|kept|processed|"
        rf"schedule|scheduled|touch|end up|land|choose|pick)(?: (?:it|this|that|them|anything|any of it|{THINGS}|{NODES})"
        rf")?(?: (?:in|to|into|on|through|at|{NODES} in))?|"
        rf"(?<!i'm )(?<!am )(?<!are )(?<!'re )(?<!is )(?<!was )(?<!who )(?<!if )(?<!why )(?:not|never|nowhere)(?"
        rf": anywhere)? (?:in|within|inside)|avoid(?:ing)?(?: {NODES} in)?|excluding|exclude|"
        rf"(?:anywhere|everywhere|any (?:region|province|place|country|{NODES})|all (?:regions|provinces))(?: in the world)?,? "
        rf"(?:is (?:ok|okay|fine),? )?(?:but|except(?: for)?|other than|outside(?: of)?|apart from|besides)(?: in)?|"
        rf"stay(?:ing)? (?:out of|away from)|keep(?:ing)? (?:it )?(?:out of|away from)|no {NODES} in)"
        rf"\s(?P<region>{LANDS})(?:(?: (?:is|are|will do|works))?(?: (?:ok|okay|fine)))?(?:,? please)?", avoid),
    (
        rf"(?:除了?|除开|除去)(?:在)?\s?(?P<region>{LANDS})(?:之外|以外|外)?\s?,?\s?(?:的)?(?:(?:其他|其它|其余|别的|别|"
        rf"任何|任意|所有)的?(?:地方|地区|省份?|区域|机房|节点|处|地)?|哪里|哪儿|哪|全国|国内)?"
        rf"(?:都|均)(?:行|可以|成|可|能跑|能用|没问题)|"
        rf"{_SUBJECT}?{_FORBID}(?:安排|调度|部署|放|跑|用|选|去|落|送|存|给|在)+(?:到|在|去|进)?\s?(?P<region2>{LANDS})(?"
        rf":境内|省内|市内|那边)?(?:的?(?:{NODES}|{HOSTS}))?(?:上|里)?(?:跑|算|运行)?|"
        rf"(?:避开|绕开|绕过|排除|剔除)(?:掉)?\s?(?P<region3>{LANDS})(?:的?(?:{NODES}|{HOSTS}))?|(?P<region4>{LANDS})(?"
        rf":的?(?:{NODES}|{HOSTS}))?(?:除外|不行|不可以|不要|不考虑)", avoid),
    (
        rf"(?:and )?nothing (?:(?:is|may be|can be|must be|to be|should be)\s)?(?:processed|stored|kept|run|computed|held) "
        rf"outside(?: of)? (?P<region>{LANDS})", region),
    (
        rf"(?:nothing|none of (?:it|the data)|no {THINGS}) (?:may|can|must|should|"
        rf"is allowed to) (?:ever )?leave (?P<region>{LANDS})", region),
    (rf"(?<![我你他她们人]){NOT}(?:离开|流出|传出)\s?(?P<region>{LANDS})", region),
    (rf"without {_SUBJECT}(?:ever )?leaving\s(?P<region>{LANDS})", region),
    (
        rf"(?:keep(?:ing)?\s)?{_SUBJECT}{_MUST}(?:only |strictly |仅|只)?(?:{_STAY}\s?(?:only |strictly )?(?:in|inside|within|"
        rf"在|于)|在)\s?"
        rf"(?P<region>{LANDS}){_TAIL}(?:\sonly)?",
        region,
    ),
    (rf"keep(?:ing)?\s{_SUBJECT}(?:only |strictly )?(?:in|inside|within)\s(?P<region>{LANDS})(?:\sonly)?", region),
    (rf"{_SUBJECT}?{NOT}(?:流|传|运)?出(?:境外?|国外?)", just(("limits.region", MAINLAND))),
    (
        rf"{_SUBJECT}?{NOT}(?:出本?省|离开本?省)|{_MAY_NOT}leave (?:my|the|our|"
        rf"its) (?:own )?province|{_SUBJECT}?{_MUST}(?:留在|放在|存在)(?:本省|省内)", just(("own region", True))),
)  # fmt: skip
