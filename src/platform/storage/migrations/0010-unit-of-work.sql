-- What people may want to hear at once, written in the transaction of what it tells of. It is work still to be done and
-- not record: rows are taken by notifications, deleted after thirty days, and not part of a backup.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  subject jsonb NOT NULL,          -- which finding, version, sweep
  entry_index bigint NOT NULL REFERENCES evidence_entry (index),
  delivered_at timestamptz
);
CREATE INDEX outbox_at ON outbox (at);

-- Who proposed and who approved port baselines. Approving asks these tables and not the evidence log, and each row names
-- the entry that it was recorded with.
CREATE TABLE baseline_proposal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  proposed_at timestamptz NOT NULL,
  proposed_by text NOT NULL,       -- what the record calls them
  user_id text NOT NULL,
  digest text,                     -- SHA-256 of the document; null before this table was there
  proposed bigint NOT NULL,        -- ports that were open and not listed
  entry_index bigint NOT NULL REFERENCES evidence_entry (index)
);
CREATE INDEX baseline_proposal_user ON baseline_proposal (user_id, entry_index);

CREATE TABLE baseline_approval (
  version integer PRIMARY KEY REFERENCES port_baseline_version,
  approved_at timestamptz NOT NULL,
  approved_by text NOT NULL,
  through text NOT NULL,           -- operator, person, key: what let them approve
  user_id text,                    -- null for the operator, and before this table was there
  entry_index bigint NOT NULL REFERENCES evidence_entry (index)
);
CREATE INDEX baseline_approval_entry ON baseline_approval (entry_index);

-- From the entries there are. One that was tampered with may be no JSON any more: it is left out, so that the record
-- still opens and `portolan evidence verify` can say what happened to it.
DO $$
DECLARE
  entry record;
  data json;
BEGIN
  FOR entry IN
    SELECT index, type, recorded_at, body FROM evidence_entry
     WHERE type IN ('baseline-proposed', 'baseline-approved') ORDER BY index
  LOOP
    BEGIN
      data := entry.body::json -> 'data';
      IF entry.type = 'baseline-proposed' THEN
        INSERT INTO baseline_proposal (proposed_at, proposed_by, user_id, proposed, entry_index)
        VALUES (entry.recorded_at, data ->> 'proposedBy', data ->> 'user', (data ->> 'proposed')::bigint, entry.index);
      ELSE
        INSERT INTO baseline_approval (version, approved_at, approved_by, through, entry_index)
        SELECT version, approved_at, approved_by, coalesce(data ->> 'through', 'operator'), entry.index
          FROM port_baseline_version WHERE version = (data ->> 'version')::integer;
      END IF;
    EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['baseline_proposal', 'baseline_approval'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER append_only_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END
$$;
