"""Check what the steps of one work master say of each other: evidence, branches, prerequisites."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from mappings.problems import Problems, did_you_mean
from mappings.yaml_fields import Fields
from models.isa95.work_definition import (
    EvidenceSpecification,
    PrerequisiteKind,
    StepSpecification,
    ValueKind,
)

_PROVEN_BY_EVIDENCE: Final = (PrerequisiteKind.LABEL_VERIFIED, PrerequisiteKind.CODE_VERIFIED)
_WORDS: Final = (
    *("evidence", "lower", "upper", "equals", "next_step", "limit"),
    *("plus", "minus", "unit", "kind", "compensates_for"),
)


def check_references(
    rows: tuple[Fields, ...], steps: tuple[StepSpecification, ...], *, labelled: bool
) -> None:
    """Report every reference between steps that leads nowhere, or to what can't serve.

    ``labelled`` when the work master names the label, which then is what a label must be.
    """
    for index, (row, step) in enumerate(zip(rows, steps, strict=True)):
        check = _StepCheck(row, step, steps[:index], steps, labelled)
        check.branches()
        check.balances()
        check.sample_plans()
        check.prerequisites()
        check.compensation()


@dataclass(frozen=True, slots=True)
class _StepCheck:
    """One step, those before it, and all of them."""

    row: Fields
    step: StepSpecification
    before: tuple[StepSpecification, ...]
    steps: tuple[StepSpecification, ...]
    labelled: bool

    def branches(self) -> None:
        ids = [one.step_id for one in self.steps]
        for row, rule in zip(_rows(self.row, "branches"), self.step.branches, strict=True):
            self._branch_value(row, _find(row, rule.evidence_id, self.step.evidence, "this step"))
            if not rule.next_step_id:
                continue
            if rule.next_step_id not in ids:
                remedy = did_you_mean(rule.next_step_id, tuple(ids))
                row.reject("next_step", f"there is no step '{rule.next_step_id}'", remedy)
                continue
            goes_back = ids.index(rule.next_step_id) <= len(self.before)
            if goes_back and not row.has("limit"):
                reason = f"it leads back to step '{rule.next_step_id}' without an end"
                row.reject("next_step", reason, "add 'limit: …', how often it may be repeated")
            if not goes_back and row.has("limit"):
                row.reject("limit", "only a way back has a limit", "remove it")

    @staticmethod
    def _branch_value(row: Fields, evidence: EvidenceSpecification | None) -> None:
        """Report a condition that does not fit the kind of the value."""
        bounded, equal = row.has("lower") or row.has("upper"), row.has("equals")
        if not bounded and not equal:
            row.problems.add(row.place, "it always applies", "add 'lower', 'upper' or 'equals'")
        if evidence is None:
            return
        is_number = evidence.kind is ValueKind.NUMBER
        if is_number and equal:
            row.reject("equals", "a number is compared with limits", "write 'lower' and 'upper'")
        if not is_number and bounded:
            key = "lower" if row.has("lower") else "upper"
            row.reject(key, f"a {evidence.kind.value} has no limits", "write 'equals'")
        if evidence.kind is ValueKind.BOOLEAN and row.text("equals") not in ("", "true", "false"):
            row.reject("equals", "a boolean is true or false", "write one of the two")

    def balances(self) -> None:
        known = tuple(chain(*(one.evidence for one in self.before), self.step.evidence))
        for row, balance in zip(_rows(self.row, "balances"), self.step.balances, strict=False):
            terms = [
                _number(row, term.evidence_id, known, "plus" if term.sign > 0 else "minus")
                for term in balance.terms
            ]
            units = sorted({term.unit for term in terms if term is not None})
            if len(units) > 1:
                reason = f"its values are in {' and '.join(units)}, which do not add up"
                row.reject("plus", reason, "let all of them be in one unit")
            elif units and balance.percent_of is None and balance.unit not in ("", *units):
                reason = f"its values are in {units[0] or 'no unit'}, not in {balance.unit}"
                row.reject("unit", reason, f"write {units[0]}" if units[0] else "remove it")

    def sample_plans(self) -> None:
        for row, plan in zip(_rows(self.row, "sample_plans"), self.step.sample_plans, strict=True):
            _number(row, plan.evidence_id, self.step.evidence, "evidence")

    def prerequisites(self) -> None:
        earlier = tuple(chain(*(one.evidence for one in self.before)))
        rows = _rows(self.row, "prerequisites")
        for row, wanted in zip(rows, self.step.prerequisites, strict=True):
            if wanted.kind is PrerequisiteKind.LINE_CLEARED:
                self._line_cleared(row)
            elif wanted.kind in _PROVEN_BY_EVIDENCE and wanted.evidence_id:
                proof = _find(row, wanted.evidence_id, earlier, "an earlier step")
                by_label = self.labelled and wanted.kind is PrerequisiteKind.LABEL_VERIFIED
                if proof is not None and proof.expected is None and not by_label:
                    reason = (
                        f"'{wanted.evidence_id}' accepts whatever is recorded, so proves nothing"
                    )
                    row.reject("evidence", reason, "add 'expected' to it")

    def _line_cleared(self, row: Fields) -> None:
        """Report a line that nobody clears before the step."""
        mine = self.step.equipment_class
        if not any(one.clears_line and one.equipment_class == mine for one in self.before):
            reason = f"no earlier step at a '{mine}' clears the line"
            row.reject("kind", reason, "add 'clears_line: true' to the step that does")

    def compensation(self) -> None:
        """Report a filler that makes up for what is not compensated."""
        actives = {
            one.material_definition_id
            for step in self.steps
            for one in step.materials
            if one.nominal_potency is not None
        }
        for row, material in zip(_rows(self.row, "materials"), self.step.materials, strict=False):
            for item in row.items("compensates_for"):
                if item.text not in actives and item.text in material.compensates_for:
                    reason = f"no '{item.text}' with a nominal potency is weighed"
                    row.problems.add(item.place, reason, "add 'nominal_potency' where it is")


def _rows(step: Fields, key: str) -> tuple[Fields, ...]:
    """Return the rows under a key, which were read and reported before, to report on them."""
    silent = Problems()
    rows = tuple(Fields(item, silent, optional=_WORDS) for item in step.items(key))
    for row in rows:
        row.problems = step.problems
    return rows


def _find(
    row: Fields, evidence_id: str, known: tuple[EvidenceSpecification, ...], where: str
) -> EvidenceSpecification | None:
    found = next((one for one in known if one.evidence_id == evidence_id), None)
    if found is None and evidence_id:
        remedy = did_you_mean(evidence_id, tuple(_ids(known)))
        row.reject("evidence", f"{where} records no '{evidence_id}'", remedy)
    return found


def _number(
    row: Fields, evidence_id: str, known: tuple[EvidenceSpecification, ...], key: str
) -> EvidenceSpecification | None:
    """Return the evidence if it is a number; report what it is else."""
    found = next((one for one in known if one.evidence_id == evidence_id), None)
    if found is None:
        if evidence_id:
            remedy = did_you_mean(evidence_id, tuple(_ids(known)))
            row.reject(key, f"no evidence '{evidence_id}' is recorded until here", remedy)
    elif found.kind is not ValueKind.NUMBER:
        row.reject(key, f"'{evidence_id}' is no number", "name evidence of 'kind: number'")
        return None
    return found


def _ids(known: tuple[EvidenceSpecification, ...]) -> Iterator[str]:
    yield from (one.evidence_id for one in known)
