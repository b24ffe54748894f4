"""After how long a task is stopped, in English: which task, what happens to it, after how long, in any order."""

import re
from collections.abc import Callable

from suanwang.intent.say.commands import named
from suanwang.intent.say.lexicon import TASK, WORK
from suanwang.intent.say.meanings import IN, MORE, SPAN, UP, Meaning, just, task
from suanwang.intent.say.numbers import NUMBER
from suanwang.model.said import Question

_WHICH = (
    r"(?:(?:each|every|any|all|a|an|the|no|per|whichever|whatever|those|individual|single|one)\s)"
    rf"{{0,3}}(?:of (?:them|these|those|the|my|our)\s)?"
    rf"(?:single |individual |given |slow |stuck )?(?:{TASK})(?: of (?:them|these|those|the (?:{TASK})))?"
)
_ONE = rf"(?:{_WHICH}|any|each|them|it|those)"
_EACH_ONE = rf"(?:{_WHICH}|any|each)"
_KILL = (
    r"(?:stop|kill|end|cut|halt|abort|terminate|drop|abandon|cancel|quit|shut|pull|give up|giv|axe|time|chop|break|ax|"
    r"cull)"
)
_KILLING = (
    rf"(?:pull(?:ing)? the plug(?: on)?|{_KILL}(?:t|p|d|l|it)?(?:ing|ped|ted|ed|d|s)?(?: up)?(?: on)?(?: off| "
    "short| down| out)?|give up(?: on)?)"
)
_KILLED = (
    "(?:(?:(?:should|must|shall|is to|are to|will|may|can|has to|have to|needs? to) )?(?:gets?|be|is|are|"
    r"being|to be)?\s?(?:automatically )?"
    "(?:stopped|killed|ended|cut(?: off| short)?|halted|aborted|terminated|dropped|abandoned|cancel(?:l)"
    "?ed|shut down|timed out|axed|"
    r"given up(?: on)?|taken down)(?: off)?|dies|times? out|expires?)"
)
_RUNS = (
    r"(?:(?:that|which|who)\s)?(?:(?:may|can|might|should|must|shall|will|is allowed to|are allowed to|has|"
    r"have|gets? to)\s)?(?:(?:still )?"
    "(?:run|go|take|last|drag|need|use|get|be|hang|keep going|carry|work|reach|hit|pass|exceed|stay)(?:s|"
    "es|ning|ing|ging|ting)?"
    r"(?: on| out| around| at it| running)?\s)"
)
_AT = (
    rf"(?:{MORE}|after|at|once|when (?:they|it) (?:reach(?:es)?|hits?|pass(?:es)?)|beyond|as soon as (?:they|it)"
    " (?:reach(?:es)?|hits?|pass(?:es)?)|upon|past)"
)
_WHEN = (
    "(?:after|at|once|past|when (?:they|it) (?:reach(?:es)?|hits?|pass(?:es)?)|as soon as (?:they|it) "
    "(?:reach(?:es)?|hits?|pass(?:es)?))"
)
_GONE = r"(?:\s(?:have|has|are|is) (?:gone by|passed|elapsed|up|over)|\s(?:mark|or more|each|apiece|per (?:task|file|item)))"
_LIMIT = (
    r"(?:(?:run ?time|time|running time|wall time|hard|max(?:imum)?\.?)\s)*(?:limit|time ?out|cap|max(?:imum)?|"
    "ceiling|run ?time|time)"
)
_PER = (
    r"(?:per|for (?:each|any|every|a|an|one)(?: one| single)?|each|a|an|every|on each|/)\s?(?:single |"
    rf"individual )?(?:{TASK})"
)
_S = rf"(?:the )?(?P<span>{SPAN})"
_THEN = (
    rf"(?:\s?[,;-]*\s?(?:and )?(?:then )?(?:{_KILLING}\s(?:it|them|that one|each one|one)(?: off| short| down)"
    rf"?|{_KILLED}))"
)
_NO = r"(?:no|none of the|not one|not a single|none)"


def _with_work(match: re.Match[str]) -> Meaning:
    """A limit, and the work that is named in the midst of it."""
    said = task(match)
    return said if isinstance(said, Question) or not match["work"] else (*said, *named(match["work"]))


