import type { StatusResult } from "../../contract/index.ts";
import type { Check } from "./check.ts";

/** Whether the witnesses and the timestamping authority attest checkpoints. Nothing if nobody is configured. */
export function checkAttestation(attested: StatusResult["log"]["attested"]): Check[] {
  if (attested === undefined) return [];
  const { witnesses, timestamped, untimedSince } = attested;
  const silent = witnesses.filter(({ at }) => at === undefined).map(({ name }) => name);
  const checks: Check[] = [];
  if (witnesses.length > 0) {
    checks.push(
      silent.length === 0
        ? { name: "witnesses", verdict: "ok", detail: witnesses.map(({ name, size }) => `${name}: ${size}`).join(", ") }
        : {
            name: "witnesses",
            verdict: "limited",
            detail: `no cosignature by ${silent.join(", ")} yet`,
            fix: "the log of portolan start says what they answer; each needs the key that portolan evidence verify prints",
          },
    );
  }
  if (timestamped !== undefined || untimedSince !== undefined) {
    checks.push(
      untimedSince === undefined
        ? { name: "timestamps", verdict: "ok", detail: `the last one of ${timestamped?.at ?? ""}` }
        : {
            name: "timestamps",
            verdict: "limited",
            detail: `none covers the entries since ${untimedSince}`,
            fix: "the log of portolan start says what the authority answers",
          },
    );
  }
  return checks;
}
