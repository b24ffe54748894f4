"""The other end of the API, for programs and the command line: one typed method for each call, by what it is about."""

from suanwang.api.client.call import PAUSES_S, TIMEOUT_S
from suanwang.api.client.domain import DomainCalls
from suanwang.api.client.serving import ServingCalls
from suanwang.api.client.work import WATCH_PAUSES_S, LogPart, WorkCalls

__all__ = ["PAUSES_S", "TIMEOUT_S", "WATCH_PAUSES_S", "Client", "LogPart"]


class Client(DomainCalls, WorkCalls, ServingCalls):
    """Talks to the brain at `url`, or to the first of several, with commas between them, that can be reached.

    Every method raises a Fault: of the family of the brain's own code, or
    WireFault SUAN-W001 it cannot be reached, SUAN-W002 the answer makes no sense, SUAN-W003 it did not answer in time,
    SUAN-W004 content does not match its hash, SUAN-W030 to W034 TLS did not come about.
    """
