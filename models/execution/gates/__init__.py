"""Gates, in the order in which their refusals are reported. The order is part of the API."""

from typing import Final

from models.execution.gates.all_balances_add_up import all_balances_add_up
from models.execution.gates.all_steps_are_finished import all_steps_are_finished
from models.execution.gates.approver_is_another_person import approver_is_another_person
from models.execution.gates.balances_add_up import balances_add_up
from models.execution.gates.consumed_lots_are_unrestricted import consumed_lots_are_unrestricted
from models.execution.gates.consumption_is_within_the_maximum import (
    consumption_is_within_the_maximum,
)
from models.execution.gates.container_holds_enough import container_holds_enough
from models.execution.gates.container_is_not_empty import container_is_not_empty
from models.execution.gates.container_is_not_held import container_is_not_held
from models.execution.gates.context_is_the_stations import context_is_the_stations
from models.execution.gates.corrective_actions_are_in_time import corrective_actions_are_in_time
from models.execution.gates.documents_are_in_force import documents_are_in_force
from models.execution.gates.environment_is_within_limits import environment_is_within_limits
from models.execution.gates.equipment_carries_no_foreign_allergen import (
    equipment_carries_no_foreign_allergen,
)
from models.execution.gates.equipment_is_available import equipment_is_available
from models.execution.gates.equipment_is_clean import equipment_is_clean
from models.execution.gates.equipment_is_large_enough import equipment_is_large_enough
from models.execution.gates.equipment_is_within_its_hold_times import (
    equipment_is_within_its_hold_times,
)
from models.execution.gates.evidence_is_on_record_once import evidence_is_on_record_once
from models.execution.gates.evidence_is_required import evidence_is_required
from models.execution.gates.evidence_is_within_limits import evidence_is_within_limits
from models.execution.gates.instruction_is_in_force import instruction_is_in_force
from models.execution.gates.instruction_is_read import instruction_is_read
from models.execution.gates.instrument_is_calibrated import instrument_is_calibrated
from models.execution.gates.instrument_is_suitable import instrument_is_suitable
from models.execution.gates.instruments_are_ready import instruments_are_ready
from models.execution.gates.job_order_is_active import job_order_is_active
from models.execution.gates.job_order_is_held import job_order_is_held
from models.execution.gates.job_order_is_open import job_order_is_open
from models.execution.gates.job_order_is_running import job_order_is_running
from models.execution.gates.label_is_in_force import label_is_in_force
from models.execution.gates.material_is_identified import material_is_identified
from models.execution.gates.material_is_not_to_be_substituted import (
    material_is_not_to_be_substituted,
)
from models.execution.gates.material_is_the_required_one import material_is_the_required_one
from models.execution.gates.material_lot_is_not_expired import material_lot_is_not_expired
from models.execution.gates.material_lot_is_the_allocated_one import (
    material_lot_is_the_allocated_one,
)
from models.execution.gates.material_lot_is_the_next import material_lot_is_the_next
from models.execution.gates.material_lot_is_unrestricted import material_lot_is_unrestricted
from models.execution.gates.no_exception_is_open import no_exception_is_open
from models.execution.gates.partial_weight_is_positive import partial_weight_is_positive
from models.execution.gates.person_is_of_a_suitable_class import person_is_of_a_suitable_class
from models.execution.gates.person_is_qualified import person_is_qualified
from models.execution.gates.phase_is_complete import phase_is_complete
from models.execution.gates.phase_may_become import phase_may_become
from models.execution.gates.predecessors_are_finished import predecessors_are_finished
from models.execution.gates.prerequisites_are_met import prerequisites_are_met
from models.execution.gates.produced_lot_is_in_process import produced_lot_is_in_process
from models.execution.gates.produced_units_are_free import produced_units_are_free
from models.execution.gates.quantity_is_possible import quantity_is_possible
from models.execution.gates.reading_is_trustworthy import reading_is_trustworthy
from models.execution.gates.release_tests_have_passed import release_tests_have_passed
from models.execution.gates.releaser_performed_no_work import releaser_performed_no_work
from models.execution.gates.required_evidence_is_recorded import required_evidence_is_recorded
from models.execution.gates.required_files_are_attached import required_files_are_attached
from models.execution.gates.required_material_is_consumed import required_material_is_consumed
from models.execution.gates.samples_are_complete import samples_are_complete
from models.execution.gates.signer_has_a_role_that_signs import signer_has_a_role_that_signs
from models.execution.gates.signer_is_known import signer_is_known
from models.execution.gates.signer_is_qualified import signer_is_qualified
from models.execution.gates.step_is_complete import step_is_complete
from models.execution.gates.step_is_in_progress import step_is_in_progress
from models.execution.gates.step_is_performed_at_its_station import (
    step_is_performed_at_its_station,
)
from models.execution.gates.step_is_ready import step_is_ready
from models.execution.gates.step_is_under_way import step_is_under_way
from models.execution.gates.substitution_is_approved import substitution_is_approved
from models.execution.gates.tare_is_unchanged import tare_is_unchanged
from models.execution.gates.target_is_known import target_is_known
from models.execution.gates.two_people_are_asked_for import two_people_are_asked_for
from models.execution.gates.two_people_have_confirmed import two_people_have_confirmed
from models.execution.gates.two_people_sign_within_the_window import (
    two_people_sign_within_the_window,
)
from models.execution.gates.verifier_is_another_person import verifier_is_another_person
from models.execution.gates.verifier_is_qualified import verifier_is_qualified
from models.execution.gates.weight_is_within_tolerance import weight_is_within_tolerance
from models.execution.gates.work_master_is_approved import work_master_is_approved
from models.execution.gates.work_master_is_effective import work_master_is_effective
from models.execution.gates.work_master_is_in_its_state import work_master_is_in_its_state
from models.execution.gates.work_master_is_possible import work_master_is_possible

