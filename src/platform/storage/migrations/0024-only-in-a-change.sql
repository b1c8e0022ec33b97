-- Endpoints and vantage points are recorded once.
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON endpoint FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON endpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON vantage_point FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON vantage_point FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Rows of the following tables change, and only in a change of the record, which appends the entry that states it. The
-- unit of work says so for its transaction. That refuses a statement by hand, and code that forgets the entry. It does not
-- stop somebody who says the same, and no trigger stops a superuser: `evidence verify --answers` names what they changed.
CREATE FUNCTION refuse_outside_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: its rows change only together with an entry of the evidence log', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER only_in_change BEFORE DELETE OR UPDATE ON endpoint_interval FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON endpoint_interval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE DELETE OR UPDATE ON service_interval FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON service_interval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE DELETE OR UPDATE ON source_interval FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON source_interval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE DELETE OR UPDATE ON finding FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON finding FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_in_change BEFORE DELETE OR UPDATE ON role_grant FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON role_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Who works on a running sweep (lease_until, worker_id, run) is not part of the record.
CREATE TRIGGER only_in_change BEFORE DELETE OR UPDATE OF id, kind, targets, vantage_id, engine, parameters, plan, plan_digest,
    seed, planned, scope_version, requested_by, started_at, ended_at, verdict, reason, counts, recall, engine_report
  ON sweep FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
CREATE TRIGGER only_in_change_all BEFORE TRUNCATE ON sweep FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
