"""The settings of the OPC UA server, from those of the installation."""

from server.faces.opcua.settings import SecureServerSettings
from server.settings import Settings


def opcua_settings(settings: Settings) -> SecureServerSettings:
    """Return how the OPC UA server listens and whom it trusts."""
    return SecureServerSettings(
        endpoint_host=settings.opcua_host,
        port=settings.opcua_port,
        application_uri=settings.opcua_application_uri,
        server_name="Interlock",
        certificates_dir=settings.certificates_dir,
        host_names=settings.opcua_host_names,
        redundant_servers=settings.opcua_redundant_servers,
        allow_policy_none=settings.opcua_demo_profile,
        trust_unknown_clients=settings.opcua_trust_unknown_clients,
    )
