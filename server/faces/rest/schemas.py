"""The bodies of requests: every field bounded, and no field that is not known here."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from server.command_path.field_texts import FIELD_TEXTS

Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""An identifier."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
"""A free text."""

Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


def _in_utc(time: datetime) -> datetime:
    if not 1970 <= time.year < 9999:  # noqa: PLR2004 -- what every store and face can carry
        msg = "the year must lie between 1970 and 9998"
        raise ValueError(msg)
    return time.astimezone(UTC)


Time = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time with its offset, ISO 8601."""

NumberText = Annotated[
    str,
    StringConstraints(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,12})?$"),
    Field(description="an exact number as text", examples=["99.6"]),
]
"""An exact number; a JSON number would lose digits."""

QuantityText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})? [A-Za-z%][A-Za-z0-9%/]{0,19}$"),
    Field(description="number, blank, unit", examples=["15.150 kg"]),
]


class Body(BaseModel):
    """What all bodies have in common: a field that is not known is a mistake, not a surplus."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=False)


class QuantityParts(BaseModel):
    """An amount as GET shows it: an exact number as text, and its unit."""

    model_config = ConfigDict(extra="forbid", strict=True)

    value: NumberText
    unit: Annotated[str, StringConstraints(max_length=20)]


class Noun(Body):
    """Something inside a body, in the form in which GET shows it.

    The class name that the execution log keeps beside it is understood, and must be the right one.
    """

    @model_validator(mode="before")
    @classmethod
    def _without_class_name(cls, given: object) -> object:
        if isinstance(given, dict) and given.get("_") == cls.__name__:
            return {name: value for name, value in given.items() if name != "_"}
        return given


class NewEvidence(Body):
    """A value that a person typed or scanned; without a value, the device's own is captured.

    Nobody can claim that a typed value came from a device: that source has no name here.
    """

    value: Annotated[
        str | None,
        StringConstraints(max_length=2000),
        Field(description=FIELD_TEXTS["value"], examples=["true"]),
    ] = None
    source: Annotated[Literal["manual", "scan"], Field(description=FIELD_TEXTS["source"])] = (
        "manual"
    )
    instrument_id: Annotated[
        Name | None, Field(description=FIELD_TEXTS["RecordEvidence.instrument_id"])
    ] = None
    job_order_id: Annotated[
        str,
        StringConstraints(max_length=100),
        Field(description=FIELD_TEXTS["shown.job_order_id"], examples=["4711"]),
    ] = ""
    step_id: Annotated[
        str,
        StringConstraints(max_length=100),
        Field(description=FIELD_TEXTS["shown.step_id"], examples=["020"]),
    ] = ""
