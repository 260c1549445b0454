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
                ApplicationUri=cut_text(given.ApplicationUri),
                ProductUri=cut_text(given.ProductUri),
                ApplicationName=ua.LocalizedText(
                    cut_text(name.Text), name.Locale and cut_text(name.Locale)
                ),
                ApplicationType=given.ApplicationType,
            ),
            server_uri=cut_text(params.ServerUri),
            endpoint_url=cut_text(params.EndpointUrl),
            max_response_bytes=int(params.MaxResponseMessageSize),
        )

    def logged_in(self, params: ua.ActivateSessionParameters) -> None:
        """Keep what stands in an ActivateSession request; the secret in it is not looked at."""
        self.locale_ids = tuple(cut_text(one) for one in (params.LocaleIds or ())[:_MAX_LOCALES])
        kind = type(params.UserIdentityToken).__name__.removesuffix("IdentityToken")
        self.token_kind = kind if kind in ("UserName", "X509") else "Anonymous"


def cut_text(text: str | None) -> str:
    """Return a text of a client on one line, and not longer than anybody has to read."""
    return "".join(one if one.isprintable() else "?" for one in str(text or "")[:_MAX_TEXT])
