-- A sweep of every minute that saw what an earlier one of its vantage point saw leaves one row here instead of a sweep
-- with its entries (ADR 0033). `turn` is that of a rolling sample; beside `vantage_id` it takes no space.
CREATE TABLE look (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  set_id bigint NOT NULL REFERENCES coverage_set,
  vantage_id integer NOT NULL REFERENCES vantage_point,
  turn integer,
  covered_from timestamptz NOT NULL,
  covered_to timestamptz NOT NULL,
  CHECK (covered_to >= covered_from)
);
CREATE INDEX look_until ON look (vantage_id, covered_to);
CREATE INDEX look_turn ON look (vantage_id, covered_to) WHERE turn IS NOT NULL;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON look FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON look FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The last look from before the step: those from before it that are dated later cover nothing.
ALTER TABLE clock_step ADD COLUMN last_look bigint NOT NULL DEFAULT 0;

-- Whether the log has the entry of its beginning. A sweep of every minute gets it when it becomes part of the record.
ALTER TABLE sweep ADD COLUMN announced boolean NOT NULL DEFAULT true;
ALTER TABLE sweep ADD CONSTRAINT sweep_announced
  CHECK (announced OR (ended_at IS NULL AND run = 0 AND kind IN ('known', 'rolling')));

-- The row of a sweep that leaves only a look is deleted, and nothing refers to it. To see that, the database would read
-- whole tables for these constraints; entries state which sweep saw what.
ALTER TABLE endpoint_interval DROP CONSTRAINT endpoint_interval_first_sweep_fkey;
ALTER TABLE endpoint_interval DROP CONSTRAINT endpoint_interval_last_sweep_fkey;
ALTER TABLE service_interval DROP CONSTRAINT service_interval_first_sweep_fkey;
ALTER TABLE service_interval DROP CONSTRAINT service_interval_last_sweep_fkey;
ALTER TABLE finding_event DROP CONSTRAINT finding_event_sweep_id_fkey;

-- Rows of sweeps that run come and go every minute: their space is reused within minutes, however long the table is.
ALTER TABLE sweep SET (autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE sweep_chunk SET (autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0);

-- Whether a vantage point saw the same before.
CREATE INDEX coverage_of_set ON coverage (set_id, vantage_id);

-- The last entry that states the looks of a vantage point, by its name as JSON.
CREATE INDEX evidence_entry_looks ON evidence_entry (substring(body from '"vantage":("([^"\\]|\\.)*")'), index)
  WHERE type = 'looks-recorded';

-- evidence_entry_recorded is the same index.
DROP INDEX evidence_entry_recorded_at;

-- Whether an open finding was seen again follows from coverage. The sweep that opened it is that of its first event.
SELECT set_config('portolan.recording', 'on', true);
UPDATE finding SET status = CASE
  WHEN EXISTS (SELECT FROM finding_episode WHERE finding_episode.finding_id = finding.id) THEN 'regressed' ELSE 'new' END
WHERE status = 'unchanged';
SELECT set_config('portolan.recording', 'off', true);
ALTER TABLE finding DROP CONSTRAINT finding_status_check;
ALTER TABLE finding ADD CONSTRAINT finding_status_check
  CHECK (status IN ('new', 'resolved', 'regressed', 'out-of-scope'));
ALTER TABLE finding DROP COLUMN opened_by_sweep;
