import { parseWitnessKey, type Policy, type PolicyWitness } from "@portolan/verifier";
import type { X509Certificate } from "node:crypto";
import { loadAuthorities, type Authority } from "../record/timestamps/index.ts";
import { loadPolicy, readPolicyText } from "../record/witnesses/index.ts";

/** Witnesses and a timestamping authority, as the settings name them. The files are read when they are needed. */
export interface AttestationConfig {
  /** Hosts, addresses and networks that are not public and may be called. */
  readonly allow: readonly string[];
  readonly policyFile?: string | undefined;
  readonly timestamps?:
    | {
        /** Absent: stored timestamps are checked, and no new one is requested. */
        readonly url?: string | undefined;
        readonly authoritiesFile: string;
        readonly policy?: string | undefined;
      }
    | undefined;
}

/** @throws Fault `config-invalid` */
export function policyOf({ policyFile }: AttestationConfig): Policy | undefined {
  return policyFile === undefined ? undefined : loadPolicy(policyFile);
}

/**
 * The text of the same policy; undefined: none is configured.
 *
 * @throws Fault `config-invalid`
 */
export function policyTextOf(config: AttestationConfig | undefined): string | undefined {
  const file = config?.policyFile;
  if (file === undefined) return undefined;
  loadPolicy(file);
  return readPolicyText(file);
}

/** @throws Fault `config-invalid` */
export function authorityOf(config: AttestationConfig): Authority | undefined {
  const { url, policy } = config.timestamps ?? {};
  return url === undefined ? undefined : { url, policy, certificates: authoritiesOf(config) };
}

/**
 * The certificates that timestamps have to lead to; none: nobody is configured.
 *
 * @throws Fault `config-invalid`
 */
export function authoritiesOf({ timestamps }: AttestationConfig): readonly X509Certificate[] {
  return timestamps === undefined ? [] : loadAuthorities(timestamps.authoritiesFile);
}

/** A witness that takes checkpoints: the policy gives its URL. */
export type AskedWitness = PolicyWitness & { readonly url: string };

export function askedWitnesses(policy: Policy | undefined): AskedWitness[] {
  return (policy?.witnesses ?? []).flatMap((witness) =>
    witness.url === undefined ? [] : [{ ...witness, url: witness.url }],
  );
}

/** The name of the key in a stored vkey. */
export function nameOfKey(vkey: string): string {
  return parseWitnessKey(vkey)?.name ?? "a damaged key";
}
