-- Answers to requests that carried an Idempotency-Key, for a day: the request that is sent again gets the same answer
-- and nothing happens twice. No evidence: what happened is in the log.

CREATE TABLE kept_answer (
  principal text NOT NULL,
  key text NOT NULL,
  digest text NOT NULL,            -- SHA-256 (hex) of method, path, and body
  answer text,                     -- null while the request is worked on
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (principal, key)
);
CREATE INDEX kept_answer_expires ON kept_answer (expires_at);

-- Pages of findings are read by number, whatever they are filtered by; entries by time.
CREATE INDEX finding_status_id ON finding (status, id);
CREATE INDEX finding_kind_id ON finding (kind, id);
CREATE INDEX finding_asset_id ON finding ((subject ->> 'asset'), id);
CREATE INDEX finding_opened ON finding (opened_at);
CREATE INDEX sweep_kind_id ON sweep (kind, id);
CREATE INDEX evidence_entry_type ON evidence_entry (type, index);
CREATE INDEX evidence_entry_recorded ON evidence_entry (recorded_at);
DROP INDEX finding_status;
