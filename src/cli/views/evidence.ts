import { count, counted } from "../../model/index.ts";
import type {
  AgainstResult,
  CheckpointResult,
  CheckpointsResult,
  ComparedTables,
  RotateKeyResult,
  VerifyResult,
} from "../../contract/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { plain } from "../screen/text.ts";
import { toned } from "../screen/style.ts";
import { shortTime, utcAndLocal, zoneOfTable } from "../screen/time.ts";

export function showVerification(page: Page, result: VerifyResult): void {
  const [first, ...others] = result.problems;
  if (first === undefined) {
    page.say`${toned("good", "The evidence log verifies:")} ${counted(result.entries, "entry", "entries")} and ${counted(result.checkpoints, "checkpoint")} recomputed.`;
    showHashOnly(page, result);
    page.say`root ${result.rootHash}`;
    for (const key of result.keys) page.verbatim(`key  ${key}`);
    if (result.key !== undefined) showKey(page, result.key);
    for (const { entry, keyId, previousKeyId } of result.rotations ?? [])
      page.say`Entry ${String(entry)} handed the log over from key ${previousKeyId} to key ${keyId}; both signed it.`;
    if (result.held !== undefined)
      page.say`It extends the ${result.held === 1 ? "checkpoint" : counted(result.held, "checkpoint")} that you hold.`;
    if (result.checkpoints === 0)
      page.say`${toned("warn", "No checkpoint is signed yet")}, so removed entries at the end could not be detected. Next: portolan evidence checkpoint`;
    if (result.unsignedLooks !== undefined)
      page.say`Not signed yet: ${unsignedLooksText(result.unsignedLooks, page.style)}.`;
    showWitnesses(page, result);
    showTimestamps(page, result);
    if (result.tables !== undefined) showTables(page, result.tables);
    if (result.answers !== undefined) showAnswers(page, result.answers);
    for (const { entry, at, before } of result.outOfOrder ?? [])
      page.say`${toned("warn", "Out of order:")} entry ${String(entry)} is of ${at}, the one before it of ${before}: the clock was set back.`;
    return;
  }
  page.say`${toned("bad", "THE EVIDENCE LOG DOES NOT VERIFY.")} ${counted(result.entries, "entry", "entries")} and ${counted(result.checkpoints, "checkpoint")} were read.`;
  if (first !== undefined) page.say`First: ${place(first)}${first.problem}`;
  for (const problem of others.slice(0, MOST_ROWS)) page.say`  ${place(problem)}${problem.problem}`;
  if (others.length > MOST_ROWS) page.say`  and ${others.length - MOST_ROWS} more (--json shows all)`;
  page.say`Next: keep a copy of the database in its current state, and compare it with a checkpoint stored elsewhere.`;
}

const MOST_PRUNINGS = 5;

function showHashOnly(page: Page, { hashOnly }: VerifyResult): void {
  if (hashOnly === undefined) return;
  const named = hashOnly.by.slice(-MOST_PRUNINGS).join(", ");
  const before =
    hashOnly.by.length > MOST_PRUNINGS ? `${count(hashOnly.by.length - MOST_PRUNINGS)} entries before and ` : "";
  page.say`${counted(hashOnly.entries, "entry is", "entries are")} hash only: pruned by retention (${before}${hashOnly.by.length === 1 ? "entry" : "entries"} ${named}).`;
}

/** `41 sweeps of every minute that saw nothing new, since …`. */
export function unsignedLooksText(
  { looks, since }: NonNullable<VerifyResult["unsignedLooks"]>,
  style: Page["style"],
): string {
  return `${counted(looks, "sweep")} of every minute that saw nothing new, since ${utcAndLocal(since, style)}`;
}

/** States what was compared, and what was not: an answer is made of more rows than entries state. */
export function showTables(page: Page, { compared, contradictions, contradicting }: ComparedTables): void {
  const rows = compared.reduce((sum, each) => sum + each.rows, 0);
  if (contradicting > 0) {
    page.say`${toned("bad", `${counted(contradicting, "ROW").toUpperCase()} OF THE RECORD ${contradicting === 1 ? "CONTRADICTS" : "CONTRADICT"} THE LOG.`)}`;
    for (const { table, problem } of contradictions.slice(0, MOST_ROWS)) page.say`  ${table}: ${problem}`;
    if (contradictions.length > MOST_ROWS)
      page.say`  and ${contradictions.length - MOST_ROWS} more (--json shows the first ten thousand)`;
    page.say`Next: keep a copy of the database in its current state. The log has the signed values: restore a backup from before the change.`;
  }
  page.say`Compared with the log: ${counted(rows, "row")} of ${counted(compared.length, "table")}, in every column that entries bind.`;
}

