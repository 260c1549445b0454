"""The table of readers: which branch a node stands in, and what each role gets of it."""

from datetime import UTC, datetime

import pytest
from asyncua import ua

from models.execution.principal import Role
from server.faces.opcua.access.caller import AUTHENTICATED, EVERYBODY, Account, Caller
from server.faces.opcua.access.node_permissions import CallRule, FacePermissions
from server.faces.opcua.access.permissions import STANDARD_PERMISSIONS, AccessKind
from server.faces.opcua.access.readers import BRANCHES, SECURITY
from server.faces.opcua.access.role_table import ROLE_OF, ROLES
from server.faces.opcua.events.model_change_events import model_change_events
from server.faces.opcua.instances.model_changes import ChangeBatch, ChangedNode
from server.faces.opcua.namespaces import plant, standard, types

ENCRYPTED = ua.MessageSecurityMode.SignAndEncrypt
SIGNED = ua.MessageSecurityMode.Sign
OPEN = ua.MessageSecurityMode.None_
PERSON = plant("ISA95", "Personnel", "Persons", "op-01")
ORDER = plant("JobOrders", "JO-1")
TAG = plant("ISA95", "PhysicalAssets", "FLOOR-SCALE-01", "net_weight")
RELEASE = plant("JobOrders", "Release")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def caller(*roles: str, mode: ua.MessageSecurityMode = ENCRYPTED, stations: str = "") -> Caller:
    account = Account(name="any", roles=frozenset(roles), stations=(stations,) if stations else ())
    return Caller(
        account=account,
        session_id=ua.NodeId(1, 1),
        session_name="any",
        security_policy_uri="",
        security_mode=mode,
        client_address="",
        client_application_uri="",
        client_certificate="",
        read_only=mode is OPEN,
    )


def may(who: Caller, node_id: ua.NodeId, access: AccessKind = AccessKind.READ) -> bool:
    return FacePermissions().may(who, access, node_id)


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_account_reads_production_and_those_who_need_it_persons(role: str) -> None:
    wanted = role in {"administrator", "quality", "supervisor", "training"}
    assert may(caller(role), ORDER)
    assert may(caller(role), PERSON) is wanted
    assert may(caller(role), PERSON, AccessKind.BROWSE) is wanted
    assert may(caller(role), PERSON, AccessKind.SUBSCRIBE) is wanted


def test_who_has_no_account_reads_live_values_and_types_and_no_more() -> None:
    anybody = caller(mode=OPEN)
    assert may(anybody, TAG)
    assert may(anybody, types(1010))
    assert not may(anybody, TAG, AccessKind.READ_HISTORY)
    for node_id in (ORDER, PERSON, plant("Stations", "DISP-01", "PersonName")):
        assert not may(anybody, node_id, AccessKind.BROWSE), node_id


def test_persons_take_an_encrypted_channel_and_are_there_without() -> None:
    who = caller("quality", mode=SIGNED)
    assert may(who, PERSON, AccessKind.BROWSE)
    assert not may(who, PERSON)
    assert FacePermissions().needs_encryption(who, PERSON)
    assert not FacePermissions().needs_encryption(caller("quality"), PERSON)


def test_nobody_writes() -> None:
    for role in Role:
        for node_id in (TAG, ORDER, PERSON, types(1010)):
            assert not may(caller(role.value), node_id, AccessKind.WRITE)


def test_a_branch_is_found_by_its_longest_path_and_not_by_letters_alone() -> None:
    observer = caller("observer")
    assert not may(observer, plant("ISA95", "Personnel", "Persons"))
    assert may(observer, plant("ISA95", "Personnel", "Classes"))
    assert may(observer, plant("ISA95", "Personnel", "PersonsOfInterest"))
    assert may(caller(mode=OPEN), plant("ISA95"))
    assert not may(caller(mode=OPEN), plant("ISA95", "Materials"))


def test_a_declared_node_belongs_to_its_branch_at_once() -> None:
    permissions, node_id = FacePermissions(), plant("Sessions", "7")
    assert permissions.may(caller("operator"), AccessKind.READ, node_id)
    permissions.declare(node_id, SECURITY)
    assert not permissions.may(caller("operator"), AccessKind.READ, node_id)
    assert permissions.may(caller("administrator"), AccessKind.READ, node_id)


def test_a_method_is_for_the_roles_of_its_command_at_its_own_station() -> None:
    permissions = FacePermissions()
    permissions.declare_method(RELEASE, CallRule(roles=frozenset({"hmi"}), station="DISP-01"))
    call = AccessKind.CALL
    assert permissions.may(caller("hmi", stations="DISP-01"), call, RELEASE)
    assert not permissions.may(caller("hmi", stations="QA-01"), call, RELEASE)
    assert not permissions.may(caller("operator", stations="DISP-01"), call, RELEASE)
    assert not permissions.may(caller(mode=OPEN), call, RELEASE)


def test_a_method_that_takes_a_password_takes_an_encrypted_channel() -> None:
    permissions = FacePermissions()
    permissions.declare_method(RELEASE, CallRule(roles=frozenset({"hmi"}), is_signed=True))
    assert not permissions.may(caller("hmi", mode=SIGNED), AccessKind.CALL, RELEASE)
    assert permissions.may(caller("hmi"), AccessKind.CALL, RELEASE)
    encryption = int(ua.AccessRestrictionType.EncryptionRequired)
    assert permissions.restrictions(RELEASE) & encryption
    assert not permissions.restrictions(ORDER) & encryption


def test_the_attributes_say_what_is_enforced() -> None:
    """Role by role, the published permissions are those that a session with the role has."""
    permissions = FacePermissions()
    permissions.declare(standard(2058), BRANCHES[-2])
    for node_id in (TAG, ORDER, PERSON, types(1010), standard(2058)):
        published = dict(permissions.of_roles(node_id))
        for row in ROLES:
            if row.key in {EVERYBODY, AUTHENTICATED}:
                continue
            who = caller(row.key)
            granted = 0
            for key in who.granted & ROLE_OF.keys():
                granted |= published.get(ROLE_OF[key].node_id, 0)
            held = permissions.mask(who, node_id) & STANDARD_PERMISSIONS
            assert granted & ~AccessKind.CALL == held, (row.key, node_id)


def test_every_role_has_a_node_and_each_its_own() -> None:
    assert {row.key for row in ROLES} == {role.value for role in Role} | {EVERYBODY, AUTHENTICATED}
    assert len({row.node_id for row in ROLES}) == len(ROLES)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.faces.opcua.access.node_permissions.MAX_REMEMBERED", 10)
    permissions, who = FacePermissions(), caller("observer")
    for number in range(100):
        assert permissions.may(who, AccessKind.READ, plant("JobOrders", str(number)))
    assert len(permissions._place_of) <= 10


def test_who_may_not_know_of_a_node_hears_of_no_change_of_it() -> None:
    permissions = FacePermissions()
    changes = tuple(ChangedNode(affected=one, affected_type=one, verb=1) for one in (PERSON, ORDER))
    batch = ChangeBatch(changes=changes, semantics=changes, is_complete=True)
    names = iter("abcd")
    told = list(model_change_events(batch, NOON, names.__next__, permissions.told_as))
    for role, wanted in ((Role.OBSERVER, {ORDER}), (Role.QUALITY, {ORDER, PERSON})):
        heard = [
            one
            for one in told
            if permissions.may(caller(role.value), AccessKind.RECEIVE_EVENTS, one.source_node)
        ]
        assert {each.Affected for one in heard for each in one.fields["Changes"].Value} == wanted
