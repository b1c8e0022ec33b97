-- A finding that comes back begins a new episode: opening, last sighting and end belong together. The row of a finding
-- holds its latest episode, and this table the ones before it.
CREATE TABLE finding_episode (
  finding_id bigint NOT NULL REFERENCES finding,
  number integer NOT NULL CHECK (number >= 1),
  opened_at timestamptz NOT NULL,
  last_seen_at timestamptz,             -- null: an earlier version kept it for the latest episode only
  resolved_at timestamptz,
  resolution text,
  out_of_scope_at timestamptz,
  out_of_scope_version integer REFERENCES scope_version (version),
  PRIMARY KEY (finding_id, number),
  CONSTRAINT finding_episode_ended CHECK (num_nonnulls(resolved_at, out_of_scope_at) = 1),
  CONSTRAINT finding_episode_scope CHECK ((out_of_scope_at IS NULL) = (out_of_scope_version IS NULL))
);

-- A version of the scope that no longer covers a finding ends it, without resolving it.
ALTER TABLE finding
  ADD COLUMN out_of_scope_at timestamptz,
  ADD COLUMN out_of_scope_version integer REFERENCES scope_version (version),
  DROP CONSTRAINT finding_status_check,
  ADD CONSTRAINT finding_status_check
    CHECK (status IN ('new', 'unchanged', 'resolved', 'regressed', 'out-of-scope')),
  ADD CONSTRAINT finding_out_of_scope CHECK ((status = 'out-of-scope') = (out_of_scope_at IS NOT NULL)),
  ADD CONSTRAINT finding_scope_version CHECK ((out_of_scope_at IS NULL) = (out_of_scope_version IS NULL));
ALTER TABLE finding_event
  DROP CONSTRAINT finding_event_status_check,
  ADD CONSTRAINT finding_event_status_check CHECK (status IN ('new', 'resolved', 'regressed', 'out-of-scope'));

-- The episodes of the findings that came back: from one opening to the resolution after it.
INSERT INTO finding_episode (finding_id, number, opened_at, resolved_at, resolution)
  SELECT finding_id, row_number() OVER (PARTITION BY finding_id ORDER BY id), at, ended_at, reason
    FROM (SELECT id, finding_id, at, status,
                 lead(at) OVER life AS ended_at, lead(note) OVER life AS reason,
                 lead(status) OVER life AS ending, lead(status, 2) OVER life AS next
            FROM finding_event WINDOW life AS (PARTITION BY finding_id ORDER BY id)) AS each
   WHERE status IN ('new', 'regressed') AND ending = 'resolved' AND next = 'regressed';
UPDATE finding SET opened_at = latest.at
  FROM (SELECT DISTINCT ON (finding_id) finding_id, at FROM finding_event WHERE status = 'regressed'
         ORDER BY finding_id, id DESC) AS latest
 WHERE latest.finding_id = finding.id;

-- When each of them was last seen is known from the entry of its resolution alone. An entry that was tampered with may
-- be no JSON any more: then the time stays unknown, so that the record still opens and `portolan evidence verify` can
-- say what happened to it.
DO $$
DECLARE
  entry record;
  data json;
BEGIN
  FOR entry IN SELECT body FROM evidence_entry WHERE type = 'finding-resolved' ORDER BY index LOOP
    BEGIN
      data := entry.body::json -> 'data';
      UPDATE finding_episode SET last_seen_at = (data ->> 'lastSeenAt')::timestamptz
       WHERE finding_id = (data ->> 'finding')::bigint AND resolved_at = (data ->> 'resolvedAt')::timestamptz;
    EXCEPTION WHEN data_exception THEN
      NULL;
    END;
  END LOOP;
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON finding_episode FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON finding_episode FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
