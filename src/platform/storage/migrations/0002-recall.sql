-- What a sweep saw of endpoints known to be open: {canaries, found, low, high}; null where nothing was known to be.
ALTER TABLE sweep ADD COLUMN recall jsonb;
