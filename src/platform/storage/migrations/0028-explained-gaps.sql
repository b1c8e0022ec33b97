-- Why nobody looked: what a person stated for exactly these times, and the other person who accepted it.
CREATE TABLE gap_explanation (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  vantage text NOT NULL,
  gap text NOT NULL,
  cause text NOT NULL,
  explanation text NOT NULL,
  refers_to jsonb NOT NULL,
  evidence jsonb NOT NULL,
  explained_at timestamptz NOT NULL,
  explained_by text NOT NULL,
  through text NOT NULL,
  user_id text,
  parties jsonb NOT NULL
);

CREATE TABLE gap_explained (
  explanation_id integer NOT NULL REFERENCES gap_explanation (id),
  asset text,
  undeclared_in text,
  gap_from timestamptz NOT NULL,
  gap_to timestamptz NOT NULL,
  CHECK ((asset IS NULL) <> (undeclared_in IS NULL)),
  CHECK (gap_from < gap_to)
);
CREATE UNIQUE INDEX gap_explained_subject ON gap_explained (explanation_id, asset, undeclared_in, gap_from) NULLS NOT DISTINCT;
CREATE INDEX gap_explained_time ON gap_explained (gap_from, gap_to);

-- At most one: whoever does not agree has the gap explained again.
CREATE TABLE gap_sign_off (
  explanation_id integer PRIMARY KEY REFERENCES gap_explanation (id),
  signed_at timestamptz NOT NULL,
  signed_by text NOT NULL,
  through text NOT NULL,
  user_id text,
  parties jsonb NOT NULL
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['gap_explanation', 'gap_explained', 'gap_sign_off'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER append_only_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END
$$;
