"""docs/opcua-job-control.md says what the tables say."""

from server.command_path.authorize import COMMAND_ROLES
from server.faces.opcua.job_control.job_states import NUMBERS, SUBSTATES
from server.faces.opcua.job_control.receiver_nodes import MAX_DOWNLOADABLE
from server.faces.opcua.job_control.receiver_table import OURS_THAT_SIGN, RECEIVER_METHODS
from tests.tree import ROOT

PAGE = (ROOT / "docs" / "opcua-job-control.md").read_text("utf-8")
ROWS = {
    cells[1].strip(): [cell.strip() for cell in cells[2:-1]]
    for line in PAGE.splitlines()
    if len(cells := line.split("|")) > 4
}
WORDS = {"hmi": "terminal", "erp": "ERP"}


def test_every_method_stands_there_with_its_command_and_whose_it_is() -> None:
    for method in RECEIVER_METHODS:
        command, who, _ = ROWS[method.name]
        assert method.command is not None
        assert command == f"`{method.command.__name__}`"
        roles = {WORDS.get(role.value, role.value) for role in COMMAND_ROLES[method.command]}
        said = set() if who == "nobody" else set(who.split(", "))
        assert said == (set() if method.command in OURS_THAT_SIGN else roles), method.name


def test_every_state_stands_there_with_its_number() -> None:
    for state, number in NUMBERS.items():
        assert ROWS[state.value][0] == str(number)
    for names in SUBSTATES.values():
        assert all(f"{name} ({names.index(name) + 1})" in PAGE for name in names if name != "Ready")


def test_the_bound_is_the_one_that_is_enforced() -> None:
    assert f"{MAX_DOWNLOADABLE}: job orders that are not over" in PAGE
