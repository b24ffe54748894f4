"""Who has how much: double entry over account names, applied all or nothing, so that the sum over all accounts stays zero.

    grant   issuer     -> user:NAME     the operator credits a user, also for what was promised and missed; `issuer` alone may
                                        go below zero
    hold    user:NAME  -> hold:JOB      money set aside before the work starts
    post    hold:JOB   -> user:OWNER    what was used goes to the owner of the node (to `issuer` where it has no owner)
    void    hold:JOB   -> user:NAME     what was not used goes back to the one who paid it in

No other movement exists. A hold account belongs to one payer and is forgotten when it is empty, so the ledger stays as
small as its users and its running jobs. The ledger is a fold over the log: not shared between threads, no I/O.
"""

from collections.abc import Iterable, Sequence

from suanwang.model.fault import Fault, LogFault, QuotaFault, UsageFault
from suanwang.model.money import Transfer

ISSUER = "issuer"

Row = tuple[str, int, int, str]
"""One account in a snapshot: (name, balance_micro, earned_micro, payer). payer: of a hold, else ""."""


def user_account(user: str) -> str:
    """The account of a user, as consumer and as provider."""
    return "user:" + user


def hold_account(job_id: str) -> str:
    """The account that holds a job's money while it runs."""
    return "hold:" + job_id


