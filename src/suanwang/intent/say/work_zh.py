"""The work and its machines as they are said in Chinese: over what, how often, on what, whose, and services that stay."""

import re
from collections.abc import Callable

from suanwang.intent.say import bounds_zh as zh
from suanwang.intent.say.lexicon import DO_ZH, HOSTS, NODES, PLAIN
from suanwang.intent.say.meanings import (
    ITEMS_MAX,
    KIND,
    LEAST,
    UP,
    Meaning,
    after,
    ask,
    folder,
    gpu,
    just,
    memory,
    outside,
    over,
)
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.model.said import Question

_UP, _LEAST = rf"(?:{zh.UP}|{UP})", rf"(?:{LEAST}|最低|最小|不下于|不得少于|不能少于|不得低于)"
_MATTER = (
    r"(?:文件|资料|数据|录像带?|视频|短视频|影片|片子|短片|影像|素材|镜头|照片|相片|老照片|图片|图|图像|扫描件|扫描图|"
    r"表格|报表|日志|文档|论文|音频|录音|"
    r"歌曲?|课件|课程|讲座|讲课|会议|婚礼|手术|监控|老|旧|采访|访谈|样本|病历|病例|切片|发票|账单|合同|档案|原片|胶片|"
    r"动画|节目|原始|测序|"
    r"(?:csv|txt|json|jpe?g|png|tiff?|wav|mp[34]|mov|avi|mkv|pdf|xlsx?|log|bam|fastq|dicom)(?:\s?文件)?)"
)
_MANY = r"(?:几(?:十|百|千)|几|些|批|堆|一?堆|一?批|一?组|一?套|一?叠|一?沓|一?摞|一?打|两|三|四|五|六|七|八|九|十|\d+)"
_SENT = (
    r"(?:(?:我们?|俺们?|咱们?|奶奶|老师|客户)?(?:刚|刚刚|刚才|一并|一块儿?|一起|随信|随函|随邮件|随文|已经?)*(?:发|传|"
    r"寄|送|递|附|贴|上传|给|带|放)(?:来|上|过来|上来|过去|上去|在附件|"
    r"到附件)?(?:了|给你们?|给您)?的?)"
)
_DEM = (
    rf"(?:{_SENT}?(?:手头|手里|手上|附件里?的?|家里|手边)?(?:这|那)(?:里|儿|边)?(?:的|有)?{_MANY}(?:个|段|份|张|部|条|首|期|"
    r"集|盘|本|卷|帧|幅|只|路)?的?)"
)
_NAME = r"(?<![a-z0-9_./-])[a-z0-9_][a-z0-9_-]*(?:/[a-z0-9_-]+)*"
_ENDING = (
    r"csv|tsv|jsonl?|txt|md|log|xml|xlsx?|docx?|pdf|png|jpe?g|tiff?|gif|svg|webp|bmp|mp[34]|mov|avi|mkv|mpe?g|wav|flac|"
    r"ogg|mxf|gz|zip|nc|h5|npy|npz|bin|dat|edf|dcm|"
    r"fits?|gpx|kml|dng|cr2|nef|heic|webm|ts|srt|docm|pptx?|fasta|fastq|fa|bam|vcf|pdb|las|parquet|html?|sql|ya?ml|nii|"
    r"exr|geojson|shp|ply|obj|stl"
)
_GLOB = r"(?P<glob>(?<![a-z0-9_./-])[a-z0-9_./-]*(?:\*[a-z0-9_./*?-]*|\?[a-z0-9_./*?-]*\.[a-z0-9]+))"
_ALL = r"(?:所有的?|全部的?|一切|每一?个|每一?张|每一?份|每一?条|每一?段|各个|全体|整个|那些|这些)"
_DO = rf"(?:{DO_ZH}|跑|算|过|处理|数|扫|修|转|压|渲|喂|来|做|弄|整|切|拼|认|读|看|洗)"
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


def _copies(match: re.Match[str]) -> Meaning | None:
    """So many of them, one task for each."""
    many = number(next(v for k, v in match.groupdict().items() if k.startswith("n") and v))
    return (("over", f"1-{int(many)}"),) if many == int(many) and many >= 2 else None


