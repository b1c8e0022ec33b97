-- A clock that ran ahead and was set back: what had been recorded from the future, and since when the clock is right.

-- One row per step. `scope_version` is the latest scope then, `entry_index` the place of its entry in the evidence log.
CREATE TABLE clock_step (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  ahead_until timestamptz NOT NULL CHECK (ahead_until > at),
  scope_version integer NOT NULL,
  baseline_version integer NOT NULL,
  entry_index bigint NOT NULL
);
-- Runs of sweeps that are dated after the step that voids them: nobody looked at those times.
CREATE TABLE coverage_void (
  sweep_id bigint NOT NULL,
  run integer NOT NULL,
  PRIMARY KEY (sweep_id, run),
  FOREIGN KEY (sweep_id, run) REFERENCES coverage (sweep_id, run)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON clock_step FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON clock_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON coverage_void FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON coverage_void FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Finds the latest time in the log, which is that of its last entry unless the clock was set back.
CREATE INDEX evidence_entry_recorded_at ON evidence_entry (recorded_at);
