"""Gate: whoever signs is a person known to the plant."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SignerView


def signer_is_known(view: SignerView) -> Iterator[Refusal]:
    """Refuse ``person-unknown`` for an account without a person behind it."""
    if view.person is None:
        account = view.identity.account
        yield refuse("person-unknown", account, f"account {account} belongs to no known person")
