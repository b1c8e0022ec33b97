import { generateKeyPairSync } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EnrolmentBody, SignedRequest } from "../src/contract/index.ts";
import { approve } from "../src/judgement/baseline/index.ts";
import type { Fault, Principal, Role } from "../src/model/index.ts";
import { openStore, type Store } from "../src/platform/storage/index.ts";
import { restoreRecord } from "../src/operations/backup.ts";
import { writeBackup } from "../src/record/backup/index.ts";
import { beginLog } from "../src/record/change/index.ts";
import { signingKey } from "../src/record/evidence/index.ts";
import { publicKeyOf, signRequest } from "../src/sensing/sensor-agent/index.ts";
import { createSensorGateway, inviteSensor, revokeSensor } from "../src/watching/sensor-registry/index.ts";
import { OPERATOR, openSite, PASSWORD, type Site } from "./access.ts";
import { anAuthorizedPort } from "./compared-host.ts";
import { eachDatabase, freshPlace, STORE_KINDS, type Place } from "./databases.ts";
import { recording } from "./recording.ts";

/** Often enough that every rule here was broken at least once in each of ten runs on PostgreSQL without its lock. */
const ROUNDS = 12;
const AT = Date.UTC(2026, 2, 14, 9);

async function rounds(race: (round: number) => Promise<void>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await race(round);
}

eachDatabase("rules about more than one row, in a race", (open) => {
  let store: Store;
  let site: Site;
  beforeAll(async () => {
    store = await open();
    site = await openSite(store);
  });
  afterAll(() => site.close());

  const asOperator = () => site.identity.people(OPERATOR).users;

  async function as(email: string): Promise<Principal> {
    const { users } = await asOperator().list();
    const user = users.find((each) => each.email === email)!;
    return { kind: "person", user: user.id, name: user.name, roles: ["admin"] };
  }

  async function rolesOf(email: string): Promise<Role[]> {
    const { users } = await asOperator().list();
    return users.find((each) => each.email === email)!.roles.map(({ role }) => role);
  }

  const openLinks = async () =>
    (await store.db.selectFrom("one_time_link").select("digest").where("used_at", "is", null).execute()).length;

  it("the first admin is one, and so is the link for them", { tags: ["long"] }, async () => {
    const links = await Promise.all([1, 2, 3, 4].map(() => asOperator().firstAdmin()));
    expect(await openLinks()).toBe(1);
    // All of them valid, as links of an earlier version could be.
    await recording(store, (tx) => tx.updateTable("one_time_link").set({ used_at: null }).execute());
    const used = await Promise.all(
      links.map(({ url }, at) =>
        site.browser().send("POST", "/session/link", {
          token: url.split("#")[1],
          email: `first-${at}@example.com`,
          name: "First",
          password: PASSWORD,
        }),
      ),
    );
    expect(used.map(({ status }) => String(status)).sort()).toEqual(["200", "403", "403", "403"]);
    expect((await asOperator().list()).users).toHaveLength(1);
    await recording(store, (tx) =>
      tx
        .updateTable("one_time_link")
        .set({ used_at: new Date(AT) })
        .execute(),
    );
  });

  it("an admin remains when two demote or disable each other", { tags: ["long"] }, async () => {
    const [first = ""] = (await asOperator().list()).users.map(({ email }) => email);
    await site.join("second@example.com", "admin");
    const pair = [first, "second@example.com"];
    await rounds(async (round) => {
      const answers = await Promise.allSettled(
        pair.map(async (email, at) => {
          const { users } = site.identity.people(await as(email));
          const other = { id: pair[1 - at]! };
          return await (round % 2 === 0 ? users.disable(other) : users.setRoles({ ...other, roles: [] }));
        }),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      for (const id of pair) {
        await asOperator().enable({ id });
        await asOperator().setRoles({ id, roles: [{ role: "admin" }] });
      }
    });
  });

  it("a user has the roles of one decision, not those of two", { tags: ["long"] }, async () => {
    await site.join("roles@example.com", "engineer");
    await rounds(async () => {
      const decided: Role[] = ["approver", "responder", "service-owner"];
      await Promise.all(decided.map((role) => asOperator().setRoles({ id: "roles@example.com", roles: [{ role }] })));
      expect(decided).toContain((await rolesOf("roles@example.com")).join("+"));
    });
  });

  it("a user has one open link", { tags: ["long"] }, async () => {
    await rounds(async () => {
      await Promise.all([1, 2, 3].map(() => asOperator().link({ id: "roles@example.com" })));
      expect(await openLinks()).toBe(1);
    });
  });

  it("no session outlives the disabling of its user", { tags: ["long"] }, async () => {
    await site.join("leaver@example.com", "engineer");
    await rounds(async (round) => {
      const id = "leaver@example.com";
      await Promise.all([
        ...[1, 2, 3].map((each) => site.browser(`192.0.2.${round * 4 + each}`).signIn(id)),
        asOperator().disable({ id }),
      ]);
      expect(
        await store.db
          .selectFrom("identity_session")
          .innerJoin("identity_user", "identity_user.id", "user_id")
          .where("email", "=", id)
          .select("token")
          .execute(),
      ).toEqual([]);
      await asOperator().enable({ id });
    });
  });

  it("versions of the port baseline follow one another", { tags: ["long"] }, async () => {
    await rounds(async (round) => {
      await Promise.all(
        [1, 2, 3].map((each) =>
          recording(store, (tx) =>
            approve(tx, {
              ports: [anAuthorizedPort({ justification: `${round} ${each}` })],
              document: "",
              by: "Ada",
              at: AT,
            }),
          ),
        ),
      );
    });
    const versions = await store.db.selectFrom("port_baseline_version").select("version").orderBy("version").execute();
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, at) => at + 1));
  });

  it("a revoked name has no sensor, though its machine enrols at that moment", { tags: ["long"] }, async () => {
    const deps = { store, clock: { now: () => AT }, key: site.key };
    const door = createSensorGateway({ ...deps, onChanged: () => undefined, onFindings: () => undefined });
    await rounds(async (round) => {
      const name = `web-${round}`;
      const { token } = await inviteSensor({ ...deps, binds: {} }, { name, validFor: 60_000, requestedBy: "ada" });
      const [revoked] = await Promise.allSettled([
        revokeSensor(deps, { name, reason: "replaced", requestedBy: "ada" }),
        door.enrol(...enrolment(token)),
      ]);
      expect(revoked.status).toBe("fulfilled");
      const active = store.db
        .selectFrom("sensor")
        .select("id")
        .where("name", "=", name)
        .where("revoked_at", "is", null);
      expect(await active.execute()).toEqual([]);
    });
  });
});

