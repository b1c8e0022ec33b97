import { formatWitnessKey, toBase64, type Policy, type PolicyWitness } from "@portolan/verifier";
import type { CheckpointsResult, StatusResult, VerifyResult } from "../contract/index.ts";
import { formatInstant, type Instant } from "../model/index.ts";
import type { Db } from "../platform/storage/tables.ts";
import type { DatedCheckpoint } from "../record/evidence/index.ts";
import {
  lastTimestamped,
  timestampsOf,
  untimedSince,
  verifyTimestamps,
  type TimestampsReport,
} from "../record/timestamps/index.ts";
import {
  cosignaturesOf,
  lastCosigned,
  verifyCosignatures,
  type CosignaturesReport,
} from "../record/witnesses/index.ts";
import { authoritiesOf, nameOfKey, policyOf, type AttestationConfig } from "./attestation-config.ts";

type Attested = Pick<VerifyResult, "cosigned" | "quorum" | "timestamped" | "problems">;

/** The stored statements of witnesses and timestamping authorities about the checkpoints, verified. */
export async function verifyAttestations(
  db: Db,
  config: AttestationConfig | undefined,
  now: Instant,
): Promise<Attested> {
  const policy = config === undefined ? undefined : policyOf(config);
  const cosignatures = await verifyCosignatures(db, policy);
  const timestamps = await verifyTimestamps(db, config === undefined ? [] : authoritiesOf(config), now);
  return {
    ...cosignedView(cosignatures, policy),
    ...timestampedView(timestamps, config?.timestamps !== undefined),
    problems: [...cosignatures.problems, ...timestamps.problems],
  };
}

function cosignedView(
  { witnesses, quorum }: CosignaturesReport,
  policy: Policy | undefined,
): Pick<Attested, "cosigned" | "quorum"> {
  if (witnesses.length === 0 && policy === undefined) return {};
  const named = new Map(policy?.witnesses.map(({ key, name }) => [formatWitnessKey(key), name]));
  return {
    cosigned: witnesses.map(({ witness: key, at, ...witnessed }) => ({
      witness: named.get(key) ?? nameOfKey(key),
      key,
      ...witnessed,
      at: formatInstant(at),
      configured: named.has(key),
    })),
    ...(policy === undefined ? {} : { quorum: quorum === undefined ? {} : { size: quorum } }),
  };
}

const MOST_GAPS = 100;

function timestampedView(
  { timestamps, size, latest, gaps }: TimestampsReport,
  configured: boolean,
): Pick<Attested, "timestamped"> {
  if (latest === undefined && !configured) return {};
  return {
    timestamped: {
      timestamps,
      ...(latest === undefined
        ? {}
        : {
            latest: {
              size,
              at: formatInstant(latest.at),
              authority: latest.authority,
              validUntil: formatInstant(latest.until),
              trusted: latest.trusted,
            },
          }),
      gaps: gaps.slice(-MOST_GAPS).map(({ from, until }) => ({
        from: formatInstant(from),
        ...(until === undefined ? {} : { until: formatInstant(until) }),
      })),
      gapsFound: gaps.length,
    },
  };
}

/** For status: who attested the latest checkpoints, as stored. A policy that cannot be read names nobody here. */
export async function attestedPart(
  db: Db,
  config: AttestationConfig | undefined,
  now: Instant,
): Promise<Pick<StatusResult["log"], "attested">> {
  const cosigned = await lastCosigned(db);
  const last = await lastTimestamped(db);
  const isTimestamping = last !== undefined || config?.timestamps?.url !== undefined;
  const named = new Map(witnessesOf(config).map(({ key, name }) => [formatWitnessKey(key), name]));
  if (cosigned.size === 0 && named.size === 0 && !isTimestamping) return {};
  const untimed = isTimestamping ? await untimedSince(db, last?.size ?? 0, now) : undefined;
  return {
    attested: {
      witnesses: [...new Set([...named.keys(), ...cosigned.keys()])].map((key) => {
        const { size = 0, at } = cosigned.get(key) ?? {};
        return { name: named.get(key) ?? nameOfKey(key), size, ...(at === undefined ? {} : { at: formatInstant(at) }) };
      }),
      ...(last === undefined ? {} : { timestamped: { size: last.size, at: formatInstant(last.at) } }),
      ...(untimed === undefined ? {} : { untimedSince: formatInstant(untimed) }),
    },
  };
}

function witnessesOf(config: AttestationConfig | undefined): readonly PolicyWitness[] {
  try {
    return (config === undefined ? undefined : policyOf(config))?.witnesses ?? [];
  } catch {
    return [];
  }
}

/** For each of these checkpoints, who cosigned and who timestamped it, as stored. */
export async function attestationsOf(
  db: Db,
  checkpoints: readonly DatedCheckpoint[],
): Promise<
  (checkpoint: DatedCheckpoint) => Pick<CheckpointsResult["checkpoints"][number], "cosignatures" | "timestamps">
> {
  const sizes = checkpoints.map(({ size }) => size);
  const cosignatures = await cosignaturesOf(db, sizes);
  const timestamps = await timestampsOf(db, sizes);
  return ({ size, keyId }) => {
    const isOf = (stored: { readonly size: number; readonly keyId: string }): boolean =>
      stored.size === size && stored.keyId === keyId;
    return {
      cosignatures: cosignatures
        .filter(isOf)
        .map(({ witness, at, line }) => ({ witness: nameOfKey(witness), at: formatInstant(at), line })),
      timestamps: timestamps
        .filter(isOf)
        .map(({ at, response }) => ({ at: formatInstant(at), response: toBase64(response) })),
    };
  };
}
