"""Limits as they are said in Chinese: of money, of carbon, of time to finish and of each task; and how long it takes."""

import re
from collections.abc import Callable

from suanwang.intent.say import bounds_zh as zh
from suanwang.intent.say.meanings import KIND, MONEY, PER, SPAN, UP, Meaning, ask, carbon, finish, just, money, takes, task
from suanwang.intent.say.numbers import NUMBER

_UP = rf"(?:{zh.UP}|{UP})"
_MONEY = re.sub(r"\?P<\w+>", "?:", MONEY)
_COST = rf"(?:{zh.COST}|budget|cost|price)"
_PAY = (
    r"(?:(?:能|肯|愿意?|可以|准备|打算|舍得|只|就|才|也)*(?:花费?|用|付|出得起|出|掏得起|掏|给到?|给|拿得?出|支付|承担|"
    r"花得起|付得起|批)(?:你|您|它|个|这么)?)"
)
_GIVER = (
    r"(?:(?:我们?|俺们?|咱们?|手头|手里|手上|兜里|口袋里|腰包里|钱包里|账上|卡里|家里|老板|老师|导师|领导|财务|院里|"
    r"所里|校里|学校|公司|"
    r"组里|厂里|店里|单位|上头|甲方|客户|项目|课题组|奶奶|爷爷|老婆|媳妇|老公|一共|总共|拢共|满打满算|只|就|才|仅|也就|这边)+)"
)
_HAS = (
    r"(?:有|剩下?|批了?|给了?|拨了?|凑了?|攒了?|拿得出|掏得出|出得起|掏得起|花得起|肯出|肯花|肯掏|愿意?出|愿意?花|能出|能花|"
    r"能掏|出|掏|付)"
)
_MASS = rf"(?P<n>{NUMBER})\s?(?P<unit>kg|千克|公斤|克|g|斤|两|吨|t)(?:\s?(?:of\s)?co2e?|(?![a-z]))"
_EMIT = r"(?:(?:只|能|可以|允许|可)*(?:排放|排出|排|放)(?:的|出)?)"
_QUOTA = r"(?:的?(?:额度|指标|配额|预算|上限|限额))"
_FIRM = (
    r"(?:,?\s?(?:再)?(?:多|超|高)(?:出|了|过)?(?:一)?(?:分|毛|块|厘|克|点|丁点|秒)?(?:钱)?(?:都|也)(?:不|没|掏不|出不|付不|"
    r"花不|拿不)[\u4e00-\u9fff]{1,3})"
)
_STOP = (
    r"(?:(?:(?:,|、|\s)?(?:的|还|就|便|则|即|都|一律|直接|自动|马上|立刻|立即|给我|请|强行|强制|视为|算作?|当作?|按|判|"
    r"失败|超时|那就|把它|处理|再久|逾时|再长|、|,|\s)*"
    r"(?:停止|停掉|停下|停了|停|杀掉|杀了|杀|干掉|kill(?:\s?掉)?|掐掉|掐断|掐了|掐|终止|中止|结束(?:掉)?|打断|砍掉|砍|"
    r"断掉|不等了|别等它?了?|不要了|叫停|断|即止|打住|作罢)(?:它|了|吧)*){1,2})"
)
_NOT_DONE = (
    r"(?:(?:,|\s)?(?:还|都|仍|也)?(?:(?:没|未|不)(?:能)?(?:跑|算|做|弄|干)?|(?:跑|算|做|弄|干)不)(?:完成?|好|出来|"
    r"结束)(?:的)?(?:话)?)"
)
_NOT_OF_WHOM = r"(?!每一?(?:位|名|人|天|日|周|月|个?(?:学生|同学|用户|观众|月|人|客户)))"
_TASK = r"(?:(?:的)?(?:运行|执行|计算|跑|处理)?(?:的)?(?:时间|时长|用时|耗时|工时)?)"
_LIMITED = (
    r"(?:限时|时限/|时限|超时(?:时间)?|超时设(?:为|成)?|timeout|(?:硬|最大|最长|时间|运行)*(?:上限|限制)|卡|只(?:许|能|"
    r"准|让|给)|限|不许|最多(?:只)?(?:许|能|准|让|给)?)"
)

