-- What the engine says of a sweep's last run: probes sent and sent again, answers that this machine itself lost
-- (`dropped`), and its failures by code. Null while it runs, for imported sweeps, and for those that nothing was sent for.
ALTER TABLE sweep ADD COLUMN engine_report jsonb;
