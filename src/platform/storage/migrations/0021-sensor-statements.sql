-- What moves with every report of a sensor is stated by an entry once an hour: how far, is noted here. The rows may be
-- newer than that by an hour at most.
ALTER TABLE source ADD COLUMN stated_until timestamptz;
ALTER TABLE sensor ADD COLUMN stated_at timestamptz;
