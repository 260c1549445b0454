-- Queries of the attachments.

-- name: store
SELECT interlock.store_attachment(%s, %s, %s);

-- name: open
SELECT media_type, content, stored_time FROM interlock.attachment WHERE sha256 = %s;
