"""Over what, in English: files by where they lie or by being sent along, numbers, copies."""

import re
from collections.abc import Callable

from suanwang.intent.say.lexicon import MATTER, NOT_NAMED, WORD, WORK
from suanwang.intent.say.meanings import ITEMS_MAX, Meaning, just, outside
from suanwang.intent.say.numbers import NUMBER, number
from suanwang.intent.say.plain import listed
from suanwang.intent.say.standing import SERVED
from suanwang.model.said import Question

_EVERY = r"(?:every(?: single)?|each(?: and every)?|all(?: of)?(?: the| my| our)?|every one of (?:the|my|our))"
_DIR = r"(?P<{name}>(?<![a-z0-9_./-])[a-z0-9_][a-z0-9_-]*(?:/[a-z0-9_-]+)*)"
_IN = r"(?:in|inside|from|under|within|of|lying in|found in|stored in|living in)"
_END = (
    r"(?:\.?(?P<{name}>(?:csv|tsv|json|jsonl|txt|md|log|xml|xlsx?|docx?|pdf|png|jpe?g|tiff?|gif|svg|webp|bmp|"
    "mp[34]|mov|avi|mkv|mpe?g|wav|flac|ogg|mxf|vob|gz|zip|nc|h5|hdf5?|npy|npz|bin|dat|edf|dcm|fasta|fastq|fa|"
    "pdb|las|tex|eml|exr|parquet|html?)))"
)
_THEM = r"(?:(?:all of |each of )?(?:these|those|them|it)(?: files?| ones?)?|everything)"
_FILE = re.compile(r"[a-z0-9_./-]+\.[a-z0-9]+")
COPIES_LEAST = 10
"""So many copies of what is not said to be a service are tasks; fewer may be instances of one, or owners that check each
other."""


def _of_kind(match: re.Match[str]) -> Meaning:
    """Every .csv in a folder."""
    name, ending = match["dir"], match["end"]
    if outside(name):
        return Question(code="SUAN-U122", key="outside", words=name)
    return (
        ("over", (f"{name.rstrip('/')}/*.{ending.removesuffix('s') if ending.endswith('s') and ending != 'gz' else ending}")),
    )


def _in_folder(match: re.Match[str]) -> Meaning:
    name = next(v for k, v in match.groupdict().items() if k.startswith("dir") and v)
    if outside(name):
        return Question(code="SUAN-U122", key="outside", words=name)
    return (("over", f"{name.rstrip('/')}/*"),)


def _named_folder(match: re.Match[str]) -> Meaning | None:
    """Everything in Films: nothing where it is no name of what files are, such as "in colour"."""
    known, name = listed("en"), match["dir"]
    named = (
        "/" in match[1]
        or "folder" in match[1]
        or "directory" in match[1]
        or re.fullmatch(MATTER, name)
        or known.plain.get(name)
        or (name.endswith("s") and known.plain.get(name.removesuffix("s")))
    )
    return _named(match) if named else None


def _named(match: re.Match[str]) -> Meaning | None:
    name = match["dir"]
    if name in listed("en").turning:
        return None
    if outside(name):
        return Question(code="SUAN-U122", key="outside", words=name)
    return (("folder", f"{name.rstrip('/')}/*"),)


def are_tasks(match: re.Match[str]) -> bool:
    """Whether so many copies are more than a service would have."""
    return "copies" in match[1] and number(match["n"]) >= COPIES_LEAST and not SERVED.search(match.string)


def _bare_copies(match: re.Match[str]) -> Meaning | None:
    return _copies(match) if are_tasks(match) else None


def _copies(match: re.Match[str]) -> Meaning | None:
    """So many of them: one task for each."""
    many = number(match["n"])
    return (("over", f"1-{int(many)}"),) if many == int(many) and many >= 2 else None


