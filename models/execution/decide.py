"""Everything that Interlock can decide, on one screen."""

from typing import assert_never

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.decisions import (
    evidence,
    exceptions,
    job_orders,
    master_data,
    stations,
    steps,
)
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot


def decide(command: c.Command, principal: Principal, snapshot: Snapshot) -> Decision:
    """Return what happens, or why not. Pure: the same inputs give the same decision."""
    match command:
        case c.DefineMasterData():
            return master_data.define(command, snapshot)
        case c.StoreJobOrder():
            return job_orders.store(command, snapshot)
        case c.StartJobOrder():
            return job_orders.start(command, snapshot)
        case c.AbortJobOrder():
            return job_orders.abort(command, snapshot)
        case c.ReleaseJobOrder():
            return job_orders.release(command, snapshot)
        case c.OpenStationSession():
            return stations.open_session(command, snapshot)
        case c.CloseStationSession():
            return stations.close_session(command, snapshot)
        case c.StartStep():
            return steps.start_step(command, snapshot)
        case c.CompleteStep():
            return steps.complete_step(command, snapshot)
        case c.VerifyStep():
            return steps.verify_step(command, snapshot)
        case c.ScanMaterial():
            return evidence.scan(command, snapshot)
        case c.CaptureWeight():
            return evidence.weigh(command, snapshot)
        case c.CaptureEvidence():
            return evidence.capture(command, snapshot)
        case c.RecordEvidence():
            return evidence.record(command, snapshot)
        case c.OpenDeviation():
            return exceptions.open_deviation(command, snapshot)
        case c.DispositionException():
            return exceptions.disposition(command, snapshot)
        case c.RecordCalibration():
            return master_data.calibrate(command, principal, snapshot)
        case c.RecordEquipmentEvent():
            return master_data.equipment_event(command, snapshot)
        case c.WriteVariable():
            return Decision()  # never authorized, so never decided: see command_path.authorize
        case _:
            assert_never(command)
