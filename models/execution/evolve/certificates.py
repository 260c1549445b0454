"""What an event makes of certificates."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r


def certificates(record: r.Record | None, event: e.Event, _: datetime) -> r.Record | None:
    """Take in which certificates count, and for whom."""
    match event, record:
        case e.UserCertificateRegistered(), None:
            return r.UserCertificateRecord(fingerprint=event.fingerprint, account=event.account)
        case e.UserCertificateRevoked(), r.UserCertificateRecord():
            return replace(record, revoked=True)
        case e.ApplicationCertificateTrusted(), None | r.ApplicationCertificateRecord():
            return r.ApplicationCertificateRecord(
                fingerprint=event.fingerprint, subject=event.subject, trusted=True
            )
        case e.ApplicationCertificateRejected(), None | r.ApplicationCertificateRecord():
            was = record or r.ApplicationCertificateRecord(fingerprint=event.fingerprint)
            return replace(was, trusted=False)
        case _:
            return None
