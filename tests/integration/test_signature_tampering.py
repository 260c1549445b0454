"""What was signed is changed in PostgreSQL by a superuser: the signature over it fails, by name."""

import pytest

from models.execution import commands as c
from tests import world as w
from tests.fix_command_path import KEY, OwnDatabase, clearing
from tests.integration.test_command_path_verify import ORDER, examined, tamper

pytestmark = pytest.mark.integration


async def verified(database: OwnDatabase) -> None:
    """Leave a step behind that a second person has verified, and seal the log."""
    async with database.rig() as rig:
        await clearing(rig)
        await rig.must(c.CompleteStep(station="DISP-01"))
        await rig.must(c.VerifyStep(station="DISP-01", step_id="010", identity=w.identity("op-02")))
        while await rig.log.seal(key=KEY, time=w.NOON):
            pass


async def test_the_signatures_of_a_step_hold(database: OwnDatabase) -> None:
    await verified(database)
    report = await examined(database)
    assert report.in_order == ()
    assert report.signatures > 0
    assert report.unbound_signatures == 0


async def test_one_byte_of_the_evidence_fails_the_signature_over_it(database: OwnDatabase) -> None:
    await verified(database)
    tamper(
        database,
        "UPDATE interlock.log_row SET payload = replace(payload::text, 'true', 'trux')::json"
        " WHERE stream = %s AND type = 'EvidenceRecorded'",
        ORDER,
    )
    named = [one.where for one in (await examined(database)).in_order]
    assert any(one.startswith("signature of Operator 2 (verified)") for one in named), named


async def test_another_name_under_the_signature_fails_it(database: OwnDatabase) -> None:
    await verified(database)
    tamper(
        database,
        "UPDATE interlock.log_row SET payload = replace(payload::text, 'Operator 2', 'Operator 4')"
        "::json WHERE stream = %s AND type = 'StepVerified'",
        ORDER,
    )
    named = [one.where for one in (await examined(database)).in_order]
    assert any(one.startswith("signature of Operator 4 (verified)") for one in named), named
