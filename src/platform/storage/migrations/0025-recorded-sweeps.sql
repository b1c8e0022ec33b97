-- When a sweep became part of the record: an imported one long after it ended, by the clock of another machine.
ALTER TABLE sweep ADD COLUMN recorded_at timestamptz;
UPDATE sweep SET recorded_at = ended_at WHERE kind <> 'imported';
UPDATE sweep SET recorded_at = entry.recorded_at FROM evidence_entry AS entry
WHERE kind = 'imported' AND entry.type = 'sweep-finished'
  AND substring(entry.body FROM '"sweep":([0-9]{1,15})[,}]')::bigint = sweep.id;

-- It changes only in a change of the record, as the columns beside it.
DROP TRIGGER only_in_change ON sweep;
CREATE TRIGGER only_in_change BEFORE DELETE OR UPDATE OF id, kind, targets, vantage_id, engine, parameters, plan, plan_digest,
    seed, planned, scope_version, requested_by, started_at, ended_at, recorded_at, verdict, reason, counts, recall,
    engine_report
  ON sweep FOR EACH ROW
  WHEN (current_setting('portolan.recording', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_outside_change();
