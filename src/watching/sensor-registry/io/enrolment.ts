import { createHash, randomBytes } from "node:crypto";
import type {
  EnrolmentAnswer,
  EnrolmentBody,
  InvitationResult,
  ReportedListener,
  RevocationResult,
  SignedRequest,
} from "../../../contract/index.ts";
import { beginLog, recordChange } from "../../../record/change/index.ts";
import type { BoundFields, SigningKey } from "../../../record/evidence/index.ts";
import { beginSource, takeIn } from "../../../record/history/index.ts";
import { Fault, formatInstant, type Clock, type Duration } from "../../../model/index.ts";
import { isSignedBy, keyId } from "../../../sensing/sensor-agent/index.ts";
import { holdRule, type Store, type Tx } from "../../../platform/storage/index.ts";
import { hostVantage } from "../vantage.ts";
import { watchEntries } from "../watch-entries.ts";
import { resolveSilences } from "./report-store.ts";

export interface EnrolmentDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly key: SigningKey;
}

/** Most invitations open at a time. People create them, one per machine. */
const MOST_OPEN = 1_000;

/** A new token for one machine, perhaps the first act of a record; `binds`: what its log binds then. The record keeps only its digest: 32 random bytes need no slow hash. */
export async function inviteSensor(
  deps: EnrolmentDeps & { readonly binds: BoundFields },
  request: { readonly name: string; readonly validFor: Duration; readonly requestedBy: string },
): Promise<InvitationResult> {
  const { name, requestedBy } = request;
  const token = randomBytes(32).toString("base64url");
  const at = deps.clock.now();
  const expires = at + request.validFor;
  await recordChange(deps, at, async (change) => {
    const { tx } = change;
    await holdRule(tx, "sensors");
    await beginLog(tx, { key: deps.key, at, binds: deps.binds });
    const taken = await tx
      .selectFrom("sensor")
      .select("id")
      .where("name", "=", name)
      .where("revoked_at", "is", null)
      .executeTakeFirst();
    if (taken !== undefined) {
      throw new Fault("conflict", `There is a sensor called ${name} already.`, {
        next: `Revoke it first (portolan sensors revoke ${name} --reason TEXT) or choose another name.`,
      });
    }
    const { open } = await tx
      .selectFrom("sensor_invitation")
      .select((query) => query.fn.countAll<number>().as("open"))
      .where("used_at", "is", null)
      .where("expires_at", ">", new Date(at))
      .executeTakeFirstOrThrow();
    if (open >= MOST_OPEN) {
      throw new Fault("conflict", `${MOST_OPEN} enrolment tokens are open already.`, {
        next: "Use them or wait until they expire.",
      });
    }
    const tokenSha256 = sha256(token);
    const { id: invitation } = await tx
      .insertInto("sensor_invitation")
      .values({
        name,
        token_sha256: tokenSha256,
        requested_by: requestedBy,
        created_at: new Date(at),
        expires_at: new Date(expires),
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    const data = { name, requestedBy, expiresAt: formatInstant(expires), invitation, tokenSha256 };
    change.append({ type: "sensor-invited", at, data });
  });
  return { schema: "portolan.sensor-invitation/1", name, token, expiresAt: formatInstant(expires) };
}

/**
 * Enrols a machine's key against its token. A response that got lost is repeated: the same token with the same key
 * enrols the same sensor.
 */
export async function enrolSensor(
  deps: EnrolmentDeps,
  body: EnrolmentBody,
  request: SignedRequest,
): Promise<EnrolmentAnswer> {
  const publicKey = new Uint8Array(Buffer.from(body.publicKey, "base64"));
  if (!isSignedBy(request, publicKey)) {
    throw new Fault("unauthorized", "The enrolment is not signed with the key that it contains.", {
      next: "Enrol with `portolan sensor`, which signs it.",
    });
  }
  const at = deps.clock.now();
  return await recordChange(deps, at, async (change) => {
    const { tx } = change;
    await holdRule(tx, "sensors");
    const invitation = await tx
      .selectFrom("sensor_invitation")
      .selectAll()
      .where("token_sha256", "=", sha256(body.token))
      .executeTakeFirst();
    if (invitation === undefined) throw refusal("This server did not issue the enrolment token.");
    const { name } = invitation;
    if (invitation.used_at !== null) {
      const sensor = await tx
        .selectFrom("sensor")
        .select(["id", "key_id", "revoked_at"])
        .where("invitation_id", "=", invitation.id)
        .executeTakeFirst();
      if (sensor?.key_id !== keyId(publicKey) || sensor.revoked_at !== null) {
        throw refusal("The enrolment token has already been used.");
      }
      return { schema: "portolan.sensor-enrolment/1", sensor: sensor.id, name, at: formatInstant(at) };
    }
    if (invitation.expires_at.getTime() <= at) throw refusal("The enrolment token has expired.");
    const vantage = hostVantage(name);
    const source = await beginSource(tx, "sensor", vantage);
    const inserted = await tx
      .insertInto("sensor")
      .values({
        name,
        source_id: source,
        invitation_id: invitation.id,
        public_key: publicKey,
        key_id: keyId(publicKey),
        host: body.host,
        platform: body.platform,
        version: body.version,
        enrolled_at: new Date(at),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id")
      .executeTakeFirst();
    if (inserted === undefined) {
      throw await enrolledAlready(tx, name, keyId(publicKey));
    }
    await tx
      .updateTable("sensor_invitation")
      .set({ used_at: new Date(at) })
      .where("id", "=", invitation.id)
      .execute();
    change.append({
      type: "sensor-enrolled",
      at,
      data: {
        sensor: inserted.id,
        name,
        vantage,
        keyId: keyId(publicKey),
        publicKey: body.publicKey,
        host: body.host,
        platform: body.platform,
        version: body.version,
        invitedBy: invitation.requested_by,
        invitation: invitation.id,
        source,
      },
    });
    return { schema: "portolan.sensor-enrolment/1", sensor: inserted.id, name, at: formatInstant(at) };
  });
}

/** Its reports stay in the record, and its coverage ends with the last one. Open invitations of its name end too. */
export async function revokeSensor(
  deps: EnrolmentDeps,
  request: { readonly name: string; readonly reason: string; readonly requestedBy: string },
): Promise<RevocationResult> {
  const { name, reason, requestedBy } = request;
  const at = deps.clock.now();
  await recordChange(deps, at, async (change) => {
    const { tx } = change;
    await holdRule(tx, "sensors");
    const sensor = await tx
      .selectFrom("sensor")
      .selectAll()
      .where("name", "=", name)
      .where("revoked_at", "is", null)
      .forUpdate()
      .executeTakeFirst();
    const ended = await tx
      .updateTable("sensor_invitation")
      .set({ expires_at: new Date(at) })
      .where("name", "=", name)
      .where("used_at", "is", null)
      .where("expires_at", ">", new Date(at))
      .returning("id")
      .execute();
    if (sensor === undefined && ended.length === 0) {
      throw new Fault("not-found", `There is no sensor called ${name}, and no open invitation under that name.`, {
        next: "portolan sensors lists them.",
      });
    }
    if (sensor !== undefined) {
      const taken = await takeIn<ReportedListener>(change, {
        source: { kind: "sensor", id: sensor.source_id },
        said: [{ kind: "lost" }],
        until: undefined,
        recordedAt: at,
      });
      change.append(...watchEntries(sensor, taken, at));
      await tx
        .updateTable("sensor")
        .set({ revoked_at: new Date(at) })
        .where("id", "=", sensor.id)
        .execute();
      await resolveSilences(change, name, `the sensor was revoked by ${requestedBy}: ${reason}`);
    }
    change.append({
      type: "sensor-revoked",
      at,
      data: {
        name,
        requestedBy,
        reason,
        ...(sensor === undefined ? {} : { sensor: sensor.id, keyId: sensor.key_id }),
        ...(ended.length === 0 ? {} : { invitations: ended.map(({ id }) => id) }),
      },
    });
  });
  return { schema: "portolan.sensor-revocation/1", name, revokedAt: formatInstant(at) };
}

/** A key is never enrolled twice, not even after it was revoked: its signatures would prove too little. */
async function enrolledAlready(tx: Tx, name: string, key: string): Promise<Fault> {
  const sensor = await tx.selectFrom("sensor").select("name").where("key_id", "=", key).executeTakeFirst();
  if (sensor !== undefined) {
    return new Fault("conflict", `This machine's key was enrolled before, as ${sensor.name}.`, {
      next: "Remove the directory sensor from PORTOLAN_HOME on that machine, and enrol with the same token: it is still open.",
    });
  }
  return new Fault("conflict", `A sensor called ${name} is enrolled already.`, {
    next: `Revoke it (portolan sensors revoke ${name} --reason TEXT), then make a new token: portolan sensors enrol ${name}`,
  });
}

function refusal(why: string): Fault {
  return new Fault("unauthorized", why, { next: "Ask an admin for a new one: portolan sensors enrol NAME" });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
