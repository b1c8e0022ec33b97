-- The states that a run saw, as a tree over hosts: a leaf for each host, stored once for as long as it stays the same.

-- Salts the leaves. Written with the first coverage; without it, existing leaves still verify.
CREATE TABLE commitment_secret (
  "only" boolean PRIMARY KEY DEFAULT true CHECK ("only"),
  secret bytea NOT NULL CHECK (length(secret) = 32)
);

-- `states` is the text that is committed to: "FIRST LAST", then a line "TRANSPORT STATE PORTS" for each.
CREATE TABLE host_state (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  first_address inet NOT NULL,
  last_address inet NOT NULL,
  states text NOT NULL,
  salt bytea NOT NULL CHECK (length(salt) = 16),
  leaf_hash bytea NOT NULL UNIQUE CHECK (length(leaf_hash) = 32)
);
CREATE INDEX host_state_address ON host_state (first_address) WHERE first_address = last_address;
CREATE INDEX host_state_network ON host_state (first_address, last_address) WHERE first_address <> last_address;

ALTER TABLE coverage_set ADD COLUMN root bytea;
ALTER TABLE coverage_set ADD COLUMN hosts integer[];

INSERT INTO commitment_secret (secret)
SELECT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
WHERE EXISTS (SELECT FROM coverage_set);

CREATE FUNCTION pg_temp.salt_of(states text) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
  inner_key bytea := decode(repeat('36', 64), 'hex');
  outer_key bytea := decode(repeat('5c', 64), 'hex');
  key bytea := (SELECT secret FROM commitment_secret);
BEGIN
  -- HMAC-SHA-256 (RFC 2104) with a key of 32 bytes.
  FOR i IN 0..31 LOOP
    inner_key := set_byte(inner_key, i, get_byte(inner_key, i) # get_byte(key, i));
    outer_key := set_byte(outer_key, i, get_byte(outer_key, i) # get_byte(key, i));
  END LOOP;
  RETURN substring(sha256(outer_key || sha256(inner_key || convert_to(states, 'UTF8'))) FROM 1 FOR 16);
END
$$;

CREATE FUNCTION pg_temp.tree_root(leaves bytea[]) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
  level bytea[] := leaves;
  above bytea[];
  size integer;
BEGIN
  size := coalesce(array_length(level, 1), 0);
  IF size = 0 THEN RETURN sha256(''); END IF;
  WHILE size > 1 LOOP
    above := '{}';
    FOR i IN 0..(size - 1) / 2 LOOP
      -- A last node without a neighbour moves up as it is (RFC 9162, section 2.1.1).
      above := above || CASE WHEN 2 * i + 2 > size THEN level[2 * i + 1]
        ELSE sha256('\x01'::bytea || level[2 * i + 1] || level[2 * i + 2]) END;
    END LOOP;
    level := above;
    size := array_length(level, 1);
  END LOOP;
  RETURN level[1];
END
$$;

CREATE TEMPORARY TABLE old_state ON COMMIT DROP AS
SELECT set_id, host.first_address, host.last_address,
  host(host.first_address) || ' ' || host(host.last_address) || E'\n' || lines AS states
FROM (
  SELECT set_id, first_address, last_address,
    bool_and(state IN ('no-response', 'unreachable')) AS is_silent,
    string_agg(
      transport || ' ' || state || ' ' || (
        SELECT string_agg(
          CASE WHEN upper(span) - 1 = lower(span) THEN lower(span)::text
            ELSE lower(span)::text || '-' || (upper(span) - 1)::text END, ',' ORDER BY lower(span))
        FROM unnest(ports) AS span
      ) || E'\n', '' ORDER BY transport, array_position(
        ARRAY['open', 'closed', 'filtered', 'no-response', 'unreachable'], state)
    ) AS lines
  FROM coverage_range
  GROUP BY set_id, first_address, last_address
) AS block
CROSS JOIN LATERAL (
  SELECT block.first_address, block.last_address WHERE block.is_silent
  UNION ALL
  SELECT block.first_address + n, block.first_address + n
  FROM generate_series(0, CASE WHEN block.is_silent THEN -1 ELSE block.last_address - block.first_address END) AS n
) AS host;

INSERT INTO host_state (first_address, last_address, states, salt, leaf_hash)
SELECT first_address, last_address, states, salt, sha256('\x00'::bytea || salt || convert_to(states, 'UTF8'))
FROM (
  SELECT DISTINCT first_address, last_address, states, pg_temp.salt_of(states) AS salt FROM old_state
) AS leaf;

ALTER TABLE coverage_set DISABLE TRIGGER USER;
UPDATE coverage_set SET hosts = tree.hosts, root = pg_temp.tree_root(tree.leaves)
FROM (
  SELECT s.id, coalesce(array_agg(h.id ORDER BY h.first_address) FILTER (WHERE h.id IS NOT NULL), '{}') AS hosts,
    array_agg(h.leaf_hash ORDER BY h.first_address) FILTER (WHERE h.id IS NOT NULL) AS leaves
  FROM coverage_set AS s
  LEFT JOIN old_state AS o ON o.set_id = s.id
  LEFT JOIN host_state AS h ON h.states = o.states
  GROUP BY s.id
) AS tree
WHERE coverage_set.id = tree.id;
ALTER TABLE coverage_set ENABLE TRIGGER USER;

ALTER TABLE coverage_set ALTER COLUMN root SET NOT NULL;
ALTER TABLE coverage_set ALTER COLUMN hosts SET NOT NULL;
ALTER TABLE coverage_set ADD CONSTRAINT coverage_set_root_check CHECK (length(root) = 32);
ALTER TABLE coverage_set ADD CONSTRAINT coverage_set_root_key UNIQUE (root);
-- Entries from before name a coverage set by this digest.
ALTER TABLE coverage_set ALTER COLUMN digest DROP NOT NULL;
DROP TABLE coverage_range;

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON commitment_secret FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON commitment_secret FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON host_state FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON host_state FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
