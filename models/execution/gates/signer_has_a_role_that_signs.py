"""Gate: an administrator configures and a machine reports; neither signs for production."""

from collections.abc import Iterator
from typing import Final

from models.execution.outcome import Refusal
from models.execution.principal import Role
from models.execution.refusal_codes import refuse
from models.execution.views import SignerView

_NEVER_SIGN: Final = frozenset({Role.ADMINISTRATOR, Role.HMI, Role.ERP, Role.OBSERVER, Role.SYSTEM})


def signer_has_a_role_that_signs(view: SignerView) -> Iterator[Refusal]:
    """Refuse ``role-not-suitable`` for an account with no role of a person who produces."""
    who = view.identity
    if who.roles <= _NEVER_SIGN:
        roles = ", ".join(sorted(role.value for role in who.roles)) or "of nobody"
        text = f"account {who.account} has the role {roles}, which signs for nothing"
        yield refuse("role-not-suitable", who.account, text)
