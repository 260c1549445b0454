"""What a person sees while the demo runs: the order, its steps, the station, the last refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from server.cli.walk import FINISHED, Shown
from server.cli.walk_plan import STEPS

SHOWN_OF_STATION: Final = (
    "StepDescription",
    "Instruction",
    "PersonName",
    "TargetMaterial",
    "TargetQuantity",
    "ToleranceLow",
    "ToleranceHigh",
    "TargetUnit",
    "LiveValue",
    "LiveStable",
    "LastRefusalCodes",
    "LastRefusalMessages",
)
"""Variables of the faceplate that the view reads besides those of the walk."""

_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    "Planned": ("·", "dim"),
    "Ready": ("○", "cyan"),
    "InProgress": ("▶", "bold yellow"),
    "Held": ("‖", "bold yellow"),
    "Exception": ("!", "bold red"),
    "Complete": ("◐", "yellow"),
    "Verified": ("●", "green"),
    "Closed": ("●", "green"),
    "NotSelected": ("-", "dim"),
    "Aborted": ("x", "red"),
}
_LAST_CALLS: Final = 6


@dataclass(slots=True)
class View:
    """What was last seen; ``render`` draws it."""

    title: str
    addresses: Sequence[tuple[str, str]] = ()
    shown: Shown | None = None
    station: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def called(self, line: str) -> None:
        """Remember one call at a terminal."""
        self.calls.append(line)
        del self.calls[:-_LAST_CALLS]

    def render(self) -> RenderableType:
        """Return the whole view."""
        parts: list[RenderableType] = [self._addresses()]
        if self.shown is not None:
            parts.append(_steps(self.shown, self.title))
        if self.station and self.values:
            parts.append(self._station())
        parts.append(Panel(Text("\n".join(self.calls) or " "), title="Calls", title_align="left"))
        return Group(*parts)

    def _addresses(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for name, address in self.addresses:
            table.add_row(Text(name, style="dim"), Text(address))
        return table

    def _station(self) -> Panel:
        table = Table.grid(padding=(0, 2))
        for name, text in _station_rows(self.values):
            table.add_row(Text(name, style="dim"), text)
        return Panel(table, title=f"Station {self.station}", title_align="left")


def _steps(shown: Shown, title: str) -> Table:
    table = Table(title=f"{title} ({shown.state or 'not stored yet'})", title_justify="left")
    for heading in ("", "Step", "State", "Station", "Person", "Verifier"):
        table.add_column(heading)
    for step_id, plan in STEPS.items():
        state = shown.steps.get(step_id, "")
        mark, style = _MARKS.get(state, (" ", ""))
        at_work = state not in FINISHED and state not in ("", "Planned", "Ready")
        here = shown.stations[plan.station].person_id if at_work else ""
        person = here or plan.person
        cells = (mark, step_id, state, plan.station, person, plan.verifier or "-")
        table.add_row(*(Text(cell, style=style) for cell in cells))
    return table


def _station_rows(values: Mapping[str, Any]) -> list[tuple[str, Text]]:
    rows = [
        ("Person", Text(str(values.get("PersonName") or "-"))),
        ("Step", Text(str(values.get("StepDescription") or "-"))),
        ("Instruction", Text(str(values.get("Instruction") or "-"))),
    ]
    if values.get("TargetMaterial"):
        rows.append(("Target", _target(values)))
        rows.append(("Scale", _live(values)))
    codes = ", ".join(values.get("LastRefusalCodes") or ())
    if codes:
        messages = " ".join(_plain(one) for one in values.get("LastRefusalMessages") or ())
        rows.append(("Last refusal", Text(f"{codes}: {messages}", style="red")))
    return rows


def _target(values: Mapping[str, Any]) -> Text:
    unit = values.get("TargetUnit") or ""
    low, high = values.get("ToleranceLow"), values.get("ToleranceHigh")
    return Text(
        f"{_number(values.get('TargetQuantity'))} {unit} {values['TargetMaterial']}"
        f" ({_number(low)} to {_number(high)})"
    )


def _live(values: Mapping[str, Any]) -> Text:
    value, low, high = (values.get(key) for key in ("LiveValue", "ToleranceLow", "ToleranceHigh"))
    if value is None:
        return Text("no reading", style="red")
    within = low is not None and high is not None and low <= value <= high
    stable = bool(values.get("LiveStable"))
    style = "bold green" if within and stable else ("yellow" if stable else "dim")
    unit = values.get("TargetUnit") or ""
    return Text(f"{_number(value)} {unit} {'stable' if stable else 'settling'}", style=style)


def _number(value: Any) -> str:
    return "-" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _plain(text: Any) -> str:
    """Return the text of a LocalizedText, or a text as it is."""
    return str(getattr(text, "Text", text) or "")
