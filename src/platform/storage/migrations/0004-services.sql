-- What answers on an open endpoint, as long as it did. A row without an identity says that it was asked and nothing
-- that was said is known: it is not asked again with every sweep.
CREATE TABLE service_interval (
  endpoint_id bigint NOT NULL REFERENCES endpoint,
  vantage_id integer NOT NULL REFERENCES vantage_point,
  identity jsonb,
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  identified_at timestamptz,            -- when it was last identified as this; null with no identity
  asked_at timestamptz NOT NULL,        -- when it was last asked, whatever came of it
  first_sweep bigint NOT NULL REFERENCES sweep,
  last_sweep bigint REFERENCES sweep,   -- the sweep that ended it; null while it lasts
  CHECK ((identity IS NULL) = (identified_at IS NULL)),
  EXCLUDE USING gist (endpoint_id WITH =, vantage_id WITH =, during WITH &&)
);
CREATE UNIQUE INDEX service_interval_current ON service_interval (vantage_id, endpoint_id) WHERE upper_inf(during);
