"""How a person can be reached, on the wire."""

from typing import Any

from marshmallow import validate

from domain.kernel.fields import Text

_EMAIL = validate.Email()


class Email(Text):
    """An e-mail address, kept in lower case: nobody tells two people apart by capitals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(254, **kwargs)
        self.validators.append(_EMAIL)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).lower()


class Phone(Text):
    """A telephone number as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(40, **kwargs)
