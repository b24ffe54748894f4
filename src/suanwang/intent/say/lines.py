"""What can be said, one phrase after the other: a pattern over the folded sentence, and what it says of a job or a service."""

import re
from collections.abc import Callable

from suanwang.intent.say.meanings import (
    IN,
    KIND,
    LEAST,
    MONEY,
    NOT,
    PER,
    SPAN,
    SPEND,
    UP,
    WHO,
    Meaning,
    ask,
    carbon,
    cores,
    finish,
    gpu,
    just,
    latency,
    memory,
    money,
    near,
    nearest,
    range,
    region,
    script,
)
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.places import MAINLAND, PLACE, REGIONS

_COPIES = r"(?:instances?|replicas?|copies|个?实例|个?副本)"

LINES: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # money
    (
        rf"(?:(?:budget|cost|预算|费用|花费)\s?(?=每|a |per ))?(?:(?P<per2>{PER})\s?)?(?:(?:最高|最大|"
        rf"max(?:imum)? )?(?:budget|预算|"
        rf"cost(?:ing)?|price|spend(?:ing)?|pay|费用|价格|成本|总价|总费用|花费|开销|支出|花)\s?(?:cap|limit|上限)?\s?"
        rf"(?:is|of|为|是|:|最多|控制在)?\s?)?"
        rf"(?:{SPEND}\s|{UP}\s?(?:花费?|用|付|出)?\s?|for(?: under| less than)?\s|"
        rf"of\s)?{MONEY}\s?(?P<per>{PER})?(?:\s?{IN})?(?:的?(?:预算|budget))?",
        money,
    ),
    (
        rf"(?:{UP}\s?)?(?:[$€£]\s?{NUMBER}|{NUMBER}\s?(?:usd|dollars?|bucks|euros?|eur|美元|美金|欧元|日元|港币|港元|"
        rf"英镑))(?:\s?{IN})?",
        ask("SUAN-U122", "currency"),
    ),
    # time to finish
    (rf"(?:{UP}|(?:with)?in the next|in(?: under| less than)?|在)\s?(?P<span>{SPAN})(?:\s?{IN})?", finish),
    (rf"(?P<span>{SPAN})\s?(?:以内|之内|内|or less|max|at most|tops)", finish),
    # latency
    (
        rf"(?:(?:latency|ping|delay|rtt|round trip|response time|延迟|时延|响应时间|响应)\s?(?:of|is|"
        rf"在|为|要|:)?\s?)?(?:{UP}\s?)?"
        rf"(?P<n>{NUMBER})\s?(?P<unit>ms|毫秒|milliseconds?)(?:\s?{IN})?(?:\s?(?:of latency|latency|"
        rf"round trip|rtt|的?延迟|的?时延))?"
        rf"(?:\s(?:of|from|to)\s(?P<place>{PLACE}))?",
        latency,
    ),
    (
        rf"(?:latency|delay|rtt|response time|延迟|时延|响应时间|响应)\s?(?:of|is|在|为|"
        rf":)?\s?(?:{UP}\s?)?(?P<n>{NUMBER})\s?(?P<unit>seconds?|s|秒)(?:\s?{IN})?",
        latency,
    ),
    # where its users are
    (rf"(?:as )?(?:near|close)(?: to| by)?\s(?P<place>{PLACE})", near),
    (rf"as (?:near|close) (?:as (?:possible|you can) )?to (?P<place>{PLACE})(?: as (?:possible|you can))?", nearest),
    (rf"(?:靠近|挨着|离|临近|就近|距离)\s?(?P<place>{PLACE})(?:\s?(?:近一点|近点|最近|"
     rf"不远|很近|近))?(?:的地方|的机器|的节点)?", near),
    (rf"(?:靠近|离|距离)\s?(?P<place>{PLACE})越近越好", nearest),
    (rf"(?:在)?(?P<place>{PLACE})(?:附近|周边|一带)", near),
    (rf"(?:i am in|i'm in|we are in|we're in|我在|我们在|人在)\s?(?P<place>{PLACE})", near),
    (rf"{WHO}\s(?:around|near)\s(?P<place>{PLACE})", near),
    (rf"(?:到|离|距)\s?(?P<place>{PLACE})(?:的|之间的)?(?=\s?(?:时延|延迟|往返|响应))", near),
    (rf"(?:to|for|from)\s(?:the |our |my )?(?:{WHO}\s(?:in|from|of|at)\s)?(?P<place>{PLACE})(?:\s{WHO})?", near),
    (rf"{WHO}\s(?:are |who are |is )?(?:in|from|at)\s(?P<place>{PLACE})", near),
    (rf"(?:给|面向|为|让|服务|用户在|客户在|用户都在|从)\s?(?P<place>{PLACE})(?:市|"
     rf"本地)?(?:的)?\s?(?:{WHO})?(?:使用|用|访问|看|观看|玩)?", near),
    (rf"(?P<place>{PLACE})(?:市|本地)?(?:的)?{WHO}(?:使用|用|访问|看|观看|玩)?", near),
    # where it may be, and where data may be
    (rf"(?:only |strictly )?(?:in|within|inside)\s(?P<region>{REGIONS})(?:\sonly)?", region),
    (rf"(?:仅|只|只能|必须|限|限于|只在|仅在|务必)?\s?(?:在|于|留在|"
     rf"限于)\s?(?P<region>{REGIONS})(?:境内|省内|之内|内|里|本地)?", region),
    (rf"(?:仅|只|只能|只准|只许|只可以)(?:用|使用|在)\s?(?P<region>{REGIONS})(?:境内|省内|内|里)?的?(?:节点|机器|算力|"
     rf"服务器)", region),
    (
        rf"(?:the |my |our |all )?data\s(?:(?:must|may|can|should|shall|is|are|has to|have to)?\s?(?:not|"
        rf"never)|cannot|can't|mustn't|shouldn't)\s(?:to )?leave\s(?P<region>{REGIONS})",
        region,
    ),
    (
        rf"(?:the |my |our |all )?data\s(?:must |should |shall |has to |have to |may only |can only |"
        rf"to )?(?:stays?|remains?|be kept|kept)\s(?:in|inside|within)\s(?P<region>{REGIONS})",
        region,
    ),
    (rf"keep(?:ing)?\s(?:the |my |our |all )*data\s(?:in|inside|within)\s(?P<region>{REGIONS})", region),
    (rf"without (?:the |my |our )?data leaving\s(?P<region>{REGIONS})", region),
    (rf"(?:所有|全部)?(?:的)?(?:数据|文件|资料|data)\s?{NOT}(?:离开|流出|传出|出去|跨出|出)\s?(?P<region>{REGIONS})", region),
    (
        rf"(?:所有|全部)?(?:的)?(?:数据|文件|资料|data)\s?(?:都|也)?(?:必须|只能|要|得|应|应该|需要|"
        rf"需)?(?:保留在|保存在|保存于|存放在|留在|放在|存在|待在|"
        rf"在)\s?(?P<region>{REGIONS})(?:境内|省内|之内|内|里|本地)?",
        region,
    ),
    (
        rf"(?:数据|文件|资料|data)?\s?{NOT}(?:出境|出国|出中国|离开中国|离开境内)|(?:数据|文件|资料)?(?:必须|"
        rf"只能|要|都)?(?:留在|存在|放在|在)(?:国内|境内|中国境内|中国)",
        just(("limits.region", MAINLAND)),
    ),
    (
        r"(?:the |my |our |all )?data (?:must |may |can |should )?(?:not|never) leave (?:mainland )?china|"
        r"(?:only )?(?:in|inside|within) (?:mainland )?china|(?:the |my |our )?data (?:must |should |"
        r"has to )?(?:stays?|remains?) (?:in|inside|within) (?:mainland )?china",
        just(("limits.region", MAINLAND)),
    ),
    (rf"(?:数据|文件|资料|data)?\s?{NOT}出省|(?:数据|文件|资料)?(?:必须|只能|要|都)?(?:留在|放在)(?:本省|"
     rf"省内)", just(("own region", True))),
    # carbon
    (
        rf"(?:(?:carbon|emissions?|emit(?:ting)?|co2e?|碳排放量?|排放量?|碳足迹|碳)\s?(?:of|is|为|在|"
        rf":)?\s?)?(?:{UP}\s?)?(?P<n>{NUMBER})\s?(?P<unit>kg|grams?|g|千克|公斤|克|吨|t)"
        rf"\s?(?:of\s)?(?:co2e?|carbon(?: dioxide)?|二氧化碳|碳)(?:排放)?(?:\s?{IN})?",
        carbon,
    ),
    (
        rf"(?:carbon|emissions?|emit(?:ting)?|co2e?|碳排放量?|排放量?|碳足迹)\s?(?:of|is|为|在|"
        rf":)?\s?(?:{UP}\s?)(?P<n>{NUMBER})\s?(?P<unit>kg|grams?|g|千克|公斤|克|吨|t)(?:\s?{IN})?",
        carbon,
    ),
    # what matters most
    (
        r"(?:(?:as )?cheap(?:ly)? as (?:possible|you can|it gets|can be)|the cheaper the better|(?:just )?keep it cheap|"
        r"lowest (?:price|cost) wins|哪里便宜就?(?:去|在|用|放)哪里|只?要最便宜的?|最好省钱|最省钱的?|越省越好|"
        r"(?:the )?cheapest(?: possible| place| option)?|(?:price|"
        r"cost)s? (?:matters?|counts?|comes?) (?:most|first)|(?:at )?(?:the )?lowest (?:cost|"
        r"price)|prefer (?:the )?(?:price|cheap)|minimi[sz]e (?:the )?(?:cost|price)|save money|越便宜越好|越省钱越好|"
        r"最便宜(?:的)?(?:地方)?|尽量便宜(?:一点|点|些)?|最好便宜(?:一点|点|些)?|能省就省|"
        r"尽可能便宜|便宜(?:优先|为主|一点|点|些)|"
        r"价格优先|省钱(?:优先|为主)?|成本最低|价格最低)",
        just(("prefer", "price")),
    ),
    (
        r"(?:as fast as possible|as quick(?:ly)? as (?:possible|you can)|as fast as you can|the faster the better|"
        r"the sooner the better|"
        r"(?:the )?fastest(?: possible| way)?|asap|"
        r"as soon as possible|prefer (?:the )?speed|speed (?:matters|counts|comes) (?:most|first)|"
        r"越快越好|最快(?:的)?|尽快|尽量快(?:一点|点|些)?|"
        r"尽可能快|速度优先|快(?:优先|为主))",
        just(("prefer", "speed")),
    ),
    (
        r"(?:as green(?:ly)? as (?:possible|you can)|the greener the better|(?:green|clean|renewable) (?:energy|power|"
        r"electricity)"
        r" (?:preferred|first|if possible)|prefer(?:ably)? (?:on )?(?:green|clean|renewable) (?:energy|power|electricity)|"
        r"优先(?:用|使用)?(?:绿电|绿色电力|绿色能源|清洁能源)|(?:绿电|绿色电力|清洁能源)优先|绿色低碳(?:优先|为主)|"
        r"越\s?green\s?越好|(?:the )?greenest(?: possible| energy|"
        r" power| way(?: possible)?)?|(?:the )?lowest (?:carbon|"
        r"emissions?)|prefer (?:the )?(?:carbon|green)|low[- ]carbon|minimi[sz]e (?:the )?(?:carbon|emissions?)|"
        r"越绿色?越好|越环保越好|最绿色?(?:的)?|最环保的?|排放最低的?|尽量绿色?(?:一点|点|些)?|尽可能绿色?|绿色优先|"
        r"低碳(?:优先|为主|一点|些)?|环保优先|尽量低碳|尽量环保|碳排放越低越好|碳排放最低|"
        r"绿电优先|尽量用绿电)",
        just(("prefer", "carbon")),
    ),
    (
        r"(?:(?:the )?lowest latency(?: possible)?|latency (?:matters|counts|comes) (?:most|first)|"
        r"as near as possible|as close as possible|prefer (?:the )?latency|"
        r"minimi[sz]e (?:the )?latency|延迟越低越好|时延越低越好|延迟最低|时延最低|延迟优先|低延迟优先|越近越好|离用户最近)",
        just(("prefer", "latency")),
    ),
    # that no limit is set on the price says nothing of it
    (
        r"(?:价格|钱|费用|成本|预算)(?:都)?不是问题|花多少钱?都(?:行|可以)|不在乎(?:价格|钱|费用)|(?:the )?(?:price|money|"
        r"cost) is (?:no|not an?) "
        r"(?:object|issue|problem)|(?:i |we )?(?:do not|don't) (?:care|mind) (?:about )?(?:the |what it )(?:price|costs?)",
        just(),
    ),
    # how urgent
    (
        r"(?:(?:there is |there's )?no (?:rush|hurry)(?: at all)?|(?:(?:it|this) (?:is not|isn't)|it's not|not) (?:urgent|"
        r"in a hurry)|"
        r"take your time(?: with)?|whenever there is (?:spare )?(?:room|capacity)|(?:可以)?慢慢来|不用急|不必着急|"
        r"有空的?时候?再?|can wait|it can wait|"
        r"whenever it is (?:cheap|green)|deferrable|不急|不着急|不赶时间|什么时候跑都可以|"
        r"whenever you (?:like|want)|there's no (?:hurry|rush)|可以等|能等|可以推迟|可推迟|"
        r"可以晚点|什么时候跑都行|什么时候都行|随便什么时候)",
        just(("priority", "deferrable")),
    ),
    (r"(?:(?:it is |it's |this is )?(?:very )?urgent(?:ly)?|high priority|emergency|加急|紧急|很急|特急|急用|十万火急|"
     r"(?:非常|特别|十分|很)(?:着急|急)|"
     r"最高优先级|优先级最高)(?:[!,。]?\s?请?(?:立刻|马上|立即|赶紧))?", just(("priority", "urgent"))),
    # what it needs
    (rf"(?:cpu\s?(?:要|为|:)?\s?)?(?:{LEAST}\s?)?(?P<n>{NUMBER})[\s-]?(?:cpu cores?|cores?|v?cpus?|核心|个核心|核|个核|"
     rf"个cpu)(?:\s?cpu)?", cores),
    (rf"(?:{LEAST}\s?)?(?P<n>{NUMBER})\s?(?P<unit>gib|gb|gigs|g|mib|mb|m|tib|tb|t)\s?(?:of\s)?(?:memory|ram|mem|"
     rf"的?内存)", memory),
    (rf"(?:memory|ram|内存)\s?(?:of|is|为|要|:)?\s?(?:{LEAST}\s?)?(?P<n>{NUMBER})\s?(?P<unit>gib|gb|g|mib|mb|m|tib|tb|"
     rf"t)", memory),
    (
        rf"(?:(?P<n>{NUMBER})\s?(?:块|张|个|片|x|×)?\s?(?:of\s)?)?(?:nvidia\s|英伟达|昇腾|"
        rf"ascend\s)?(?P<kind>{KIND})s?(?:\s?(?:gpus?|cards?|显卡|加速卡|卡))?",
        gpu,
    ),
    (rf"(?P<n>{NUMBER})\s?(?:块|张|个|片|x|×)?\s?(?:of\s)?(?:a\s)?(?:gpus?|显卡|加速卡|卡)", gpu),
    (r"(?:on |with )?(?:an )?(?:arm64|aarch64|arm)(?: machines?| nodes?| servers?|\s?(?:架构)?的?(?:机器|节点|架构|服务器))?",
     just(("needs.arch", "aarch64"))),
    (r"(?:on |with )?(?:an )?(?:x86_64|x86-64|x86|amd64)(?: machines?| nodes?| servers?|\s?(?:架构)?的?(?:机器|节点|架构|"
     r"服务器))?",
     just(("needs.arch", "x86_64"))),
    (
        r"(?:only )?(?:on )?(?:trusted|trustworthy|vouched(?: for)?)(?: nodes?| machines?|"
        r" providers?)?(?: only)?|(?:只能|只|必须|务必)?(?:用|在|"
        r"要用|要)?可信(?:任)?的?(?:节点|机器|算力|环境)|"
        r"(?:节点|机器)(?:必须|务必|要|需要?)?(?:是)?可信(?:任)?的?",
        just(("limits.trust", "vouched")),
    ),
    (
        r"(?:only )?(?:on )?attested(?: nodes?| machines?)?(?: only)?|(?:只能|只|必须)?(?:用|在|"
        r"要)?(?:经过)?(?:硬件|远程)?(?:证明|认证)的?(?:节点|机器)|"
        r"(?:节点|机器)(?:必须|要|需要?)?(?:经过|通过)(?:硬件|远程)?(?:证明|认证)的?",
        just(("limits.trust", "attested")),
    ),
    (
        rf"(?:verif(?:y|ied)|check(?:ed)?) (?:by|at|with) (?P<n>{NUMBER}) (?:different )?(?:owners|providers|parties)|"
        rf"(?:on |by )?(?P<n3>{NUMBER}) (?:different )?(?:owners|providers|parties|nodes|machines) (?:that|which|"
        rf"who) (?:check|verify|"
        rf"cross-check) each other(?:'s (?:results?|work))?|"
        rf"(?:结果)?(?:由|让|要|要由)?(?P<n2>{NUMBER})(?:家|方|个)(?:不同的?)?(?:节点|机器|提供方)?(?:各(?:跑|算|"
        rf"做)一遍)?并?(?:互相|相互|交叉)?(?:核对|"
        rf"验证|复核|比对|交叉验证)(?:结果)?",
        lambda m: (("verify.replicas", int(number(m["n"] or m["n2"] or m["n3"]))),),
    ),
    # the work
    (r"(?:run |execute |跑|运行|执行)?\s?[`「『](?P<command>[^`」』]{1,500})[`」』]",
     lambda m: (("run", m["command"].strip()),)),
    (r"(?:run |execute |跑|运行|"
     r"执行)\s?[“\"'](?P<command>[^“”\"']{1,500})[”\"']", lambda m: (("run", m["command"].strip()),)),
    (
        r"(?:(?:run|execute|launch|start|跑一下|跑下|跑完|跑|运行一下|运行|执行|完成|用|with|using|"
        r"use)\s?)?(?:the |my )?(?:script |脚本|"
        r"程序)?(?P<file>[a-z0-9_./-]+\.(?:py|wasm))(?::(?P<function>\w+))?",
        script,
    ),
    (
        r"(?:over|on|for each of|for every|for each|for all of|for|to|process(?:ing)?|对|把|给|处理)?\s?(?:(?:every|each|"
        r"all)(?: the)?"
        r" (?:files?|images?|pictures?|videos?)? ?(?:in|of|from) |everything in |all |"
        r"the )*(?P<glob>[a-z0-9_./-]*(?:\*[a-z0-9_./*?-]*|\?[a-z0-9_./*?-]*\.[a-z0-9]+))(?:里的?|"
        r"中的?)?(?:每一?个文件|每一?个|逐个|全部|都)?",
        lambda m: (("over", m["glob"]),),
    ),
    (
        r"(?:over|for|render(?:ing)?|渲染|处理)?\s?(?:the )?(?:frames?|tiles?|items?|numbers?|从?第|从|"
        r"帧)\s?(?P<first>\d+)\s?(?:帧|号|个|张)?\s?(?:-|–|"
        r"~|to|through|到|至)\s?(?:第)?(?P<last>\d+)\s?(?:帧|号|个|张)?",
        range,
    ),
    (r"(?:over|for)\s(?P<first>\d+)\s?(?:-|–|to|through)\s?(?P<last>\d+)", range),
    (r"(?P<first>\d+)\s?(?:-|–|~|到|至)\s?(?P<last>\d+)\s?(?:帧|号|frames?)", range),
    (
        r"(?:这一?(?:批|组|套)|[这那]几(?:个|段|份|张|部|条)|[这那]些|我有一?(?:批|些)|我有几(?:个|段|份|张))\s?"
        r"(?:(?![不没非无除超]|小于|大于)[\u4e00-\u9fff]){0,4}?\s?(?:文件|视频|录像|录音|短片|片子|素材|图片|照片|影像|"
        r"扫描|数据|资料|videos|files|clips)(?:都)?|"
        r"(?:(?:to )?(?:each|all|every one) of )?(?:these|those|this batch of|the attached|my)\s(?:(?!not|non|other|first|"
        r"last|long|"
        r"short|big|small|new|old)[a-z]{3,12}\s)?(?:files?|videos?|recordings?|footage|movies?|documents?|pictures?|"
        r"images?|photos?|"
        r"clips?|scans?)",
        just(("given", True)),
    ),
    # a service
    (
        r"(?:serve|publish|host|deploy|expose|上线|托管|部署|发布|对外提供服务|提供服务|做成服务|"
        r"作为服务|as a service)(?: this| the| my|一个|一下)?(?: service|"
        r" 服务|服务)?",
        just(("service", True)),
    ),
    (r"(?:listen(?:ing|s)? )?(?:on |at )?(?:监听)?(?:port|端口)\s?(?:is|为|是|:)?\s?(?P<n>\d+)|(?:监听)?(?P<n2>\d+)\s?端口",
     lambda m: (("port", int(m["n"] or m["n2"])),)),
    (
        rf"(?:between\s)?(?P<n>{NUMBER})\s?(?:to|and|-|~|到|至)\s?(?P<n2>{NUMBER})\s?(?:instances?|"
        rf"replicas?|copies|个?实例|个?副本)",
        lambda m: (("scale.min", int(number(m["n"]))), ("scale.max", int(number(m["n2"])))),
    ),
    (
        rf"{LEAST}\s?(?P<n>{NUMBER})\s?(?:{_COPIES}\s?)?(?:,|and|but|但)?\s?{UP}\s?(?P<n2>{NUMBER})\s?{_COPIES}|"
        rf"{LEAST}\s?(?P<n3>{NUMBER})\s?{_COPIES}\s?(?:,|and|but|但)?\s?{UP}\s?(?P<n4>{NUMBER})(?:\s?个)?(?![\w%])",
        lambda m: (("scale.min", int(number(m["n"] or m["n3"]))), ("scale.max", int(number(m["n2"] or m["n4"])))),
    ),
    (
        rf"{LEAST}\s?(?P<n>{NUMBER})\s?{_COPIES}",
        lambda m: (("scale.min", int(number(m["n"]))),),
    ),
    (rf"{UP}\s?(?P<n>{NUMBER})\s?(?:个?\s?instances?|个?\s?replicas?|copies|个?实例|个?副本)",
     lambda m: (("scale.max", int(number(m["n"]))),)),
    (
        rf"(?P<n>{NUMBER})\s?(?:个?\s?instances?|个?\s?replicas?|copies|个?实例|个?副本)",
        lambda m: (("scale.min", int(number(m["n"]))), ("scale.max", int(number(m["n"])))),
    ),
    (r"(?:named|called|call it|name it|名叫|名为|叫做|起名叫?)\s?(?P<name>[a-z0-9][\w.-]{0,63})",
     lambda m: (("name", m["name"]),)),
)  # fmt: skip
