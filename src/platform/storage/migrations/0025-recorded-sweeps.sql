-- When a sweep became part of the record: an imported one long after it ended, by the clock of another machine.
ALTER TABLE sweep ADD COLUMN recorded_at timestamptz;
UPDATE sweep SET recorded_at = ended_at WHERE kind <> 'imported';
UPDATE sweep SET recorded_at = entry.recorded_at FROM evidence_entry AS entry
WHERE kind = 'imported' AND entry.type = 'sweep-finished'
  AND substring(entry.body FROM '"sweep":([0-9]{1,15})[,}]')::bigint = sweep.id;
