"""Where: near whom the work shall be, in which regions it may be, and which the data may not leave."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import NODES, OURS, THINGS, WHO, WORD
from suanwang.intent.say.meanings import NOT, NOT_EN, TRIP, Meaning, just, near, nearest, region
from suanwang.intent.say.places import LANDS, MAINLAND, PLACE

_NEAR = r"(?:(?:very |right |somewhere )?(?:near|close to|close by|next to|not far from|nearest to|closest to|around))"
_PUT = r"(?:安排|调度|放|起|跑|开|搭|挂)"
_SITE = rf"(?:(?:{OURS}|a\s)?(?:{WORD}\s){{1,2}}(?:in|at|of)\s)"
_SUBJECT = rf"(?:(?:(?:{THINGS})|everything|it all|it|一切)\s?(?:都|也|一律|全部|全)?\s?)"
_MUST = (
    r"(?:(?:must|should|shall|has to|have to|needs? to|is to|are to|may only|can only|to|"
    r"必须|只能|务必|一定要|应该?|需要?|要|得)\s?)?"
)
_STAY = (
    r"(?:(?:stays?|remains?|be (?:kept|held|stored|processed)|kept)|"
    r"(?:保留|保存|存放|存储|停留|处理|计算|留|放|存|待|算))"
)
_LEAVE = r"(?:leave|exit|get out of|go outside(?: of)?|be sent (?:outside|out of)|离开|流出|传出|运出|带出|出去|跨出|走出|出)"
_MAY_NOT = rf"(?:(?:{_SUBJECT}(?:{NOT}|{NOT_EN})|(?:don't|do not|never) (?:let|allow) {_SUBJECT})\s?(?:ever )?(?:to )?)"
_TAIL = (
    r"(?:境内|省内|市内|本地|当地|之内|以内|内|里|(?:这)?[两三四](?:个)?(?:省|地|市))?(?:上|里)?(?:去|来)?(?:本地)?(?:处理|"
    r"计算|运行|算|跑|做)?"
)

WHERE: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # where its users are
    (rf"(?:as )?{_NEAR}\s{_SITE}?(?P<place>{PLACE})", near),
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
        rf"(?:的?\s?{NODES})?(?:上|里)?(?:\sonly)?",
        region,
    ),
    (rf"(?:仅|只|只能|只准|只许|只可以)?(?:用|使用|选用)\s?(?P<region>{LANDS}){_TAIL}的?{NODES}", region),
    (rf"{_MAY_NOT}{_LEAVE}\s?(?P<region>{LANDS})", region),
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
