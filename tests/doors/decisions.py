"""Decisions that one person may not take, or not alone, put into the words of every door."""

from typing import Final

from asyncua import ua

from tests.doors.attempts import ORDER, STATION, TERMINAL, Attempt, Document, Method, Request
from tests.doors.attempts import event_statement as _event
from tests.doors.attempts import state_statement as _state

MASTER: Final = "WM-CHALLENGE"
DRAFT: Final = "2"
_T: Final = ua.VariantType.String
_VERSION: Final = {"work_master": MASTER, "version": DRAFT}
_LOT: Final = "AA-2603"
_RELEASE_LOT: Final = {
    "disposition": "UnRestricted", "status": "released", "reason": "It is urgent.",
}  # fmt: skip
_LOT_AT_THE_DOORS: Final = {
    "writes": ((f"ISA95/Materials/Lots/{_LOT}/Status", "released", _T),),
    "document": Document(
        noun="MaterialInformation",
        content=f"<MaterialLot><ID>{_LOT}</ID><Disposition>UnRestricted</Disposition>"
        "</MaterialLot>",
    ),
    "statements": (
        _state(f"material_lot:{_LOT}", '"Restricted"', '"UnRestricted"'),
        _event(f"material_lot:{_LOT}", "MaterialLotDispositionChanged"),
    ),
}