/** Says whether answers were compared with the log, and from when on it binds them. */
function showAnswers(page: Page, { compared, bound, boundSince }: NonNullable<VerifyResult["answers"]>): void {
  if (!compared)
    page.say`${toned("warn", "The tables that answers are made of were not compared with it.")} Next: portolan evidence verify --answers`;
  if (boundSince !== undefined)
    page.say`${toned("warn", `Before ${shortTime(boundSince, page.style)} the log did not bind every answer:`)} the rows of an earlier version were adopted as they stood then.`;
  if (bound === "not yet")
    page.say`${toned("warn", "The log does not bind every answer yet.")} The first command that runs with the key of the log (keys/evidence.pem) adopts the rows of an earlier version.`;
}

function showWitnesses(page: Page, { cosigned = [], quorum }: VerifyResult): void {
  for (const { witness, size, at, checkpoints, checked, configured } of cosigned) {
    const doubt = checked ? "" : toned("warn", " Not checked: ML-DSA-44.");
    const stranger = configured || quorum === undefined ? "" : toned("warn", " The policy does not name this key.");
    page.say`Cosigned by ${witness}: ${counted(checkpoints, "checkpoint")}, the last over ${counted(size, "entry", "entries")} at ${utcAndLocal(at, page.style)}.${doubt}${stranger}`;
  }
  if (quorum === undefined) return;
  if (quorum.size === undefined)
    page.say`${toned("warn", "No checkpoint has the witnesses that the policy asks for.")}`;
  else page.say`The policy of witnesses is met up to ${counted(quorum.size, "entry", "entries")}.`;
}

function showTimestamps(page: Page, { timestamped }: VerifyResult): void {
  if (timestamped === undefined) return;
  const { timestamps, latest, gaps, gapsFound } = timestamped;
  if (latest === undefined) page.say`${toned("warn", "Not timestamped:")} no authority has timestamped a checkpoint.`;
  else {
    const { size, at, authority, validUntil, trusted } = latest;
    page.say`Timestamped by ${authority}: ${counted(timestamps, "checkpoint")}, the last over ${counted(size, "entry", "entries")} at ${utcAndLocal(at, page.style)}; its certificate ends on ${utcAndLocal(validUntil, page.style)}.`;
    if (!trusted)
      page.say`${toned("warn", "The certificate was not checked")}, because timestamps.authorities is not set.`;
  }
  for (const { from, until } of gaps.slice(-MOST_ROWS))
    page.say`  ${toned("warn", "Not timestamped:")} ${utcAndLocal(from, page.style)} to ${until === undefined ? "now" : utcAndLocal(until, page.style)}`;
  if (gapsFound > MOST_ROWS) page.say`  and ${gapsFound - MOST_ROWS} earlier times (--json shows the last hundred)`;
}

function showKey(page: Page, { fingerprint, comparedWith }: NonNullable<VerifyResult["key"]>): void {
  if (fingerprint !== undefined) page.verbatim(`fingerprint ${fingerprint}`);
  switch (comparedWith) {
    case "given":
      return page.say`It is the key that you named.`;
    case "home":
      return page.say`It is the key of this home (keys/evidence.pem).`;
    case "nothing":
      return page.say`${toned("warn", "The key was compared with no other")}, because this home has none. Compare it with the one you wrote down, or name that with --key.`;
  }
}

export function showCheckpoints(page: Page, result: CheckpointsResult): void {
  if (result.checkpoints.length === 0) {
    page.say`${toned("warn", "No checkpoint is signed yet.")} Next: portolan evidence checkpoint`;
    return;
  }
  page.table({
    columns: [
      { title: "entries", align: "right" },
      { title: `the last one of, ${zoneOfTable(page.style)}`, wraps: true },
      { title: "root" },
    ],
    rows: result.checkpoints.map(({ size, signedUpTo, rootHash }) => [
      count(size),
      signedUpTo === undefined ? "?" : shortTime(signedUpTo, page.style),
      rootHash,
    ]),
  });
  const attested = result.checkpoints.filter(
    ({ cosignatures, timestamps }) => cosignatures.length + timestamps.length > 0,
  );
  for (const { size, cosignatures, timestamps } of attested.slice(0, MOST_ROWS)) {
    const witnesses = cosignatures.map(({ witness }) => witness);
    const times = timestamps.map(({ at }) => shortTime(at, page.style));
    const parts = [
      ...(witnesses.length === 0 ? [] : [`cosigned by ${witnesses.join(", ")}`]),
      ...(times.length === 0 ? [] : [`timestamped ${times.join(", ")}`]),
    ];
    page.say`${counted(size, "entry", "entries")}: ${parts.join("; ")}`;
  }
  if (attested.length > MOST_ROWS)
    page.say`and ${attested.length - MOST_ROWS} more with cosignatures or timestamps (--json shows all)`;
  page.say`The signed notes: portolan evidence checkpoints --json`;
  if (result.next !== undefined) page.say`Earlier ones: portolan evidence checkpoints --after ${result.next}`;
}

