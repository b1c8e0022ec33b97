-- Rows of the record come into being only in a change of the record as well, and so do those of people, keys and sensors,
-- which were not guarded at all. As before, this refuses a statement by hand and code that forgets the entry.
DO $$
DECLARE name text;
BEGIN
  -- Their UPDATE and DELETE are refused already, always or outside a change.
  FOREACH name IN ARRAY ARRAY[
    'asset_address', 'baseline_approval', 'baseline_proposal', 'boundary_record', 'boundary_retirement', 'boundary_source',
    'checkpoint_timestamp', 'gap_explained', 'gap_explanation', 'gap_sign_off',
    'clock_step', 'coverage', 'coverage_set', 'coverage_void', 'endpoint', 'endpoint_interval', 'finding', 'finding_episode',
    'finding_event', 'gap', 'host_state', 'look', 'port_baseline_version', 'role_grant', 'scope_version', 'sensor_address',
    'sensor_journal', 'service_interval', 'source_interval', 'sweep', 'vantage_point'
  ] LOOP
    EXECUTE format('CREATE TRIGGER insert_only_in_change BEFORE INSERT ON %I FOR EACH ROW '
      'WHEN (current_setting(''portolan.recording'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION refuse_outside_change()', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['sensor', 'sensor_clock', 'sensor_invitation', 'source', 'one_time_link'] LOOP
    EXECUTE format('CREATE TRIGGER only_in_change BEFORE INSERT OR DELETE OR UPDATE ON %I FOR EACH ROW '
      'WHEN (current_setting(''portolan.recording'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION refuse_outside_change()', name);
    EXECUTE format('CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END
$$;

-- Each use of a key notes its hour.
CREATE TRIGGER only_in_change BEFORE INSERT OR DELETE OR UPDATE OF id, user_id, name, prefix, digest, permissions, created_at,
    expires_at, revoked_at, maker, made_by ON api_key FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON api_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What the library that signs people in writes without an entry stays free: sessions, expiring tokens, counters, and codes
-- that somebody is only setting up. It also writes the provider of an account again, as it is, with every sign-in.
CREATE TRIGGER only_in_change BEFORE INSERT OR DELETE OR UPDATE OF id, email, email_verified, name, two_factor_enabled, disabled_at,
    person ON identity_user FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON identity_user FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE INSERT OR DELETE OR UPDATE OF user_id, account_id, password
  ON identity_account FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON identity_account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE INSERT OR DELETE OR UPDATE OF id, user_id, name, public_key, credential_id, created_at
  ON identity_passkey FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON identity_passkey FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE UPDATE OF user_id, secret, backup_codes ON identity_second_factor FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON identity_second_factor FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
