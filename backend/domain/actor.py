"""Who acts: a driver, a member of staff, or nobody. What they may do is `permission`'s, who they are `access`'s."""

import msgspec

from backend.domain.permission import ActorKind


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. `no` is a driver_no or a staff account; `station_ids` None means every station in scope.

    `is_limited`: staff who owe a password or a second factor, and have no permissions before.
    """

    kind: ActorKind
    id: int
    no: str
    operator_id: int | None = None
    is_platform: bool = False
    permissions: frozenset[str] = frozenset()
    station_ids: frozenset[int] | None = None
    is_limited: bool = False
