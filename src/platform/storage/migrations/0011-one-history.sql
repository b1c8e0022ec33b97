-- One history: whoever observes, coverage, gaps and intervals lie in the same tables and follow the same rules.

-- Who observes over time rather than in sweeps: today the sensors of other machines.
CREATE TABLE source (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CONSTRAINT source_kind CHECK (kind IN ('sensor')),
  vantage_id integer NOT NULL REFERENCES vantage_point,
  -- The stretch that it is watching now; it becomes a row of coverage when it ends.
  watched_from timestamptz,
  watched_until timestamptz,
  CONSTRAINT source_watched CHECK ((watched_from IS NULL) = (watched_until IS NULL))
);

-- Sensors keep their numbers as sources.
INSERT INTO source (id, kind, vantage_id, watched_from, watched_until) OVERRIDING SYSTEM VALUE
  SELECT id, 'sensor', vantage_id, covered_from, covered_until FROM sensor ORDER BY id;
SELECT setval(pg_get_serial_sequence('source', 'id'), coalesce(max(id), 1), max(id) IS NOT NULL) FROM source;
ALTER TABLE sensor ADD COLUMN source_id integer UNIQUE REFERENCES source;
UPDATE sensor SET source_id = id;
ALTER TABLE sensor
  ALTER COLUMN source_id SET NOT NULL,
  DROP COLUMN vantage_id,
  DROP COLUMN covered_from,
  DROP COLUMN covered_until;

-- Coverage is of a run of a sweep, which probed a set of endpoints once, or of a source, which watched all it can see.
ALTER TABLE coverage RENAME COLUMN probed_from TO covered_from;
ALTER TABLE coverage RENAME COLUMN probed_to TO covered_to;
ALTER INDEX coverage_probed RENAME TO coverage_until;
ALTER TABLE coverage DROP CONSTRAINT coverage_pkey;
ALTER TABLE coverage
  ALTER COLUMN sweep_id DROP NOT NULL,
  ALTER COLUMN run DROP NOT NULL,
  ALTER COLUMN set_id DROP NOT NULL,
  ADD COLUMN source_id integer REFERENCES source,
  ADD CONSTRAINT coverage_run UNIQUE (sweep_id, run),
  ADD CONSTRAINT coverage_observer CHECK (
    (source_id IS NULL AND num_nulls(sweep_id, run, set_id) = 0)
    OR (source_id IS NOT NULL AND num_nonnulls(sweep_id, run, set_id) = 0)
  );
CREATE UNIQUE INDEX coverage_watched ON coverage (source_id, covered_from) WHERE source_id IS NOT NULL;
INSERT INTO coverage (vantage_id, source_id, covered_from, covered_to, trusted)
  SELECT s.vantage_id, s.id, c.covered_from, c.covered_until, true
  FROM sensor_coverage AS c JOIN source AS s ON s.id = c.sensor_id
  ORDER BY c.sensor_id, c.covered_from;
DROP TABLE sensor_coverage;

-- Times that nothing could be seen and why: of the installation itself, or of a source.
CREATE TABLE gap (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id integer REFERENCES source,  -- null: the installation
  cause text NOT NULL,
  gap_from timestamptz NOT NULL,
  gap_to timestamptz NOT NULL,
  detail text,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT gap_of_installation CHECK (
    source_id IS NOT NULL
    OR (detail IS NOT NULL AND cause IN ('suspended', 'clock-forward', 'clock-back', 'not-running'))
  )
);
CREATE INDEX gap_source ON gap (source_id, gap_to);
INSERT INTO gap (cause, gap_from, gap_to, detail, recorded_at)
  SELECT cause, gap_from, gap_to, detail, recorded_at FROM monitoring_gap ORDER BY id;
INSERT INTO gap (source_id, cause, gap_from, gap_to, recorded_at)
  SELECT sensor_id, cause, gap_from, gap_to, recorded_at FROM sensor_gap ORDER BY id;
DROP TABLE monitoring_gap;
DROP TABLE sensor_gap;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON gap FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON gap FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What a source saw, by a key of its own, as long as it saw it. It ends with sight: a gap is not bridged.
CREATE TABLE source_interval (
  source_id integer NOT NULL REFERENCES source,
  key text NOT NULL,                    -- of a listener: transport, address, port, executable and network namespace
  value jsonb NOT NULL,
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  estimated boolean NOT NULL,           -- its times rest on the clock of the source, corrected by its skew
  EXCLUDE USING gist (source_id WITH =, key WITH =, during WITH &&)
);
INSERT INTO source_interval (source_id, key, value, during, estimated)
  SELECT sensor_id, key, listener, during, estimated FROM listener_interval;
CREATE INDEX source_interval_during ON source_interval USING gist (source_id, during);
CREATE UNIQUE INDEX source_interval_current ON source_interval (source_id, key) WHERE upper_inf(during);
DROP TABLE listener_interval;
