"""What people ask for that cannot be had by a sentence: said so, rather than not understood. Each is a question, and nothing is
done before it is answered: none of these wishes is dropped."""

import re
from collections.abc import Callable

from suanwang.intent.say.meanings import KIND, SPAN, Meaning, ask
from suanwang.intent.say.numbers import NUMBER
from suanwang.intent.say.when import CLOCK, DAY, PERIOD

_ME = r"(?:me|us|my (?:boss|team|colleagues?)|our team|我们?|老板|大家|一声|一下)"
_VIA = (
    r"(?:e-?mails?|sms|texts?|text messages?|messages?|phone(?: calls?)?|calls?|slack|wechat|邮件|邮箱|短信|微信|电话|"
    r"钉钉|飞书|消息|通知)"
)
_TIME = rf"(?:(?:{DAY})的?\s?)?(?:{PERIOD}\s?)?(?:{CLOCK}|\d{{1,2}}(?=\s?(?:am|pm)))(?:\s?(?:{PERIOD}))?(?:\s(?:{DAY}))?"
_BEGIN = r"(?:start(?:s|ing|ed)?|begin(?:s|ning)?|kick(?:s|ed)? off|launch(?:es|ed)?|run|running)"

NEVER = ("tell", "start", "repeat", "sealed", "gpu_memory", "no_runtime")
"""Keys of these questions. They come before words that are not understood: other words for those would be of no use."""
CANNOT: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    (
        rf"(?:and |then |please )?(?:(?:notify|alert|ping|message|text|call|phone|tell|remind|e-?mail) {_ME}|let {_ME} know)"
        rf"(?: (?:by|via|over|with|through|on) (?:an? )?{_VIA})?(?: (?:when|once|as soon as|after|if) (?:it|that|"
        rf"everything|the job|the run)"
        rf"(?:'s| is| has)? (?:been )?(?:done|finished|finishes|ready|complete|completed|over|ends?))?"
        rf"|(?:and |then )?send (?:{_ME} )?(?:an? |the results? (?:by|via|to my) )?{_VIA}(?: to \S+)?(?: when (?:it|that)"
        rf"(?:'s| is) (?:done|finished|ready))?"
        rf"|(?:完成|跑完|算完|结束|好|做完)?(?:了|后|之后|以后)?\s?(?:就|再|请|要)?(?:通过|用|发)?(?:个|条|封)?{_VIA}?(?"
        rf":通知|提醒|告诉|告知|知会|喊|叫){_ME}"
        rf"|(?:完成|跑完|算完|结束|好|做完)(?:了|后|之后|以后)?\s?(?:就|再|请)?(?:给|向)?{_ME}?(?:发|打)(?:个|条|封)?"
        rf"{_VIA}(?:给?{_ME})?",
        ask("SUAN-U122", "tell"),
    ),
    (
        rf"(?:only )?{_BEGIN}(?: it)?(?: only)? (?:no (?:earlier|sooner) than|not before|after|from|at) {_TIME}"
        rf"|(?:no (?:earlier|sooner) than|not before|(?:only )?after|从)\s{_TIME}|{_TIME}\s?(?:以后|之后|后)?(?:再|才|"
        rf"就)?(?:开始|启动|开跑|start)(?:跑|运行|算)?"
        rf"|(?:start|begin|launch|kick off)\b(?! (?:the |a |an |my |our )?(?:web )?service)(?:[^,.;!?。]|\.(?=\w)"
        rf"){{0,80}}?\b(?:in {SPAN}|(?:by|at|on|before) {_TIME}|(?:tomorrow|tonight|next \w+|{DAY}))(?:\s{_TIME})?"
        rf"|(?:晚于|不早于|最早)\s?{_TIME}|{_TIME}(?:以后|之后|后)(?:再|才)?(?:跑|运行|算|开)?",
        ask("SUAN-U122", "start"),
    ),
    (
        rf"(?:run (?:it |this )?)?(?:every|each) (?:day|night|morning|evening|week|month|hour|{NUMBER} (?:hours?|minutes?"
        rf"|days?)|\w+day)s?(?: at {_TIME})?"
        rf"|(?:nightly|(?:once|twice) an? (?:day|week|month|hour))"
        rf"|每(?:天|日|晚|周|月|周[一二三四五六日天]|个?小时|隔{NUMBER}个?(?:小时|天|分钟))\s?(?:{PERIOD})?(?:{CLOCK})?(?"
        rf":都|定时|自动)?(?:跑|运行|执行|算)(?:一次|一遍|一下)?",
        ask("SUAN-U122", "repeat"),
    ),
    (
        r"(?:(?:the |all |my |our )?(?:data|files?|results?|traffic|everything|transfers?|connections?|数据|文件|结果|"
        r"传输|链路|过程)\s?)?"
        r"(?:(?:with|must|should|has|have|needs?|to|be|is|are|stay|kept|fully|全程|必须|需要?|要|得|都|务必|端到端|传输|"
        r"存储|过程)\s?){0,4}"
        r"(?:end[- ]to[- ]end )?(?:encrypted|encryption|encrypt|加密)(?:传输|存储|的|处理|一下)?"
        r"(?: (?:in transit|at rest|end[- ]to[- ]end|throughout|all the (?:way|time)|and|both))*",
        ask("SUAN-U122", "sealed"),
    ),
    (
        rf"(?:(?:with |and )?(?:at least |>=?\s?)?{NUMBER}\s?(?:gb|gib|g|gigs?)\s?(?:of )?(?:vram|video memory|"
        rf"gpu memory|显存)(?: each)?"
        rf"|(?:vram|gpu memory|video memory|显存)\s?(?:of|is|>=?|至少|不少于|不低于|要|大于|需要?)?\s?{NUMBER}\s?(?:gb|"
        rf"gib|g|gigs?)(?:以上|的)?"
        rf"|(?:{NUMBER}\s?(?:x|×|块|张|台)?\s?)?{KIND}s?[ -]?(?:\(?(?:16|24|32|40|48|80|96|141)\s?gb?\)?)(?:版)?(?!\s?(?"
        rf":of )?(?:ram|memory|内存)))",
        ask("SUAN-U122", "gpu_memory"),
    ),
    (
        r"(?:(?:docker |container )?(?:image|镜像)\s?(?:is|是|为|:)?\s?[a-z0-9][a-z0-9._/-]*(?::[\w.-]+)?|"
        r"[a-z0-9._-]+\.(?:ya?ml|onnx|blend|ipynb))",
        ask("SUAN-U122", "no_runtime"),
    ),
)  # fmt: skip
