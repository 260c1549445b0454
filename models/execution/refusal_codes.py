"""The catalogue of refusals: every stable code, its group, its meaning and its remedy.

A code is never reused and never changes its meaning. The order is the order of precedence in
which docs/refusals.md lists them. ``group`` has a fixed bit in the ReturnStatus of OPC 10031-4
(Annex B.2: bits 33 to 63 are for the implementation).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from types import MappingProxyType
from typing import Final

from models.execution.outcome import Refusal


@unique
class RefusalGroup(Enum):
    """Groups of refusals; the value is the bit in ReturnStatus and never changes."""

    UNKNOWN = 33
    SEQUENCE = 34
    CONTEXT = 35
    STATION = 36
    PERSON = 37
    VERIFICATION = 38
    MATERIAL = 39
    QUANTITY = 40
    INSTRUMENT = 41
    READING = 42
    EVIDENCE = 43
    EXCEPTION = 44
    MASTER_DATA = 45


@dataclass(frozen=True, slots=True)
class RefusalKind:
    """One code: the gate that refuses with it, what it means, and what to do about it."""

    code: str
    group: RefusalGroup
    gate: str
    meaning: str
    remedy: str


_G = RefusalGroup
_KINDS: Final = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "station-unknown", _G.UNKNOWN, "station_is_known",
        "There is no station of this name in the plant.",
        "Check the station's name in the plant files.",
    ),
    RefusalKind(
        "job-order-unknown", _G.UNKNOWN, "job_order_is_known",
        "There is no job order of this id.",
        "Check the id, or have the ERP send the order.",
    ),
    RefusalKind(
        "step-unknown", _G.UNKNOWN, "step_is_known",
        "The job order has no step of this id.",
        "Choose a step of the job order's WorkMaster.",
    ),
    RefusalKind(
        "physical-asset-unknown", _G.UNKNOWN, "physical_asset_is_known",
        "There is no instrument or machine of this id.",
        "Check the id on the label of the instrument.",
    ),
    RefusalKind(
        "exception-unknown", _G.UNKNOWN, "exception_is_open",
        "The job order has no open exception of this id.",
        "Choose one of the open exceptions of the job order.",
    ),
    RefusalKind(
        "work-master-unknown", _G.MASTER_DATA, "work_master_is_approved",
        "There is no WorkMaster of this id and version.",
        "Check the id and the version, or import the WorkMaster.",
    ),
    RefusalKind(
        "work-master-not-approved", _G.MASTER_DATA, "work_master_is_approved",
        "This version of the WorkMaster is not approved for production.",
        "Have it approved, or order an approved version.",
    ),
    RefusalKind(
        "work-master-changed", _G.MASTER_DATA, "work_master_version_is_new",
        "A WorkMaster was changed without a new version.",
        "Give the changed WorkMaster a new version.",
    ),
    RefusalKind(
        "quantity-not-possible", _G.MASTER_DATA, "quantity_is_possible",
        "The ordered quantity is not positive, or not in a unit of the WorkMaster.",
        "Order a positive quantity in the WorkMaster's unit.",
    ),
    RefusalKind(
        "job-order-exists", _G.SEQUENCE, "job_order_is_new",
        "A job order of this id is already stored.",
        "Give the new job order another id.",
    ),
    RefusalKind(
        "material-lot-exists", _G.MATERIAL, "produced_lot_is_new",
        "The lot to produce already exists.",
        "Give the new lot another id.",
    ),
    RefusalKind(
        "job-order-not-startable", _G.SEQUENCE, "job_order_may_start",
        "The job order is not waiting to be allowed to start.",
        "Look at its state; only a stored order can be started.",
    ),
    RefusalKind(
        "job-order-not-active", _G.SEQUENCE, "job_order_is_active",
        "The job order is not allowed to start, or has already ended.",
        "Choose a job order that is allowed to start or running.",
    ),
    RefusalKind(
        "session-missing", _G.CONTEXT, "station_session_is_open",
        "Nobody has opened a session at this station.",
        "Open a station session with your own account first.",
    ),
    RefusalKind(
        "station-occupied", _G.CONTEXT, "station_is_free",
        "Another person has an open session at this station.",
        "Have that person close the session, then open yours.",
    ),
    RefusalKind(
        "context-mismatch", _G.CONTEXT, "context_is_the_stations",
        "The screen shows another job order or step than the station is bound to.",
        "Refresh the screen and look again before you go on.",
    ),
    RefusalKind(
        "station-not-suitable", _G.STATION, "step_is_performed_at_its_station",
        "This step may not be performed at this kind of station.",
        "Go to a station of the class that the step asks for.",
    ),
    RefusalKind(
        "predecessor-open", _G.SEQUENCE, "predecessors_are_finished",
        "A step that comes before is not finished.",
        "Complete, and where required verify, the steps before it.",
    ),
    RefusalKind(
        "step-not-ready", _G.SEQUENCE, "step_is_ready",
        "The step cannot begin from the state it is in.",
        "Look at the state of the step; a step begins once, when it is ready.",
    ),
    RefusalKind(
        "step-not-in-progress", _G.SEQUENCE, "step_is_in_progress",
        "No step is in progress at this station.",
        "Start the step, or settle its open exception first.",
    ),
    RefusalKind(
        "step-not-complete", _G.SEQUENCE, "step_is_complete",
        "The step does not wait for a verification.",
        "Complete the step first; a verified step needs nothing more.",
    ),
    RefusalKind(
        "person-unknown", _G.PERSON, "person_is_known",
        "The account does not belong to a person known to the plant.",
        "Use your own personal account.",
    ),
    RefusalKind(
        "role-not-suitable", _G.PERSON, "role_is_suitable",
        "The role of the account does not include this.",
        "Ask a person whose role it is.",
    ),
    RefusalKind(
        "person-not-qualified", _G.PERSON, "person_is_qualified",
        "The person lacks a qualification, or the level of it, that the step asks for.",
        "Have a qualified person do it, or complete the training first.",
    ),
    RefusalKind(
        "qualification-expired", _G.PERSON, "person_is_qualified",
        "A qualification that the step asks for has expired.",
        "Renew the training; until then a qualified person must do it.",
    ),
    RefusalKind(
        "self-verification", _G.VERIFICATION, "verifier_is_another_person",
        "The person who verifies has performed the step, under whatever account.",
        "Have another qualified person verify.",
    ),
    RefusalKind(
        "self-release", _G.VERIFICATION, "releaser_performed_no_work",
        "The person who releases has performed production work on the job order.",
        "Have another person of the quality unit release.",
    ),
    RefusalKind(
        "material-wrong", _G.MATERIAL, "material_is_the_required_one",
        "The scanned code is not a container of a material that the step needs now.",
        "Put it back and take one of the offered lots.",
    ),
    RefusalKind(
        "material-lot-wrong", _G.MATERIAL, "material_lot_is_the_allocated_one",
        "Another lot of this material is allocated to the job order.",
        "Put it back and take the allocated lot.",
    ),
    RefusalKind(
        "material-lot-restricted", _G.MATERIAL, "material_lot_is_unrestricted",
        "The lot is not released for use.",
        "Take a released lot, or have the quality unit decide on this one.",
    ),
    RefusalKind(
        "material-lot-expired", _G.MATERIAL, "material_lot_is_not_expired",
        "The lot is past its expiry.",
        "Take a lot that has not expired.",
    ),
    RefusalKind(
        "container-empty", _G.QUANTITY, "container_is_not_empty",
        "Nothing is left in the container.",
        "Take another container.",
    ),
    RefusalKind(
        "material-not-identified", _G.MATERIAL, "material_is_identified",
        "No container has been scanned for this weighing.",
        "Scan the container first.",
    ),
    RefusalKind(
        "instrument-not-suitable", _G.INSTRUMENT, "instrument_is_suitable",
        "The instrument does not belong to this station, or is not of the class required.",
        "Use an instrument of the required class at this station.",
    ),
    RefusalKind(
        "calibration-overdue", _G.INSTRUMENT, "instrument_is_calibrated",
        "The calibration of the instrument is overdue or was never made.",
        "Use another instrument, or have this one calibrated.",
    ),
    RefusalKind(
        "reading-missing", _G.READING, "reading_is_trustworthy",
        "The device delivers no reading.",
        "Check that the device is connected and switched on.",
    ),
    RefusalKind(
        "reading-bad", _G.READING, "reading_is_trustworthy",
        "The device says that its reading is not good.",
        "Check the device; an overloaded scale must be relieved.",
    ),
    RefusalKind(
        "reading-stale", _G.READING, "reading_is_trustworthy",
        "The latest reading of the device is too old.",
        "Wait for a fresh reading; check the connection if none comes.",
    ),
    RefusalKind(
        "reading-unstable", _G.READING, "reading_is_trustworthy",
        "The reading has not settled.",
        "Wait until the device shows that it is stable.",
    ),
    RefusalKind(
        "weight-out-of-tolerance", _G.QUANTITY, "weight_is_within_tolerance",
        "The weight lies outside of the tolerance of the step.",
        "Have the exception dispositioned: weigh anew, adjust, or accept with deviation.",
    ),
    RefusalKind(
        "container-overdrawn", _G.QUANTITY, "container_holds_enough",
        "More would be drawn than the container holds.",
        "Take what is missing from another container.",
    ),
    RefusalKind(
        "evidence-not-required", _G.EVIDENCE, "evidence_is_required",
        "The running step does not ask for this evidence.",
        "Record the evidence that the step lists.",
    ),
    RefusalKind(
        "evidence-source-not-accepted", _G.EVIDENCE, "evidence_is_required",
        "This evidence may not come from this kind of source.",
        "Capture it from the source that the step accepts.",
    ),
    RefusalKind(
        "evidence-not-understood", _G.EVIDENCE, "evidence_is_within_limits",
        "The value is not of the kind that the evidence asks for.",
        "Enter a number, a truth value or a text as the step says.",
    ),
    RefusalKind(
        "evidence-out-of-limits", _G.EVIDENCE, "evidence_is_within_limits",
        "The value lies outside of the limits of the step.",
        "Have the exception dispositioned.",
    ),
    RefusalKind(
        "material-missing", _G.EVIDENCE, "required_material_is_consumed",
        "A material of the step has not been weighed.",
        "Scan and weigh it.",
    ),
    RefusalKind(
        "evidence-missing", _G.EVIDENCE, "required_evidence_is_recorded",
        "Evidence that the step asks for is not on record.",
        "Record it.",
    ),
    RefusalKind(
        "exception-open", _G.EXCEPTION, "no_exception_is_open",
        "An exception or deviation is open.",
        "Have it dispositioned by a person who may.",
    ),
    RefusalKind(
        "step-not-finished", _G.SEQUENCE, "all_steps_are_finished",
        "A step of the job order is not finished.",
        "Complete, and where required verify, all steps.",
    ),
)  # fmt: skip

REFUSAL_KINDS: Final[Mapping[str, RefusalKind]] = MappingProxyType(
    {kind.code: kind for kind in _KINDS}
)
"""Every refusal by its code, in order of precedence."""

EXCEPTION_CODES: Final = frozenset({"weight-out-of-tolerance", "evidence-out-of-limits"})
"""Refusals that, when nothing else stands in the way, open an exception."""


def refuse(code: str, subject: str, obstacle: str, offers: tuple[str, ...] = ()) -> Refusal:
    """Return the refusal of that code about the subject, with its gate and its remedy."""
    kind = REFUSAL_KINDS[code]
    return Refusal(
        code=code,
        gate=kind.gate,
        subject=subject,
        obstacle=obstacle,
        remedy=kind.remedy,
        offers=offers,
    )