describe.each(STORE_KINDS)("a record in a race of beginnings (%s)", (kind) => {
  const clock = { now: () => AT };
  const newKey = () => signingKey(generateKeyPairSync("ed25519").privateKey)!;
  const backup: Uint8Array[] = [];
  beforeAll(async () => {
    const place = await freshPlace(kind);
    const store = await openStore(place);
    await store.transaction((tx) => beginLog(tx, { key: newKey(), at: AT }));
    await writeBackup({ store, clock, program: "test" }, async (piece) => void backup.push(piece));
    await store.close();
    await place.remove();
  }, 60_000);

  const restore = (place: Place) => restoreRecord(place, () => Readable.from(backup));
  async function begin(place: Place): Promise<void> {
    const store = await openStore(place);
    try {
      await store.transaction((tx) => beginLog(tx, { key: newKey(), at: AT }));
    } finally {
      await store.close();
    }
  }

  it.each([
    { name: "two restores", racers: [restore, restore] },
    { name: "a restore and a first start", racers: [restore, begin] },
    { name: "two first starts", racers: [begin, begin] },
  ])("is begun once by $name", { tags: ["long"] }, async ({ racers }) => {
    const place = await freshPlace(kind);
    try {
      const answers = await Promise.allSettled(racers.map((race) => race(place)));
      const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as Fault] : []));
      expect(refused).toHaveLength(1);
      expect(["conflict", "store-locked"]).toContain(refused[0]?.code);
    } finally {
      await place.remove();
    }
  });
});

/** An enrolment as a machine with a key of its own sends it. */
function enrolment(token: string): [EnrolmentBody, SignedRequest] {
  const machine = generateKeyPairSync("ed25519").privateKey;
  const publicKey = Buffer.from(publicKeyOf(machine)).toString("base64");
  const request = { method: "POST", path: "/api/v1/sensor/enrolments", body: "body" };
  const headers = signRequest({ ...request, at: 0 }, machine);
  return [
    { token, publicKey, host: "web.example", platform: "linux", version: "1" },
    {
      method: request.method,
      path: request.path,
      contentDigest: headers["content-digest"],
      signatureInput: headers["signature-input"],
      signature: headers.signature,
    },
  ];
}
