"""Words that say nothing here: politeness, pronouns, particles. No word that could turn a meaning around is among them."""

import re
from collections.abc import Sequence

_ENGLISH = """
please kindly could can would you i we i'd like to want need my our me us the a an this that these those it its is are
be been will
should must shall and with for of at on by as so do does done get make have has let let's hello hi thanks thank job task work
finished finish complete completed result results file files data then also there here just in order keep using use run
service model it'll everything all somewhere place placed where which whose who's who to cost costs price ok okay
give needs need put hey pls thx option run it's footprint capacity box i'm very much gotta yo using finish also only each
i've we've i'd got received love wonder wondering possible cheers ta yo hiya dear everyone folks guys kick_off fire_up fire_off
bring take go turn into pick choose executed located based u ur plenty enough fine suffices
sure ensure looking okay find thing total really truly actually simply quite gonna
someone machine machines node nodes finishing apply process processing render
rendering server computer them ready
"""
_CHINESE = """
请 麻烦 帮我 帮忙 帮 我要 我想要 我想 我需要 我们 我 需要 想要 想 要 要求 希望 把 将 给我 给 为 让 用 的 地 得 了 吧
啊 呢 哦 嘛 一下 这个 这 那个 那 它 来 在 于 和 跟 与
并且 并 而且 同时 另外 还有 还要 并要 都 去 做 做完 完成 跑完 跑 运行 处理完 处理 出结果 交付 弄完 弄好 搞定 算完 计算
算 任务 作业 活儿 工作 项目 程序 费用 花费 就行 就好
即可 就可以 可以 谢谢 您好 你好 您 你 好 好吗 行吗 服务 模型 一个 结果 文件 数据 必须 务必 应该 应 是 有 上 里 到 对
从 时 时候 每个 全部 所有 使用 访问 看 跑下 就 就够了 够了 能不能 可不可以 行不行 交 视频 次数 的运行 本次 尽量 跑个
一遍 过一遍 出来 出 完 掉 成 就成 就行了 呀 哈 呐 咯 这边 那边 现在 总共 一共 这里 那里 老师好 求助 各位 大家好
辛苦 辛苦了 感谢 非常感谢 多谢 有劳
起来 看看 能 下 先 租 借 得出 拿到 取得 之 其 该 此 每帧 每张 每个文件 每份 每条 每段 单个任务
即 分别 各 顺便 争取 限定 分配 前提下
个 请问 吗 啦 每个任务 机器 打包 搞定 节点 命令 批量 拿 渲染 渲染出来 渲染一下 批量处理 拜托 保证 交给我 服务器 用来
"""


def _pattern(words: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace("_", r"\s") for word in sorted(words, key=len, reverse=True))


FILLER = re.compile(_pattern(_ENGLISH.split() + _CHINESE.split()))
