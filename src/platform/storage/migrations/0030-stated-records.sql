-- The last record of a sensor's journal that an entry states as taken. `taken` may be ahead of it by records that change
-- nothing. What a record from before has taken is adopted when it is opened.
ALTER TABLE sensor ADD COLUMN stated_taken bigint;
UPDATE sensor SET stated_taken = taken WHERE taken > 0;
