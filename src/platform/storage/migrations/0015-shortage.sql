-- A time without observations because the machine lacked descriptors, memory or disk is a gap, too.
ALTER TABLE gap
  DROP CONSTRAINT gap_of_installation,
  ADD CONSTRAINT gap_of_installation CHECK (
    source_id IS NOT NULL
    OR (detail IS NOT NULL AND cause IN ('suspended', 'clock-forward', 'clock-back', 'not-running', 'shortage'))
  );
