-- What ends with somebody's rights: a device that they let in, a code that they
-- made for another person.

-- As whom the device watches: as who said yes.
ALTER TABLE device_code ADD COLUMN profile_id TEXT REFERENCES profile (id) ON DELETE CASCADE;
CREATE INDEX device_code_by_profile ON device_code (profile_id) WHERE profile_id IS NOT NULL;
-- Where it is, as far as one customer of a provider reaches: the address, or
-- the /56 of IPv6.
ALTER TABLE device_code ADD COLUMN network TEXT NOT NULL DEFAULT '';
DROP INDEX device_code_by_address;
CREATE INDEX device_code_by_network ON device_code (network, created_at);
-- Of those that wait, none says this yet; they are asked for anew.
DELETE FROM device_code;

-- Who made the code; NULL: from the terminal. Of those that wait nobody knows.
ALTER TABLE password_reset ADD COLUMN created_by TEXT REFERENCES user (id) ON DELETE CASCADE;
CREATE INDEX password_reset_by_maker ON password_reset (created_by);
DELETE FROM password_reset;