def _range(match: re.Match[str]) -> Meaning | None:
    first, last = (int(match[k] or match.groupdict().get(f"{k}2") or 0) for k in ("first", "last"))
    if last - first >= ITEMS_MAX:
        return None
    return (("over", f"{first}-{last}"),) if first <= last else Question(code="SUAN-U123", key="range", words=match[1])


def _spelt(match: re.Match[str]) -> Meaning | None:
    """From 一号 to 四十号: of what is counted by number, or is said to be one."""
    named = (
        match["u"] not in (None, "号")
        or re.search(r"号(?:地|样|棋谱)", match[1])
        or re.match(r"(?:编号|样本|种子|工况|参数|序号|第|号码|批次|seed)", match[1])
    )
    first, last = int(number(match["a"])), int(number(match["b"]))
    return (("over", f"{first}-{last}"),) if named and first < last < ITEMS_MAX else None


def _of_kind(match: re.Match[str]) -> Meaning:
    """All files with an ending in a folder."""
    if outside(match["dir"]):
        return Question(code="SUAN-U122", key="outside", words=match["dir"])
    return (("over", f"{match['dir']}/*.{match['end']}"),)


def _replicas(match: re.Match[str]) -> Meaning | None:
    many = number(next(v for k, v in match.groupdict().items() if k.startswith("n") and v))
    return (("copies", int(many)),) if many == int(many) and many >= 2 else None


def _instances(field: str) -> Callable[[re.Match[str]], Meaning]:
    return lambda m: ((f"scale.{field}", int(number(next(v for k, v in m.groupdict().items() if k.startswith("n") and v)))),)


_INSTANCE = r"(?:个?\s?(?:instances?|实例|副本|replicas?)(?:数量?)?)"

