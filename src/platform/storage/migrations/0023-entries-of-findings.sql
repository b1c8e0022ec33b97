-- Before a finding is resolved, regresses or leaves the scope, its row is compared with its last entry. A body is
-- canonical JSON: quotes inside of texts are escaped, so the pattern is found where the member is.
CREATE INDEX evidence_entry_finding ON evidence_entry ((substring(body FROM '"finding":([0-9]+)')), index)
  WHERE type IN ('finding-opened', 'finding-regressed', 'finding-resolved', 'finding-out-of-scope');
