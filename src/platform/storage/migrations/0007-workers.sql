-- Who works on the record: each process that looks, from which vantage point, on which machine. A row says how it is
-- now; that somebody joined or left is an entry of the evidence log.
CREATE TABLE worker (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  vantage_id integer NOT NULL REFERENCES vantage_point,
  kind text NOT NULL CHECK (kind IN ('installation', 'worker')),
  machine text NOT NULL,
  pid integer NOT NULL,
  addresses jsonb NOT NULL,        -- of its machine; of an installation's, what this-machine means in exclusions
  joined_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,    -- by the database's clock
  among integer NOT NULL,          -- of how many it takes itself to be one: it sends at that share of the limits
  skew_ms integer NOT NULL,        -- how far its machine's clock is ahead of the database's
  left_at timestamptz,
  reason text,
  CHECK ((left_at IS NULL) = (reason IS NULL))
);
CREATE INDEX worker_here ON worker (seen_at) WHERE left_at IS NULL;

-- Who works on a sweep, and how often it was taken over: what an earlier one still writes is refused by that.
ALTER TABLE sweep ADD COLUMN worker_id bigint REFERENCES worker, ADD COLUMN run integer NOT NULL DEFAULT 0;
