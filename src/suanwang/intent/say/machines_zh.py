"""Machines as they are said in Chinese: accelerators, cores, memory, and whose they are."""

import re
from collections.abc import Callable

from suanwang.intent.say import bounds_zh as zh
from suanwang.intent.say.lexicon import HOSTS, NODES
from suanwang.intent.say.meanings import KIND, LEAST, UP, Meaning, ask, gpu, just, memory
from suanwang.intent.say.numbers import NUMBER, number

_UP, _LEAST = rf"(?:{zh.UP}|{UP})", rf"(?:{LEAST}|最低|最小|不下于|不得少于|不能少于|不得低于)"
_VERB = (
    r"(?:使?用|要|需要?|得要|得|配(?:上|备|个|给)?|分给?它?|分配给?它?|给(?:我|它|他|她|俺|咱)?(?:来|配|整|安排)?|申请|安排|"
    r"整|搞|来|上|挂|带|有|装|占用?|须|跑在|放在|限|每(?:个|束|份|张|片|条|帧|批|组|次|件|段|任务){1,2}要)"
)
_CARD = r"(?:gpus?|显卡|加速卡|卡|图形卡)"
_TRUSTED = (
    r"(?:受信(?!任)|可信(?:任|赖|得过)?|靠谱|靠得住|信得过|受(?:到)?信任|被信任|信誉好|有信誉|(?:有(?:人|专人|平台|"
    r"运营方)?|带|具备?|具有)(?:的)?(?:信任|信用|信誉|平台)?(?:担保|作保|背书|做保|保证|资质)|"
    r"(?:经(?:过|受)?|通过|已经?|获得|拿到|取得)?(?:了)?(?:平台|官方|审核|信任)?(?<!硬件)(?<!远程)(?:认证|担保|背书|"
    r"审核|认可)(?:过|了)?|vouched|trusted|certified)(?:过|了|的|之)*"
)
_SURE = r"(?:只能|只允许|只许|只准|只可以?|只|必须|须|务必|仅限|仅可|仅由|仅|限于|限|一定要|非得?|要|得|请|都|全|一律|,)*"
_HOSTS = rf"(?:{NODES}|{HOSTS}|机主|主机|机子|环境|地方|那种|那些)"