OVER_WHAT: tuple[tuple[str, Callable[[re.Match[str]], Meaning | None]], ...] = (
    (
        r"(?:(?:to )?go(?:es)? )?(?:over|upon|on|across|through|for|to|at|with)\s(?:(?:each|all|every one)"
        r"(?: of)?\s)?(?:(?:the|my|our|these|those|his|her)\s)?"
        rf"(?:{WORD}\s){{0,2}}(?:{MATTER})(?: files?)?,?\s(?:(?:designated|named|called|matching|in|under|"
        r"at|from)\s)?(?=[a-z0-9_./-]*[*])",
        just(),
    ),
    # over what: feed x/* to a.py; a.py should chew on x/*
    (r"(?:feed|pass|pipe|give|send|throw|push|put|run|take|pump|shove|hand|stuff|process)\s(?=[a-z0-9_./-]*[*])", just()),
    (
        rf"(?:to|into|through|at|over to|by|via)\s(?={WORK})",
        lambda m: (
            ()
            if re.search(
                (r"(?:[*/][a-z0-9_./*-]*|\b(?:them|these|those|files|each|one|it|over|all))\s?,?\s$|\d\s?,?\s$"),
                m.string[: m.start(1)],
            )
            else None
        ),
    ),
    (
        r"(?:should|must|shall|has to|can|may|could|might|needs to|is to|will|to|want)?\s?(?:go|work|chew|"
        "plough|run|munch|crunch|grind|look|march|comb|sweep|churn|pass|step|loop|read|deal|cope|be run|"
        "be let loose|be applied|loose)s?(?:ing)?"
        rf"(?: its way)?(?: (?:through|over|on|across|with|at|to|on all|along|up))+\s(?=(?:{_EVERY} )"
        rf"?(?:(?:{MATTER})\s)*(?:in |of )?[a-z0-9_./-]*[*]|(?:{_THEM})|(?:{WORK}))",
        just(),
    ),
    (
        (
            r"(?:inputs?|input files?|files?|data|items|over|on|work on|to process|arguments?|args)\s?(?:is|are|:|"
            r"=|->|from)\s?(?=[a-z0-9_./-]*[*]|\d)"
        ),
        just(),
    ),
    (
        (
            r"(?:,\s?)?(?:one|a) (?:task|job|run) (?:per|for each|for every|each|a|an|to each|to every) "
            rf"(?:{MATTER}|message|file|item|one)"
        ),
        just(),
    ),
    (
        (
            "(?:(?:apply|use|run) (?:it|this|that) )?(?:to|on|over|for|with) (?:each|every one|all|each one)(?: "
            "of (?:them|these|those))?(?: (?:in turn|separately|one by one))?"
        ),
        lambda m: () if "*" in m.string[: m.start(1)] else None,
    ),
    (
        (
            rf"(?:(?:over|on|for|to|process|across|through|with|do) )?{_EVERY}\s(?:of the |of my )?(?:{MATTER} )"
            rf"?{_END.format(name='end')}s?(?:\s?(?:{MATTER}))*\s{_IN}\s(?:the |my |our )?(?:folder |directory )"
            rf"?{_DIR.format(name='dir')}/?(?: folder| directory)?"
        ),
        _of_kind,
    ),
    (
        (
            r"(?:(?:over|on|for|to|process|across|through) )?(?:every(?: single)?|each(?: and every)?)\s"
            rf"(?:{MATTER})\s{_IN}\s(?:the |my |our )?(?:folder |directory ){_DIR.format(name='dir')}/?"
        ),
        _in_folder,
    ),
    (
        (
            r"(?:(?:over|on|for|to|process|across|through) )?(?:every(?: single)?|each(?: and every)?)\s"
            rf"(?:{MATTER})\s{_IN}\s(?:the |my |our )?{_DIR.format(name='dir')}(?:/(?![a-z0-9*])| (?:folder|"
            r"directory)\b)"
        ),
        _in_folder,
    ),
    (
        "(?:(?:over|on|for|to|process|across|through) )?(?:everything|the lot|all(?: of)?(?: the| my| our)"
        rf"?(?: (?:{MATTER}))?|all (?:the )?files|whatever is)\s"
        r"(?:in|inside|from|under)\s(?:the |my |our )?(?:folder |directory )"
        rf"?{_DIR.format(name='dir')}/?(?: folder| directory)?(?=\s?(?:$|[,.;:!?)]|-|—)|\s(?:to|into|should|"
        "must"
        r"|has|have|with|by|as|on|for|near|within|before|at|please|and|through|is|are|need)\b)",
        _named_folder,
    ),
    (
        (
            rf"(?:the )?(?:folder|directory) {_DIR.format(name='dir')}/?(?=\s?(?:$|[,.;:!?)])|\s(?:to|into|with|by|"
            r"as|through)\b)"
        ),
        lambda m: _named(m),
    ),
    (
        (
            r"(?:all )?(?:numbered|counted)\s(?:from )?(?P<first>\d+)\s?(?:-|–|~|to|through|till)\s"
            r"?(?P<last>\d+)(?!\s?(?:gb|%|:))"
        ),
        lambda m: (("over", f"{m['first']}-{m['last']}"),) if int(m["first"]) <= int(m["last"]) < ITEMS_MAX else None,
    ),
    # so many copies; numbered 1 to 64
    (
        (
            rf"(?:run |start |do |make |launch |spawn |give me |i want |i need |with )?(?P<n>{NUMBER})\s"
            "(?:identical |separate |independent |parallel )?(?:copies|runs|repetitions|repeats|replicates) of "
            rf"(?:it|this|that|(?=(?:the |my |our )?(?:{WORD} )?{WORK}))"
        ),
        _copies,
    ),
    (
        (
            rf"(?:in |with |run |x |× )?(?P<n>{NUMBER})\s(?:identical |separate |independent |parallel )?copies(?! "
            "of)"
        ),
        _bare_copies,
    ),
    (
        (rf"(?:in|as)\s(?P<n>{NUMBER})\s(?:identical |separate |independent |parallel )?copies"),
        lambda m: _copies(m) if re.search(rf"{WORK}\s$", m.string[: m.start(1)]) else None,
    ),
    (
        (
            rf"(?P<n>{NUMBER})\s?(?:times|x|×)(?: over)?,?\s\(?(?:numbered |numbers |counting |from |no\.? |for |"
            r"with |indices |index )*(?P<first>1)\s?(?:-|–|~|to|through|till)\s?(?P<last>\d+)\)?"
        ),
        lambda m: (("over", f"1-{m['last']}"),) if number(m["n"]) == int(m["last"]) else None,
    ),
    (
        (
            r"(?:copies|numbers|seeds|indices|nos?\.?|items?|tasks?|frames?|runs?|trials?|cases?|samples?|batches|"
            r"parts|the numbers)\s?(?:numbered )?(?:from )?(?P<first>\d+)\s?(?:-|–|~|to|through|till|\.\.)\s"
            r"?(?P<last>\d+)(?!\s?(?:gb|%|:))"
        ),
        lambda m: (("over", f"{m['first']}-{m['last']}"),) if int(m["first"]) <= int(m["last"]) < ITEMS_MAX else None,
    ),
    # the attached; the recordings from our choir trip
    (
        "(?:(?:of|for|on|over|process(?:ing)?|to|with|all(?: of)?|every one of|here (?:are|is|come|comes)|"
        "herewith|attached (?:are|is)|enclosed (?:are|is)|i(?:'ve| have|'m| am)? (?:attached|enclosed|"
        r"sent|uploaded|added|put|sending|attaching|enclosing)(?: you)?)\s)*"
        "(?:these|those|the (?:attached|enclosed|following|accompanying|included|appended)|(?:(?<=are )|"
        r"(?<=attached )|(?<=enclosed )|(?<=sent )|(?<=sending )|(?<=uploaded ))(?:the|my|our|some))\s"
        rf"(?:(?:lovely |dear )?old\s)?(?:home\s)?(?:{WORD}\s){{0,3}}(?:{MATTER})(?: files?)?(?:,? (?:that |"
        "which )?(?:i|we)(?:'ve| have|'m| am)? "
        "(?:just )?(?:attach|enclos|send|sent|uploaded|includ|put|add)(?:ed|ing)?(?: (?:you|along|with "
        rf"(?:this|it|the (?:message|sentence|letter))|here|in))*)?{NOT_NAMED}",
        just(("given", True)),
    ),
    (
        rf"the (?:{WORD}\s){{0,2}}(?:{MATTER}),?\s(?:that |which )?(?:i|we)(?:'ve| have|'m| am)? (?:just )"
        "?(?:attached|enclosed|sent|uploaded|included|appended|sending)(?: (?:you|along|with (?:this|it)|"
        "here))*"
        rf"|(?:the )?(?:{WORD}\s){{0,2}}(?:{MATTER}) (?:attached|enclosed|included|with this message|with "
        "this|sent along|that came with this)",
        just(("given", True)),
    ),
    (
        (
            r"(?<![a-z0-9_./*-])(?P<name>[a-z0-9_][a-z0-9_./-]*\.(?:mov|mp4|avi|mkv|mxf|mpe?g|webm|wmv|flv|m4v|"
            "mts|vob|3gp))(?![a-z0-9])"
        ),
        lambda m: (
            (("over", m["name"]),)
            if re.search((r"transcod|convert|encod|turn|h\.?264|\bmp4\b"), _FILE.sub("", m.string)) and not outside(m["name"])
            else None
        ),
    ),
    (
        (
            rf"(?P<n>{NUMBER})\s(?:(?:seeds|numbers|frames|pages|cases|samples|items|tasks|runs|images|files|copies|"
            r"scenes|chapters|steps|trials|parts|batches|students|pupils)\b)"
        ),
        lambda m: () if re.search(rf"\b1\s?(?:-|–|to|through)\s?{int(number(m['n']))}\b", m.string) else None,
    ),
    (
        (
            r"(?:(?<=^)|(?<=[/|,;:—] )|(?<=→ )|(?<=[(]))(?:the )?(?P<first>\d+)\s?(?:-|–|to)\s?(?P<last>\d+)"
            r"(?=\s?(?:$|[/|;,.—→)]))"
        ),
        lambda m: (
            (("over", f"{m['first']}-{m['last']}"),)
            if int(m["first"]) < int(m["last"]) < ITEMS_MAX and int(m["last"]) > 24
            else None
        ),
    ),
    (
        (
            r"(?:over|on|to|with|through|across|for) (?:them|these|those|all of them|each of them)(?: all)?(?=\s"
            "?(?:$|[,.;:!?)]))"
        ),
        lambda m: (
            () if re.search(r"\*|\b(?:these|those|attached|enclosed)\b|\d\s?(?:-|to)\s?\d", m.string[: m.start(1)]) else None
        ),
    ),
)
