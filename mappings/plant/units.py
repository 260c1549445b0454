"""Units of measure that plant files may use, and quantities written with them."""

from decimal import Decimal
from typing import Final

from mappings.problems import did_you_mean
from mappings.yaml_fields import Fields
from models.isa95.quantity import Quantity

UNITS: Final = (
    "kg",
    "g",
    "mg",
    "t",
    "l",
    "ml",
    "s",
    "min",
    "h",
    "EA",  # each: pieces that are counted (UN/ECE Recommendation 20)
    "1",  # a pure number (UCUM)
    "%",
    "Cel",  # degree Celsius (UCUM)
    "K",
    "bar",
    "rpm",
    "A",
    "V",
    "kW",
    "m",
    "mm",
    "Pa",
)
"""A unit that is missing here is added here; that it converts is said in models.isa95.quantity."""

NO_QUANTITY: Final = Quantity(Decimal(0), "")
"""Stands for what could not be read, until the problems are reported."""


def unit(text: str) -> str:
    """Return a known unit; raises ValueError that names the closest one."""
    if text not in UNITS:
        message = f"unknown unit '{text}', {did_you_mean(text, UNITS)}"
        raise ValueError(message)
    return text


def quantity(text: str) -> Quantity:
    """Return a quantity of a known unit that is not negative."""
    amount = Quantity.parse(text)
    if amount.value.is_signed():
        message = f"'{text}' is less than nothing"
        raise ValueError(message)
    unit(amount.unit)
    return amount


def amount_or_percent(text: str) -> Quantity:
    """Return a quantity that is not negative; ``1.5 %`` is one in percent, also without a blank."""
    number = text.strip().removesuffix("%")
    return quantity(f"{number.strip()} %" if number != text.strip() else text)


def quantity_of(row: Fields, key: str) -> Quantity:
    """Return the quantity under a key; ``NO_QUANTITY`` when it can't be read."""
    return row.parsed(key, quantity, NO_QUANTITY, "write it as 10.000 kg")
