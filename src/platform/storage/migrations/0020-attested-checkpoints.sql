-- What others state about a checkpoint. They sign it themselves, so each row verifies by itself; a response of a
-- timestamping authority also has an entry with its digest, so that a removed one is missed.
CREATE TABLE checkpoint_cosignature (
  size bigint NOT NULL,
  key_id text NOT NULL,
  witness text NOT NULL,
  cosigned_at timestamptz NOT NULL,
  line text NOT NULL,
  PRIMARY KEY (size, key_id, witness),
  FOREIGN KEY (size, key_id) REFERENCES evidence_checkpoint (size, key_id)
);
CREATE INDEX checkpoint_cosignature_witness ON checkpoint_cosignature (witness, size);

CREATE TABLE checkpoint_timestamp (
  digest text PRIMARY KEY,
  size bigint NOT NULL,
  key_id text NOT NULL,
  stamped_at timestamptz NOT NULL,
  response bytea NOT NULL,
  FOREIGN KEY (size, key_id) REFERENCES evidence_checkpoint (size, key_id)
);
CREATE INDEX checkpoint_timestamp_size ON checkpoint_timestamp (size);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['checkpoint_cosignature', 'checkpoint_timestamp'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER append_only_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END
$$;
