-- A clock that ran ahead and was set back, for sensors, imports, addresses and sweeps that ran meanwhile (ADR 0030).

-- Until when a stretch counts that a source watched by such a clock; null: it does not count at all.
CREATE TABLE coverage_cut (
  source_id integer NOT NULL REFERENCES source,
  covered_from timestamptz NOT NULL,
  counts_until timestamptz,
  PRIMARY KEY (source_id, covered_from)
);
CREATE TRIGGER only_in_change BEFORE INSERT OR DELETE OR UPDATE ON coverage_cut FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON coverage_cut FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A step takes back addresses that are dated after it, with an entry that says so.
DROP TRIGGER append_only ON asset_address;
DROP TRIGGER append_only_all ON asset_address;
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON asset_address FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE DELETE OR UPDATE ON asset_address FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
DROP TRIGGER append_only ON sensor_address;
DROP TRIGGER append_only_all ON sensor_address;
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON sensor_address FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE DELETE OR UPDATE ON sensor_address FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();

-- The last sweep that had begun by then: one that was running has observations by both clocks, and is untrusted.
ALTER TABLE clock_step ADD COLUMN last_sweep bigint NOT NULL DEFAULT 0;

-- A file whose import a step made void can be imported again. Two imports of one file at once hold the rule `imports`.
DROP INDEX sweep_imported_file;
CREATE INDEX sweep_imported_file ON sweep ((parameters ->> 'fileSha256')) WHERE kind = 'imported';
