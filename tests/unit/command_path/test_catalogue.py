"""Every command is offered at the doors, or it is said why it is not."""

from typing import get_args

from models.execution import commands as c
from server.command_path.catalogue import CATALOGUE, NOT_OFFERED
from server.command_path.command_fields import Kind

COMMANDS = set(get_args(c.Command))


def test_every_command_is_offered_or_it_is_said_why_not() -> None:
    assert CATALOGUE.keys() | NOT_OFFERED.keys() == COMMANDS, "add it to one of the two tables"
    assert not CATALOGUE.keys() & NOT_OFFERED.keys()
    assert all(NOT_OFFERED.values()), "say why"


def test_no_two_commands_have_the_same_route() -> None:
    routes = [entry.route for entry in CATALOGUE.values()]
    assert len(routes) == len(set(routes))


def test_every_field_of_an_offered_command_says_what_it_means() -> None:
    silent = [
        f"{entry.command.__name__}.{one.name}"
        for entry in CATALOGUE.values()
        for one in entry.fields
        if one.kind is not Kind.SIGNER and not one.description
    ]
    assert not silent, f"add to server/command_path/field_texts.py: {silent}"
