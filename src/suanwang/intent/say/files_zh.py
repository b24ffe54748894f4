"""Which files and what of them, as it is said in Chinese: those that come with the sentence, patterns, folders, ranges,
copies; and the labels of a table."""

import re
from collections.abc import Callable

from suanwang.intent.say import bounds_zh as zh
from suanwang.intent.say.lexicon import PLAIN
from suanwang.intent.say.meanings import ITEMS_MAX, Meaning, after, folder, just, outside, over
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.model.said import Question

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


FILES_ZH: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
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
)  # fmt: skip
"""(pattern, what it says), as LINES has them."""
