"""Overrides: which refusals two people may let not count, and how that is used, once.

Everything that protects identity, sequence, people, materials, readings and the record itself can
never be overridden, by nobody. A new code can't, until it is put on the list here.
"""

from dataclasses import replace
from typing import Final

from models.execution import events as e
from models.execution.decision import Decision
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import REFUSAL_KINDS
from models.execution.snapshot import Snapshot

OVERRIDABLE: Final = frozenset(
    {
        "station-not-suitable",
        "personnel-class-not-suitable",
        "material-lot-not-next",
        "equipment-too-small",
        "clean-hold-expired",
        "dirty-hold-expired",
        "environment-out-of-limits",
        "environment-not-measured",
        "components-not-staged",
        "evidence-missing",
        "samples-missing",
        "attachment-missing",
        "instruction-superseded",
    }
)
"""Refusals that a step may declare overridable; whether it does is the WorkMaster's decision."""

NEVER_OVERRIDABLE: Final = frozenset(REFUSAL_KINDS) - OVERRIDABLE
"""Refusals that nobody overrides, whatever a WorkMaster says."""


def waivable(decision: Decision, snapshot: Snapshot) -> frozenset[str]:
    """Return the codes that unused overrides let not count; none unless they are all that refuse.

    The decision is the refused one, as it comes without them.
    """
    order = snapshot.job_order(decision.job_order_id or "")
    codes = frozenset(refusal.code for refusal in decision.refusals)
    if order is None or not codes:
        return frozenset()
    unused = _unused(order, decision) - NEVER_OVERRIDABLE
    return codes if codes <= unused else frozenset()


def _unused(order: JobOrderRecord, decision: Decision) -> frozenset[str]:
    """Return what is overridden at the step for this person, who must not have signed for it."""
    step, who = order.step(decision.step_id or ""), decision.person_id
    unused = (item for item in (step.overrides if step is not None else ()) if not item.used)
    others = (x for x in unused if who not in (x.signature.person_id, x.second.person_id))
    return frozenset(item.code for item in others)


def with_overrides_used(decision: Decision, waived: frozenset[str], command: str) -> Decision:
    """Return the accepted decision, with the overrides that it used up on record."""
    used = tuple(
        e.OverrideUsed(
            job_order_id=decision.job_order_id or "",
            step_id=decision.step_id or "",
            code=code,
            command=command,
        )
        for code in sorted(waived)
    )
    return replace(decision, events=(*used, *decision.events))
