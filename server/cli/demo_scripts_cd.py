"""Demo scripts C and D: who works on what instrument, and what may leave the plant."""

from datetime import timedelta
from typing import Final

from server.cli.demo_script_stage import SCALE, Refusal, Stage
from server.cli.terminals import now

_TRAINING_OFFICE: Final = "training-01"
_METROLOGY: Final = "met-01"
_HALF_A_YEAR: Final = timedelta(days=180)
_YESTERDAY: Final = timedelta(days=-1)


async def training_and_calibration(at: Stage) -> None:
    """Play C: an expired training and an overdue calibration, and how both are put right."""
    await _qualify(at, _YESTERDAY)  # whatever an earlier run left behind
    at.scene("Operator 3 was trained to weigh, and the training has expired")
    await at.store()
    await at.clear_booth()
    await at.do("CloseSession")
    await at.take("DISP-01", "op-03")
    await at.refused(
        "dispense with an expired training",
        Refusal("qualification-expired", says="TR-110"),
        "StartStep",
        step="020",
    )
    at.scene("The training that the refusal names is attended, and it goes on without a restart")
    await _qualify(at, _HALF_A_YEAR)
    await at.do("StartStep", step="020")
    await at.do("Scan", code="AA-2601-C4")
    at.scene("The calibration of the floor scale is overdue since yesterday")
    await at.put_on_scale(1.0)
    await _calibrate(at, _YESTERDAY, "CAL-OVERDUE")
    await at.refused(
        "weigh on a scale whose calibration is overdue",
        Refusal("calibration-overdue", says=SCALE),
        "CaptureWeight",
        instrument=SCALE,
    )
    at.scene("Metrology calibrates it, and it goes on without a restart")
    await _calibrate(at, _HALF_A_YEAR, "CAL-RENEWED")
    await at.do("CaptureWeight", instrument=SCALE)
    await at.do("CompleteStep")
    await at.do("CloseSession")
    await at.empty_scale()
    await _qualify(at, _YESTERDAY)  # as the plant's files have it, for whoever tries it next


async def _qualify(at: Stage, until: timedelta) -> None:
    await at.do(
        "RecordQualification",
        session=_TRAINING_OFFICE,
        person="op-03",
        qualification="weighing",
        level="2",
        expiration_time=(now() + until).isoformat(timespec="seconds"),
        training="TR-110",
    )


async def _calibrate(at: Stage, until: timedelta, certificate: str) -> None:
    await at.do(
        "RecordCalibration",
        session=_METROLOGY,
        instrument=SCALE,
        due_time=(now() + until).isoformat(timespec="seconds"),
        certificate=certificate,
        failed="false",
    )


async def release_block(at: Stage) -> None:
    """Play D: a batch with an open deviation is not released, until it is dispositioned."""
    at.scene("A batch is made: dispensed, and reviewed by quality")
    await at.store()
    await at.clear_booth()
    await at.do("StartStep", step="020")
    await at.do("Scan", code="AA-2601-C4")
    await at.put_on_scale(1.002)
    await at.do("CaptureWeight", instrument=SCALE)
    await at.do("CompleteStep")
    await at.do("CloseSession")
    await at.empty_scale()
    await at.take("QA-01", "qa-01")
    await at.do("StartStep", step="030")
    await at.do("RecordEvidence", evidence="record-reviewed", value="true", source="manual")
    await at.do("CompleteStep")
    at.scene("A supervisor reports a deviation: the booth was open while it was dispensed")
    await at.do(
        "ReportException", session="sup-01", signer="sup-01", severity="major",
        description="The door of the booth was open for ten minutes",
    )  # fmt: skip
    exception = await at.open_exception()
    await at.refused(
        "release the batch with an open deviation",
        Refusal("exception-open"),
        "Release",
        signer="qa-01",
    )
    at.scene("Quality dispositions it, and the batch is released")
    await at.do(
        "DispositionException", signer="qa-01", exception=exception, disposition="Accept",
        reason="Air samples of the time are within limits",
    )  # fmt: skip
    await at.do("Release", signer="qa-01")
    await at.do("CloseSession")