MACHINES_ZH: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # machines
    (
        rf"(?:{zh.EACH}(?:都|各|再)?\s?)?{_VERB}+\s?(?=(?:个)?\s?(?:{NUMBER}|双|单)\s?(?:(?:块|张|"
            rf"片)(?=\s?(?:的)?(?:{KIND}|显?卡|gpu|加速卡|nvidia|英伟达))|个?\s?(?:cpu)?核|个?\s?g\b|卡|个?\s?gb?\b|vcpu|"
            rf"cores?)|(?:随便|任意)?(?:一)?(?:块|张|片)?\s?(?:{KIND}|显卡))",
        just(),
    ),
    (rf"{zh.EACH}(?:都|各)?\s?(?=(?:{NUMBER})\s?(?:(?:块|张|片)(?=\s?(?:的)?(?:{KIND}|显?卡|gpu|加速卡))|个?\s?核|cores?|"
        r"vcpu)\s?|(?:双|单)核)", just()),
    (
        r"(?:随便|任意|随意)?(?:来|给|要|用|整|配|搞|上)(?:我|它)?(?:随便|任意)?(?:一|个)?(?:块|张|片|枚|"
            rf"个)(?:独立)?(?:{_CARD})(?:就行|就中|就成|即可|就够|足矣)?",
        just(("needs.gpu", "1")),
    ),
    (rf"{_CARD}\s?(?:给我|给|要|用|来|配|请给|:)*\s?(?P<n>{NUMBER})\s?(?:块|张|片)\s?(?P<kind>{KIND})", gpu),
    (rf"(?:{_CARD}\s?)?(?P<kind>{KIND})s?(?:{_CARD})?\s?(?:(?:[×*]\s?|x)(?P<n>{NUMBER})|(?P<n2>{NUMBER})\s?(?:块|张|片|"
        rf"个))(?:{_CARD})?", gpu),
    (rf"(?:得|要|用|配|需|配置|给)*(?P<n>{NUMBER})\s?(?:块|张|片|枚|"
        rf"个)?(?:{_CARD})(?!\s?(?:{KIND}))", lambda m: (("needs.gpu", f"{number(m['n']):f}"),)),
    (rf"(?:配|给|要|用|需)?(?P<n>{NUMBER})\s?个核(?:心)?(?:就)?(?:够|"
        r"行|成|中|得)?(?:了|咧|就行)?", lambda m: (("needs.cpu", f"{number(m['n']):f}"),)),
    (
        r"(?:cpu|处理器)?\s?(?:核心?(?:数|数量)?|核)\s?(?:要|得|需|:|为|是|有|给|配|"
            rf",)*\s?(?:{_LEAST})?\s?(?P<n>{NUMBER})\s?(?:个|核)?(?!\s?(?:gb?|gib|%))|"
        rf"(?:{_LEAST}\s?)?(?P<n2>{NUMBER})\s?个?\s?(?:cpu|处理器)(?:核心?|的?核)",
        lambda m: (("needs.cpu", f"{number(m['n'] or m['n2']):f}"),),
    ),
    (
        r"(?:内存|memory|ram)\s?(?:每(?:个|份|任务)|得|要|需要?|给|配|大概|须|为|是|:|有|要有|请|用|"
            rf"占){{0,4}}\s?(?:{_LEAST})?\s?(?P<n>{NUMBER})\s?个?\s?(?P<unit>gib|gb|g|tb|tib|t|mb|mib|m)(?![a-z])",
        memory,
    ),
    (
        r"(?:(?:很|挺|特别|贼|老)?(?:费|吃|耗)内存(?:得很|得厉害|大户|着呢)?\s?,?\s?)(?:少了|低于|不到|没有?|小于|"
            rf"要是没有)\s?(?P<n>{NUMBER})\s?个?\s?(?P<unit>gib|gb|g)(?:内存)?"
        r"(?:怕是|恐怕|估计|肯定|就|根本|可能)*(?:跑不(?:动|了|起来)|不够(?:用)?|不行|带不动|吃不消|会爆|转不动|要崩)",
        memory,
    ),
    # whose machines
    (rf"(?:尽量|最好|尽可能|优先|能)(?:是|使?用|选|放在?|在|挑|,)*\s?(?:{_TRUSTED})的?{_HOSTS}(?:优先|就用)?|"
        rf"(?:{_TRUSTED})的?{_HOSTS}(?:最?优先)", ask("SUAN-U121", "unknown")),
    (r"(?:跑|算|做|弄|处理|转|好|完)(?:完|好|起来|上)?了(?:吗|么|没有?|木有)|(?:跑|算|做|"
        r"弄)(?:完|好)没有?(?=\s?(?:\?|$))", ask("SUAN-U121", "unknown")),
    (rf"(?:但|也|都)?{zh.NO}(?:能|可以?|得|许|准|要)?(?:使?用|上|放|跑|去|到|在|交给)+(?:没有?|未|不)(?:经(?:过)?|"
        rf"被)?(?:{_TRUSTED})(?:过)?的?{_HOSTS}(?:上|里)?(?:去|跑)?", just(("limits.trust", "vouched"))),
    (rf"{_SURE}(?:使?用|放在?|在|跑在|安排在?|安排于|上|选|挑|找|走|是|交给|给|收)?\s?(?:{_TRUSTED}){{1,2}}的?(?:、|,|和|"
        rf"且)?(?:{_TRUSTED})?的?{_HOSTS}(?:上|里)?(?:才(?:能|可以?)?(?:跑|算|上|行|收|用)|跑|算|上|才行|才可以)?(?:别的|"
        r"其他|其它)?", just(("limits.trust", "vouched"))),
    (rf"{_HOSTS}\s?(?:,)?{_SURE}(?:是|经(?:过)?|通过)?\s?(?:了)?(?:{_TRUSTED}){{1,2}}(?:的)?(?:才行|才可以|那种|才用|"
        r"才收)?", just(("limits.trust", "vouched"))),
    (
        r"(?:,\s?)?(?:其余|其他|其它|别的|剩下的)(?:的)?(?:节点|机器|服务商|地方|地区|省份?)?(?:都|一律|一概|概|"
            r"统统)?(?:不要|不用|不使用|不考虑|别用|免谈|不行|不可以?|别去)",
        just(("only", True)),
    ),
)  # fmt: skip
"""(pattern, what it says), as LINES has them."""
