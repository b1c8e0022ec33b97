-- How long each kind of record is kept, in months; the highest version is in force.
CREATE TABLE retention_policy (
  version integer PRIMARY KEY CHECK (version > 0),
  periods jsonb NOT NULL,
  reason text NOT NULL,
  set_at timestamptz NOT NULL,
  set_by text NOT NULL
);

-- What must not be pruned whatever the policy says, until it is lifted. No asset: everything of the period.
CREATE TABLE legal_hold (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  asset text,
  held_from timestamptz NOT NULL,
  held_to timestamptz,
  -- Answers at the beginning of the period rest on what was observed before it.
  keeps_from timestamptz NOT NULL,
  reason text NOT NULL,
  set_at timestamptz NOT NULL,
  set_by text NOT NULL,
  lifted_at timestamptz,
  lifted_by text,
  lift_reason text,
  CHECK (held_to > held_from),
  CHECK (keeps_from <= held_from),
  CHECK (num_nulls(lifted_at, lifted_by, lift_reason) IN (0, 3))
);

-- What was pruned, one row for each entry that says so. Answers about earlier times name it.
CREATE TABLE pruning (
  entry_index bigint PRIMARY KEY REFERENCES evidence_entry (index),
  kind text NOT NULL,
  until timestamptz NOT NULL,
  complete boolean NOT NULL,
  rows bigint NOT NULL,
  entries bigint NOT NULL,
  pruned_at timestamptz NOT NULL,
  pruned_by text NOT NULL
);
CREATE INDEX pruning_until ON pruning (kind, until);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['retention_policy', 'pruning'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['retention_policy', 'pruning', 'legal_hold'] LOOP
    EXECUTE format('CREATE TRIGGER append_only_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END
$$;
CREATE TRIGGER append_only BEFORE DELETE ON legal_hold FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE UPDATE ON legal_hold FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();

-- Rows of these tables can be deleted by retention alone: in a change of the record that prunes, which has to append the
-- entry that says so. Nothing can change them.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['look', 'coverage', 'coverage_void', 'coverage_set', 'host_state', 'finding_episode', 'finding_event']
  LOOP
    EXECUTE format('DROP TRIGGER append_only ON %I', name);
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER only_pruned BEFORE DELETE ON %I FOR EACH ROW WHEN (current_setting(''portolan.pruning'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END
$$;

-- Of an entry, retention can take the body. Its number, type, time and hash stay, so that the log still verifies.
ALTER TABLE evidence_entry ALTER COLUMN body DROP NOT NULL;
DROP TRIGGER append_only ON evidence_entry;
CREATE TRIGGER append_only BEFORE DELETE ON evidence_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_pruned BEFORE UPDATE ON evidence_entry FOR EACH ROW
  WHEN (current_setting('portolan.pruning', true) IS DISTINCT FROM 'on' OR NEW.body IS NOT NULL
    OR (NEW.index, NEW.type, NEW.recorded_at, NEW.leaf_hash) IS DISTINCT FROM (OLD.index, OLD.type, OLD.recorded_at, OLD.leaf_hash))
  EXECUTE FUNCTION refuse_change();

-- Deleting a set would read all looks for this constraint. A look without its set is named by verify.
ALTER TABLE look DROP CONSTRAINT look_set_id_fkey;

-- As rows of the record, these come into being only in a change of it.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['retention_policy', 'legal_hold', 'pruning'] LOOP
    EXECUTE format('CREATE TRIGGER insert_only_in_change BEFORE INSERT ON %I FOR EACH ROW '
      'WHEN (current_setting(''portolan.recording'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION refuse_outside_change()', name);
  END LOOP;
END
$$;
