"""Demo scripts A and B: what is used, and how much of it."""

from typing import Final

from server.cli.demo_script_stage import SCALE, Refusal, Stage

_GOOD: Final = ("AA-2601", "AA-2602")
"""The lots of the material that may be used, first expiry first."""


async def wrong_lot_and_status_block(at: Stage) -> None:
    """Play A: a quarantined lot, another material, the wrong lot of the right material."""
    at.scene("An order for 1 kg of ascorbic acid, dispensed at booth DISP-01")
    await at.store()
    await at.clear_booth()
    await at.do("StartStep", step="020")
    at.scene("Lots that may not be used, and a material that is not asked for")
    await at.refused(
        "use a quarantined lot",
        Refusal("material-lot-restricted", offers=_GOOD),
        "Scan",
        code="AA-2603-C1",
    )
    await at.refused(
        "use a rejected lot", Refusal("material-lot-restricted", offers=_GOOD), "Scan",
        code="AA-2597-C1",
    )  # fmt: skip
    await at.refused(
        "use an expired lot", Refusal("material-lot-expired", offers=_GOOD), "Scan",
        code="AA-2598-C1",
    )  # fmt: skip
    await at.refused(
        "use another material", Refusal("material-wrong", offers=_GOOD), "Scan",
        code="MCC-2601-C1",
    )  # fmt: skip
    at.scene("The lot that was offered first is accepted")
    await at.do("Scan", code=f"{_GOOD[0]}-C4")
    await at.do("CloseSession")
    at.scene("An order for which the ERP has reserved lot AA-2602")
    await at.store(allocations="ASCORBIC-ACID=AA-2602")
    await at.clear_booth()
    await at.do("StartStep", step="020")
    await at.refused(
        "use the wrong lot of the right material",
        Refusal("material-lot-wrong", offers=("AA-2602",)),
        "Scan",
        code="AA-2601-C4",
    )
    await at.do("Scan", code="AA-2602-C4")
    await at.do("CloseSession")


async def out_of_tolerance_and_disposition(at: Stage) -> None:
    """Play B: a weight outside of its tolerance, and who may decide what about it."""
    at.scene("1.000 kg within 0.010 kg is asked for")
    await at.store()
    await at.clear_booth()
    await at.do("StartStep", step="020")
    await at.do("Scan", code="AA-2601-C4")
    at.scene("Too much is weighed: the weight is not taken, and the step waits for a decision")
    await at.put_on_scale(1.06)
    await at.refused(
        "take a weight outside of its tolerance",
        Refusal("weight-out-of-tolerance"),
        "CaptureWeight",
        instrument=SCALE,
    )
    exception = await at.open_exception()
    await at.refused("complete the step all the same", Refusal("exception-open"), "CompleteStep")
    at.scene("Who may decide: nobody who weighed it; a supervisor, but not to accept it")
    await _decide(at, "let the operator decide", exception, "Redo", "op-01")
    await _decide(at, "let the supervisor accept it", exception, "Accept", "sup-01")
    await at.do(
        "DispositionException", signer="sup-01", exception=exception, disposition="Redo",
        reason="Weigh it anew",
    )  # fmt: skip
    at.scene("The same again, and this time quality accepts it, signed and with a reason")
    await at.refused(
        "take the same weight again",
        Refusal("weight-out-of-tolerance"),
        "CaptureWeight",
        instrument=SCALE,
    )
    exception = await at.open_exception()
    await at.do(
        "DispositionException", signer="qa-01", exception=exception, disposition="Accept",
        reason="Within the validated range of the blend, deviation report 1",
    )  # fmt: skip
    await at.do("CompleteStep")
    await at.do("CloseSession")
    await at.empty_scale()


async def _decide(at: Stage, title: str, exception: str, disposition: str, person: str) -> None:
    await at.refused(
        title,
        Refusal("role-not-suitable"),
        "DispositionException",
        signer=person,
        exception=exception,
        disposition=disposition,
        reason="It is only a little too much",
    )
