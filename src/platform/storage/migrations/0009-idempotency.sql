-- The table is called by the field's name for what it holds.

ALTER TABLE kept_answer RENAME TO idempotency_key;
ALTER INDEX kept_answer_pkey RENAME TO idempotency_key_pkey;
ALTER INDEX kept_answer_expires RENAME TO idempotency_key_expires;
