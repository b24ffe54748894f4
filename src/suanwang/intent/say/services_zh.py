"""Owners that check each other and services that stay, as they are said in Chinese."""

import re
from collections.abc import Callable

from suanwang.intent.say import bounds_zh as zh
from suanwang.intent.say.meanings import LEAST, UP, Meaning, after, ask, just
from suanwang.intent.say.numbers import NUMBER, number

_UP, _LEAST = rf"(?:{zh.UP}|{UP})", rf"(?:{LEAST}|最低|最小|不下于|不得少于|不能少于|不得低于)"
_BY = r"(?:由|请|让|找|给|交给|叫|劳|要|在|拿|用|分别|同时|,)*"
_OTHERS = (
    r"(?:(?:相互|互相|彼此|互)?(?:独立|不同|互不认识|不认识|素不相识|互不隶属|互不关联|互无关系|互不相干|互不相识|"
    r"互不相关|毫不相干|没关系|无关|不相干|不相关|毫无关系|不一样)的?)"
)
_WHO = (
    r"(?:(?:节点|机器|机子|服务器)?(?:的)?(?:主人|所有者|拥有者|业主|机主|东家|主体|老板|持有者|持有人|归属方|业主方|"
    r"归属)|节点|机器|机子|提供方|提供者|服务商|提供商|厂商|机构|单位|供应商|"
    r"服务器|人家|家|方)"
)
_SAME = r"(?:(?:把)?(?:结果|答案|输出|得数|数)?(?:再|并|然后|,|最后|要|得|还要|能|须|互相|相互|彼此|交叉|一起|都)*)"
_CHECK = (
    r"(?:(?:对一对|对(?:对|一下|一对)?(?=答案|结果|数|账)|比(?:一)?比|核(?:一)?核|比对|核对|对照|校验|互验|互校|互核|"
    r"对账|复核|验证|对比|比较|对一下|比一下|交叉验证|互相印证|印证|对得上)(?:一下|一遍|着看|一致)?"
    r"(?:结果|答案|输出|得数)?|(?:结果|答案|输出|得数)(?:要|必须|得|须|应)?(?:一致|相同|一样|对得上|吻合)(?:才算数?|"
    r"才行|才可以|才认)?)"
)
_SERVE = (
    r"(?:上线|部署(?:上去|起来|上线|好)?|发布|挂(?:上去|出去|起来|着|上网|到网上)|架(?:起来|设)|搭(?:建)?(?:起来)?|"
    r"开(?:通|起来|出来)?|起(?:起来)?|建(?:起来)?|立起来|"
    r"弄|整|搞|办|做|跑起来|host\s?起来|serve\s?起来|启用|开设|设)"
)
_STAYING = r"(?:常驻|长期|在线|对外|公共|线上|网上|常开|持续|不间断|长驻|7x24|24小时|全天候)"
_INSTANCE = r"(?:个?\s?(?:instances?|实例|副本|replicas?)(?:数量?)?)"


def _replicas(match: re.Match[str]) -> Meaning | None:
    many = number(next(v for k, v in match.groupdict().items() if k.startswith("n") and v))
    return (("copies", int(many)),) if many == int(many) and many >= 2 else None


def _instances(field: str) -> Callable[[re.Match[str]], Meaning]:
    return lambda m: ((f"scale.{field}", int(number(next(v for k, v in m.groupdict().items() if k.startswith("n") and v)))),)


