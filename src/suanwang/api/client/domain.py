"""The domain itself, from the other end: its people and their money, its nodes, its twin and its log."""

from urllib.parse import quote

from suanwang.api.client.call import TRIAL_S, Calls, asking, page, part
from suanwang.model.audit import Consistency, Cosignature, JobProof
from suanwang.model.trial import ReplayAsk, Replayed, Trial, TrialAsk
from suanwang.model.view import (
    Account,
    BillPage,
    Checkpoint,
    Domain,
    Grant,
    Leaving,
    NodePage,
    NodeView,
    Proof,
    Token,
    TokenAsk,
)


class DomainCalls(Calls):
    """What there is, who may use it, and what the log says."""

    # people and their money

    def domain(self) -> Domain:
        return self._get("/v1/domain", Domain)

    def account(self) -> Account:
        return self._get("/v1/account", Account)

    def make_token(self, ask: TokenAsk, key: str) -> Token:
        """Not repeated on a broken connection: the secret is shown once."""
        return self._post("/v1/tokens", Token, ask, key, repeat=False)

    def revoke_token(self, token_id: str) -> None:
        self._call("DELETE", f"/v1/tokens/{part(token_id)}")

    def grant(self, user: str, amount_micro: int, key: str, dry_run: bool = False) -> Account:
        """Credit a user's account, in millionths; for operators. The account afterwards. dry_run: as it would be."""
        path, params = f"/v1/accounts/{part(user)}/grants", asking(dry_run=dry_run)
        return self._post(path, Account, Grant(amount_micro=amount_micro), key, params=params)

    def bills(self, limit: int = 100, cursor: str = "") -> BillPage:
        return self._get("/v1/bills", BillPage, page(limit, cursor))

    # nodes

    def nodes(self, limit: int = 1000, cursor: str = "") -> NodePage:
        return self._get("/v1/nodes", NodePage, page(limit, cursor))

    def node(self, node: str) -> NodeView:
        return self._get(f"/v1/nodes/{part(node)}", NodeView)

    def leave(self, node_id: str, rehearse: bool = False, dry_run: bool = False) -> Leaving | None:
        """Let a node go. rehearse: ConflictFault SUAN-U132 if that would break something promised. dry_run: where its work
        would go; None otherwise."""
        return self._go("POST", f"/v1/nodes/{part(node_id)}/leave", Leaving, rehearse=rehearse, dry_run=dry_run)

    # the twin

    def twin_try(self, ask: TrialAsk) -> Trial:
        """Writes nothing, so it may be asked again."""
        return self._post("/v1/twin/try", Trial, ask, "", timeout_s=TRIAL_S)

    def twin_world(self) -> bytes:
        """What `suan twin try --world FILE` takes."""
        return self._call("GET", "/v1/twin/world").content

    def twin_replay(self, ask: ReplayAsk) -> Replayed:
        return self._post("/v1/twin/replay", Replayed, ask, "", timeout_s=TRIAL_S)

    # the log

    def checkpoint(self, quorum: int = 0, offered: bool = False) -> Checkpoint:
        """The head of the log; or the newest that so many witnesses cosigned; or the one that is offered to witnesses now."""
        return self._get("/v1/log/checkpoint", Checkpoint, {"quorum": quorum, "offered": str(offered).lower()})

    def consistency(self, old: int, new: int) -> Consistency:
        return self._get("/v1/log/consistency", Consistency, {"old": old, "new": new})

    def log_file(self, path: str) -> bytes:
        """path: of a tile, an entry bundle or a large event; see trust.tiles."""
        return self._call("GET", f"/v1/log/{quote(path)}").content

    def bring_cosignature(self, brought: Cosignature) -> Checkpoint:
        return self._post("/v1/log/cosignatures", Checkpoint, brought, "")

    def job_proof(self, job: str, quorum: int = 0) -> JobProof:
        return self._get(f"/v1/jobs/{part(job)}/proof", JobProof, {"quorum": quorum})

    def proof(self, index: int) -> Proof:
        return self._get("/v1/log/proof", Proof, {"index": index})
