"""Read ``lower`` and ``upper``, which many rows of a plant file have."""

from decimal import Decimal

from mappings.yaml_fields import Fields


def limits(row: Fields) -> tuple[Decimal | None, Decimal | None]:
    """Return both limits; report them when they are the wrong way round."""
    lower, upper = row.decimal_or_none("lower"), row.decimal_or_none("upper")
    if lower is not None and upper is not None and lower > upper:
        row.reject("lower", "it lies above 'upper'", "exchange the two")
    return lower, upper


def limits_are_given(row: Fields) -> None:
    """Report a row that bounds nothing."""
    if not (row.has("lower") or row.has("upper")):
        row.problems.add(row.place, "no limit is given", "add 'lower', 'upper' or both")
