-- The first record: scope versions, port baselines, sweeps with their journal, coverage, endpoint intervals,
-- findings, monitoring gaps, and the evidence log that every one of them writes to.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Rows of the tables below that carry evidence are written once. The trigger refuses everything else.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: the record is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TABLE scope_version (
  version integer PRIMARY KEY CHECK (version > 0),
  digest text NOT NULL,
  document text NOT NULL,          -- the YAML as a person wrote it
  scope jsonb NOT NULL,            -- as parsed
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL
);

CREATE TABLE port_baseline_version (
  version integer PRIMARY KEY CHECK (version > 0),
  digest text NOT NULL,
  document text NOT NULL,
  authorized_ports jsonb NOT NULL,
  approved_by text NOT NULL,
  approved_at timestamptz NOT NULL
);

-- Which addresses an asset had, from when on: hostnames and "this machine" resolve to other addresses over time,
-- the asset stays the same. One row each time the addresses change.
CREATE TABLE asset_address (
  asset text NOT NULL,
  valid_from timestamptz NOT NULL,
  ranges jsonb NOT NULL,           -- [{"first": ..., "last": ...}, ...], empty while nothing resolves
  PRIMARY KEY (asset, valid_from)
);

CREATE TABLE vantage_point (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);

CREATE TABLE endpoint (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  address inet NOT NULL,
  transport text NOT NULL CHECK (transport IN ('tcp', 'udp')),
  port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
  UNIQUE (address, transport, port)
);

CREATE TABLE sweep (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('full', 'known', 'requested', 'imported')),
  targets jsonb NOT NULL,          -- names of the scope targets it is for
  vantage_id integer NOT NULL REFERENCES vantage_point,
  engine text NOT NULL,
  parameters jsonb NOT NULL,       -- rate, timeout, retries, concurrency, engine version
  plan jsonb NOT NULL,             -- blocks of address ranges and ports, seed: enough to perform it again exactly;
                                   -- of an imported sweep: the file's digest and what it covers, and no seed
  plan_digest text NOT NULL,
  seed text NOT NULL,
  planned bigint NOT NULL,
  scope_version integer NOT NULL REFERENCES scope_version (version),
  requested_by text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  verdict text CHECK (verdict IN ('complete', 'partial', 'untrusted')),
  reason text,
  counts jsonb,
  -- Somebody is working on it until then; a running sweep whose lease is over was left behind by a crash.
  lease_until timestamptz,
  CHECK ((ended_at IS NULL) = (verdict IS NULL))
);
CREATE INDEX sweep_running ON sweep (started_at) WHERE ended_at IS NULL;
CREATE INDEX sweep_started ON sweep (started_at);
-- A file is imported once, whoever else is importing it at the same time.
CREATE UNIQUE INDEX sweep_imported_file ON sweep ((parameters ->> 'fileSha256')) WHERE kind = 'imported';

-- The journal of a running sweep: one byte of state for each index of the plan in [first_index, next_index),
-- in plan order. Deleted by the transaction that folds the sweep into the history.
CREATE TABLE sweep_chunk (
  sweep_id bigint NOT NULL REFERENCES sweep,
  first_index bigint NOT NULL,
  next_index bigint NOT NULL CHECK (next_index > first_index),
  run integer NOT NULL,            -- counts the starts of this sweep: 0, then 1 for each resumption
  states bytea NOT NULL,
  probed_from timestamptz NOT NULL,
  probed_to timestamptz NOT NULL,
  open_at jsonb NOT NULL,          -- [[index, RFC 3339 instant], ...] of what was open
  PRIMARY KEY (sweep_id, first_index)
);

-- What a sweep looked at and what state it left it in. Content-addressed: sweeps that saw the same share one set.
CREATE TABLE coverage_set (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  extent text NOT NULL,            -- digest of what was looked at, whatever was seen
  endpoints bigint NOT NULL
);
CREATE INDEX coverage_set_extent ON coverage_set (extent);

CREATE TABLE coverage_range (
  set_id bigint NOT NULL REFERENCES coverage_set,
  first_address inet NOT NULL,
  last_address inet NOT NULL,
  transport text NOT NULL CHECK (transport IN ('tcp', 'udp')),
  state text NOT NULL CHECK (state IN ('open', 'closed', 'filtered', 'no-response', 'unreachable')),
  ports int4multirange NOT NULL,
  PRIMARY KEY (set_id, first_address, transport, state)
);

