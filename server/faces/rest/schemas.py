"""The bodies of requests: every field bounded, and no field that is not known here."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from models.execution.commands import ExceptionDisposition
from models.isa95.quantity import Quantity

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

QuantityText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})? [A-Za-z%][A-Za-z0-9%/]{0,19}$"),
    Field(description="number, blank, unit", examples=["15.150 kg"]),
]


class Body(BaseModel):
    """What all bodies have in common: a field that is not known is a mistake, not a surplus."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=False)


class Empty(Body):
    """Nothing more to say."""


class Signed(Body):
    """The person who acts, shown anew by account name and password (21 CFR 11.200)."""

    account: Name
    password: Password = Field(json_schema_extra={"format": "password"})


class NewJobOrder(Body):
    """A job order to store; ``lot_allocations`` reserves a lot per material."""

    job_order_id: Name
    work_master_id: Name
    quantity: QuantityText
    work_master_version: Name | None = None
    planned_start: Annotated[Time | None, Field(strict=False)] = None
    planned_end: Annotated[Time | None, Field(strict=False)] = None
    priority: Annotated[int, Field(ge=-32768, le=32767)] | None = None
    material_lot_id: Name | None = None
    allowed_to_start: bool = False
    lot_allocations: Annotated[dict[Name, Name], Field(max_length=200)] = {}

    def amount(self) -> Quantity:
        """Return the quantity."""
        return Quantity.parse(self.quantity)


class Abort(Signed):
    """Why a job order is given up, and who says so."""

    reason: Text


class Disposition(Signed):
    """What is done about an exception, why, and who decides."""

    disposition: Annotated[ExceptionDisposition, Field(strict=False)]
    reason: Text


class NewSession(Signed):
    """Who takes the station, for which job order."""

    job_order_id: Name


class Shown(Body):
    """What the caller's screen shows; a screen that shows something else is refused."""

    job_order_id: Annotated[str, StringConstraints(max_length=100)] = ""
    step_id: Annotated[str, StringConstraints(max_length=100)] = ""


class Scan(Shown):
    """A code that was scanned."""

    code: Name


class Weighing(Shown):
    """The scale whose present reading is taken."""

    instrument_id: Name


class NewEvidence(Shown):
    """A value that a person typed or scanned; without a value, the device's own is captured.

    Nobody can claim that a typed value came from a device: that source has no name here.
    """

    value: Annotated[str, StringConstraints(max_length=2000)] | None = None
    source: Literal["manual", "scan"] = "manual"
    instrument_id: Name | None = None


class NewDeviation(Body):
    """What is not as it should be."""

    description: Text


class NewCalibration(Body):
    """Until when an instrument is calibrated, by which certificate."""

    due_time: Annotated[Time, Field(strict=False)]
    certificate: Text