WORK_ZH: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # files that come with the sentence
    (
        rf"(?:把|将|给|对|用|就是|即)?\s?{_DEM}\s?{PLAIN}{{0,6}}?{_MATTER}{{1,4}}(?:\s?\({NUMBER}[^()]{{0,6}}\))?(?:都|"
            r"全|全部|们)?",
        just(("given", True)),
    ),
    (
        r"(?:把|将|给|对|用)?\s?(?:附件里?面?|随信附(?:上|来)|随附|附上|我?(?:刚|刚才)?(?:上传|发来|传来|寄来|发过来|"
            rf"传过来))(?:的)(?:这|那)?(?:些|批|几)?(?:个|份|张|段|条)?{PLAIN}{{0,6}}?{_MATTER}{{1,4}}(?:都|全)?",
        just(("given", True)),
    ),
    (
        rf"(?:就是|即|都是|,)?\s?(?:{_SENT}|附件里?的?)(?:这|那)?{_MANY}(?:个|段|份|张|部|条)?{zh.END}|"
        rf"(?:就是|即)\s?(?:附上|附件里?|发来|传来|寄来|随信|上传)(?:的)?(?:这|那){_MANY}(?:个|段|份|张|部|条)?",
        just(("given", True)),
    ),
    (rf"(?:{_SENT}|(?:老家|家里|我|我们|俺|以前|当初)*(?:拍|录|写|做|攒)的)?(?:这|那)?{_MANY}(?:个|段|份|张|部|"
        r"条)?\s?(?=[a-z0-9_./-]*\*)", just()),
    # over what
    (
        r"(?:(?:对象|输入(?:文件|数据)?|文件|数据|素材|原料|样本|图片?|照片|影片|片子|目标)\s?(?:就)?(?:是|为|:|在|有|"
            r"都是|都在|放在|来自|见)?\s?)?"
        rf"(?:把|将|对|给|在|遍历|走过|扫过|过|扫|跑|处理|读|用于|应用到|应用于|作用于|用到|喂)?\s?{_GLOB}\s?(?:(?:里面?|"
            rf"中|下|上)的?)?(?:{_ALL}|统统|通通|一律|都|全|逐个|挨个儿?|依着|每一?(?:个|张|份|条))*"
        r"(?:的)?(?:上面|上|文件)?(?:都|全)?(?:要|得|给我)?(?:各)?(?:过|跑|来|处理|数|扫)?(?:一)?(?:遍|次|下|趟)?",
        over,
    ),
    (
        rf"(?:把|将|对|给|处理|对象是|输入是|在)?\s?(?P<dir>{_NAME})/?\s?(?:这个)?(?:目录|文件夹|文件夹子)?(?:里头|里面?|"
            r"下面?|下头|底下|中|内)?(?:的)?"
        rf"{_ALL}?\s?(?:以)?\.?(?P<end>{_ENDING})(?:结尾|格式|后缀)?(?:的)?(?:文件|图片?|照片|视频|表)?(?:都|全|逐个|"
            r"挨个)?(?![a-z0-9_./*-])",
        lambda m: _of_kind(m) if re.search(r"里|下|中|内|目录|文件夹", m[1]) else None,
    ),
    (
        rf"(?:把|将|对|给|处理)?\s?(?P<folder>{_NAME})/?\s?(?:这个)?(?:目录|文件夹)?(?:里头|里面?|下面?|下头|"
            rf"底下)的?{_ALL}?(?:{_MATTER})(?:都|全)?",
        folder,
    ),
    (
        rf"(?:把|将|给|处理)?(?:{_MATTER})?(?:都|全|就)?(?:放|存|搁|摆)?(?:在)?\s?(?P<folder>{_NAME})(?:/|"
            rf"\s?(?:这个)?(?:目录|文件夹))\s?(?:里头|里面?|下面?|下头|底下|中|内)?(?:的)?(?:{_ALL}|那些)?(?:{_MATTER}|"
            r"东西)?(?:都|全部?|统统|咯|呢)?(?![a-z0-9_*./-])",
        folder,
    ),
    (
        rf"(?:{_MATTER}|全部?)?(?:都|全|就)?(?:放|存|搁|摆|收)?(?:在|于|是)\s?(?P<folder>{_NAME})/?\s?(?:这个)?(?:目录|"
            r"文件夹)(?:里头|里面?|下面?|中|底下)?",
        folder,
    ),
    (
        r"(?:一共|总共|共|合计)?(?:同时|并行|并发)?(?:开|起|开出|起出|拉起|要|来|跑(?=它|出|个))(?:它|"
            rf"出)?(?:个)?\s?(?P<n>{NUMBER})\s?(?:个|份|路)?\s?(?:份|copies|copy|路)|"
        rf"(?:一共|总共|共)\s?(?P<n2>{NUMBER})\s?(?:个|份)?\s?(?:copies|copy|份){zh.END}|"
        rf"(?P<n3>{NUMBER})\s?份(?:的)?\s?(?=[`a-z0-9_.-]+\.(?:py|wasm)|`)|(?P<n4>{NUMBER})\s?份(?:同时|并行|并发|一起|"
            r"一块儿?)(?:地)?(?:跑|开|执行|开工|开跑)?",
        _copies,
    ),
    (
        r"(?:(?:各|每个|每份|分别|逐个|挨个儿?|一个个|一个一个|一一)(?:都|各)?(?:来|跑|算|做|执行|处理|过|给我跑|"
            r"喂)(?:上)?(?:一)?(?:份|遍|次|趟|回|个)?(?:任务)?|"
        r"(?:一|每)个?(?:编号|文件|号|参数|种子|样本|数|帧)(?:是|算|对应|跑|起|开)?一个(?:任务|作业|进程)|挨个儿?喂给|"
            r"逐个喂给|喂给)",
        just(),
    ),
    (r"(?:全部?|统统|通通|一律|统一|整个儿?|一股脑儿?|全都|一并|一块儿?)(?:都)?(?=(?:给我|给)?(?:转|压|跑|渲|处理|用|"
        r"重新编码|弄|算|修|过|做|要))", just()),
    (
        r"(?:从|自)?\s?第\s?(?P<first>\d+)\s?(?:帧|号|个|张|页|条|份|段|题|组|批|集|例)?\s?(?:一直)?(?:到|至|-|~|"
            r"—)\s?第?\s?(?P<last>\d+)\s?(?:帧|号|张|页|条|段|题|组|批|集|例)(?:的)?(?:都|全|图|样本)?|"
        r"(?P<first2>\d+)\s?(?:-|~|到|至)\s?(?P<last2>\d+)(?=\s?(?:号)?(?:各|每个|分别|都|全|逐个|挨个))",
        _range,
    ),
    (r"(?:任务名|作业名|任务名称|作业名称|名称|名字)\s?(?:是|为|叫|"
        r":)\s?(?P<name>[a-z0-9][a-z0-9_-]{0,63})(?![./])", lambda m: (("name", m["name"]),)),
    (r"(?:机器|节点|地方|地点|型号|地区|省份|卡|机房)(?:都|也)?(?:随便|随意|任意|不限|不拘|不挑|无所谓)(?:挑|选|用)?", just()),
    (rf"(?P<n>{NUMBER})\s?个?\s?v?cpu(?:核)?", lambda m: (("needs.cpu", f"{number(m['n']):f}"),)),
    (
        r"(?:别|不要|不|甭|无需|不必|不用)(?:使?用|要|需要?)?\s?(?:gpu|显卡|加速卡)(?:\s?,?\s?(?:用|只用|"
            r"纯)?\s?cpu\s?(?:跑|算)?(?:就行|就成|就好|即可|就中)?)?|(?:用|只用|纯|纯用)?\s?cpu\s?(?:跑|算)(?:就行|就成|"
            r"就好|即可|就中)",
        just(("needs.gpu", "0")),
    ),
    (
        r"(?:编号|样本(?:编号)?|种子|工况|参数|序号|第|从|号码|批次|seeds?|跑)?\s?(?:从|为|是|:|"
            r"/)?\s?第?(?P<a>[一二三四五六七八九十百千]{1,7})(?:号|帧|张|页|集|题|段)?(?:地|样|样本|棋谱)?(?:一直)?(?:到|"
            r"至)第?(?P<b>[一二三四五六七八九十百千]{1,7})(?P<u>号|帧|张|页|集|题|段)?(?:地|样本?|棋谱)?(?:为止)?",
        _spelt,
    ),
    (
        r"(?:编号|样本(?:编号)?|种子|工况|参数|序号|重复|跑|seeds?)\s?(?:从|为|是|:|/)?\s?(?P<first>\d+)\s?(?:-|~|到|"
            r"至)\s?(?P<last>\d+)(?![\d.%])(?!\s?(?:点|小时|分|天|块|元|核|个|g|张|月|日|岁))",
        _range,
    ),
    (r"(?<![\w.])[1-9][)）](?=\s?[\u4e00-\u9fffa-z≤`~])", just()),
    (r"(?:这|那)(?:一)?(?:条|个|行)(?:命令|指令|活儿?|任务)?", after(r"[`」]\s?", just())),
    (r"(?:以|就)\s?(?=[a-z0-9_./-]+\.(?:py|wasm|sh|r|jl)\b)|限(?=\s?(?:x86|arm|aarch))|listen(?=\s?\d)", just()),
    (
        rf"(?:给我|帮我|能不能|想)?(?:支|起|开|搭|架|弄|整|搞|设)(?:一)?(?:个|路|套|处|起来){zh.END}",
        lambda m: (("service", True),) if re.search("直播|文本生成|影像|stream|generate|scan", m.string) else None,
    ),
    (rf"每(?:个|束|份|张|片|条|帧|批|组|次|件|段|台|副本|实例|任务|进程|节点|机器|样本|文件|颗|轮){{1,2}}(?:请|都|各|要|"
        rf"配|给|得)*\s?(?=(?:{NUMBER})\s?(?:个?\s?核|cores?)|/?\s?(?:{NUMBER})\s?个?\s?gb?\b)", just()),
    (r"(?:启动|调用|发起|拉起|开启|搁|摆)\s?(?=[`a-z0-9_./-]+)", just()),
    # labels of a table
    (
        r"(?:wasm|python|程序|脚本|命令|指令|输入|任务|作业|活儿?|预算|经费|花费|费用|显卡|gpu|cpu|处理器|内存|资源|"
            r"规格|配置|机器|节点|需求|要求|时限|期限|时间|截止|时长|工时|用时|所需|地点|"
        r"地域|位置|command|模块|产品|名称|位置|数量|处理量|吞吐量?|量|对象|处理对象|紧急度|级别|取向|目标|格式|input|"
            r"task|job|budget|memory|script|program)\s?(?=[:]|\s[a-z0-9_`./])",
        just(),
    ),
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
