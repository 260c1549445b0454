"""What a client says about itself, as far as it is shown to others."""

from dataclasses import dataclass, field
from typing import Self

from asyncua import ua

_MAX_TEXT = 512
_MAX_LOCALES = 16


@dataclass(slots=True, kw_only=True)
class ClientFacts:
    """Taken from CreateSession and ActivateSession; texts are cut where they are too long."""

    description: ua.ApplicationDescription = field(default_factory=ua.ApplicationDescription)
    server_uri: str = ""
    endpoint_url: str = ""
    max_response_bytes: int = 0
    locale_ids: tuple[str, ...] = ()
    token_kind: str = ""
    """How the user has shown who it is: Anonymous, UserName or X509."""

    @classmethod
    def said(cls, params: ua.CreateSessionParameters) -> Self:
        """Keep what stands in a CreateSession request."""
        given = params.ClientDescription
        name = given.ApplicationName or ua.LocalizedText()
        return cls(
            description=ua.ApplicationDescription(
                ApplicationUri=_cut(given.ApplicationUri),
                ProductUri=_cut(given.ProductUri),
                ApplicationName=ua.LocalizedText(
                    _cut(name.Text), name.Locale and _cut(name.Locale)
                ),
                ApplicationType=given.ApplicationType,
            ),
            server_uri=_cut(params.ServerUri),
            endpoint_url=_cut(params.EndpointUrl),
            max_response_bytes=int(params.MaxResponseMessageSize),
        )

    def logged_in(self, params: ua.ActivateSessionParameters) -> None:
        """Keep what stands in an ActivateSession request; the secret in it is not looked at."""
        self.locale_ids = tuple(_cut(one) for one in (params.LocaleIds or ())[:_MAX_LOCALES])
        kind = type(params.UserIdentityToken).__name__.removesuffix("IdentityToken")
        self.token_kind = kind if kind in ("UserName", "X509") else "Anonymous"


def _cut(text: str | None) -> str:
    return str(text or "")[:_MAX_TEXT]
