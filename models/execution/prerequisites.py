"""What must be true of a packaging line before it starts, and why it is not (21 CFR 211.130)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from models.execution.expected import expected_value
from models.execution.outcome import Refusal
from models.execution.records import Evidence, PhysicalAssetRecord
from models.execution.refusal_codes import refuse
from models.execution.staging import missing_components
from models.execution.views import StepView, assets_of
from models.isa95.work_definition import (
    Prerequisite,
    PrerequisiteKind,
    StepSpecification,
)


def unmet(view: StepView, item: Prerequisite) -> Iterator[Refusal]:
    """Yield why the prerequisite is not met; nothing when it is."""
    yield from _KINDS[item.kind](view, item)


def components_of(specification: StepSpecification, item: Prerequisite) -> tuple[str, ...]:
    """Return the components that must be staged: those named, or else all that is consumed."""
    consumed = tuple(x.material_definition_id for x in specification.materials)
    return item.materials or consumed


def _line_cleared(view: StepView, _: Prerequisite) -> Iterator[Refusal]:
    record, order_id = view.session.equipment, view.session.job_order.job_order_id
    if record.cleared_for == order_id:
        return
    name = record.equipment.equipment_id
    last = f"; it was cleared for {record.cleared_for}" if record.cleared_for else ""
    yield refuse("line-not-cleared", name, f"{name} was not cleared for {order_id}{last}")


def _label_verified(view: StepView, item: Prerequisite) -> Iterator[Refusal]:
    """Compare with the text that is read from the right label, or with the label's revision."""
    wanted = _expected(view, item.evidence_id) or view.session.directive.work_directive.label
    yield from _proved(view, item.evidence_id, wanted, "label-not-verified")


def _code_verified(view: StepView, item: Prerequisite) -> Iterator[Refusal]:
    yield from _proved(
        view, item.evidence_id, _expected(view, item.evidence_id), "code-not-verified"
    )


def _proved(view: StepView, evidence_id: str, wanted: str, code: str) -> Iterator[Refusal]:
    """Yield the code unless an earlier step has exactly the wanted value on record."""
    if not wanted:
        text = f"the WorkMaster does not say what {evidence_id} has to be"
        yield refuse(code, evidence_id, text)
        return
    found = _earlier_evidence(view, evidence_id)
    if found is None:
        text = f"{evidence_id} is not on record; {wanted!r} is expected"
        yield refuse(code, evidence_id, text)
    elif found.value != wanted:
        text = f"{evidence_id} is {found.value!r}; {wanted!r} is expected"
        yield refuse(code, evidence_id, text)


def _earlier_evidence(view: StepView, evidence_id: str) -> Evidence | None:
    """Return the value of the last earlier step that has it on record."""
    order = view.session.job_order
    found = None
    for step in order.steps:
        if step.step_id == view.step.step_id:
            break
        found = next((x for x in step.evidence if x.evidence_id == evidence_id), found)
    return found


def _expected(view: StepView, evidence_id: str) -> str:
    """Return the text that the frozen WorkMaster expects; empty when it does not say."""
    order, steps = view.session.job_order, view.session.directive.work_directive.steps
    asked = (item for step in steps for item in step.evidence if item.evidence_id == evidence_id)
    return next(filter(None, (expected_value(item, order) for item in asked)), "")


def _device_verified(view: StepView, item: Prerequisite) -> Iterator[Refusal]:
    """Ask every device of the class that stands at the line."""
    wanted, station = item.physical_asset_class, view.session.station
    devices = [x for x in assets_of(view.session) if wanted in x.defined.physical_asset_classes]
    if not devices:
        text = f"no {wanted or 'device'} stands at {station}"
        yield refuse("device-not-verified", wanted or station, text)
    for device in devices:
        why = _why_not_verified(view, device)
        if why:
            name = device.defined.physical_asset_id
            yield refuse("device-not-verified", name, f"{name} {why}")


def _why_not_verified(view: StepView, device: PhysicalAssetRecord) -> str:
    order_id, hours = view.session.job_order.job_order_id, device.defined.verification_interval_h
    if device.verified is False:
        return "failed its last check"
    if device.verified is None or device.verified_time is None:
        return "was never checked"
    if device.verified_for != order_id:
        return f"was last checked for {device.verified_for}, not for {order_id}"
    checked = device.verified_time
    if hours is not None and view.session.time - checked > timedelta(hours=hours):
        return f"was last checked at {checked:%Y-%m-%d %H:%M} UTC; a check holds {hours:g} h"
    return ""


def _components_staged(view: StepView, item: Prerequisite) -> Iterator[Refusal]:
    amounts = {x.material_definition_id: x.quantity for x in view.specification.materials}
    materials = components_of(view.specification, item)
    station, snapshot = view.session.station, view.session.snapshot
    if not materials:
        text = f"the WorkMaster does not say which components {view.subject} needs"
        yield refuse("components-not-staged", station, text)
    for material in materials:
        for text in missing_components((material,), station, snapshot, amounts):
            yield refuse("components-not-staged", material, text)


_Check = Callable[[StepView, Prerequisite], Iterator[Refusal]]

_KINDS: Final[Mapping[PrerequisiteKind, _Check]] = MappingProxyType(
    {
        PrerequisiteKind.LINE_CLEARED: _line_cleared,
        PrerequisiteKind.LABEL_VERIFIED: _label_verified,
        PrerequisiteKind.CODE_VERIFIED: _code_verified,
        PrerequisiteKind.DEVICE_VERIFIED: _device_verified,
        PrerequisiteKind.COMPONENTS_STAGED: _components_staged,
    }
)
