"""What the broker (消息服务器) must know of piles, what it has taken over, and what it tells of them."""

from typing import Final

from peewee import CharField, IntegerField, SmallIntegerField

from backend.domain.broker_account import BrokerProblem, ContactRefusal
from backend.models.engine.database import Row
from backend.models.engine.fields import big_int, enum, enum_or_none, row_ref, utc_time, utc_time_or_none

THE_ROW: Final = 1


class BrokerAccounts(Row):
    """One row, whose lock puts changes of accounts in a line: `version` counts them."""

    id = SmallIntegerField(primary_key=True)
    version = big_int(0)


class BrokerNode(Row):
    """A broker, by the name of its machine, and what the program beside it has seen it take."""

    name = CharField(max_length=64, primary_key=True)
    # when that program was last alive
    seen_at = utc_time()
    # every change up to this one is in force there
    taken_version = big_int(0)
    taken_at = utc_time_or_none()
    problem = enum(BrokerProblem)
    # log-ins that were refused without a name that we know: mosquitto tells none
    refusals = IntegerField(default=0)
    refused_at = utc_time_or_none()

    class Meta:
        table_name = "broker_node"


class PileContact(Row):
    """What the broker said of a pile's latest connections, whether or not the pile said anything itself."""

    pile_id = row_ref(primary_key=True)
    connected_at = utc_time_or_none()
    refused_at = utc_time_or_none()
    refusal = enum_or_none(ContactRefusal)

    class Meta:
        table_name = "pile_contact"
