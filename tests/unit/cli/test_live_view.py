"""The view of the demo shows what the faceplates show."""

from dataclasses import replace

from rich.console import Console

from server.cli.live_view import View
from server.cli.walk import Shown, StationShown
from server.cli.walk_plan import STEPS, TERMINALS

AT_WORK = StationShown(job_order_id="VITC-1", person_id="op-01")
SHOWN = Shown(
    job_order_id="VITC-1",
    state="Running",
    steps={step: "InProgress" if step == "010" else "Planned" for step in STEPS},
    stations={**dict.fromkeys(TERMINALS, StationShown()), "DISP-01": AT_WORK},
)
VALUES = {
    "StepDescription": "Dispense ascorbic acid",
    "PersonName": "Operator 1",
    "TargetMaterial": "ASCORBIC-ACID",
    "TargetQuantity": 10.0,
    "ToleranceLow": 9.9,
    "ToleranceHigh": 10.1,
    "TargetUnit": "kg",
    "LiveValue": 10.04,
    "LiveStable": True,
}


def drawn(view: View) -> str:
    console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    with console.file:
        console.print(view.render())
        return console.export_text()


def test_the_view_shows_order_step_person_and_weight() -> None:
    view = View(title="VITC-1", addresses=(("OPC UA", "opc.tcp://127.0.0.1:4840"),))
    view.shown, view.station, view.values = SHOWN, "DISP-01", VALUES
    text = drawn(view)
    for wanted in (
        "opc.tcp://127.0.0.1:4840",
        "VITC-1 (Running)",
        "Operator 1",
        "10 kg ASCORBIC-ACID (9.9 to 10.1)",
        "10.04 kg stable",
    ):
        assert wanted in text


def test_the_view_says_that_a_scale_settles_or_is_silent() -> None:
    view = View(title="VITC-1", station="DISP-01")
    view.values = {**VALUES, "LiveStable": False}
    assert "settling" in drawn(view)
    view.values = {**VALUES, "LiveValue": None}
    assert "no reading" in drawn(view)


def test_the_last_refusal_is_shown_with_its_reason() -> None:
    values = {
        **VALUES,
        "LastRefusalCodes": ["material-lot-restricted"],
        "LastRefusalMessages": ["AA-2603 is in quarantine."],
    }
    view = View(title="VITC-1", station="DISP-01", values=values)
    assert "material-lot-restricted: AA-2603 is in quarantine." in drawn(view)


def test_only_the_last_calls_are_kept() -> None:
    view = View(title="VITC-1", shown=replace(SHOWN, state=""))
    for number in range(20):
        view.called(f"call {number}")
    assert len(view.calls) == 6
    assert "call 19" in drawn(view)
    assert "not stored yet" in drawn(view)
