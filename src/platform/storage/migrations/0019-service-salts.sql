-- An entry commits to the banner of a service by SHA-256 over a salt and the banner, so that evidence can be handed on
-- without it. Services identified before get a salt now: two random UUIDs make more than its 16 bytes.
ALTER TABLE service_interval ADD COLUMN salt bytea;
UPDATE service_interval
SET salt = substring(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')) FOR 16)
WHERE identity IS NOT NULL;
ALTER TABLE service_interval ADD CONSTRAINT service_interval_salt CHECK (
  (identity IS NULL) = (salt IS NULL) AND length(salt) = 16
);
