-- Sensors on other machines: who may report, what they saw, and when they could not see.

CREATE TABLE sensor_invitation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  token_sha256 text NOT NULL UNIQUE,    -- hex; the token itself is nowhere
  requested_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE sensor (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  vantage_id integer NOT NULL REFERENCES vantage_point,
  invitation_id bigint NOT NULL UNIQUE REFERENCES sensor_invitation,
  public_key bytea NOT NULL CHECK (length(public_key) = 32),
  key_id text NOT NULL UNIQUE,          -- SHA-256 of the public key, hex
  host text NOT NULL,
  platform text NOT NULL,
  version text NOT NULL,
  enrolled_at timestamptz NOT NULL,
  revoked_at timestamptz,
  -- What of its reports is in the record: the last number of the journal it writes, and the last request.
  journal text,
  taken bigint NOT NULL DEFAULT 0,
  run bigint NOT NULL DEFAULT 0,
  exchange bigint NOT NULL DEFAULT 0,
  reported_at timestamptz,
  interval_ms integer,
  -- The stretch that it is looking through now; it becomes a row of sensor_coverage when it ends.
  covered_from timestamptz,
  covered_until timestamptz,
  -- By how much its clock is ahead of the server's.
  skew_ms double precision,
  skew_uncertainty_ms double precision,
  skew_at timestamptz,
  CHECK ((covered_from IS NULL) = (covered_until IS NULL))
);
-- One machine a name at a time; a new key takes the name over once the old one is revoked.
CREATE UNIQUE INDEX sensor_name ON sensor (name) WHERE revoked_at IS NULL;

-- Journals that a sensor has begun: one that was given up is not written to again, unless somebody copied the sensor.
CREATE TABLE sensor_journal (
  sensor_id integer NOT NULL REFERENCES sensor,
  journal text NOT NULL,
  begun_at timestamptz NOT NULL,
  PRIMARY KEY (sensor_id, journal)
);

-- When the clock that nobody can set stood at nothing on the sensor's machine, by the server's clock.
CREATE TABLE sensor_clock (
  sensor_id integer NOT NULL REFERENCES sensor,
  clock text NOT NULL,
  zero timestamptz NOT NULL,
  measured_at timestamptz NOT NULL,
  PRIMARY KEY (sensor_id, clock)
);

-- Finished stretches in which it saw everything.
CREATE TABLE sensor_coverage (
  sensor_id integer NOT NULL REFERENCES sensor,
  covered_from timestamptz NOT NULL,
  covered_until timestamptz NOT NULL CHECK (covered_until >= covered_from),
  PRIMARY KEY (sensor_id, covered_from)
);

CREATE TABLE sensor_gap (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sensor_id integer NOT NULL REFERENCES sensor,
  cause text NOT NULL,
  gap_from timestamptz NOT NULL,
  gap_to timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX sensor_gap_sensor ON sensor_gap (sensor_id, gap_to);

-- The machine's own addresses; one row each time they change.
CREATE TABLE sensor_address (
  sensor_id integer NOT NULL REFERENCES sensor,
  valid_from timestamptz NOT NULL,
  addresses jsonb NOT NULL,
  PRIMARY KEY (sensor_id, valid_from)
);

-- What listened there, as long as the sensor saw it. It ends with sight: a gap is not bridged.
CREATE TABLE listener_interval (
  sensor_id integer NOT NULL REFERENCES sensor,
  key text NOT NULL,                    -- transport, address, port, executable and network namespace
  listener jsonb NOT NULL,
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  estimated boolean NOT NULL,           -- its times rest on the sensor's own clock, corrected by its skew
  EXCLUDE USING gist (sensor_id WITH =, key WITH =, during WITH &&)
);
CREATE INDEX listener_interval_during ON listener_interval USING gist (sensor_id, during);
CREATE UNIQUE INDEX listener_interval_current ON listener_interval (sensor_id, key) WHERE upper_inf(during);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['sensor_journal', 'sensor_coverage', 'sensor_gap', 'sensor_address'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER append_only_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END
$$;
