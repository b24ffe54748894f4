"""What can be said, one phrase after the other: a pattern over the folded sentence, and what it says of a job or a service."""

import re
from collections.abc import Callable

from suanwang.intent.say import bounds_zh as zh
from suanwang.intent.say.lexicon import DO, HOSTS, MATTER, NAMING, NO_WARD, NODES, NOT_NAMED, PLAIN, THINGS, WHO, WORD
from suanwang.intent.say.meanings import (
    IN,
    KIND,
    LEAST,
    MONEY,
    PER,
    SPAN,
    TRIP,
    UP,
    Meaning,
    ask,
    bare_range,
    carbon,
    copies,
    cores,
    cores_and_memory,
    finish,
    folder,
    gpu,
    just,
    latency,
    memory,
    money,
    over,
    range,
    script,
    takes,
    task,
)
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.over_what import are_tasks
from suanwang.intent.say.places import PLACE

_COPIES = r"(?:个?\s?instances?|个?\s?replicas?|copies|个?实例|个?副本)"
_SIZE = r"(?P<unit>gib|gb|gigabytes?|gigs?|g|mib|mb|m|tib|tb|t)"
_LINK = (
    r"(?:(?:is|are|of|to|at|in|为|是|在|要|给|:|=|最多|控制在|(?:must|should|has to|needs to|have to) (?:be|stay|remain)|"
    r"stays?|kept)\s?){0,2}"
)
"""Between the name of an amount and the amount."""
_MONEY = re.sub(r"\?P<\w+>", "?:", MONEY)
_IN_ALL = r"(?:in total|total|in all|altogether|all in|overall|一共|总共|合计|总计|全部)"
_EACH = (
    rf"(?:(?:each|every|per) (?:{MATTER}|task|job|run|one)|(?:each|apiece)(?: one)?|每一?(?:个|帧|张|段|份|条|次)(?:任务|"
    rf"{MATTER})?)"
    r"(?:\s?(?:只能|可以|花|跑|costs?|for))?"
)
_EACH_AFTER = (
    r"(?:each|apiece|(?:per|an?|for each) (?:task|frame|file|item|job)|/(?:帧|个|张|任务)|(?:每|一)(?:帧|个|张|段|份|个任务))"
)
"""One of many: what is said of it is not said of all."""
_TIME = "(?:(?:max(?:imum)? |total |run )?time(?: limit)?|duration|runtime|(?:运行|总)?(?:时间|时长)(?:上限|限制)?|耗时|用时)"
_CO2 = (
    r"(?:(?:carbon|co2e?)(?: footprint| emissions?)?|emissions?|emit(?:ting)?|碳排放量?|碳排|排放量?|碳足迹|"
    r"二氧化碳(?:排放量?)?|碳)"
)
_OTHERS = r"(?:different |independent |separate )?(?:owners|providers|parties|nodes|machines)"
_RUN = (
    r"(?:(?:run|execute|launch|start|train|simulate|solve|evaluate|compute|calculate|build|compile|kick off|fire off|"
    r"fire up)\b|跑一下|跑下|跑完|跑|运行一下|运行|执行|训练|仿真|模拟|编译|构建)"
)
_OTHERS_ZH = r"(?:节点|机器|提供方|提供者|服务商|提供商|厂商|机构|公司|单位|主人|供应商|服务器|的?人)"
_CHECKED = r"(?:verified|certified|vetted|accredited|approved|trusted|可信(?:任|赖)?|认证|核验|验证|审核|认可)"
"""Of a provider, that the operator answers for it is all that "verified" can mean; of a node it may mean its hardware."""
_RUN_ZH = r"(?:跑|算|做|执行|运行|计算)"
_START = r"(?:(?:开|起|跑|要|启动|start|run|with|x|×|\*)\s?)?"
_COUNTED = r"(?:帧|号|个|张|页|条|份|段|题|组|批|轮|次)"
_NOT_COUNTED = (
    r"(?!\s?(?:个?(?:实例|副本|节点|核|小时|月|人)|instances?|replicas?|copies|cores?|g|点|块|元|毛|毫秒|分|天|yuan|rmb|cny|"
    r"ms|am|pm|"
    rf"o'clock|hours?|minutes?|days?|gpus?|张\s?(?:gpu|显?卡|{KIND})|卡|[.:\d%]))"
)


