"""The books of history: the domain's entries, posted in bulk, and what each wallet has after them."""

from __future__ import annotations

from collections import Counter
from typing import Final

from backend.domain.ledger import Account, AccountKind, Entry, OwnerKind
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.ledger.open_wallet import WALLET_KINDS
from scripts.local.demo.years.people import Person
from scripts.local.demo.years.sheets import Numbers, Sheet, moment

_PLACES: Final = {kind: place for place, kind in enumerate(WALLET_KINDS)}


class Ledger:
    """`post` writes an entry and keeps its driver's wallet; `close` writes the wallets' accounts when all is posted."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._entries = Sheet(
            LedgerEntry, ("id", "entry_no", "kind", "reference", "corrects_id", "created_at")
        )
        self._postings = Sheet(LedgerPosting, ("entry_id", "account_id", "amount_fen"))
        self._accounts = Sheet(
            LedgerAccount, ("id", "kind", "owner_kind", "owner_key", "balance_fen", "created_at")
        )
        self.sheets = (self._entries, self._postings, self._accounts)
        self._others: dict[tuple[AccountKind, str], int] = {}
        self._balances: Counter[int] = Counter()
        self._owners: list[tuple[int, str, str]] = []

    def open_wallet(self, driver_no: str, at_s: int) -> int:
        """Account ids for a new driver; the first of them."""
        ids = [self._accounts.new_id() for _ in WALLET_KINDS]
        self._owners.append((ids[0], driver_no, moment(at_s)))
        return ids[0]

    def post(
        self, entry: Entry, reference: str, person: Person, at_s: int, corrects_id: int | None = None
    ) -> int:
        """Write an entry about one driver; its row id. One that moves nothing is not written: 0."""
        if not entry.postings:
            return 0
        entry_id = self._entries.new_id()
        self._entries.add(
            (entry_id, self._numbers.ulid(), entry.kind.value, reference, corrects_id, moment(at_s))
        )
        for posting in entry.postings:
            account, fen = posting.account, posting.amount_fen
            if account.owner_kind is OwnerKind.DRIVER:
                account_id = person.account_id + _PLACES[account.kind]
                self._balances[account_id] += fen
                if account.kind is AccountKind.AVAILABLE:
                    person.available_fen += fen
                elif account.kind is AccountKind.DEBT:
                    person.debt_fen -= fen
            else:
                account_id = self._other(account, at_s)
            self._postings.add((entry_id, account_id, fen))
        return entry_id

    def close(self) -> None:
        """Write the accounts of every wallet that was opened, with what is in them."""
        for first_id, driver_no, at in self._owners:
            for kind, place in _PLACES.items():
                account_id = first_id + place
                self._accounts.add(
                    (
                        account_id,
                        kind.value,
                        OwnerKind.DRIVER.value,
                        driver_no,
                        self._balances[account_id],
                        at,
                    )
                )
        self._owners.clear()

    def _other(self, account: Account, at_s: int) -> int:
        """The account of an operator, a channel or the platform; no balance is kept of it."""
        key = account.kind, account.owner_key
        if key not in self._others:
            known = LedgerAccount.get_or_none(
                (LedgerAccount.kind == account.kind)
                & (LedgerAccount.owner_kind == account.owner_kind)
                & (LedgerAccount.owner_key == account.owner_key)
            )
            self._others[key] = self._accounts.new_id() if known is None else known.id
            if known is None:
                self._accounts.add(
                    (
                        self._others[key],
                        account.kind.value,
                        account.owner_kind.value,
                        account.owner_key,
                        None,
                        moment(at_s),
                    )
                )
        return self._others[key]
