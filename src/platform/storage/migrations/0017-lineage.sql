-- Which record this is. A restored one is the same record in a later generation: two databases with one record are two
-- histories of it.
CREATE TABLE record_lineage (
  "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
  record text NOT NULL,
  generation integer NOT NULL CHECK (generation >= 1)
);
INSERT INTO record_lineage (record, generation) VALUES (gen_random_uuid()::text, 1);
