"""Physical assets: the things with the serial number (ISA-95 Part 2, physical asset model)."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One quantity that an instrument delivers, and the tags it is read from.

    ``stable_tag`` must read true and ``overload_tag`` false, where they are given; ``tare_tag``
    is the tare in the same unit. ``maximum_age_s`` is how old a reading may be, in seconds,
    before it refuses.
    """

    name: str
    tag: str
    unit: str
    stable_tag: str | None = None
    overload_tag: str | None = None
    maximum_age_s: float = 2.0
    tare_tag: str | None = added(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalAsset:
    """An instrument or a machine.

    ``calibration_due_time`` is the first moment at which the calibration no longer holds;
    None on an asset that ``requires_calibration`` means that it never was calibrated.
    ``verification_interval_h`` is how long a good check with test pieces holds, in hours (metal
    detector, checkweigher); None where no such check is asked for. ``manufacturer`` and
    ``model_number`` are what its plate says.
    """

    physical_asset_id: str
    description: str
    physical_asset_classes: tuple[str, ...] = ()
    serial_number: str = ""
    requires_calibration: bool = False
    calibration_due_time: datetime | None = None
    measurements: tuple[Measurement, ...] = ()
    verification_interval_h: float | None = added(None)
    manufacturer: str = added("")
    model_number: str = added("")
