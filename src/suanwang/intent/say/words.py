"""Words that say nothing here: politeness, pronouns, particles. No word that could turn a meaning around is among them."""

import re
from collections.abc import Sequence

_ENGLISH = """
ensuring entirely
im thats tho thru whats theres heres youre theyre gotta gonna wanna oughta lemme kinda thx ty pls plz cos cuz coz
please kindly could can would you i we i'd like to want need my our me us the a an this that these those it its is are
be been will should must shall and with for of at on by as so do does done get make have has let let's hello hi thanks
thank job task work finished finish complete completed result results file files data then also there here just in order
keep using use run service model it'll everything all somewhere place placed where which whose who's who cost costs
price ok okay give needs put hey pls thx option it's footprint capacity box i'm very much gotta yo only each i've we've
got received love wonder wondering possible cheers ta hiya dear everyone folks guys kick_off fire_up fire_off bring take
go turn into pick choose executed located based u ur plenty enough fine suffices sure ensure looking find thing total
really truly actually simply quite gonna someone machine machines node nodes finishing apply process processing render
rendering server computer them ready though anyway too as_well indeed basically nice hope hoping glad happy appreciate
appreciated appreciate_it still anyone somebody something here's here_is there_is there's that's what's it'd we'd you'd you'll
we'll i'll he she they he's she's they're his her their plz thank_you many_thanks grateful regards sincerely sir madam
apiece web however meanwhile had got_to wanna gimme lemme kind_of sort_of quick_question one_thing if_you_please
would_you_kindly back resources specs spec config configuration wants shouldn't_be_hard no_problem problem_is
situation_is deal needed required requires require requirement requirements
"""
_CHINESE = """
请 麻烦 帮我 帮忙 帮 我要 我想要 我想 我需要 我们 我 需要 想要 想 要 要求 希望 把 将 给我 给 为 让 用 的 地 得 了 吧 啊
呢 哦 嘛 一下 这个 这 那个 那 它 来 在 于 和 跟 与 并且 并 而且 同时 另外 还有 还要 并要 都 去 做 做完 完成 跑完 跑 运行
处理完 处理 出结果 交付 弄完 弄好 搞定 算完 计算 算 任务 作业 活儿 工作 项目 程序 费用 花费 就行 就好 即可 就可以 可以
谢谢 您好 你好 您 你 好 好吗 行吗 服务 模型 一个 结果 文件 数据 必须 务必 应该 应 是 有 上 里 到 对 从 时 时候 每个 全部
所有 使用 访问 看 跑下 就 就够了 够了 能不能 可不可以 行不行 交 视频 次数 的运行 本次 尽量 跑个 一遍 过一遍 出来 出 完
掉 成 就成 就行了 呀 哈 呐 咯 这边 那边 现在 总共 一共 这里 那里 老师好 求助 各位 大家好 辛苦 辛苦了 感谢 非常感谢 多谢
有劳 起来 看看 能 下 先 租 借 得出 拿到 取得 之 其 该 此 每帧 每张 每个文件 每份 每条 每段 单个任务 即 分别 各 顺便 争取
限定 分配 前提下 但 但是 另 以及 而 且 由 呗 嘞 哟 哎 嗯 噢 喔 劳驾 劳驾了 劳烦 有劳了 拜托了 谢了 多谢了 感激不尽
帮个忙 可否 能否 可好 好不好 成不成 行不 本人 咱 咱们 自己 大家 希望能 想请 打算 准备 计划 现需 现要 需求 如下 要求如下
需求如下 具体 情况 是这样 为宜 为好 发我 发给我 交给我 传给我 还给我 回传 机子 一台 一台机器 单机 单台 整个 请您 请帮
命令是 命令为 任务是 程序是 脚本是 其他没了 就这些 就这样 安排一下 安排 够 够用 就够用 足够 足够了 资源 配置 规格 用量
同一个计算 同一个任务 同一份任务 个 请问 吗 啦 每个任务 机器 打包 节点 命令 批量 拿 渲染 渲染出来 渲染一下 批量处理 拜托
保证 服务器 用来 找 找个 找台 俺 俺们 侬 恁 须 需 均 予 请予 请予以 这趟 这回 这次 此次 此番 走起 干 这活 这活儿 活 整 弄 搞
编完 编好 提交 上交 毕 完毕 替我 替俺 替咱 把它 给它 它们 这儿 那儿 注意 请注意 烦请 协助 代为 帮着 就中 就成 足矣 可否 行否
要个 来个 整个儿 输入 你们 你们的 丢上去 扔上去 放上去 给我就行 之运行 之运算 的任务 这个任务 ai llm 们 已经 已 刚 刚刚
刚才 帮手
啲 嘅 㗎 统一 逐一 一一 一定 一定要 有结果 惟 唯 而言 来说 来讲 开工 收工 妈 爸 爹 娘 敬启者 敬启 训 训练 训完 数据源 手头
统统
"""


def _pattern(words: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace("_", r"\s") for word in sorted(words, key=len, reverse=True))


_BUT = r"(?<!all )(?<!anything )(?<!everything )(?<!anywhere )(?<!nothing )(?<!everyone )(?<!none )(?<!any )but"
"""Turns from one wish to another; after "all" it leaves some out."""
FILLER = re.compile(f"{_pattern(_ENGLISH.split() + _CHINESE.split())}|{_BUT}")
