"""What every refusal is."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal a caller can act on: `code` is stable, `data` holds the fields named in the docstring."""

    code: ClassVar[str] = "domain_error"
    data: dict[str, object]

    # `typing.override` is Python 3.12's; the product runs on 3.11
    def __init_subclass__(cls, *, code: str) -> None:  # type: ignore[explicit-override]
        super().__init_subclass__()
        cls.code = code

    def __init__(self, **data: object) -> None:
        fields = "".join(f" {name}={value}" for name, value in data.items())
        super().__init__(f"{self.code}{fields}")
        self.data = data