CREATE TABLE coverage (
  sweep_id bigint NOT NULL REFERENCES sweep,
  run integer NOT NULL,
  vantage_id integer NOT NULL REFERENCES vantage_point,
  set_id bigint NOT NULL REFERENCES coverage_set,
  probed_from timestamptz NOT NULL,
  probed_to timestamptz NOT NULL,
  trusted boolean NOT NULL,
  PRIMARY KEY (sweep_id, run),
  CHECK (probed_to >= probed_from)
);
CREATE INDEX coverage_probed ON coverage (vantage_id, probed_to);

CREATE TABLE endpoint_interval (
  endpoint_id bigint NOT NULL REFERENCES endpoint,
  vantage_id integer NOT NULL REFERENCES vantage_point,
  state text NOT NULL CHECK (state IN ('open', 'closed', 'filtered', 'no-response', 'unreachable')),
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  first_sweep bigint NOT NULL REFERENCES sweep,
  last_sweep bigint REFERENCES sweep,   -- the sweep that ended it; null while it lasts
  EXCLUDE USING gist (endpoint_id WITH =, vantage_id WITH =, during WITH &&)
);
-- What was so at an instant; and what is so until further notice, which folding compares with.
CREATE INDEX endpoint_interval_during ON endpoint_interval USING gist (during);
CREATE UNIQUE INDEX endpoint_interval_current ON endpoint_interval (vantage_id, endpoint_id) WHERE upper_inf(during);

CREATE TABLE finding (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fingerprint text NOT NULL UNIQUE,
  kind text NOT NULL,
  vantage_id integer NOT NULL REFERENCES vantage_point,
  subject jsonb NOT NULL,
  summary text NOT NULL,
  status text NOT NULL CHECK (status IN ('new', 'unchanged', 'resolved', 'regressed')),
  opened_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  resolved_at timestamptz,
  resolution text,
  gap_from timestamptz,
  gap_to timestamptz,
  opened_by_sweep bigint REFERENCES sweep,
  CHECK ((status = 'resolved') = (resolved_at IS NOT NULL))
);
CREATE INDEX finding_status ON finding (status);

-- The life of a finding: one row a transition, never changed.
CREATE TABLE finding_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  finding_id bigint NOT NULL REFERENCES finding,
  at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('new', 'resolved', 'regressed')),
  sweep_id bigint REFERENCES sweep,
  note text NOT NULL
);
CREATE INDEX finding_event_finding ON finding_event (finding_id);

-- Times that nothing could be seen and why: the process was down, the machine slept, the clock was set.
CREATE TABLE monitoring_gap (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cause text NOT NULL CHECK (cause IN ('suspended', 'clock-forward', 'clock-back', 'not-running')),
  gap_from timestamptz NOT NULL,
  gap_to timestamptz NOT NULL,
  detail text NOT NULL,
  recorded_at timestamptz NOT NULL
);

-- The evidence log: RFC 6962 leaves in order. body is RFC 8785 JSON; leaf_hash is SHA-256(0x00 || body).
CREATE TABLE evidence_entry (
  index bigint PRIMARY KEY CHECK (index >= 0),
  type text NOT NULL,
  recorded_at timestamptz NOT NULL,
  body text NOT NULL,
  leaf_hash bytea NOT NULL CHECK (length(leaf_hash) = 32)
);

-- One row: the size of the log and the roots of its perfect subtrees, largest first. Locked by every append.
CREATE TABLE evidence_head (
  "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
  origin text NOT NULL,
  size bigint NOT NULL,
  frontier bytea NOT NULL          -- 32 bytes a subtree
);

-- Signed heads: C2SP signed notes over tlog-checkpoint bodies.
CREATE TABLE evidence_checkpoint (
  size bigint NOT NULL,
  root_hash bytea NOT NULL CHECK (length(root_hash) = 32),
  key_id text NOT NULL,
  note text NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (size, key_id)
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['scope_version', 'port_baseline_version', 'asset_address', 'coverage_set', 'coverage_range', 'coverage',
                              'finding_event', 'monitoring_gap', 'evidence_entry', 'evidence_checkpoint'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER append_only_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END
$$;