ORDER_GATES: Final = (
    work_master_is_approved,
    work_master_is_effective,
    documents_are_in_force,
    quantity_is_possible,
)
"""Before a job order is stored."""

LIFECYCLE_GATES: Final = (work_master_is_in_its_state,)
"""Before a version of a WorkMaster is reviewed, approved or retired."""

CHECKER_GATES: Final = (approver_is_another_person,)
"""Before a version is reviewed or approved."""

APPROVAL_GATES: Final = (work_master_is_possible, documents_are_in_force)
"""Before a version is approved."""

INSTRUCTION_GATES: Final = (
    step_is_performed_at_its_station,
    step_is_in_progress,
    person_is_qualified,
    instruction_is_in_force,
)
"""Before a person confirms to have read an instruction."""

JOB_ORDER_GATES: Final = (job_order_is_active,)
"""Before any work is done for a job order; a held one refuses."""

OPEN_JOB_ORDER_GATES: Final = (job_order_is_open,)
"""Before what must stay possible while a job order is held: deviations, dispositions,
corrections, verifications, and the session at the station that they take."""

RUNNING_GATES: Final = (job_order_is_running,)
"""Before a job order is held or released."""

RESUME_GATES: Final = (job_order_is_held,)
"""Before a held job order goes on."""

HOLD_GATES: Final = (context_is_the_stations, step_is_under_way)
"""Before a step is held at its station."""

EQUIPMENT_GATES: Final = (
    equipment_is_available,
    equipment_is_large_enough,
    equipment_is_clean,
    equipment_is_within_its_hold_times,
    equipment_carries_no_foreign_allergen,
    instruments_are_ready,
)
"""Before a step begins at this equipment; other equipment of the class may do."""

BEGIN_GATES: Final = (
    step_is_performed_at_its_station,
    step_is_ready,
    predecessors_are_finished,
    person_is_of_a_suitable_class,
    person_is_qualified,
    *EQUIPMENT_GATES,
    environment_is_within_limits,
    prerequisites_are_met,
    instruction_is_in_force,
    label_is_in_force,
)
"""Before a step begins."""

WORK_GATES: Final = (
    context_is_the_stations,
    step_is_performed_at_its_station,
    step_is_in_progress,
    person_is_of_a_suitable_class,
    person_is_qualified,
    instruction_is_read,
)
"""Before anything is recorded on a step."""

CONTAINER_GATES: Final = (
    material_is_the_required_one,
    material_is_not_to_be_substituted,
    substitution_is_approved,
    material_lot_is_the_allocated_one,
    material_lot_is_unrestricted,
    material_lot_is_not_expired,
    container_is_not_held,
    container_is_not_empty,
    target_is_known,
)
"""Before a container is accepted, and again before it is drawn from."""

SCAN_GATES: Final = (material_lot_is_the_next,)
"""Before a container is accepted; what was accepted stays so when another lot comes in."""

INSTRUMENT_GATES: Final = (instrument_is_suitable, instrument_is_calibrated)
"""Before an instrument is used."""

DEVICE_GATES: Final = (instrument_is_suitable,)
"""Before the failed check of a device is taken; whether it is calibrated does not matter then."""

READING_GATES: Final = (reading_is_trustworthy,)
"""Before a reading is believed."""

WEIGHING_GATES: Final = (material_is_identified,)
"""Before a weight is taken at all."""

WEIGHT_GATES: Final = (
    tare_is_unchanged,
    partial_weight_is_positive,
    container_holds_enough,
    weight_is_within_tolerance,
    consumption_is_within_the_maximum,
)
"""Before a weight goes on record."""

EVIDENCE_GATES: Final = (
    evidence_is_required,
    evidence_is_on_record_once,
    evidence_is_within_limits,
)
"""Before a value goes on record."""

COMPLETION_GATES: Final = (
    required_material_is_consumed,
    required_evidence_is_recorded,
    samples_are_complete,
    required_files_are_attached,
    balances_add_up,
    phase_is_complete,
    two_people_have_confirmed,
)
"""Before a step is complete."""

PHASE_GATES: Final = (phase_may_become,)
"""Before the state of an equipment phase goes on record."""

CONFIRMATION_GATES: Final = (
    two_people_are_asked_for,
    two_people_sign_within_the_window,
    signer_is_qualified,
)
"""Before one of two people confirms a step."""

EXCEPTION_GATES: Final = (no_exception_is_open,)
"""Before a step is complete, and before a job order is released."""

SIGNER_GATES: Final = (signer_is_known,)
"""Before anybody signs."""

VERIFICATION_GATES: Final = (
    signer_has_a_role_that_signs,
    step_is_complete,
    verifier_is_another_person,
    verifier_is_qualified,
)
"""Before a step is verified."""

RELEASE_GATES: Final = (
    all_steps_are_finished,
    all_balances_add_up,
    release_tests_have_passed,
    produced_lot_is_in_process,
    consumed_lots_are_unrestricted,
    produced_units_are_free,
    corrective_actions_are_in_time,
    releaser_performed_no_work,
)
"""Before a job order is released."""
