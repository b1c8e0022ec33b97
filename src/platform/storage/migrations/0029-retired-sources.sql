-- Sources of the boundary that count no longer: up to the import that is named, which stays in the record.
CREATE TABLE boundary_retirement (
  source_id integer PRIMARY KEY REFERENCES boundary_source (id),
  name text NOT NULL,
  retired_at timestamptz NOT NULL,
  retired_by text NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON boundary_retirement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON boundary_retirement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