LINES: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # money
    (
        rf"(?:{_IN_ALL}\s?)?(?:(?:budget|cost|预算|费用|花费|价格|价钱)\s?(?=每|a |per ))?(?:(?P<per2>{PER})\s?)?(?:(?"
        rf":最高|最大|总|"
        rf"总的|total |overall |hard |"
        rf"max(?:imum)? |my |our |the |a )?(?:budget|costs?|costing|price|bill|spend(?:ing)?|pay(?:ing)?|预算|费用|价格|"
        rf"价钱|成本|"
                r"总价|报价|钱数?|花费|花销|开销|支出|花|(?:(?:我们?|手头|手里|手上|口袋里)\s?)*(?:一共|总共)"
                "?(?:只|就|才)?(?:有|剩)|"
        rf"(?:(?:i|we) ?)?(?:only have|have only|have|'ve got|'ve|can (?:only )?(?:pay|spend|afford|spare)))"
        rf"\s?(?:cap|limit|ceiling|maximum|上限|总额)?\s?(?:请|需|要|得|都|也)?{_LINK}\s?)?(?:{UP}\s?(?:花费?|用|付|出)?"
        rf"\s?|for(?: under| less than)?\s|of\s)?"
        rf"{MONEY}\s?(?P<per>{PER})?(?:\s?{IN})?(?:的?(?:预算|budget)|\s?(?:to spend|of budget|ceiling|limit|cap))?(?:\s?"
        rf"{_IN_ALL})?(?:\s?{IN})?",
        money,
    ),
    (rf"{_EACH}\s?(?:{UP}\s?)?{_MONEY}|(?:{UP}\s?)?{_MONEY}\s?{_EACH_AFTER}", ask("SUAN-U122", "per")),
    (
        rf"{_EACH}\s?(?:{UP}\s?(?P<span>{SPAN})|(?P<span3>{SPAN})\s?{IN})(?:\s?{IN})?|{UP}\s?(?P<span2>{SPAN})\s?"
        rf"{_EACH_AFTER}", task),
    ( (
            rf"{_EACH}\s?(?:大概|大约|约|about |around |roughly )?(?P<span>{SPAN})(?:左右)?|(?P<span2>{SPAN})\s"
            rf"?{_EACH_AFTER}"
    ), takes),
    (
        rf"(?:(?:cost|price|budget|spending)\s?)?(?:(?:ceiling|cap|limit)\s?(?:of |is |: ?)?)?(?:{UP}\s?)?(?:(?:us)?"
        rf"[$€£]\s?{NUMBER}|(?:usd|eur|gbp|hkd|jpy)\s?{NUMBER}|{NUMBER}\s?(?:us dollars?|usd|dollars?|bucks|euros?|eur|"
        rf"美元|美金|欧元|日元|港币|港元|"
        rf"英镑))(?:\s?{IN})?",
        ask("SUAN-U122", "currency"),
    ),
    (rf"{_EACH}\s?(?:{UP}\s?)?{NUMBER}\s?(?:ms|毫秒|milliseconds?|seconds?|秒)", ask("SUAN-U122", "seconds")),
    # time to finish
    (
                rf"(?:{_TIME}\s?{_LINK})?(?:{UP}|(?:with)?in the (?:next|coming|space of)|in(?: under| less than| "
                "no more than| at most)?|"
                rf"在|inside(?: of)?)\s?(?P<span>{SPAN})(?:\s?{IN})?(?:\s(?:from now|of submission|flat|hence|at "
                "the (?:very )?latest|or (?:sooner|faster)))*",
        finish,
    ),
    (
                rf"(?P<span>{SPAN})\s(?:from (?:now|today)|hence)(?:,?\s(?:at (?:the )?(?:very )?(?:most|latest)|"
                rf"max|tops))*|(?P<span2>{SPAN}) at the (?:very )?latest"
                "|(?:you(?:'ve| have)?(?: got)?|we(?:'ve| have)(?: got)?|there(?:'s| is| are)|(?:i |we )?(?:can |"
                r"will |'ll )?(?:give|allow) (?:you|it))\s(?:at most |up to |a maximum of )?"
                rf"(?P<span3>{SPAN}) (?:to|for) (?:finish|complete|do|run|get|carry out|execute|compute|deliver)"
                "(?:ing)?(?: (?:it|this|that|through|done))?",
        finish,
    ),
    (
        rf"(?:max(?:imum)? |total )(?:run ?)?time\s?{_LINK}(?P<span2>{SPAN})|{_TIME}\s?(?:上限|限制|limit)\s?{_LINK}(?"
        rf"P<span>{SPAN})", finish),
    (
        rf"(?P<span>{SPAN})\s?(?:以内|之内|内|or less|max|at (?:the )?most|tops|from now|(?:就|能|要|得|必须|内|之内|"
        rf"以内)?(?:搞定|完成|跑完|做完|完(?=\s?(?:$|[,.;!?。]))|"
        rf"算完|弄完|弄好|出结果))", finish),
    (r"(?:deadline|due|eta)\s?[:=]?\s?(?=(?:in|within)\s)", just()),
    (r"(?:within|in) the (?:next )?hour", just(("limits.finish", "3600s"))),
    # latency
    (
        rf"(?:{TRIP}\s?{_LINK}\s?)?(?:(?:{UP}|inside)\s?)?(?P<n>{NUMBER})\s?(?P<unit>ms|毫秒|milliseconds?)"
        rf"(?:\s?{IN})?(?:\s?(?:of |的)?{TRIP})?"
        rf"(?:\s(?:of|from|to)\s(?P<place>{PLACE}))?",
        latency,
    ),
    (rf"{TRIP}\s?{_LINK}\s?(?:{UP}\s?)?(?P<n>{NUMBER})\s?(?P<unit>seconds?|s|秒)(?:\s?{IN})?", latency),
    (
        rf"(?:画面|网络|互动|响应)?(?:{TRIP}|往返|来回|延时)\s?{_LINK}(?:{zh.UP}\s?)(?P<n>{NUMBER})\s?(?P<unit>ms|"
            rf"毫秒)(?:\s?{IN})?",
        latency,
    ),
    (rf"(?:{TRIP}|往返|来回|延时)\s?{_LINK}(?P<n>{NUMBER})\s?(?P<unit>ms|毫秒)\s?(?:{zh.IN})", latency),
    (
        rf"(?P<n>{NUMBER})\s?(?P<unit>ms|毫秒)(?:以内|之内|内|以里)(?:就|要|得|能)*(?:回话|响应|返回|应答|回应|出声|"
            r"答复)(?:就好|就行|即可)?",
        latency,
    ),
    # carbon
    (
        rf"(?:{_CO2}\s?{_LINK}\s?)?(?:{UP}\s?)?(?P<n>{NUMBER})\s?(?P<unit>kg|kilos?|grams?|g|千克|公斤|克|吨|t)"
        rf"\s?(?:of\s|的)?(?:co2e?|carbon(?: dioxide)?|二氧化碳|碳)(?:排放)?(?:\s?{IN})?",
        carbon,
    ),
    (rf"{_EACH}\s?(?:{UP}\s?)?{NUMBER}\s?(?:kg|grams?|g|千克|公斤|克)(?![a-z])", ask("SUAN-U122", "per")),
    (rf"{_CO2}\s?{_LINK}\s?(?:{UP}\s?)(?P<n>{NUMBER})\s?(?P<unit>kg|kilos?|grams?|g|千克|公斤|克|吨|t)(?:\s?{IN})?", carbon),
    # that no limit is set on the price says nothing of it
    (
        r"(?:价格|价钱|钱|费用|成本|预算|贵点|贵一点)(?:都|也)?(?:不是问题|好说|无所谓|不重要|不限|没关系|不在乎)|(?"
        r":花)?多少钱?都(?:行|可以)|不在乎(?:价格|钱|费用)|"
        r"(?:the )?(?:price|money|"
        r"cost)(?: is|'s)? (?:no|not an?) (?:object|issue|problem)|"
        r"(?:i |we )?(?:do not|don't) (?:really )?(?:care|mind|worry)(?: at all)? (?:about )?(?:(?:the |what it |"
        r"how much it )?(?:price|costs?|money|budget|time|speed|"
        r"carbon|emissions?|latency|location|rest|energy|how long(?: it takes)?|where(?: it runs)?|anything else|"
        r"which (?:machine|node))(?:(?:,| or| and|, or) (?:the )?"
        r"(?:price|costs?|money|time|speed|carbon|emissions?|latency|location|where(?: it runs)?|anything else))*)|"
        r"(?:the rest|everything else|all else|anything else|nothing else)(?: (?:is (?:open|flexible|up to you|fine|"
        r"negotiable|secondary|not important|unimportant)|does(?:n't| not) matter|matters))|"
        r"(?:别的|其他的?|其它的?|其余的?|剩下的)(?:条件|要求|方面)?(?:都|也|全)?\s?(?:无所谓|随便|随意|不限|不重要|"
        r"不在乎|不讲究|没要求|没有要求|好说|都行|都可以|你定|您定|看着办)|"
                "(?:时间|速度|快慢|碳排放?|排放|环保|延迟|时延|地点|地区|位置|region|location|在哪里?跑?|"
                r"在哪儿跑?)\s?(?:都|也)?\s?(?:无所谓|随便|"
        r"随意|不限|"
        r"不重要|不在乎|没要求|没有要求|不讲究)|"
        r"(?:the )?(?:price|cost) doesn't matter|whatever it (?:costs|takes)|at any (?:price|cost)|不惜代价|不计成本",
        just(),
    ),
    # nor of where, or of its tasks one by one
    (
        rf"(?:随便|不管|无论|任意|任何|哪)+(?:哪|一|什么)?(?:台|个|里|种|儿)?{NODES}?(?:都行|都可以|都成|均可)|any(?:where|"
        rf" {NODES}| old {NODES}| place)(?: will do| is fine| works| is ok(?:ay)?)?|"
        r"nothing (?:fancy|special)|(?:per|for each|for every) (?:task|frame|file|item|job|run|one)",
        just(),
    ),
    # how urgent
    (
        r"(?:(?:there is |there's )?no (?:rush|hurry)(?: at all)?|(?:(?:it|this) (?:is not|isn't)|it's not|not) (?:urgent|"
        r"in a hurry)|"
        r"take your time(?: with)?|whenever there is (?:spare )?(?:room|capacity)|(?:可以)?慢慢来|不用急|不必着急|"
        r"有空的?时候?再?|can wait|it can wait|"
        r"whenever it is (?:cheap|green)\b|deferrable|不急|不着急|不赶时间|什么时候跑都可以|"
        r"whenever you (?:like|want)|there's no (?:hurry|rush)|可以等|能等|可以推迟|可推迟|"
        r"可以晚点|(?:随便)?什么时候(?:跑|做|算|跑完|做完|弄完|给|完成)?(?:都)?(?:行|可以|成|无所谓)|随便什么时候|慢(?:一点|"
        r"点|些)?(?:没关系|也行|也可以|无妨|都行|无所谓)|"
        r"(?:不忙|空闲|闲|闲着|闲下来)的?时候(?:再)?|有空(?:再|就)|(?:(?:at|with|on) )?(?:a )?(?:low|lowest)(?:er)? priority|"
        r"低优先级|优先级(?:低|最低)|whenever(?=\s?(?:$|[,.;!]))|"
        r"(?:it'?s |this is )?(?:not|isn't) time[- ](?:critical|sensitive)|in no (?:rush|hurry)|(?:there(?: is|"
        r"'s) )?no (?:particular )?deadline|"
        r"when (?:it's|things are|the network is) (?:quiet|idle)|in (?:the |your )?spare time|at (?:your|"
        r"its) leisure|插空|"
        r"不用赶|不用着急|别着急|慢慢跑|慢慢算)",
        just(("priority", "deferrable")),
    ),
    (
                rf"(?:(?:it is |it's |this is )?(?:an? )?(?:very )?(?:urgent(?:ly)?(?! care)|emergency{NO_WARD})|"
                "(?:(?:at|with) )?(?:a )?(?:high|highest|"
                "top)(?:est)? priority|急需|急{1,6}(?![用])|加急|插个?队|优先级(?:要)?高(?:一点|点|些)?|高优先级|"
                "火急|紧急|很急|特急|"
        r"急用|十万火急|"
     r"(?:非常|特别|十分|很)(?:着急|急)|"
     r"(?:按|以)?最高优先级|优先级最高)(?:[!,。]?\s?请?(?:立刻|马上|立即|赶紧))?", just(("priority", "urgent"))),
    # what it needs
    (
        rf"(?:cpu\s?{_LINK})?(?:{LEAST}\s?)?(?P<n>{NUMBER})[\s-]?(?:cpu cores?|cores?|v?cpus?|threads?|线程|核心|个核心|"
        rf"核|个核|"
        rf"个cpu)(?:及?以上|起)?(?:\s?(?:cpu|处理器))?",
        cores,
    ),
    (
        rf"(?:核心?数量?|cpu数量?|number of cores|core count|cores|cpus?)\s?{_LINK}(?:{LEAST}\s?)?(?P<n>{NUMBER})(?:个|"
        rf"核)?(?!\s?(?:gb|gib|g\b|ghz|%))", cores),
    ( (
            rf"(?:{LEAST}\s?)?(?P<n>{NUMBER})\s?个?{_SIZE}\s?(?:以上)?\s?(?:of\s)?(?:memory|ram|mem|的?内存)"
            "(?:及?以上|起)?"
    ), memory),
    (
        rf"{NODES} (?:with|that has|having|of)\s(?:{LEAST}\s)?(?P<n>{NUMBER})\s?(?P<unit>gib|gb|gigs?|gigabytes?)(?!\s?(?"
        rf":of|disk|storage|vram|ssd))", memory),
    (rf"(?:memory|ram|mem|内存)\s?{_LINK}(?:{LEAST}\s?)?(?P<n>{NUMBER})\s?个?{_SIZE}", memory),
    (
        rf"(?P<c>{NUMBER})\s?(?:cores?|v?cpus?|c|核心|核)(?:\s?(?:cpu))?[\s,;/+和、.|—-]{{0,3}}(?:and\s|with\s)?(?"
        rf"P<n>{NUMBER})\s?个?"
        rf"(?P<unit>gib|gb|gigabytes?|gigs?|g|tib|tb|mib|mb)(?![a-z])"
        rf"(?!\s?(?:of|的?{KIND}|显|硬盘|磁盘|disk|storage|vram|流量))",
        cores_and_memory,
    ),
    (
        (
                rf"(?P<n>{NUMBER})\s?(?P<unit>gib|gb)[\s,;/+|—-]{{1,3}}(?:and\s|with\s|on\s)?(?P<c>{NUMBER})\s"
                "?(?:cores?|v?cpus?)(?![a-z])"
        ),
        cores_and_memory,
    ),
    (
                rf"(?:(?:gpu|显卡|卡)\s?{_LINK})?(?:(?P<n>{NUMBER})\s?(?:块|张|个|片|卡|台|x|×|\*)?\s?(?:of\s)"
                r"?(?:the\s)?)?(?:nvidia\s|"
        rf"英伟达|昇腾|"
        rf"ascend\s)?(?P<kind>{KIND})s?(?:\s?(?:gpus?|cards?|显卡|加速卡|卡))?(?:\s?(?P<n2>{NUMBER})(?:块|张|片|卡))?",
        gpu,
    ),
    (
        r"(?:no|without(?: an?)?|not (?:need|using|use)(?: an?)?|don't need an?)\s(?:gpus?|graphics cards?|accelerators?"
        r")(?: (?:is |are )?(?:needed|required|necessary|at all|whatsoever))?"
        r"|(?:不|无)(?:需要?|用|要|必)?(?:用|要)?\s?(?:gpu|显卡|加速卡)|(?:only |just )?cpu[- ]only|(?:on )?cpus? only|"
        r"(?:纯|只用|仅用)\s?cpu",
        just(("needs.gpu", "0")),
    ),
    (
        r"(?:on |with |using )?(?:any|an? (?:single )?)\s?(?:old |kind of |sort of |type of |model of )?gpu"
        r"(?: of any (?:kind|type|model|make|sort))?(?: (?:at all|will do|is fine|works))?|"
        r"(?:随便|任意|任何|不管|无论)(?:什么|哪种|哪款|一张|一块|一种)?(?:型号)?的?(?:gpu|显卡)(?:都行|都可以|都成|就行)?",
        just(("needs.gpu", "1")),
    ),
    (rf"(?:带|配|有)(?:着|了)?(?:独立)?(?:gpu|显卡)的?(?={NODES})", just(("needs.gpu", "1"))),
    (rf"(?P<n>{NUMBER})\s(?:gpus?|cards?)(?: of)?(?: (?:type|kind|model))?\s(?P<kind>{KIND})s?", gpu),
    (
        rf"(?P<n>{NUMBER})\s?(?:块|张|个|片|x|×)?\s?(?:of\s)?(?:a\s)?(?:gpus?|显卡|加速卡|卡)|"
        rf"(?:gpus?|显卡|加速卡)\s?(?:要|需要)?(?P<n2>{NUMBER})\s?(?:块|张|片)", gpu),
    *(
        (
            rf"(?:on |with )?(?:an? )?{names}(?:\s?(?:架构)?的?(?:{NODES}|架构|cpus?|processors?|chips?))?",
            just(("needs.arch", arch)),
        )
        for arch, names in (("aarch64", "(?:arm64|aarch64|arm)"), ("x86_64", "(?:x86_64|x86-64|x86|amd64)"))
    ),
    *(
        (
            rf"(?:(?:only )?(?:on )?{en}(?: {NODES}| providers?)?(?: only)?|{NODES} (?:that|which|who) (?:are|have been|were|"
            rf"is) {en}|"
            rf"(?:只能|只允许|只许|只准|只|必须|务必|仅)?(?:用|在|要|要用|放|放在)?(?:经过|"
            rf"通过)?(?:了)?{zh}(?:过)?的?(?:{NODES}|环境)|"
            rf"{NODES}(?:都|也)?(?:必须|务必|一定要|要|需要?|得)?(?:是|经过|通过|有)?(?:了)?{zh}(?:过)?的?(?:才行|才可以|"
            rf"那种)?)",
            just(("limits.trust", trust)),
        )
        for trust, en, zh in (
            ("vouched", r"(?:trusted(?! by)|trustworthy|reputable|vouched(?: for)?)", r"(?:可信(?:任|赖)?|靠谱|信得过)"),
            ("attested", r"attested", r"(?:(?:硬件|远程)(?:可信)?(?:证明|认证)|可信执行环境)"),
        )
    ),
    (
        rf"(?:(?:only |strictly |exclusively )*(?:on |by |at |with |from |to |use |using )?(?:only )?(?:properly |"
        rf"fully )?{_CHECKED} {HOSTS}(?: only| exclusively| alone)?"
        rf"|{HOSTS}\s?(?:必须|务必|要|得)\s?(?:是)?\s?{_CHECKED}|{HOSTS} (?:must be|should be|have to be|has to be|"
        rf"need to be|that are|which are|who are|are) {_CHECKED}"
        rf"|(?:只能|只允许|只许|只准|只|必须|务必|仅限|仅|限)?(?:使用|选用|选|找|用|交给|给|由|在|要)?(?:经过?|通过|已经?"
        rf")?(?:了)?{_CHECKED}(?:过|了)?的?{HOSTS}"
        rf"|{HOSTS}(?:都|也)?(?:必须|务必|一定要|要|需要?|得|应)?(?:是|经过?|通过|已经?|有)?(?:了)?{_CHECKED}(?:过|"
        rf"了)?的?(?:才行|才可以)?)",
        just(("limits.trust", "vouched")),
    ),
    (
        rf"(?:verif(?:y|ied)|check(?:ed)?) (?:by|at|with) (?P<n>{NUMBER}) {_OTHERS}|"
                rf"(?:on |by )?(?P<n3>{NUMBER}) {_OTHERS} (?:that|which|who) (?:check|verify|cross-check) each "
                "other(?:'s (?:results?|"
        rf"work))?|"
        rf"(?:结果)?(?:由|让|要|要由)?(?P<n2>{NUMBER})(?:家|方|个)(?:不同的?)?(?:节点|机器|提供方)?(?:各(?:跑|算|"
        rf"做)一遍)?并?(?:互相|相互|交叉)?"
        rf"(?:核对|验证|复核|比对|校验|交叉验证)(?:结果)?",
        lambda m: (("verify.replicas", int(number(m["n"] or m["n2"] or m["n3"]))),),
    ),
    (
        rf"(?:(?:on|by|at|have|let|get) )?(?P<n>{NUMBER}) {_OTHERS}(?: each| all)?(?: (?:run|do|compute))?|"
        rf"(?P<n2>{NUMBER}) times(?: over)?,? (?:on|by|at|each on) (?:(?P<n4>{NUMBER}) )?"
        rf"(?:different|independent|separate) {_OTHERS}|"
        rf"(?:由|让|请|找|在|用|放|要)*\s?(?P<n3>{NUMBER})(?:家|方|个|台|位)(?:不同的?|独立的?|"
        rf"互不相干的?)?{_OTHERS_ZH}?(?:上|里)?"
        rf"(?:(?:各自?|分别|都|一起|同时)\s?{_RUN_ZH}(?:一遍|一次|一下)?|{_RUN_ZH}同一(?:份|个|件)(?:任务|数据)?)",
        copies,
    ),
    (
        r"(?:and |then |so that )?(?:(?:whose |the |their |all )?results? (?:are|is|can be|get|must be) (?:compared|checked|"
        r"the same)|"
        r"(?:compare|cross-?check|check|verify) (?:the |their |all )?(?:results?|answers?|outputs?)|"
        r"(?:check|verify|see|make sure) (?:that |whether )?(?:they|the results|all) agree|must agree|"
        r"(?:that|which|who) (?:check|verify|cross-check) each other(?:'s results)?)|"
        r"(?:再|并|然后)?(?:把)?(?:结果)?(?:互相|相互|交叉)?(?:核对|复核|比对|校验|对比|对照|核验)(?:一下)?(?:结果)?|"
        r"结果(?:要|必须|得)?(?:一致|对得上|相同)(?:才算数?|才行|才可以)?",
        just(("compared", True)),
    ),
    # the work
    (rf"(?:{_RUN})?\s?[`「『](?P<command>[^`」』]{{1,500}})[`」』]",
     lambda m: (("run", m["command"].strip()),)),
    (r"(?:run |execute |跑|运行|"
     r"执行)\s?[“\"'](?P<command>[^“”\"']{1,500})[”\"']", lambda m: (("run", m["command"].strip()),)),
    (
        rf"(?:(?:{_RUN}|(?:with|using|use)\b|完成|用)(?:\s?一下)?\s?)?"
        r"(?:(?:the |my |a |an |our |this )?(?:python )?(?:script\b|program\b|脚本|程序)(?:,| called| named| is|叫做?|"
        r"名为|是|:)?\s?)?(?P<file>(?<![a-z0-9_./-])[a-z0-9_./-]+\.(?:py|"
        r"wasm))(?::(?P<function>[a-z0-9_]+))?",
        script,
    ),
    (
        r"(?:over|on|for each of|for every|for each|for all of|for|to|process(?:ing)?|对|把|给|处理)?\s?(?:(?:every|each|"
        r"all)(?: the)?"
        r" (?:files?|images?|pictures?|videos?)? ?(?:in|of|from) |everything in |all |"
        r"the )*(?P<glob>(?<![a-z0-9_./-])[a-z0-9_./-]*(?:\*[a-z0-9_./*?-]*(?<!\.)|\?[a-z0-9_./*?-]*\.[a-z0-9]+))(?:里的?|"
        r"中的?)?(?:每一?个文件|每一?个|逐个|全部|都)?",
        over,
    ),
    (
        rf"(?:(?:over|for|of|across|on|对|把|处理|{DO})\s?)?(?:the |all )?(?:{THINGS}|{WHO}|帧)\s?(?:numbers?|numbered|no\.?|"
        rf"编号|号)?\s?"
        rf"(?:from\s|是|为|:|从)?\s?第?(?P<first>\d+){_COUNTED}?\s?(?:{DO}|扫|跑)?(?:-|–|~|\.\.|to|through|till|到|"
        rf"至)\s?第?(?P<last>\d+){_NOT_COUNTED}"
        rf"\s?{_COUNTED}?的?{MATTER}?",
        range,
    ),
    (
        rf"(?:over|for|第)\s?(?P<first>\d+){_COUNTED}?\s?(?:{DO}|扫|跑)?(?:-|–|~|\.\.|to|through|到|"
        rf"至)\s?第?(?P<last>\d+){_NOT_COUNTED}"
        rf"\s?{_COUNTED}?的?{MATTER}?",
        range,
    ),
    (
        rf"(?:from|从|在)\s?(?P<first>\d+){_COUNTED}?\s?(?:{DO}|扫|跑)?(?:-|–|~|\.\.|to|through|到|"
        rf"至)\s?第?(?P<last>\d+){_NOT_COUNTED}",
        bare_range,
    ),
    ( (
            rf"(?P<first>\d+){_COUNTED}?\s?(?:{DO}|扫|跑)?(?:-|–|~|\.\.|to|through|到|至)\s?(?P<last>\d+)\s?(?:帧|"
            "号(?!机|节点|服务器|楼|线|店|院|门|台|车)|frames?)"
    ), range),
    (
                r"(?:这一?(?:批|组|套)|[这那][一二两三四五六七八九十几\d]*(?:个|段|份|张|部|条)|[这那]些|"
                "我有一?(?:批|些)|我有几(?:个|"
        r"段|份|张))\s?"
        rf"{PLAIN}{{0,4}}?\s?(?:{MATTER}|vlogs?){{1,3}}(?:\s?\({_IN_ALL}?共?\s?{NUMBER}\s?(?:个|段|份|张|部|条|期)?\s?(?"
        rf":{MATTER}|mp4|mov|avi|mkv)?\))?(?:都)?|"
        rf"(?:i|we)(?: have|'ve)(?: got)? (?:some|a few|several|a (?:batch|bunch|pile|load|lot) of) {THINGS}|"
        rf"(?:(?:to )?(?:each|all|every one) of )?(?:these|those|this batch of|the attached|the enclosed|the following|"
                rf"my)\s(?:\d+\s)?(?:{WORD}\s)?(?!models?|experiments?|runs?|numbers|ids?|parameters|cases|trials|"
                rf"inputs|seeds|parts|chunks){MATTER}{NOT_NAMED}",
        just(("given", True)),
    ),
    (
        rf"(?:(?:of|for|on|process(?:ing)?|over|把|将|对|给)\s?)?(?:(?:all|every one of|each of|my|our|the|these|those|"
        rf"所有的?|全部的?|我们?的?)\s?)*"
        rf"(?:(?:{NUMBER}\s?(?:个|段|份|张|部|条|期|首|集)?的?\s?)?(?:{WORD}\s)?(?:{THINGS})\s?(?:are |is |都|全|就)?)?"
        rf"(?:(?:in|under|from|inside|at) (?:the |my |our )?(?:(?:folder|directory|dir) (?:called |named )?(?"
        rf"P<folder>(?<![a-z0-9_./-])[a-z0-9][a-z0-9_./-]*)/?|"
        rf"(?P<folder2>{NAMING}[a-z0-9][a-z0-9_.-]*) (?:folder|directory|dir)\b|"
            r"(?P<folder3>(?<![a-z0-9_./-])[a-z0-9][a-z0-9_.-]*(?"
        rf":/[a-z0-9_.-]+)*)/(?![a-z0-9*]))"
        r"|(?:在|存在|放在|位于)?\s?(?:文件夹|目录)\s?(?P<folder4>(?<![a-z0-9_./-])[a-z0-9][a-z0-9_./-]*)/?(?:下面?|"
            r"里面?|中)?的?"
        r"|(?:在|存在|放在|位于)?\s?(?P<folder5>(?<![a-z0-9_./-])[a-z0-9][a-z0-9_./-]*)/?\s?(?:这个)?(?:文件夹|"
            r"目录)(?:下面?|里面?|中|内)?的?"
        r"|(?:在|存在|放在|位于)?\s?(?P<folder6>(?<![a-z0-9_./-])[a-z0-9][a-z0-9_.-]*(?:/[a-z0-9_.-]+)*)/\s?(?:下面?|"
            r"里面?|中)的?)"
        rf"(?:\s?(?:{NUMBER}\s?(?:个|段|份|张|部|条|期|首|集)?的?\s?)?(?:{THINGS}))?",
        folder,
    ),
    # a service
    (
        r"(?:serve|publish|host|deploy|expose|上线|托管|部署|发布|对外(?:提供服务|发布|开放)|提供服务|做成服务|作为服务|"
        r"跑成服务|"
        r"挂到?(?:公)?网上?|放到?(?:公)?网上|"
                "(?:put |bring |get |take )?(?:up )?(?:running )?(?:as|into) a (?:web )?service|(?:put|bring|get|"
                "take) online|online)"
        r"(?: this| the| my|一个|一下)?(?: service| 服务|服务)?|"
        r"(?:launch|start|run|set up|stand up|spin up|bring up|put up|create|起|开|建|启动|搭)\s?(?:一个|个|一项)?"
        r"(?:the |a |an |my |our )?(?:web )?(?:service|服务)|(?:spin|stand|bring|set|put) up(?=\s?[`])|available(?= (?:to|"
        r"for)\s)",
        just(("service", True)),
    ),
    (
        r"(?:listen(?:ing|s)? )?(?:on |at )?(?:监听)?(?:port|端口)\s?(?:is|为|是|:)?\s?(?P<n>\d+)|"
        r"(?:监听)?(?P<n2>\d+)\s?端口|(?:listen(?:ing|s)? (?:on|at)|监听(?:在)?)\s?(?P<n3>\d{2,5})",
     lambda m: (("port", int(m["n"] or m["n2"] or m["n3"])),)),
    (
        rf"(?:between\s|from\s|scal(?:e|es|ing) (?:between |from )?)?{_START}(?P<n>{NUMBER})\s?(?:to|and|(?<![a-z])-|~|到|"
        rf"至)\s?(?P<n2>{NUMBER})\s?{_COPIES}",
        lambda m: (("scale.min", int(number(m["n"]))), ("scale.max", int(number(m["n2"])))),
    ),
    (
        rf"{_START}{LEAST}\s?(?P<n>{NUMBER})\s?(?:{_COPIES}\s?)?(?:,|and|but|但)?\s?{UP}\s?(?P<n2>{NUMBER})\s?{_COPIES}|"
        rf"{_START}{LEAST}\s?(?P<n3>{NUMBER})\s?{_COPIES}\s?(?:,|and|but|但)?\s?{UP}\s?(?P<n4>{NUMBER})(?:\s?个)?(?![\w%])",
        lambda m: (("scale.min", int(number(m["n"] or m["n3"]))), ("scale.max", int(number(m["n2"] or m["n4"])))),
    ),
    (rf"{_START}{LEAST}\s?(?P<n>{NUMBER})\s?{_COPIES}", lambda m: (("scale.min", int(number(m["n"]))),)),
    (rf"{UP}\s?{_START}(?P<n>{NUMBER})\s?{_COPIES}", lambda m: (("scale.max", int(number(m["n"]))),)),
    (
        rf"{_START}(?P<n>{NUMBER})\s?{_COPIES}",
        lambda m: None if are_tasks(m) else (("scale.min", int(number(m["n"]))), ("scale.max", int(number(m["n"])))),
    ),
    (
        r"(?:(?:a |the |this )?(?:job|task|service|作业|任务|服务|名字|名称|name)\s?)?(?:named|called|call (?:it|this(?: job|"
        r" task)?)|name (?:it|this|is)|名叫|名为|叫做|叫|"
        r"(?:起|取)(?:个)?名(?:叫|为)?|命名为)\s?(?P<name>[a-z0-9][a-z0-9_-]{0,63})(?!\.)",
        lambda m: (("name", m["name"]),),
    ),
)  # fmt: skip
