"""Quantities: an exact decimal number with its unit of measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final


class UnitMismatchError(ValueError):
    """Two quantities that measure different things, or units nobody declared convertible."""


# Factors to the first unit of each dimension. Exact by definition (SI brochure, 9th ed.).
_FACTORS: Final[Mapping[str, tuple[str, Decimal]]] = MappingProxyType(
    {
        "kg": ("mass", Decimal(1)),
        "g": ("mass", Decimal("0.001")),
        "mg": ("mass", Decimal("0.000001")),
        "t": ("mass", Decimal(1000)),
        "l": ("volume", Decimal(1)),
        "ml": ("volume", Decimal("0.001")),
        "s": ("time", Decimal(1)),
        "min": ("time", Decimal(60)),
        "h": ("time", Decimal(3600)),
    }
)

_MAX_DIGITS: Final = 30
_MAX_EXPONENT: Final = 400

# Sums and conversions of 30 digits fit into this, so they are exact; only a division (seconds to
# minutes) may round, far behind any digit that an instrument has.
_EXACT: Final = Context(prec=120, traps=[InvalidOperation])
_ROUNDED: Final = Context(prec=_MAX_DIGITS, traps=[InvalidOperation])


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its unit; never a bare number (ISA-95 Part 2, QuantityValue).

    Arithmetic is exact. Units of one dimension convert into each other; everything else
    raises :class:`UnitMismatchError` instead of guessing.
    """

    value: Decimal
    unit: str

    def __post_init__(self) -> None:
        """Refuse what is not an exact, finite decimal number."""
        if not isinstance(self.value, Decimal):
            # Annotations are not enforced at run time, and a float would lose digits silently.
            msg = f"a quantity is a Decimal, not {type(self.value).__name__}"  # type: ignore[unreachable]
            raise TypeError(msg)
        _, digits, exponent = self.value.as_tuple()
        # Written out, as people read it, an exponent of a billion would be as many characters.
        short = isinstance(exponent, int) and -_MAX_EXPONENT <= exponent <= _MAX_DIGITS
        if not short or len(digits) > _MAX_DIGITS:
            msg = f"a quantity is a finite number of at most {_MAX_DIGITS} digits"
            raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> "Quantity":
        """Read ``"12.5 kg"``; raises ValueError that says what is expected."""
        number, _, unit = text.strip().partition(" ")
        try:
            return cls(Decimal(number), unit.strip())
        except InvalidOperation:
            msg = f"{text!r} is not a quantity; write a number, a blank and a unit: '12.5 kg'"
            raise ValueError(msg) from None

    def to(self, unit: str) -> "Quantity":
        """Return the same amount in another unit of the same dimension."""
        if unit == self.unit:
            return self
        mine, other = _FACTORS.get(self.unit), _FACTORS.get(unit)
        if mine is None or other is None or mine[0] != other[0]:
            msg = f"{self.unit or 'no unit'} does not convert to {unit or 'no unit'}"
            raise UnitMismatchError(msg)
        return Quantity(_converted(self.value, mine[1], other[1]), unit)

    def converts_to(self, unit: str) -> bool:
        """Tell whether :meth:`to` would give an answer."""
        mine, other = _FACTORS.get(self.unit), _FACTORS.get(unit)
        same = mine is not None and other is not None and mine[0] == other[0]
        return unit == self.unit or same

    def __add__(self, other: "Quantity") -> "Quantity":
        """Return the sum in the unit of the left one."""
        return Quantity(_EXACT.add(self.value, other.to(self.unit).value), self.unit)

    def __sub__(self, other: "Quantity") -> "Quantity":
        """Return the difference in the unit of the left one."""
        return Quantity(_EXACT.subtract(self.value, other.to(self.unit).value), self.unit)

    def __lt__(self, other: "Quantity") -> bool:
        """Compare amounts, whatever their units."""
        return self.value < other.to(self.unit).value

    def __le__(self, other: "Quantity") -> bool:
        """Compare amounts, whatever their units."""
        return self.value <= other.to(self.unit).value

    def __str__(self) -> str:
        """Write the quantity the way :meth:`parse` reads it."""
        return f"{self.value:f} {self.unit}".strip()


def _converted(value: Decimal, mine: Decimal, other: Decimal) -> Decimal:
    """Return value * mine / other, without a trace of the division where it is exact."""
    product = _EXACT.multiply(value, mine)
    quotient = _EXACT.divide(product, other)
    exact = _EXACT.multiply(quotient, other) == product
    return quotient if exact else _ROUNDED.plus(quotient)
