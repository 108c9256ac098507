"""A new operator (运营商), or the platform's owner."""

from datetime import datetime

from backend.domain.errors import UnfitInput
from backend.domain.operator import is_operator_no
from backend.models import Operator
from backend.models.engine.database import transactional


@transactional
def register_operator(
    *, operator_no: str, name: str, is_platform: bool, service_phone: str, now: datetime
) -> Operator:
    """`operator_no` is the nine characters of the T/CEC 102 OperatorID."""
    return Operator.create(
        operator_no=operator_no,
        name=name,
        is_platform=is_platform,
        service_phone=service_phone,
        created_at=now,
    )


def check_operator_no(operator_no: str) -> None:
    """Raises UnfitInput for what is no organisation code."""
    if not is_operator_no(operator_no):
        raise UnfitInput(field="operator_no", reason="不是有效的组织机构代码（9 位，最后一位是校验码）")
