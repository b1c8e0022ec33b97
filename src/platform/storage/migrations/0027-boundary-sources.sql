-- What other systems say belongs to the boundary: each import of a file, and the addresses and names in it. The latest
-- import under a name counts; the earlier ones stay. The entry of an import has a digest over its records.
CREATE TABLE boundary_source (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  format text NOT NULL,
  digest text NOT NULL,
  bytes integer NOT NULL,
  unreadable integer NOT NULL,
  ended integer NOT NULL,
  as_of timestamptz NOT NULL,
  as_of_from text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL
);
CREATE INDEX boundary_source_name ON boundary_source (name, id);

CREATE TABLE boundary_record (
  source_id integer NOT NULL REFERENCES boundary_source (id),
  number integer NOT NULL,
  name text,
  address text,
  detail text NOT NULL,
  PRIMARY KEY (source_id, number),
  CHECK (name IS NOT NULL OR address IS NOT NULL)
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['boundary_source', 'boundary_record'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER append_only_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END
$$;
