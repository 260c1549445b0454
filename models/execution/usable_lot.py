"""What keeps a lot from being used now: its disposition, its expiry."""

from datetime import datetime

from models.isa95.material import Disposition, MaterialLot


def restriction(lot: MaterialLot) -> str | None:
    """Return why the lot is not released for use, in a sentence; None when it is."""
    if lot.disposition is Disposition.UNRESTRICTED:
        return None
    status = f" ({lot.status})" if lot.status else ""
    return f"lot {lot.material_lot_id} is {lot.disposition.value}{status}"


def expiry(lot: MaterialLot, time: datetime) -> str | None:
    """Return since when the lot is expired, in a sentence; None when it is not."""
    if lot.expiration_time is None or time < lot.expiration_time:
        return None
    return f"lot {lot.material_lot_id} expired at {lot.expiration_time:%Y-%m-%d %H:%M} UTC"