class Ledger:
    """Balances in millionths. `apply` costs O(1) per transfer, however many accounts there are."""

    __slots__ = ("_balance", "_earned", "_held", "_payer")

    def __init__(self) -> None:
        self._balance: dict[str, int] = {ISSUER: 0}
        self._earned: dict[str, int] = {}
        self._held: dict[str, int] = {}
        self._payer: dict[str, str] = {}

    def apply(self, transfers: Sequence[Transfer]) -> None:
        """Apply all transfers in order, or none of them.

        QuotaFault SUAN-M001: a user has not enough money. QuotaFault SUAN-M003: more is taken from a hold than is in it.
        UsageFault SUAN-M004: not one of the four movements, a hold with two payers, or an amount that is not a positive int.
        """
        touched: dict[str, int] = {}
        payers: dict[str, str] = {}
        for transfer in transfers:
            self._try(transfer, touched, payers)
        self._balance.update(touched)
        self._payer.update(payers)
        for transfer in transfers:
            self._count(transfer)
        for account in touched:
            if account.startswith("hold:") and not self._balance[account]:
                del self._balance[account], self._payer[account]

    def _try(self, transfer: Transfer, touched: dict[str, int], payers: dict[str, str]) -> None:
        """Check one transfer against the balances as the batch has left them so far; note the new ones in `touched`."""
        debit, credit, amount = transfer.debit, transfer.credit, transfer.amount_micro
        self._check_movement(transfer, payers)
        was = touched.get(debit)
        left = (self._balance.get(debit, 0) if was is None else was) - amount
        if left < 0 and debit != ISSUER:
            raise _short(transfer, left + amount)
        touched[debit] = left
        was = touched.get(credit)
        touched[credit] = (self._balance.get(credit, 0) if was is None else was) + amount

    def _check_movement(self, transfer: Transfer, payers: dict[str, str]) -> None:
        debit, credit, amount = transfer.debit, transfer.credit, transfer.amount_micro
        if type(amount) is not int or amount <= 0:
            raise _wrong(transfer, f"the amount is {amount!r}, not a positive whole number")
        match transfer.kind:
            case "grant":
                fits = debit == ISSUER and credit.startswith("user:")
            case "hold":
                fits = debit.startswith("user:") and credit.startswith("hold:")
                if fits and self._payer_of(credit, payers) not in (debit, ""):
                    raise _wrong(transfer, f"{credit} belongs to {self._payer_of(credit, payers)}")
                payers[credit] = debit
            case "post":
                fits = debit.startswith("hold:") and (credit.startswith("user:") or credit == ISSUER)
            case "void":
                fits = debit.startswith("hold:") and credit.startswith("user:")
                if fits and self._payer_of(debit, payers) not in (credit, ""):
                    raise _wrong(transfer, f"{debit} belongs to {self._payer_of(debit, payers)}")
            case _:
                fits = False
        if not fits:
            raise _wrong(transfer, f'there is no "{transfer.kind}" from {debit} to {credit}')

    def _payer_of(self, hold: str, payers: dict[str, str]) -> str:
        return payers.get(hold) or self._payer.get(hold, "")

    def _count(self, transfer: Transfer) -> None:
        """Keep what is held for and earned by a user, so that asking needs no walk over the jobs."""
        kind, amount = transfer.kind, transfer.amount_micro
        if kind == "grant":
            return
        if kind == "hold":
            self._held[transfer.debit] = self._held.get(transfer.debit, 0) + amount
            return
        self._held[self._payer[transfer.debit]] -= amount
        if kind == "post":
            self._earned[transfer.credit] = self._earned.get(transfer.credit, 0) + amount

    def balance(self, account: str) -> int:
        """Millionths in an account; 0 for one that was never used, or a hold that is empty."""
        return self._balance.get(account, 0)

    def held(self, user: str) -> int:
        """Millionths of this user's money that are in holds now."""
        return self._held.get(user_account(user), 0)

    def earned(self, user: str) -> int:
        """Millionths this user was ever paid as a provider; part of the balance, unless it was spent since."""
        return self._earned.get(user_account(user), 0)

    def total(self) -> int:
        """The sum over all accounts: always 0. Walks over all accounts; for audits and tests."""
        return sum(self._balance.values())

    def rows(self) -> tuple[Row, ...]:
        """The whole ledger as plain tuples, sorted by account, for a snapshot."""
        return tuple(
            (account, balance, self._earned.get(account, 0), self._payer.get(account, ""))
            for account, balance in sorted(self._balance.items())
        )

    def copy(self) -> "Ledger":
        """One of its own, to see what transfers would leave."""
        made = Ledger()
        made._balance, made._earned = dict(self._balance), dict(self._earned)
        made._held, made._payer = dict(self._held), dict(self._payer)
        return made

    @classmethod
    def of_rows(cls, rows: Iterable[Row]) -> "Ledger":
        """The ledger that gave these rows. LogFault SUAN-M005 if they do not sum to zero or a hold has no payer."""
        ledger = cls()
        for account, balance, earned, payer in rows:
            ledger._balance[account] = balance
            if earned:
                ledger._earned[account] = earned
            if payer:
                ledger._payer[account] = payer
                ledger._held[payer] = ledger._held.get(payer, 0) + balance
        ledger._check_rows()
        return ledger

    def _check_rows(self) -> None:
        total = self.total()
        orphans = sum(1 for account in self._balance if account.startswith("hold:") and account not in self._payer)
        below = sum(1 for account, balance in self._balance.items() if balance < 0 and account != ISSUER)
        if total or orphans or below:
            why = f"the saved ledger sums to {total} millionths, with {orphans} holds without a payer and {below} below zero"
            raise LogFault("SUAN-M005", why, "drop the snapshot; the ledger is rebuilt from the log")


def _short(transfer: Transfer, has: int) -> Fault:
    """The debit account has less than the transfer takes."""
    need = transfer.amount_micro
    if transfer.kind == "hold":
        why = f"{transfer.debit} has {has} millionths, {need} are needed: {need - has} are missing"
        return QuotaFault("SUAN-M001", why, "lower the budget (--budget), or ask the operator for a grant")
    why = f"{transfer.debit} holds {has} millionths, {need} were to be taken by {transfer.kind}"
    return QuotaFault("SUAN-M003", why, "compare the job's placements with its outcomes: suan why JOB, suan bill JOB")


def _wrong(transfer: Transfer, why: str) -> Fault:
    return UsageFault("SUAN-M004", f"{transfer.kind} refused: {why}", "use one of the movements in docs/errors.md")
