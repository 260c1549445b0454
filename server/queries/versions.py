"""Which version was used? One answer for recipe, instructions, label, limits and gate rules."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.execution import codec
from models.execution.log_row import LogRow
from models.execution.records import JobOrderRecord, WorkMasterRecord
from models.execution.rules import RULE_VERSION
from models.isa95.work_definition import StepSpecification, WorkMaster


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionUsed:
    """The instruction of one step, and who has confirmed to have read that revision."""

    step_id: str
    document_id: str
    revision: str
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsUsed:
    """Everything with a version that a job order was executed by.

    Hashes are SHA-256 in hexadecimal. ``work_master_hash`` is that of the version as it was
    reviewed and approved; None when that version is not on record here. ``directive_hash`` is
    that of the copy that the job order executes, scaled to its batch. ``limits_hash`` covers
    amounts, tolerances, limits, expected values, branches, balances and sample plans of all
    steps: two orders with the same one were judged by the same limits. ``rule_versions`` are
    those under which its events were decided; while none are given, that of now.
    """

    job_order_id: str
    work_master_id: str
    work_master_version: str
    work_master_hash: str | None
    directive_hash: str
    instructions: tuple[InstructionUsed, ...]
    label: str
    limits_hash: str
    rule_versions: tuple[str, ...]


def versions_used(
    order: JobOrderRecord,
    directive: WorkMaster,
    known: WorkMasterRecord | None,
    rows: Sequence[LogRow] = (),
) -> VersionsUsed:
    """Return what the job order was executed by; ``rows`` are those of its stream."""
    master = known.version(order.work_master_version) if known else None
    rules = sorted({row.rule_version for row in rows}) or [RULE_VERSION]
    return VersionsUsed(
        job_order_id=order.job_order_id,
        work_master_id=order.work_master_id,
        work_master_version=order.work_master_version,
        work_master_hash=work_master_hash(master) if master else None,
        directive_hash=_sha256(directive),
        instructions=tuple(_instruction(order, step) for step in directive.steps),
        label=directive.label,
        limits_hash=_sha256(tuple(_limits(step) for step in directive.steps)),
        rule_versions=tuple(rules),
    )


def work_master_hash(master: WorkMaster) -> str:
    """Return the hash of the canonical text of a version, the same from draft to retirement."""
    return _sha256(master.content)


def _instruction(order: JobOrderRecord, step: StepSpecification) -> InstructionUsed:
    done = order.step(step.step_id)
    return InstructionUsed(
        step_id=step.step_id,
        document_id=step.instruction.document_id,
        revision=step.instruction.revision,
        readers=done.instruction_readers if done else (),
    )


def _limits(step: StepSpecification) -> StepSpecification:
    """Return the step without the words that people read."""
    return replace(
        step,
        description="",
        instruction=replace(step.instruction, text="", document_id="", revision=""),
        evidence=tuple(replace(item, description="") for item in step.evidence),
    )


def _sha256(value: object) -> str:
    return hashlib.sha256(codec.dumps(value).encode()).hexdigest()