STOPPING: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    # stop each one after half an hour; kill any that runs past 20 min
    (rf"(?:and )?{_KILLING}\s{_EACH_ONE}(?: off| short| down| out)?\s(?:{_RUNS}{_AT}|{_WHEN})\s{_S}{_GONE}?", task),
    (
        (
            rf"(?:and )?{_KILLING}\s{_EACH_ONE}(?: off| short| down| out)?(?: (?:of|in|from) (?P<work>{WORK}))"
            rf"?\s(?:(?:{_RUNS})?{_WHEN}|{_RUNS}{_AT}|(?:that|which) (?:exceeds?|passes|hits|reaches|outlasts|"
            rf"overruns|lasts over))\s{_S}{_GONE}?"
        ),
        _with_work,
    ),
    (rf"(?:and )?{_KILLING}\s(?:anything|(?:any |every |each |all |the )?(?:tasks?|jobs?|runs?)) {_AT}\s{_S}{_GONE}?", task),
    (
        rf"(?:each|every|any|a|no)(?: single| one)? (?:{TASK})(?: (?:of|in|from) (?P<work>{WORK}))? "
        "(?:gets?|has|is allowed|is given|may (?:take|run(?: for)?|last|use)|can (?:take|run(?: for)?|"
        "last)|must (?:finish|be done|end|be over) (?:in|within)"
        r"|(?:is|should be|must be) limited to|should (?:take|run(?: for)?)|is to (?:take|run(?: for)?))\s"
        rf"(?:{UP}\s)?{_S}(?:\s?{IN})?",
        lambda m: (
            _with_work(m)
            if not re.match(r"(?:no|a)\b", m[1]) and re.search((rf"gets?|has|allowed|given|must|limited|{UP}|{IN}"), m[1])
            else None
        ),
    ),
    (
        r"(?:should|must|shall|will|are to|may|can|has to|have to|is to)\s(?:each|all|individually) (?:be )"
        "?(?:automatically )?"
        "(?:stopped|killed|ended|cut(?: off| short)?|halted|aborted|terminated|dropped|abandoned|given "
        rf"up(?: on)?|taken down)\s{_WHEN}\s{_S}{_GONE}?",
        task,
    ),
    # each task is stopped after an hour; tasks over 5 min get killed; whichever runs longer than an hour should be cut off
    (rf"{_WHICH},?\s{_KILLED}\s{_AT}\s{_S}{_GONE}?", task),
    (rf"(?:{_WHICH}|whichever|whatever|anything|any)\s(?:{_RUNS})?{_AT}\s{_S}{_GONE}?{_THEN}", task),
    (rf"(?:should|if|when|in case)\s(?:{_ONE}|one|any)\s(?:{_RUNS})?{_AT}\s{_S}{_THEN}", task),
    (
        rf"{_KILLED}\s{_AT}\s{_S}{_GONE}?",
        lambda m: task(m) if re.search(rf"\btasks? of {WORK}\s$", m.string[: m.start(1)]) else None,
    ),
    (rf"(?:(?:each|every|any|all|the|single)\s)*tasks? of\s(?={WORK})", just()),
    # no task may run beyond five minutes; none gets more than 8 minutes
    (
        (
            rf"{_NO}\s(?:single |individual )?(?:(?:{TASK})\s|of them )?{_RUNS}?(?:{MORE}|beyond|exceed)\s{_S}(?:\s"
            rf"?(?:before )?(?:you|we) {_KILLING}(?: it)?)?"
        ),
        task,
    ),
    (
        (rf"(?:before )(?:you|we|they) {_KILLING}(?: it| them)?(?: the plug)?"),
        lambda m: () if re.search(rf"{SPAN}\s$", m.string[: m.start(1)]) else None,
    ),
    # time limit per task: 45 s; 10 minutes per task then cut it off
    (rf"(?:the |a )?(?:per[- ]task|task|each task's)\s{_LIMIT}\s?(?:is|of|:|=|->)?\s?(?:{UP}\s?)?{_S}(?:\s?{IN})?", task),
    (rf"(?:the |a )?{_LIMIT}\s{_PER}\s?(?:is|of|:|=|->)?\s?(?:{UP}\s?)?{_S}(?:\s?{IN})?", task),
    (rf"(?:the |a )?{_LIMIT}\s?(?:is|of|:|=|->)?\s?(?:{UP}\s?)?{_S}\s{_PER}", task),
    (rf"(?:{UP}\s)?{_S}\s{_PER}(?:\s?,?\s?(?:{IN}|tops|max\.?)|{_THEN})", task),
    (rf"(?:{UP}\s){_S}\s{_PER}", task),
    (rf"{_S}\s(?:{IN}|time ?out|limit)\s{_PER}", task),
    (
        (
            rf"(?:each|every)(?: (?:single )?(?:{TASK}))?\s(?:is |gets |has )?(?:(?:limited|restricted|capped|"
            rf"confined) to|{UP})\s{_S}(?:\s?{IN})?"
        ),
        task,
    ),
    (rf"(?:task )?time ?outs?\s?(?:is|of|at|after|:|=|set to)?\s{_S}\s(?:each|per {TASK}|apiece)", task),
    (rf"{_KILLING}\s(?:stragglers|slow ones|stuck ones|laggards|hung ones)\s(?:at|after|past|beyond)\s{_S}(?: each)?", task),
    (rf"(?P<span>{NUMBER}[- ](?:hour|minute|min|second|sec)s?)[- ](?:limit|time ?out|cap|maximum) {_PER}", task),
)
