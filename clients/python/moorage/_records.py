"""What the classes of `records.py` have in common."""

from __future__ import annotations

import dataclasses
from typing import Any, Dict, Mapping, Type, TypeVar

from ._wire import camel

R = TypeVar("R", bound="Record")


class Record:
    """An answer of the server. `raw` is the JSON as it came, with members that are newer than this client."""

    raw: Mapping[str, Any]

    @classmethod
    def of(cls: Type[R], data: Mapping[str, Any]) -> R:
        # Every record is a data class, which the type of this one does not say.
        fields = dataclasses.fields(cls)  # type: ignore[arg-type]
        members: Dict[str, Any] = {field.name: data.get(camel(field.name)) for field in fields}
        record = cls(**members)
        object.__setattr__(record, "raw", data)
        return record