OWN_MASTER: Final = Attempt(
    title="Approve one's own master batch record",
    code="self-approval",
    account="qa-01",
    method=Method(name="Approve", words=_VERSION, person="qa-01"),
    request=Request(path=f"/work-masters/{MASTER}/versions/{DRAFT}/approval", person="qa-01"),
    writes=((f"JobOrders/{ORDER}/WorkMasterVersion", DRAFT, _T),),
    document=Document(
        noun="WorkDefinitionInformation",
        content=f"<WorkMaster><ID>{MASTER}</ID><Version>{DRAFT}</Version></WorkMaster>",
    ),
    statements=(
        _state(f"work_master:{MASTER}", '"Draft"', '"Approved"'),
        _event(f"work_master:{MASTER}", "WorkMasterApproved"),
    ),
)
DRAFT_ORDERED: Final = Attempt(
    title="Order by a draft that was imported",
    code="work-master-not-approved",
    account="planner-01",
    method=Method(name="Store", words={"job_order": "NB-2", **_VERSION, "quantity": "1.000 kg"}),
    request=Request(
        path="/job-orders",
        body={
            "job_order_id": "NB-2",
            "work_master_id": MASTER,
            "work_master_version": DRAFT,
            "quantity": "1.000 kg",
        },
    ),
    writes=OWN_MASTER.writes,
    document=OWN_MASTER.document,
    statements=OWN_MASTER.statements,
)
LOT_BY_WAREHOUSE: Final = Attempt(
    title="Release a lot from the warehouse",
    code="role-denied",
    account="wh-01",
    method=Method(
        name="ChangeLotDisposition", words={"material_lot": _LOT, **_RELEASE_LOT}, person="wh-01"
    ),
    request=Request(path=f"/material-lots/{_LOT}/disposition", body=_RELEASE_LOT, person="wh-01"),
    **_LOT_AT_THE_DOORS,
)
LOT_BY_ANOTHERS_ROLE: Final = Attempt(
    title="Release a lot with a session of quality and a signature of the warehouse",
    code="role-not-suitable",
    account="qa-01",
    method=Method(
        name="ChangeLotDisposition", words={"material_lot": _LOT, **_RELEASE_LOT}, person="wh-01"
    ),
    request=Request(path=f"/material-lots/{_LOT}/disposition", body=_RELEASE_LOT, person="wh-01"),
    **_LOT_AT_THE_DOORS,
)
_GRANT: Final = {"level": "2", "expiration_time": "", "reason": "Nobody else is here."}
OWN_AUTHORIZATION: Final = Attempt(
    title="Authorize oneself",
    code="self-authorization",
    account="sup-01",
    method=Method(
        name="GrantAuthorization",
        words={"person": "sup-01", "qualification": "weighing", **_GRANT},
        person="sup-01",
    ),
    request=Request(path="/persons/sup-01/authorizations/weighing", body=_GRANT, person="sup-01"),
    writes=(("ISA95/Personnel/Persons/op-03/weighing", "valid for ever", _T),),
    document=Document(
        noun="PersonnelInformation",
        content="<Person><ID>sup-01</ID><QualificationTestSpecificationID>weighing"
        "</QualificationTestSpecificationID></Person>",
    ),
    statements=(
        _state("person:sup-01", '"qualifications":[]', '"qualifications":[{}]'),
        _event("person:sup-01", "AuthorizationGranted"),
    ),
)
_OVERRIDE: Final = {"code": "calibration-overdue", "reason": "The scale was right yesterday."}
OVERRIDE_ALONE: Final = Attempt(
    title="Override a gate as one person",
    code="override-not-independent",
    account=TERMINAL,
    method=Method(
        name="OverrideGate", words={"step": "020", **_OVERRIDE}, person="sup-01", second="sup-01"
    ),
    request=Request(
        path=f"/stations/{STATION}/steps/020/override",
        body=_OVERRIDE,
        person="sup-01",
        second="sup-01",
    ),
    writes=((f"JobOrders/{ORDER}/Steps/020/State", "Verified", _T),),
    document=Document(
        noun="OperationsPerformance",
        content="<SegmentResponse><ID>020</ID><SegmentState>Running</SegmentState>"
        "</SegmentResponse>",
    ),
    statements=(
        _state(f"job_order:{ORDER}", '"overrides":[]', '"overrides":[{}]'),
        _event(f"job_order:{ORDER}", "GateOverridden"),
    ),
)
ADMINISTRATOR: Final = Attempt(
    title="Complete a step as the administrator",
    code="role-denied",
    account="admin-01",
    method=Method(name="CompleteStep"),
    request=Request(path=f"/stations/{STATION}/steps/complete"),
    writes=((f"JobOrders/{ORDER}/Steps/020/State", "Complete", _T),),
    document=OVERRIDE_ALONE.document,
    statements=(
        _state(f"job_order:{ORDER}", '"InProgress"', '"Complete"'),
        _event(f"job_order:{ORDER}", "StepCompleted"),
    ),
)
OWN_ACCOUNT: Final = Attempt(
    title="Unlock one's own account",
    code="self-unlock",
    account="admin-01",
    method=Method(
        name="UnlockAccount", words={"locked_account": "admin-01", "reason": "It is mine."}
    ),
    request=Request(path="/accounts/admin-01/unlock", body={"reason": "It is mine."}),
    writes=(),
    document=Document(noun="PersonnelInformation", content="<Person><ID>admin-01</ID></Person>"),
    statements=(
        _state("account:admin-01", '"locked":true', '"locked":false'),
        _event("account:admin-01", "AccountUnlocked"),
    ),
)
_OVERDUE: Final = "calibration:BENCH-SCALE-02"
ALARM_AWAY: Final = Attempt(
    title="Put the alarm of an overdue calibration aside",
    code="alarm-not-shelvable",
    account="sup-01",
    method=Method(name="Shelve", words={"alarm": _OVERDUE, "duration_s": "3600"}),
    request=Request(path=f"/alarms/{_OVERDUE}/shelving", body={"duration_s": "3600"}),
    writes=((f"Alarms/{_OVERDUE}/ActiveState/Id", False, ua.VariantType.Boolean),),
    document=OVERRIDE_ALONE.document,
    statements=(
        _state(f"alarm:{_OVERDUE}", '"active":true', '"active":false'),
        _event(f"alarm:{_OVERDUE}", "AlarmShelved"),
    ),
)
DECISIONS: Final = (
    OWN_MASTER,
    DRAFT_ORDERED,
    LOT_BY_WAREHOUSE,
    LOT_BY_ANOTHERS_ROLE,
    OWN_AUTHORIZATION,
    OVERRIDE_ALONE,
    ADMINISTRATOR,
    OWN_ACCOUNT,
    ALARM_AWAY,
)
"""All of them; each is tried with the account that comes closest to being allowed to."""
