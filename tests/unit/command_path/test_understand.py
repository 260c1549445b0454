"""What is not understood: amounts that are no numbers, lists without end, ids that are none."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from models.execution import commands as c
from models.isa95.quantity import Quantity
from server.command_path.understand import MAX_ALARM_ID, MAX_STATIONS, problems

UPDATE = c.UpdateJobOrder(
    job_order_id="JO-1", work_master_id="WM-1", quantity=Quantity.parse("10 kg")
)


def reasons(command: c.Command) -> str:
    """Return what is wrong with a command, as one text."""
    return "; ".join(f"{one.where} {one.reason}" for one in problems(command))


def test_an_order_that_is_as_it_should_be_is_understood() -> None:
    assert reasons(UPDATE) == ""
    assert reasons(replace(UPDATE, stations=("DISP-01", "DISP-02"), remark="later")) == ""


@pytest.mark.parametrize("text", ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "1e400"])
def test_no_amount_is_made_of_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="finite number"):
        Quantity(Decimal(text), "kg")


@pytest.mark.parametrize("text", ["1e10", "1e-13", "-1e10"])
def test_an_amount_is_within_what_arithmetic_holds(text: str) -> None:
    assert "UpdateJobOrder.quantity.value" in reasons(
        replace(UPDATE, quantity=Quantity(Decimal(text), "kg"))
    )


@pytest.mark.parametrize("stations", [("",), (" DISP-01",), ("x" * 101,), ("DISP\x00",)])
def test_a_station_is_an_identifier(stations: tuple[str, ...]) -> None:
    assert "UpdateJobOrder.stations[0]" in reasons(replace(UPDATE, stations=stations))


def test_lists_have_an_end() -> None:
    names = tuple(f"DISP-{number}" for number in range(MAX_STATIONS + 1))
    assert reasons(replace(UPDATE, stations=names)).startswith("UpdateJobOrder.stations has more")
    lots = (("ASCORBIC-ACID", "AA-2601"),) * 10_001
    assert "lot_allocations has more" in reasons(replace(UPDATE, lot_allocations=lots))


@pytest.mark.parametrize("year", [1, 1899, 3000, 9999])
def test_a_plan_lies_in_our_time(year: int) -> None:
    far = datetime(year, 6, 1, tzinfo=UTC)
    assert "planned_end" in reasons(replace(UPDATE, planned_end=far))
    naive = replace(UPDATE, planned_start=datetime(2026, 6, 1))  # noqa: DTZ001 -- that is the point
    assert "without a time zone" in reasons(naive)


def test_an_alarm_id_is_as_long_as_what_it_is_made_of() -> None:
    assert reasons(c.AcknowledgeAlarm(alarm_id="x" * MAX_ALARM_ID)) == ""
    assert "alarm_id" in reasons(c.AcknowledgeAlarm(alarm_id="x" * (MAX_ALARM_ID + 1)))
    assert "alarm_id" in reasons(c.AcknowledgeAlarm(alarm_id="hold:\x1b[2J"))


@pytest.mark.parametrize("reason", ["", " ", "\n", "x" * 2001])
@pytest.mark.parametrize("kind", [c.StopJobOrder, c.CancelJobOrder, c.HoldJobOrder])
def test_who_ends_or_holds_says_why(
    kind: type[c.StopJobOrder] | type[c.CancelJobOrder] | type[c.HoldJobOrder], reason: str
) -> None:
    assert f"{kind.__name__}.reason" in reasons(kind(job_order_id="JO-1", reason=reason))
