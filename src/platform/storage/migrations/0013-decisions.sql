-- Who decides about port baselines: persons and not accounts, and proposals by their content.

-- The person whose account it is, by the id of one of their accounts. Null: they have only this one.
ALTER TABLE identity_user ADD COLUMN person text REFERENCES identity_user;

-- ada+second@example.com is delivered to ada@example.com (RFC 5233): one mailbox, one person.
UPDATE identity_user AS account SET person = first.id
  FROM (SELECT DISTINCT ON (mailbox) mailbox, id
          FROM (SELECT id, created_at, regexp_replace(email, '\+[^@]*@', '@') AS mailbox FROM identity_user) AS each
         ORDER BY mailbox, created_at, id) AS first
 WHERE regexp_replace(account.email, '\+[^@]*@', '@') = first.mailbox AND account.id <> first.id;

-- Who made a link or a key for somebody knew its secret. `maker` is what the record calls them, null before these columns
-- were there; `made_by` is their account, null for the operator.
ALTER TABLE one_time_link
  ADD COLUMN maker text,
  ADD COLUMN made_by text REFERENCES identity_user,
  ADD COLUMN used_by text REFERENCES identity_user;
UPDATE one_time_link SET used_by = user_id WHERE used_at IS NOT NULL;
CREATE INDEX one_time_link_used_by ON one_time_link (used_by, used_at);
ALTER TABLE api_key
  ADD COLUMN maker text,
  ADD COLUMN made_by text REFERENCES identity_user;

-- A proposal is what an approval names. Those without a document are drafts: ports that were open, to complete.
ALTER TABLE baseline_proposal
  ALTER COLUMN user_id DROP NOT NULL,              -- null for the operator
  ADD COLUMN document text,                        -- as it was proposed, byte for byte; its SHA-256 is in `digest`
  ADD COLUMN file text,                            -- the name of its file, for messages
  ADD COLUMN ports_digest text,                    -- of the authorized ports, as in port_baseline_version
  ADD COLUMN on_version integer,                   -- of the port baseline that was in force; 0: there was none
  ADD COLUMN parties jsonb;                        -- every person behind it
CREATE INDEX baseline_proposal_digest ON baseline_proposal (digest) WHERE document IS NOT NULL;
CREATE INDEX baseline_proposal_ports ON baseline_proposal (ports_digest) WHERE document IS NOT NULL;
DROP INDEX baseline_proposal_user;

ALTER TABLE baseline_approval
  ADD COLUMN proposal_id bigint REFERENCES baseline_proposal,
  ADD COLUMN parties jsonb;
