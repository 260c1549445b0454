"""The eight block tests, put into the words of every door as strongly as it lets one speak."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from asyncua import ua

ORDER: Final = "NO-BYPASS-1"
STATION: Final = "DISP-01"
TERMINAL: Final = "hmi-disp"

_T: Final = ua.VariantType
_FACEPLATE: Final = f"Stations/{STATION}"
_STEPS: Final = f"JobOrders/{ORDER}/Steps"


@dataclass(frozen=True, kw_only=True)
class Method:
    """A call of an OPC UA method; ``person`` adds the account and password of who signs."""

    name: str
    words: Mapping[str, str] = field(default_factory=dict)
    person: str = ""
    second: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """An HTTP request; ``person`` adds the account and password of who signs to the body."""

    path: str
    body: Mapping[str, object] = field(default_factory=dict)
    person: str = ""
    second: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A B2MML document: its noun, and what would be inside."""

    noun: str
    content: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One way around a gate, at every door. ``code`` is what the gate refuses with.

    ``test`` is the number of the block test, ``account`` the one that tries.
    """

    test: int = 0
    account: str = TERMINAL
    title: str
    code: str
    method: Method
    request: Request
    writes: tuple[tuple[str, Any, ua.VariantType], ...]
    document: Document
    statements: tuple[str, ...]
    label: str = field(default="")

    @property
    def row(self) -> str:
        return f"{self.test or ''}{self.label} {self.title}".strip()


def state_statement(stream: str, before: str, after: str) -> str:
    """Return the statement that rewrites a projection."""
    return (
        "UPDATE interlock.stream_head"  # noqa: S608 -- of our own words
        f" SET state = replace(state::text, '{before}', '{after}')::json WHERE stream = '{stream}'"
    )


def event_statement(stream: str, kind: str) -> str:
    """Return the statement that puts an event on record, as a copy of another row."""
    return (
        "INSERT INTO interlock.log_row"  # noqa: S608 -- of our own words
        " (transaction, stream, version, type, type_version, payload,"
        " command_id, account, face, source, source_time, server_time, rule_version,"
        f" previous_hash, hash, mac) SELECT transaction, '{stream}', 1000, '{kind}', 1, payload,"
        " 'forged', account, face, source, source_time, server_time, rule_version, previous_hash,"
        " hash, mac FROM interlock.log_row LIMIT 1"
    )


SKIP: Final = Attempt(
    test=7,
    title="Skip a required step",
    code="predecessor-open",
    method=Method(name="StartStep", words={"step": "020"}),
    request=Request(path=f"/stations/{STATION}/steps/020/start"),
    writes=(
        (f"{_STEPS}/010/State", "Verified", _T.String),
        (f"{_FACEPLATE}/ActiveStepId", "020", _T.String),
    ),
    document=Document(
        noun="OperationsPerformance",
        content="<SegmentResponse><ID>020</ID><SegmentState>Running</SegmentState>"
        "</SegmentResponse>",
    ),
    statements=(
        state_statement(f"job_order:{ORDER}", '"Ready"', '"Verified"'),
        event_statement(f"job_order:{ORDER}", "StepBegan"),
    ),
)

_VERIFY: Final = {
    "writes": (
        (f"{_STEPS}/010/VerifiedBy", "op-02", _T.String),
        (f"{_STEPS}/010/State", "Verified", _T.String),
    ),
    "document": Document(
        noun="OperationsPerformance",
        content="<SegmentResponse><ID>010</ID><PersonnelActual><PersonID>op-02</PersonID>"
        "</PersonnelActual></SegmentResponse>",
    ),
    "statements": (
        state_statement(f"job_order:{ORDER}", '"Complete"', '"Verified"'),
        event_statement(f"job_order:{ORDER}", "StepVerified"),
    ),
}
OWN_STEP: Final = Attempt(
    test=6,
    label="a",
    title="Verify one's own step",
    code="self-verification",
    method=Method(name="VerifyStep", words={"step": "010"}, person="op-01"),
    request=Request(path=f"/stations/{STATION}/steps/010/verify", person="op-01"),
    **_VERIFY,
)
OWN_STEP_OTHER_ACCOUNT: Final = Attempt(
    test=6,
    label="b",
    title="Verify one's own step with a second account",
    code="self-verification",
    method=Method(name="VerifyStep", words={"step": "010"}, person="op-01b"),
    request=Request(path=f"/stations/{STATION}/steps/010/verify", person="op-01b"),
    **_VERIFY,
)
LAPSED: Final = Attempt(
    test=5,
    title="Work with a lapsed qualification",
    code="qualification-expired",
    method=SKIP.method,
    request=SKIP.request,
    writes=(
        ("ISA95/Personnel/Persons/op-03/weighing", "valid for ever", _T.String),
        (f"{_FACEPLATE}/PersonId", "op-01", _T.String),
    ),
    document=Document(
        noun="PersonnelInformation",
        content="<Person><ID>op-03</ID><QualificationTestSpecificationID>weighing"
        "</QualificationTestSpecificationID></Person>",
    ),
    statements=(
        state_statement("person:op-03", "T00:00:00", "T00:00:01"),
        event_statement("person:op-03", "PersonDefined"),
    ),
)
QUARANTINED: Final = Attempt(
    test=1,
    title="Use a quarantined lot",
    code="material-lot-restricted",
    method=Method(name="Scan", words={"code": "AA-2603-C1"}),
    request=Request(path=f"/stations/{STATION}/scan", body={"code": "AA-2603-C1"}),
    writes=(
        ("ISA95/Materials/Lots/AA-2603/Status", "released", _T.String),
        (f"{_FACEPLATE}/IdentifiedContainer", "AA-2603-C1", _T.String),
    ),
    document=Document(
        noun="MaterialInformation",
        content="<MaterialLot><ID>AA-2603</ID><Disposition>UnRestricted</Disposition>"
        "</MaterialLot>",
    ),
    statements=(
        state_statement("material_lot:AA-2603", '"Restricted"', '"UnRestricted"'),
        event_statement("material_lot:AA-2603", "MaterialLotDispositionChanged"),
    ),
)
WRONG: Final = Attempt(
    test=2,
    title="Use the wrong material",
    code="material-wrong",
    method=Method(name="Scan", words={"code": "MCC-2601-C1"}),
    request=Request(path=f"/stations/{STATION}/scan", body={"code": "MCC-2601-C1"}),
    writes=(
        (f"{_FACEPLATE}/TargetMaterial", "MCC-102", _T.String),
        (f"{_FACEPLATE}/IdentifiedContainer", "MCC-2601-C1", _T.String),
    ),
    document=Document(
        noun="MaterialInformation",
        content="<MaterialLot><ID>MCC-2601</ID><MaterialDefinitionID>ASCORBIC-ACID"
        "</MaterialDefinitionID></MaterialLot>",
    ),
    statements=(
        state_statement("material_lot:MCC-2601", "MCC-102", "ASCORBIC-ACID"),
        event_statement(f"job_order:{ORDER}", "MaterialIdentified"),
    ),
)
OVERDUE: Final = Attempt(
    test=4,
    title="Weigh on a scale whose calibration is overdue",
    code="calibration-overdue",
    method=Method(name="CaptureWeight", words={"instrument": "BENCH-SCALE-02"}),
    request=Request(path=f"/stations/{STATION}/weight", body={"instrument_id": "BENCH-SCALE-02"}),
    writes=(
        (
            "ISA95/PhysicalAssets/BENCH-SCALE-02/CalibrationDue",
            datetime(2099, 1, 1, tzinfo=UTC),
            _T.DateTime,
        ),
        (
            "ISA95/PhysicalAssets/BENCH-SCALE-02/CalibrationCertificate",
            "CAL-FORGED",
            _T.String,
        ),
    ),
    document=Document(
        noun="PhysicalAssetInformation",
        content="<PhysicalAsset><ID>BENCH-SCALE-02</ID></PhysicalAsset>",
    ),
    statements=(
        state_statement("physical_asset:BENCH-SCALE-02", "-", "/"),
        event_statement("physical_asset:BENCH-SCALE-02", "CalibrationRecorded"),
    ),
)
OUT_OF_TOLERANCE: Final = Attempt(
    test=3,
    title="Weigh out of tolerance",
    code="weight-out-of-tolerance",
    method=Method(name="CaptureWeight", words={"instrument": "FLOOR-SCALE-01"}),
    request=Request(path=f"/stations/{STATION}/weight", body={"instrument_id": "FLOOR-SCALE-01"}),
    writes=(
        ("ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight", 1.0, _T.Double),
        (f"{_FACEPLATE}/LiveValue", 1.0, _T.Double),
    ),
    document=Document(
        noun="OperationsPerformance",
        content="<SegmentResponse><MaterialActual><MaterialLotID>AA-2601</MaterialLotID>"
        "<Quantity><QuantityString>1.000</QuantityString></Quantity></MaterialActual>"
        "</SegmentResponse>",
    ),
    statements=(
        state_statement(f"job_order:{ORDER}", '"consumed":[]', '"consumed":[{}]'),
        event_statement(f"job_order:{ORDER}", "WeightCaptured"),
    ),
)
OPEN_EXCEPTION: Final = Attempt(
    test=8,
    title="Release with an open exception",
    code="exception-open",
    method=Method(name="Release", words={"job_order": ORDER}, person="qa-01"),
    request=Request(path=f"/job-orders/{ORDER}/release", person="qa-01"),
    writes=(
        (f"JobOrders/{ORDER}/State", "Ended", _T.String),
        (f"JobOrders/{ORDER}/OpenExceptions", [], _T.String),
    ),
    document=Document(
        noun="OperationsPerformance",
        content="<OperationsResponse><ResponseState>Completed</ResponseState></OperationsResponse>",
    ),
    statements=(
        state_statement(f"job_order:{ORDER}", '"Running"', '"Ended"'),
        event_statement(f"job_order:{ORDER}", "JobOrderReleased"),
    ),
)
ATTEMPTS: Final = (
    QUARANTINED,
    WRONG,
    OUT_OF_TOLERANCE,
    OVERDUE,
    LAPSED,
    OWN_STEP,
    OWN_STEP_OTHER_ACCOUNT,
    SKIP,
    OPEN_EXCEPTION,
)
"""All of them, in the order of their numbers."""
