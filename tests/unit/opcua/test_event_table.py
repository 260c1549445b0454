"""Every row of the log is one OPC UA event, with a text for people and fields for programs."""

from pathlib import Path
from typing import get_args

import pytest
from asyncua import ua

from models.execution import events as e
from models.execution.event_types import read_event
from server.faces.opcua.events.event_nodes import notification
from server.faces.opcua.events.event_table import EVENT_ROWS
from server.faces.opcua.types.execution_table import EVENT_FIELDS, EVENT_TYPES
from tests.golden.histories.files import read
from tests.tree import ROOT

DAYS = sorted((ROOT / "tests/golden/histories").glob("*.jsonl"))


def test_every_event_of_the_log_has_its_row() -> None:
    assert EVENT_ROWS.keys() == set(get_args(e.Event)), "add it to events/event_table.py"


def test_every_type_of_the_table_stands_among_the_types() -> None:
    known = {ua.NodeId(ua.Int32(row.number), ua.Int16(3)) for row in EVENT_TYPES}
    assert {row.event_type for row in EVENT_ROWS.values()} <= known


@pytest.mark.parametrize("day", DAYS, ids=lambda path: path.stem)
def test_every_row_of_a_recorded_day_is_an_event_of_its_own(day: Path) -> None:
    rows, _ = read(day)
    seen = set()
    for row in rows:
        event = read_event(row.type, row.type_version, row.payload)
        told = notification(row, event)
        assert told == notification(row, event), "the same now and in its history"
        seen.add(told.event_id)
        assert told.message, row.type
        assert "{" not in told.message, told.message
        assert 1 <= told.severity <= 1000
        assert told.source_name
        for field in EVENT_FIELDS:
            value = told.fields[field.name]
            assert value.VariantType is field.variant_type, field.name
    assert len(seen) == len(rows)


def test_an_event_names_what_it_is_about_and_where_it_comes_from() -> None:
    rows, _ = read(DAYS[-1])
    sources = {}
    for row in rows:
        told = notification(row, read_event(row.type, row.type_version, row.payload))
        sources.setdefault(row.type, (str(told.source_node.Identifier), told.fields))
    source, fields = sources["MaterialLotDispositionChanged"]
    assert source.startswith("ISA95/Materials/Lots/")
    assert source.endswith(fields["MaterialLotId"].Value)
    source, fields = sources["StepBegan"]
    assert source == f"Stations/{fields['Station'].Value}"
    assert fields["StepState"].Value == "InProgress"
    assert fields["JobOrderId"].Value
    assert sources["EquipmentStatusChanged"][0] == "ISA95/Equipment/BLEND-01"
    assert sources["CalibrationRecorded"][0].startswith("ISA95/PhysicalAssets/")
    assert sources["JobOrderStored"][1]["JobOrderState"].Value == "NotAllowedToStart"
