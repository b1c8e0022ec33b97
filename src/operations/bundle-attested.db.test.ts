// @module-tag long
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { attest, filesOf, HOUR, operationsOn, readable } from "../../test/fixtures/bundle-record.ts";
import { makeAuthority } from "../../test/timestamp-authority.ts";
import { verifyBundle } from "../../verifier/bundle/verify.ts";
import { recordChange, rotateLogKey, signHead } from "../record/change/index.ts";
import { keyFingerprint, signingKey, signNote } from "../record/evidence/index.ts";
import { createBundleExport } from "./bundle.ts";
import { sweepTarget } from "./target-sweeps.ts";

eachDatabase("a bundle of a period in which others did not do their part", (open) => {
  it("follows the new key, and names the times without a timestamp or cosignature, and a witness that refused", async () => {
    const store = await open();
    const authority = await makeAuthority();
    // The authority has the clock of this machine.
    const begin = Math.floor(Date.now() / 1_000) * 1_000 - 2 * HOUR;
    const old = operationsOn(store);
    const next = signingKey(generateKeyPairSync("ed25519").privateKey)!;
    const later = operationsOn(store, next);
    let record = old;
    for (let hour = 0; hour < 28; hour += 1) {
      const at = begin + hour * HOUR;
      record.listen("tcp/10.9.0.3:22");
      record.setClock(at);
      await sweepTarget(record.deps, await record.deps.scope(), "net", {});
      if (hour === 2) {
        const vkey = await attest(record.deps, at, authority);
        writeFileSync(join(later.deps.home, "policy"), `witness ours ${vkey} https://witness.example/\nquorum ours\n`);
      }
      if (hour === 4) {
        const data = { witness: "witness.example/w1", size: 30, witnessed: 20, status: 409 };
        await recordChange(record.deps, at, (change) => change.append({ type: "witness-disagreed", at, data }));
      }
      if (hour === 6) {
        const handover = { key: old.deps.key, next, at, by: "operator", previousKey: "destroyed" } as const;
        await rotateLogKey(store, handover);
        record = later;
      }
    }
    const end = begin + 28 * HOUR;
    later.setClock(end);
    const signed = await signHead(later.deps, end);
    const attestation = { allow: [], policyFile: join(later.deps.home, "policy") };
    const exported = createBundleExport({ ...later.deps, attestation });
    const files = await filesOf((await exported({ from: begin, to: end })).content);

    const { report } = await verifyBundle(readable(files), { key: keyFingerprint(next.publicKey) });
    expect(report.problems).toEqual([]);
    expect(report.key).toBe("confirmed");
    expect(report.fingerprints).toEqual([old.deps.key, next].map(({ publicKey }) => keyFingerprint(publicKey)));
    expect(report.checked).toContainEqual(
      expect.stringMatching(/^The quorum of tlog-policy \(ours\) is met by 1 of \d+ checkpoints/),
    );
    const left = report.unchecked.join("\n");
    expect(left).toMatch(
      /^witness\.example\/w1 refused the checkpoint over 30 entries at .+ \(entry \d+\): it had cosigned 20,/m,
    );
    expect(left).toMatch(
      /^witness\.example\/w1 cosigned late, or nothing, of what was recorded: .+, the end \(1d \d+h\)\.$/m,
    );
    expect(left).toMatch(/^Timestamps are late or missing for what was recorded: .+, the end \(1d \d+h\)\.$/m);
    expect(files.get("tlog-policy")?.toString()).toMatch(/^witness ours \S+$[^]*^quorum ours$/m);

    const text = signed.note.slice(0, signed.note.lastIndexOf("\n\n") + 1);
    // The key that was replaced signs no checkpoint any longer.
    const stale = new Map(files).set("checkpoints/last.txt", Buffer.from(signNote(text, report.origin, old.deps.key)));
    expect((await verifyBundle(readable(stale))).report.problems).toContainEqual(
      expect.objectContaining({ file: "checkpoints/last.txt", field: "signature" }),
    );
    for (const each of [old, later]) each.remove();
    await authority.remove();
  }, 240_000);
});
