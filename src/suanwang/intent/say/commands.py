"""Commands without quotes, as people write them into a sentence: python train.py, ./build.sh --fast, make test.

Where a command ends and the sentence goes on is not marked, so only what cannot be a word of the sentence is an argument:
options, names of files, key=value; and after an option, what has a digit or a sign in it. What does not fit stays uncovered,
and is asked about.
"""

import re
from collections.abc import Callable

from suanwang.intent.say.meanings import Meaning, Saying, outside
from suanwang.model.said import Question

_LAUNCHERS = (
    "python3? bash zsh sh node ruby perl rscript julia java php pytest torchrun deepspeed mpirun mpiexec ffmpeg ffprobe"
    " blender "
    "uvicorn gunicorn hypercorn streamlit octave nextflow snakemake dotnet gmx lmp gcc g\\+\\+ go npx deno bun yolo"
)
_SUBCOMMANDS = (
    ("make", "all tests? check build bench(?:marks?)? install dist release clean docs lint train"),
    ("npm", "start test ci run\\s[a-z][\\w:-]*"),
    ("yarn", "start test build run\\s[a-z][\\w:-]*"),
    ("pnpm", "start test build run\\s[a-z][\\w:-]*"),
    ("cargo", "run build test bench"),
    ("go", "run\\s\\S+\\.go test\\s\\./\\S* build\\s\\S+\\.go"),
    ("yolo", "train val predict detect export"),
    ("accelerate", "launch\\s\\S+\\.py"),
    ("mvn", "test package verify install"),
    ("gradle", "test build"),
    ("flask", "run"),
)
_INTERPRETERS = {"sh": "bash", "bash": "bash", "r": "Rscript", "jl": "julia", "pl": "perl", "rb": "ruby", "js": "node"}
"""By the ending of a script that is named alone, what runs it."""
_PROGRAMS = ("exe",)
_NOT_SCRIPTS = r"(?!(?:node|next|vue|react|three|express|nuxt|d3)\.js)"

_END = r"(?![\w/=-])"
_NAME = r"[a-z0-9_/-][a-z0-9_./-]*"
_FILE = rf"(?:(?:\./)?{_NAME}\.[a-z][a-z0-9]*{_END}|(?:\./)[a-z0-9_][a-z0-9_./-]*(?<!\.){_END})"
_VALUE = rf"(?:[a-z0-9_.:/+-]*[0-9_:/+][a-z0-9_.:/+-]*(?<![.:]){_END}(?!\s?[\u4e00-\u9fff%]))"
_OPTION = rf"(?:--?[a-z][a-z0-9_-]*(?:=[^\s,;。，；]+(?<!\.)|:[a-z]+)?(?:\s{_VALUE})?|-j\s?\d*)"
_KEYED = r"(?:[a-z_][\w.-]*=[^\s,;。，；]+(?<!\.))"
_ARGUMENTS = rf"(?:\s(?:{_OPTION}|{_KEYED}|{_FILE}))"
_ON = r"(?=\s?(?:$|[,.;:!?。、()`\u4e00-\u9fff]|-|(?:on|with|in|within|under|by|at|for|using|over|near)\s))"
_SUB = "|".join(rf"{head}\s(?:{'|'.join(words.split(' '))}){_END}(?:{_ARGUMENTS}+|{_ON})" for head, words in _SUBCOMMANDS)
_SCRIPTS = "|".join(_INTERPRETERS)
_ALONE = rf"(?P<alone>{_NOT_SCRIPTS}(?<![a-z0-9_./-]){_NAME}\.(?:{_SCRIPTS}|{'|'.join(_PROGRAMS)}){_END})"

COMMAND = (
    rf"(?<![a-z0-9_./-])(?P<command>(?:uvicorn|gunicorn|hypercorn|flask --app)\s[a-z_][\w.]*(?::[a-z_]\w*)?"
    rf"{_END}{_ARGUMENTS}*|(?:{'|'.join(_LAUNCHERS.split())}){_ARGUMENTS}+|(?:{_SUB}){_ARGUMENTS}*"
    rf"|make\s-[a-z]\s?\d*{_ARGUMENTS}*|\./[a-z0-9_][a-z0-9_./-]*(?<!\.){_ARGUMENTS}*)"
    rf"|{_ALONE}(?P<rest>{_ARGUMENTS}*)"
)
_SAID = (
    r"(?:(?:(?:the |my |our )?(?:command|cmd|script|program|job|task)(?:\s?(?:is|:))?|run|execute|launch|start|use|"
    r"using|running|"
    r"to run|(?:要)?(?:运行|执行|跑)(?:的)?(?:命令|脚本|程序)?(?:一下|下)?|(?:任务|命令|脚本|程序|指令)(?:名)?)\s?(?:是|"
    r"为|:|叫)?\s?)?"
)
BARE = rf"{_SAID}(?:{COMMAND})"


def command(match: re.Match[str]) -> Meaning:
    """A command as it stands; a script that is named alone is run by what its ending says."""
    alone = match["alone"]
    text = match["command"] or _run(alone) + match["rest"]
    if outside(text):
        return Question(code="SUAN-U122", key="outside", words=match[1].strip())
    return (("run", text),)


def named(words: str) -> Saying:
    """What the words that WORK matched are: a script, a module, a command."""
    if words[0] in "`「":
        return (("run", words.strip("`「」").strip()),)
    kind = {"py": "python", "wasm": "wasm"}.get(words.rpartition(".")[2])
    return ((kind, words),) if kind else (("run", words if words.startswith("./") else _run(words)),)


def _run(name: str) -> str:
    ending = name.rpartition(".")[2]
    if ending in _PROGRAMS:
        return name if "/" in name else f"./{name}"
    return f"{_INTERPRETERS[ending]} {name}"


COMMANDS: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = ((BARE, command),)
