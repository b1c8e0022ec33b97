-- Between full sweeps, slices of the full range are scanned: the rolling sample.
ALTER TABLE sweep DROP CONSTRAINT sweep_kind_check;
ALTER TABLE sweep ADD CONSTRAINT sweep_kind_check
  CHECK (kind IN ('full', 'known', 'rolling', 'requested', 'imported'));
