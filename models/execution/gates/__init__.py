"""Gates, in the order in which their refusals are reported. The order is part of the API."""

from typing import Final

from models.execution.gates.all_steps_are_finished import all_steps_are_finished
from models.execution.gates.container_holds_enough import container_holds_enough
from models.execution.gates.container_is_not_empty import container_is_not_empty
from models.execution.gates.context_is_the_stations import context_is_the_stations
from models.execution.gates.evidence_is_required import evidence_is_required
from models.execution.gates.evidence_is_within_limits import evidence_is_within_limits
from models.execution.gates.instrument_is_calibrated import instrument_is_calibrated
from models.execution.gates.instrument_is_suitable import instrument_is_suitable
from models.execution.gates.job_order_is_active import job_order_is_active
from models.execution.gates.job_order_is_open import job_order_is_open
from models.execution.gates.material_is_identified import material_is_identified
from models.execution.gates.material_is_the_required_one import material_is_the_required_one
from models.execution.gates.material_lot_is_not_expired import material_lot_is_not_expired
from models.execution.gates.material_lot_is_the_allocated_one import (
    material_lot_is_the_allocated_one,
)
from models.execution.gates.material_lot_is_unrestricted import material_lot_is_unrestricted
from models.execution.gates.no_exception_is_open import no_exception_is_open
from models.execution.gates.person_is_qualified import person_is_qualified
from models.execution.gates.predecessors_are_finished import predecessors_are_finished
from models.execution.gates.reading_is_trustworthy import reading_is_trustworthy
from models.execution.gates.releaser_performed_no_work import releaser_performed_no_work
from models.execution.gates.required_evidence_is_recorded import required_evidence_is_recorded
from models.execution.gates.required_material_is_consumed import required_material_is_consumed
from models.execution.gates.signer_is_known import signer_is_known
from models.execution.gates.step_is_complete import step_is_complete
from models.execution.gates.step_is_in_progress import step_is_in_progress
from models.execution.gates.step_is_performed_at_its_station import (
    step_is_performed_at_its_station,
)
from models.execution.gates.step_is_ready import step_is_ready
from models.execution.gates.verifier_is_another_person import verifier_is_another_person
from models.execution.gates.verifier_is_qualified import verifier_is_qualified
from models.execution.gates.weight_is_within_tolerance import weight_is_within_tolerance

JOB_ORDER_GATES: Final = (job_order_is_active,)
"""Before any work is done for a job order; a held one refuses."""

OPEN_JOB_ORDER_GATES: Final = (job_order_is_open,)
"""Before what must stay possible while a job order is held: deviations, dispositions,
corrections, verifications, and the session at the station that they take."""

BEGIN_GATES: Final = (
    step_is_performed_at_its_station,
    step_is_ready,
    predecessors_are_finished,
    person_is_qualified,
)
"""Before a step begins."""

WORK_GATES: Final = (
    context_is_the_stations,
    step_is_performed_at_its_station,
    step_is_in_progress,
    person_is_qualified,
)
"""Before anything is recorded on a step."""

CONTAINER_GATES: Final = (
    material_is_the_required_one,
    material_lot_is_the_allocated_one,
    material_lot_is_unrestricted,
    material_lot_is_not_expired,
    container_is_not_empty,
)
"""Before a container is accepted, and again before it is drawn from."""

INSTRUMENT_GATES: Final = (instrument_is_suitable, instrument_is_calibrated)
"""Before an instrument is used."""

READING_GATES: Final = (reading_is_trustworthy,)
"""Before a reading is believed."""

WEIGHING_GATES: Final = (material_is_identified,)
"""Before a weight is taken at all."""

WEIGHT_GATES: Final = (container_holds_enough, weight_is_within_tolerance)
"""Before a weight goes on record."""

EVIDENCE_GATES: Final = (evidence_is_required, evidence_is_within_limits)
"""Before a value goes on record."""

COMPLETION_GATES: Final = (required_material_is_consumed, required_evidence_is_recorded)
"""Before a step is complete."""

EXCEPTION_GATES: Final = (no_exception_is_open,)
"""Before a step is complete, and before a job order is released."""

SIGNER_GATES: Final = (signer_is_known,)
"""Before anybody signs."""

VERIFICATION_GATES: Final = (
    step_is_complete,
    verifier_is_another_person,
    verifier_is_qualified,
)
"""Before a step is verified."""

RELEASE_GATES: Final = (all_steps_are_finished, releaser_performed_no_work)
"""Before a job order is released."""
