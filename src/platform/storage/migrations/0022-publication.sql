-- Why nothing may be appended to the log: a checkpoint from outside contradicts it. Every process that appends reads it.
ALTER TABLE evidence_head ADD COLUMN held jsonb;

-- Checkpoints that a destination outside has. What proves it is there, not here: the row says what need not be sent again.
CREATE TABLE checkpoint_sent (
  destination text NOT NULL,
  size bigint NOT NULL,
  sent_at timestamptz NOT NULL,
  PRIMARY KEY (destination, size)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON checkpoint_sent FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON checkpoint_sent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A destination that is not reachable is tried again at next_at.
CREATE TABLE checkpoint_destination (
  destination text PRIMARY KEY,
  attempts integer NOT NULL CHECK (attempts >= 0),
  next_at timestamptz NOT NULL,
  failing_since timestamptz,
  problem text
);
