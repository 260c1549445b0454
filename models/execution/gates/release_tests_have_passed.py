"""Gate: the laboratory has found the produced lot good."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView


def release_tests_have_passed(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``release-test-missing`` or ``release-test-failed`` for each test (21 CFR 211.165)."""
    lot_id = view.job_order.material_lot_id
    lot = view.snapshot.material_lot(lot_id)
    results = {item.test_id: item for item in lot.test_results} if lot else {}
    for test_id in view.directive.work_directive.release_tests:
        result = results.pop(test_id, None)
        if result is None:
            text = f"no result of {test_id} is on record for lot {lot_id}"
            yield refuse("release-test-missing", test_id, text)
        elif not result.passed:
            text = f"{test_id} of lot {lot_id} is {result.value} {result.unit}".rstrip()
            yield refuse("release-test-failed", test_id, f"{text}, outside of its limits")
    for result in results.values():
        if not result.passed:
            text = f"{result.test_id} of lot {lot_id} is {result.value} {result.unit}".rstrip()
            yield refuse("release-test-failed", result.test_id, f"{text}, outside of its limits")
