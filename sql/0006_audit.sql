-- The audit log becomes a chain: each row holds the hash of itself and of the
-- row before, and the end of the chain is sealed with the master key. What is in
-- the hash is no field of a person but a salted digest of it, so that the fields
-- can be blanked when that person is deleted. Rows of before have no hash yet;
-- whoever writes first chains them.
ALTER TABLE audit_log ADD COLUMN who_salt BLOB;    -- random; NULL: blanked
ALTER TABLE audit_log ADD COLUMN who_digest BLOB;  -- of salt, actor, address, request_id
ALTER TABLE audit_log ADD COLUMN what_salt BLOB;   -- random; NULL: blanked
ALTER TABLE audit_log ADD COLUMN what_digest BLOB; -- of salt, target, detail
ALTER TABLE audit_log ADD COLUMN who_erased_by INTEGER;  -- the row that tells of the blanking
ALTER TABLE audit_log ADD COLUMN what_erased_by INTEGER;
ALTER TABLE audit_log ADD COLUMN hash BLOB;        -- SHA-256; NULL: not chained yet
CREATE INDEX audit_log_by_actor ON audit_log (actor, id);
CREATE INDEX audit_log_by_target ON audit_log (target, id);
CREATE INDEX audit_log_by_event ON audit_log (event, id);

-- The end of the chain: one row.
CREATE TABLE audit_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last_id INTEGER NOT NULL,          -- of the newest row
  n_rows INTEGER NOT NULL,
  hash BLOB NOT NULL,                -- of the newest row
  began_at INTEGER NOT NULL,         -- when the chain was begun
  n_adopted INTEGER NOT NULL,        -- rows that were there before
  seal BLOB NOT NULL                 -- HMAC of all that by the master key
) STRICT;

-- Rows are added, and that is all. A row of before may be chained once; the
-- fields of a deleted person may be blanked, never set.
CREATE TRIGGER audit_log_stays BEFORE DELETE ON audit_log BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_holds BEFORE UPDATE ON audit_log WHEN
  NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.event IS NOT OLD.event
  OR (OLD.hash IS NOT NULL AND (NEW.hash IS NOT OLD.hash
    OR NEW.who_digest IS NOT OLD.who_digest
    OR NEW.what_digest IS NOT OLD.what_digest))
  OR NOT ((NEW.actor IS OLD.actor AND NEW.address IS OLD.address
      AND NEW.request_id IS OLD.request_id
      AND (NEW.who_salt IS OLD.who_salt OR OLD.hash IS NULL)
      AND NEW.who_erased_by IS OLD.who_erased_by)
    OR (NEW.actor IS NULL AND NEW.address IS NULL AND NEW.request_id IS NULL
      AND NEW.who_salt IS NULL AND OLD.who_erased_by IS NULL
      AND NEW.who_erased_by IS NOT NULL))
  OR NOT ((NEW.target IS OLD.target AND NEW.detail IS OLD.detail
      AND (NEW.what_salt IS OLD.what_salt OR OLD.hash IS NULL)
      AND NEW.what_erased_by IS OLD.what_erased_by)
    OR (NEW.target IS NULL AND NEW.detail = '{}' AND NEW.what_salt IS NULL
      AND OLD.what_erased_by IS NULL AND NEW.what_erased_by IS NOT NULL))
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