const VERDICT_WORDS: Readonly<Record<AgainstResult["found"][number]["verdict"], string>> = {
  superseded: "superseded by a restore",
  "rolled-back": "ROLLED BACK",
  "tail-cut": "END CUT OFF",
  forked: "TWO HISTORIES SIGNED",
  altered: "ALTERED",
  replaced: "ANOTHER LOG OR KEY",
  unusable: "not usable",
};

export function showAgainst(page: Page, result: AgainstResult): void {
  const { ok, compared, contained, destinations, found, lost, next } = result;
  showDestinations(page, destinations);
  if (ok)
    page.say`${toned("good", "The log is that of the checkpoints:")} it has ${count(contained)} of ${counted(compared, "checkpoint")}.`;
  else if (compared === 0 && destinations?.every(({ checkpoints }) => checkpoints === 0) === true)
    page.say`${toned("bad", "No checkpoint could be read")}, so nothing was compared.`;
  else if (compared === 0) page.say`${toned("bad", "There is no log in this database")}, so nothing could be compared.`;
  else if (contained === compared)
    page.say`${toned("warn", "Not every destination was read:")} the log has ${count(contained)} of ${counted(compared, "checkpoint")} that were.`;
  else
    page.say`${toned("bad", "THE LOG IS NOT THAT OF THE CHECKPOINTS:")} it has ${count(contained)} of ${counted(compared, "checkpoint")}.`;
  for (const { from, verdict, problem } of found.slice(0, MOST_ROWS)) {
    page.say`  ${toned(verdict === "superseded" ? "warn" : "bad", VERDICT_WORDS[verdict])}: ${problem}`;
    page.verbatim(`    ${plain(from)}`);
  }
  if (found.length > MOST_ROWS) page.say`  and ${found.length - MOST_ROWS} more (--json shows the first hundred)`;
  for (const { from, to, restore, generation } of lost)
    page.say`Lost with the restore at entry ${String(restore)} (generation ${generation}): entries ${from} to ${to}.`;
  if (next !== undefined) page.say`Next: ${next}`;
}

function showDestinations(page: Page, destinations: AgainstResult["destinations"]): void {
  if (destinations?.length === 0)
    page.say`${toned("bad", "No destination that can be read is configured.")} docs/guide/checkpoints.md says how.`;
  for (const { name, checkpoints, problem } of destinations ?? []) {
    page.verbatim(`${plain(name)}: ${counted(checkpoints, "checkpoint")}`);
    if (problem !== undefined) page.say`  ${toned("warn", "not read whole:")} ${problem}`;
  }
}

export function showRotation(page: Page, { entry, key, fingerprint, previous }: RotateKeyResult): void {
  page.say`${toned("good", "The evidence log has a new key")} from entry ${String(entry)} on. The old key and the new one signed that entry.`;
  page.verbatim(`key  ${key}`);
  page.verbatim(`fingerprint ${fingerprint}`);
  if (previous.key === "kept")
    page.say`The previous key is in keys/evidence-${previous.keyId}.pem. It signs nothing any more; its signatures stay valid.`;
  else page.say`The previous key (${previous.keyId}) was deleted from this home. Its signatures stay valid.`;
  page.say`Next: copy keys/evidence.pem to where you keep your keys, and give the fingerprint to everybody who verifies the log.`;
}

/** A signed note is for programs as well as for people: its lines are never wrapped. */
export function showCheckpoint(page: Page, result: CheckpointResult): void {
  page.say`Checkpoint over ${result.size} entries (C2SP signed note):`;
  page.blank();
  page.verbatim(result.note);
}

function place(problem: VerifyResult["problems"][number]): string {
  if (problem.entry !== undefined) return `entry ${problem.entry}: `;
  return problem.checkpoint === undefined ? "" : `checkpoint ${problem.checkpoint}: `;
}