LIMITS_ZH: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # money
    (
        rf"(?:{zh.ALL_IN}\s?)?(?:(?P<per2>{PER}|每日|日均?|单日)(?:的)?\s?)?{_COST}{zh.LINK}(?:{zh.ALL_IN}\s?)?(?:{_UP}\s"
            rf"?|不过|不到)?(?:(?P<per3>{PER})\s?)?{_PAY}?"
        rf"\s?{MONEY}(?:\s?(?P<per>{PER}))?(?:\s?{zh.IN})?{zh.OK_THEN}",
        money,
    ),
    (
        rf"(?:{zh.ALL_IN}\s?)?(?:(?P<per2>{PER}|每日|日均?|单日)(?:[嘞呢嘛哈啊呀哩咧]?\s?,?\s?))?{_GIVER}?{_UP}\s?(?:(?P<"
            rf"per3>{PER})\s?)?{_PAY}?\s?{MONEY}(?:\s?(?P<per>{PER}))?(?:\s?{zh.IN})?",
        money,
    ),
    (rf"{zh.ALL_IN}(?:就|也)?(?:不过|{_UP})\s?{_PAY}?\s?{MONEY}(?:\s?{zh.IN})?", money),
    (rf"(?<![-=\w])(?:{_COST}){zh.LINK}(?:{_UP}\s?)?{NUMBER}(?:\s?{zh.IN})?{zh.END}", ask("SUAN-U122", "unit")),
    (r"(?:定|设|立|划|列)(?:个|一个|一条|条|下|了)(?=(?:碳|预算|经费|费用|上限|时限))", just()),
    (rf"{_GIVER}(?:给|就|才|只)?{_HAS}(?:这|那|了|个|这么|个整)?\s?{MONEY}(?:钱)?(?:的?(?:预算|经费))?(?:\s?{zh.IN})?", money),
    (rf"(?:{_PAY})\s?{MONEY}(?:钱)?(?:\s?(?P<per>{PER}))?\s?{zh.IN}{zh.OK_THEN}", money),
    (rf"(?:{_COST}{zh.LINK})?以\s?{MONEY}\s?(?:为|作)(?:限|上限|顶|度|封顶)", money),
    (rf"(?:(?P<per2>{PER}|每日|单日)\s?)?{MONEY}(?:钱)?\s?(?P<per>{PER})?\s?{zh.IN}{zh.OK_THEN}", money),
    (rf"(?:在|以|用|按)?\s?{MONEY}(?:钱)?(?:的)?(?:预算|经费|budget)(?:里|内|之内|范围内|{zh.IN})?", money),
    (rf"{zh.EACH}[^,;.!?。\d]{{0,10}}?(?:{_UP})?\s?{_MONEY}(?!\s?(?:的)?(?:[a-z]{{1,3}}\d|显?卡|gpu|"
        rf"加速卡))(?:\s?{zh.IN})?{zh.OK_THEN}", ask("SUAN-U122", "per")),
    (rf"{_MONEY}\s?(?:钱)?(?:一|每|/)\s?(?:个|张|块|台|份|条|位|名|人|例|帧|段|核|卡)\s?(?:{KIND}|显?卡|gpu|核|任务|图片?|"
        r"文件|片子|视频|学生|同学)?", ask("SUAN-U122", "per")),
    (_FIRM, just(("firm", True))),
    (
        rf"(?:,\s?)?{zh.NO}(?:能|可|许|准|得|要)?(?:再)?(?:突破|超支|超了?|超过它?|多花|多要|越线|破线|再多)(?:了)?{zh.END}",
        just(("firm", True)),
    ),
    # carbon
    (r"(?:整个任务|这趟|全程|一共|总共|整体)?(?:烧|排|放|产生|带来)(?:出来?)?的?(?:碳|二氧化碳|"
        rf"co2)(?:排放)?{zh.LINK}{_UP}\s?{_MASS}(?:\s?{zh.IN})?", carbon),
    (
        rf"(?:{zh.ALL_IN}\s?)?{zh.CARBON}{zh.LINK}(?:{zh.ALL_IN}\s?)?{_UP}\s?{_EMIT}?\s?{_MASS}{_QUOTA}?(?:\s?{zh.IN})?"
            rf"{zh.OK_THEN}",
        carbon,
    ),
    (rf"{zh.CARBON}{zh.LINK}{_MASS}{_QUOTA}?\s?{zh.IN}{zh.OK_THEN}", carbon),
    (r"(?:碳|co2e?|二氧化碳|排放|碳排放?)(?:预算|额度|配额|指标|限额|上限|限量|"
        rf"红线){zh.LINK}(?:{_UP}\s?)?{_MASS}(?:\s?{zh.IN})?", carbon),
    (rf"{zh.CARBON}{zh.LINK}{_MASS}{_QUOTA}", carbon),
    (rf"(?:{_UP}\s?){_EMIT}?\s?{_MASS}\s?(?:的)?{zh.CARBON}(?:\s?{zh.IN})?", carbon),
    (rf"{_EMIT}?\s?{_MASS}\s?(?:的)?{zh.CARBON}(?:排放)?\s?{zh.IN}{zh.OK_THEN}", carbon),
    (rf"(?:(?:允许|可以?|能|只许|只能)\s?)?(?:{_EMIT})\s?(?:的)?{zh.CARBON}?{zh.LINK}{_UP}\s?{_MASS}(?:\s?(?:的)?"
        rf"{zh.CARBON})?", carbon),
    (rf"(?:限|限制|控制?|压)(?:制|着|住)?{zh.CARBON}(?:在|到|为|于)?\s?{_MASS}(?:\s?{zh.IN})?", carbon),
    (rf"(?:只?用)?{_MASS}\s?(?:以内|之内|以下|内)的(?:碳|二氧化碳|co2)(?:排放)?", carbon),
    (rf"{_UP}\s?{_EMIT}\s?{_MASS}(?:\s?的?{zh.CARBON})?", carbon),
    (rf"{zh.EACH}[^,;.!?。\d]{{0,10}}?(?:{_UP})?\s?{NUMBER}\s?(?:kg|千克|公斤|克|g(?=\s?(?:co2|碳|"
        rf"二氧化碳)))(?![a-z])(?:\s?(?:的)?(?:碳|二氧化碳|co2))?(?:\s?{zh.IN})?{zh.OK_THEN}", ask("SUAN-U122", "per")),
    # time to finish
    (
        rf"(?:{zh.ALL_IN}|整体|总体|总(?:共|时间|用时|耗时)|前后)\s?(?:{_UP})\s?(?P<span>{SPAN})(?:\s?{zh.IN})?",
        finish,
    ),
    (
        r"(?:(?:须|请|务必|必须|得|要|争取|尽量)*(?:限时?|控制在|最迟|最晚|至迟|最慢|再慢也(?:要|得)(?:在)?|限定)(?:在|"
            r"为|是)?)\s?"
        rf"(?P<span>{SPAN})(?:\s?{zh.IN})?(?:\s?(?:就|得|要|必须|全部?|都|把它|给我)*{zh.DONE})?",
        finish,
    ),
    (rf"(?:在|于)?\s?(?P<span>{SPAN})\s?(?:以里|里头|里边|里面|里|以内|之内|内)(?:(?:就|得|要|必须|务必|须|全部?|都|一定|"
        rf"给我)*{zh.DONE})?", finish),
    (rf"(?:时限|期限|工期|限期|限时|时间要求|完成时限|时间){zh.LINK}(?:{_UP}\s?)?(?P<span>{SPAN})(?:\s?{zh.IN})?", finish),
    (r"(?:(?:必须|得|要|须|务必|一定|请)*(?:赶)?在(?:那|此|这)(?:个(?:点|时间|时候)?)?之?前)", just(("firm", True))),
    # each task
    (
        rf"{_NOT_OF_WHOM}{zh.EACH}{_TASK}{zh.LINK}(?:{_UP}|{_LIMITED}){zh.LINK}(?:跑|算|用|"
            rf"给)?\s?(?P<span>{SPAN})(?:\s?{zh.IN})?"
        rf"(?:{_NOT_DONE})?{_STOP}?",
        task,
    ),
    (
        rf"{_NOT_OF_WHOM}{zh.EACH}{_TASK}\s?,?\s?(?:一旦|如果|要是|若|只要)?(?:跑|算|运行|执行)?(?:超过|超出|超|过|满|到|"
            rf"够|了|{zh.UP})+\s?(?P<span>{SPAN})"
        rf"(?:的)?(?:任务|作业)?(?:{_NOT_DONE})?{_STOP}",
        task,
    ),
    (rf"{_NOT_OF_WHOM}{zh.EACH}{_TASK}\s?(?P<span>{SPAN})(?:\s?{zh.IN})?(?:{_NOT_DONE}){_STOP}", task),
    (rf"(?:跑|运行|算)?(?:超过|超出|超|过)\s?(?P<span>{SPAN})(?:还没跑完)?的(?:任务|作业|task)(?:{_NOT_DONE})?{_STOP}", task),
    (rf"(?P<span>{SPAN})\s?一个任务\s?{zh.IN}", task),
    (
        rf"(?:timeout|超时(?:时间)?)\s?(?:请)?(?:设(?:成|为|置成|置为|在|定为|到)?|是|为|:|=)?\s?{zh.EACH}\s?(?:是|为|:|"
            rf"=)?\s?(?P<span>{SPAN})",
        task,
    ),
    (rf"(?:,\s?)?(?:到(?:点|时|时间)|超时|超了)了?就?{_STOP}|(?:卡死|卡住|死循环|跑飞)的?(?:任务|程序)?(?:别|不要|"
        r"甭)(?:一直|老|总)?(?:等|耗|占|挂)着?了?",
     just(("stopped", True))),
    (rf"(?:时限|限时|超时)\s?(?:/|:|是|为)?\s?{zh.EACH}\s?(?P<span>{SPAN})", task),
    (rf"{zh.EACH}(?:件)?{_TASK}(?:时限|限时|上限|≤|<=|<)\s?(?:是|为|:)?\s?(?P<span>{SPAN})(?:\s?,?\s?(?:逾时|超时|到点|"
        rf"超了)?(?:即|便|就)?{_STOP})?", task),
    # how long it takes
    (
        r"(?:本?次?(?:的)?(?:总|每次|单次|平均|实测|预计|估计|预估|所需|需要|需|大概|历史|以往|平时|一般|运行|计算|任务|"
            r"作业|训练|仿真|"
        rf"渲染|测得|测过)*(?:的)?(?:时间|时长|用时|耗时|工时|机时|周期))(?:\s?(?:{zh.ABOUT}|是|为|:|在|要|得|就|有))*\s?"
        rf"(?P<span>{SPAN}){zh.ROUGHLY}*{zh.END}",
        takes,
    ),
    (
        r"(?:(?:从头到尾|全程|整个|每次|每回|一趟|一次|一遍|一回|跑一(?:次|趟|遍|回)|跑完|跑下来|全跑完|它|他|这活儿?|"
            r"这个|本身|平时|以前|之前|"
        rf"上回|上次|实测|听说|据说|作者|人家|他们)(?:跑|算|运行|完|下来|说|讲)*\s?)?(?:(?:{zh.ABOUT}|都|也|就|是)\s?)*"
        r"(?:要|得|需要?|会|可能|能|我估|估)*(?:连续)?(?:整|搞|弄|跑|算|训练?|运行|耗时?|用时?|花|用|干|占用?|持续|熬|"
            r"费|渲|是|要|需要?|得)"
        rf"(?:上|满|个|掉|去|时|它)?\s?(?:{zh.ABOUT}\s?)?(?P<span>{SPAN}){zh.ROUGHLY}*{zh.DONE}?{zh.ROUGHLY}?{zh.END}",
        takes,
    ),
    (rf"(?:{zh.ABOUT})+\s?(?:要|得|需|是|用|花|跑|算)*(?P<span>{SPAN}){zh.ROUGHLY}*(?:就|才|能|可以|"
        rf"应该)*(?:{zh.DONE})?{zh.ROUGHLY}?{zh.END}", takes),
    (rf"(?P<span>{SPAN})(?:左右|上下|光景|的样子|的功夫|的工夫|的量|的活儿?)(?:的)?{zh.DONE}?{zh.END}", takes),
)  # fmt: skip
"""(pattern, what it says), as LINES has them."""