SERVICES_ZH: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # by several owners that check each other
    (
        rf"(?:{_BY}\s?)?(?P<n>{NUMBER})\s?(?:个|家|方|位|台|名)?(?:的)?(?:{_OTHERS})\s?(?:的)?(?:\(?不同的?{_WHO}\)?)?"
            rf"{_WHO}?(?:上|来|去|都|各自?|分别|同时|独立|背靠背|各算各的|互不通气|们|地|一起|,)*"
        rf"(?:(?:跑|算|做|执行|运行|计算|复算|完成)(?:上)?(?:一)?(?:遍|次|回|下)?(?:了|完)?)?",
        _replicas,
    ),
    (
        rf"(?:{_BY}\s?)?(?P<n>{NUMBER})\s?(?:家|方)\s?(?:\(?(?:不同|独立|互不相干)(?:的)?{_WHO}\)?)?(?:的)?(?:{_WHO})?(?:"
            r"上|来|去|都|各自?|分别|同时|独立|背靠背|地|一起)*"
        rf"(?:跑|算|做|执行|运行|计算|复算)(?:上)?(?:一)?(?:遍|次|回|下)?(?:了|完)?",
        _replicas,
    ),
    (rf"(?:做|跑|算)\s?(?P<n>{NUMBER})\s?(?:次|遍|回)\s?(?:[,、;])?\s?(?:由|让|找)?(?:(?:两|三|四|五|六|七|八|\d)(?:个|家|"
        rf"位))?(?:不同|独立|互不相干)(?:的)?{_WHO}(?:分别|各自)?(?:执行|跑|算|做|运行)?(?:并)?", _replicas),
    (rf"{_SAME}{_CHECK}", just(("compared", True))),
    (r"(?:双|两|三|多)(?:份|方|重)(?:校验|验证|复核|复算)(?=\s?[:,])|同一个(?=\s?[a-z`])|同一份(?=\s?[a-z`])", just()),
    (
        r"(?:(?<![\s\S])|(?<=[,;.。!?]))\s?(?:请|帮我|帮忙|麻烦|给我|帮|替我|把)*(?:优化|监控|检查|评审|审查|看看|"
            r"看一下|看下|学习|找一下|找找|找|保护|修复|修改|解释|讲解|翻译|阅读|读一下|"
        r"调试|注释|查看|归档|备份|编辑|打开|关闭|删除|停掉|重启|分享|下载|上传|安装|复制|移动|锁定|收藏|评价|测试|"
            r"试试)(?:一下|一遍|下)?\s?(?=[a-z0-9_./-]+\.(?:py|wasm)\b)",
        ask("SUAN-U121", "unknown"),
    ),
    (r"(?:看情况|视情况|看着办|待定|另议|面议|看行情)|(?:好用|怎么样|行不行|对不对|有没有问题|难不难|贵不贵|快不快)(?:吗|"
        rf"么)?{zh.END}", ask("SUAN-U121", "unknown")),
    (r"(?:正在|(?<=[\u4e00-\u9fff])在)(?:跑|执行|运行)(?:着)?(?=\s?(?:[a-z`]|$))", ask("SUAN-U121", "unknown")),
    (rf"(?<=前)(?:到|来|回来?|走){zh.END}|够(?:吗|么|不够|用吗|用么|不够用)", ask("SUAN-U121", "unknown")),
    (r"既(?:要|得|须)?", just()),
    (r"又(?:要|得|须|必须|能)?", after(r"既[^.!?。]{1,60}", just())),
    (r"(?:web\s?assembly|wasm|python|shell)\s?(?:的)?(?:模块|脚本|程序|文件|代码)(?=\s?(?:叫|是)?\s?[a-z0-9_])|(?:那个|"
        r"这个|有个)?(?:名叫|叫做|叫|名为)(?=\s?[a-z0-9_./-]+\.(?:py|wasm|sh|r|jl))", just()),
    (r"[“\"'](?P<command>(?:make|python3?|bash|sh|\./|cargo|npm|node|rscript|julia|java|mpirun|torchrun|ffmpeg|gcc|"
        r"g\+\+)[^“”\"']{0,300})[”\"']", lambda m: (("run", m["command"].strip()),)),
    (
        r"(?:(?<=[,;。!?])|(?<=[,;。!?] )|(?<![\s\S]))算了(?:吧)?(?=\s?(?:$|[,;。!?.]))|"
            r"(?:我)?(?:再)?想(?:一)?想(?=\s?(?:$|[,;。!?.]))|考虑考虑|琢磨琢磨|犹豫|开玩笑|"
        r"(?:工作|营业|上班|办公)时间|上(?:百|千|万)(?:块钱?|元)",
        ask("SUAN-U121", "unknown"),
    ),
    # services
    (r"(?:起|开|搭|建|弄|跑|挂|做|架)(?:起|成|个|一个|一下)*\s?(?=[`「][^`」]*[`」]\s?的?(?:服"
        r"务|service))", just(("service", True))),
    (
        rf"(?:(?:想|要|需要|打算|准备|请|给|帮|把|我|我们|咱们?)*\s?)?{_SERVE}(?:成|为|作|个|一个|一下|一项|一套|一路|好|"
            rf"了)*\s?{_STAYING}{{0,2}}(?:的)?(?:web\s?)?(?:服务|service)(?:上去|起来)?|"
        rf"(?:要|得|请|做|跑|当|挂|搞|弄|变|开)?(?:成|作|为|着|个)?\s?(?:一个|个)?{_STAYING}{{1,2}}(?:的)?(?:服务|挂着|"
            rf"跑着|开着)?|{_STAYING}(?:地)?(?:挂|跑|开|放)着(?:对外)?(?:提供)?(?:服务)?|"
        rf"{_STAYING}?(?:的)?对外(?:提供)?服务|提供(?:对外)?服务|(?:给|让|供)\s?(?:大家|同学们?|学生们?|客人们?|用户们?|"
            r"人|外面|外部(?:用户)?|全校|全村)?(?:一直|随时|长期|天天|都|能|可以)+(?:能|可以|都)*(?:用|访问|看|连)(?:上|到)?",
        just(("service", True)),
    ),
    (rf"(?:(?:想|要|需要|打算|准备|请|给|帮|把|我|我们|咱们?|来)*\s?)?{_SERVE}(?:个|一个|一下|一路|一场|一套|"
        r"一项)?(?=\s?(?:线上|在线|网络)?(?:直播|文本生成|影像分析|医学影像|扫描|stream|"
            r"generate|scan))", just(("service", True))),
    (r"(?:走|开在|开|用|开放|监听|暴露|占)?\s?(?:端口|"
        r"port)?(?:号)?\s?(?P<n>\d{2,5})\s?(?:号)?(?:端口|口|port)", lambda m: (("port", int(m["n"])),)),
    (r"listen(?:ing)?\s?(?:on |at |:)?(?P<n>\d{2,5})", lambda m: (("port", int(m["n"])),)),
    (
        rf"(?:{_INSTANCE}|实例)(?:数量?)?\s?(?:要|请|设|为|是|:)*(?:{_LEAST}|下限)(?:是|"
            rf"为)?\s?(?P<n>{NUMBER})\s?个?(?:\s?[,、]?\s?(?:{_UP}|上限)(?:是|为)?\s?(?P<m>{NUMBER})\s?个?)?|"
        rf"(?:{_LEAST})(?:保持|要有|保留|有|开)?\s?(?P<n2>{NUMBER})\s?{_INSTANCE}\s?[,、]?\s?(?:{_UP})\s?(?P<m2>{NUMBER})"
            rf"\s?个?(?:{_INSTANCE})?",
        lambda m: tuple(
            (f"scale.{field}", int(number(v)))
            for field, v in (("min", m["n"] or m["n2"]), ("max", m["m"] or m["m2"]))
            if v
        ),
    ),
    (
        rf"(?:{_INSTANCE}|实例)(?:数量?)?\s?(?:要|请|设|为|是|:)*(?:{_UP}|上限)(?:是|"
            rf"为)?\s?(?P<n>{NUMBER})\s?个?\s?[,、]?\s?(?:{_LEAST}|下限)(?:是|为)?\s?(?P<m>{NUMBER})\s?个?",
        lambda m: (("scale.max", int(number(m["n"]))), ("scale.min", int(number(m["m"])))),
    ),
    (rf"(?:{_INSTANCE}|实例)(?:数量?)?\s?(?:要|请|设|为|是|:)*(?:{_UP}|上限)(?:是|为)?\s?(?P<n>{NUMBER})\s?个?|"
        rf"{_UP}\s?(?P<n2>{NUMBER})\s?{_INSTANCE}", _instances("max")),
    (
        rf"{_LEAST}\s?(?P<n>{NUMBER})\s?个?\s?[,、]?\s?{_UP}\s?(?P<m>{NUMBER})\s?{_INSTANCE}",
        lambda m: (("scale.min", int(number(m["n"]))), ("scale.max", int(number(m["m"])))),
    ),
    (rf"{_LEAST}(?:保持|要有|保留|有|开)?\s?(?P<n>{NUMBER})\s?{_INSTANCE}(?:打底|保底|起步)?", _instances("min")),
    (
        rf"(?P<n>{NUMBER})\s?{_INSTANCE}\s?(?:打底|保底|起步)(?:\s?,?\s?(?:{_UP})\s?(?P<m>{NUMBER})\s?个?)?",
        lambda m: tuple((f"scale.{field}", int(number(v))) for field, v in (("min", m["n"]), ("max", m["m"])) if v),
    ),
    (
        rf"(?:{_INSTANCE}|实例)(?:数量?)?\s?(?:要|请|设|为|是|:)*(?P<n>{NUMBER})\s?(?:到|至|~|-)\s?(?P<m>{NUMBER})\s?个?|"
            rf"(?P<n2>{NUMBER})\s?(?:到|至|~|-)\s?(?P<m2>{NUMBER})\s?{_INSTANCE}(?:伸缩|之间|弹性)?",
        lambda m: (("scale.min", int(number(m["n"] or m["n2"]))), ("scale.max", int(number(m["m"] or m["m2"])))),
    ),
)  # fmt: skip
"""(pattern, what it says), as LINES has them."""
