import type { ColumnType, Generated, Kysely, Transaction } from "kysely";
import type {
  AuthorizedPort,
  DeviationKind,
  DeviationSubject,
  EndpointState,
  EngineReport,
  EntryType,
  FindingStatus,
  JsonValue,
  Scope,
  Recall,
  Role,
  ServiceIdentity,
  SweepCounts,
  SweepKind,
  SweepVerdict,
  Transport,
} from "../../model/index.ts";

/** A jsonb column: read as parsed JSON, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type ObservedState = Exclude<EndpointState, "not-scanned">;

/** The tables of migrations/*.sql. `bigint` reads as number, `timestamptz` as Date, `bytea` as Uint8Array. */
export interface Tables extends IdentityTables {
  scope_version: {
    version: number;
    digest: string;
    document: string;
    scope: Json<Scope>;
    recorded_at: Date;
    recorded_by: string;
  };
  port_baseline_version: {
    version: number;
    digest: string;
    document: string;
    authorized_ports: Json<AuthorizedPort[]>;
    approved_by: string;
    approved_at: Date;
  };
  asset_address: { asset: string; valid_from: Date; ranges: Json<{ first: string; last: string }[]> };
  vantage_point: { id: Generated<number>; name: string };
  endpoint: { id: Generated<number>; address: string; transport: Transport; port: number };
  sweep: {
    id: Generated<number>;
    kind: SweepKind;
    targets: Json<string[]>;
    vantage_id: number;
    engine: string;
    parameters: Json<{ [key: string]: JsonValue }>;
    plan: Json<JsonValue>;
    plan_digest: string;
    seed: string;
    planned: number;
    scope_version: number;
    requested_by: string;
    started_at: Date;
    ended_at: Date | null;
    verdict: SweepVerdict | null;
    reason: string | null;
    counts: Json<SweepCounts> | null;
    recall: Json<Recall> | null;
    lease_until: Date | null;
    engine_report: ColumnType<EngineReport | null, string | null | undefined, string | null>;
    worker_id: ColumnType<number | null, number | null | undefined, number | null>;
    run: Generated<number>;
  };
  worker: {
    id: Generated<number>;
    vantage_id: number;
    kind: "installation" | "worker";
    machine: string;
    pid: number;
    addresses: Json<string[]>;
    joined_at: Date;
    seen_at: Date;
    among: number;
    skew_ms: number;
    left_at: Date | null;
    reason: string | null;
  };
  sweep_chunk: {
    sweep_id: number;
    first_index: number;
    next_index: number;
    run: number;
    states: Uint8Array;
    probed_from: Date;
    probed_to: Date;
    open_at: Json<[index: number, at: string][]>;
  };
  coverage_set: { id: Generated<number>; digest: string; extent: string; endpoints: number };
  coverage_range: {
    set_id: number;
    first_address: string;
    last_address: string;
    transport: Transport;
    state: ObservedState;
    /** PostgreSQL multirange text: `{[22,23),[80,91)}`. */
    ports: string;
  };
  /** Of a run of a sweep, or of a source: then `sweep_id`, `run` and `set_id` are null. */
  coverage: {
    sweep_id: number | null;
    run: number | null;
    vantage_id: number;
    set_id: number | null;
    covered_from: Date;
    covered_to: Date;
    trusted: boolean;
    source_id: number | null;
  };
  endpoint_interval: {
    endpoint_id: number;
    vantage_id: number;
    state: ObservedState;
    /** PostgreSQL range text; read it with lower() and upper(). */
    during: string;
    first_sweep: number;
    last_sweep: number | null;
  };
  service_interval: {
    endpoint_id: number;
    vantage_id: number;
    identity: Json<ServiceIdentity> | null;
    /** PostgreSQL range text; read it with lower() and upper(). */
    during: string;
    identified_at: Date | null;
    asked_at: Date;
    first_sweep: number;
    last_sweep: number | null;
  };
  finding: {
    id: Generated<number>;
    fingerprint: string;
    kind: DeviationKind;
    vantage_id: number;
    subject: Json<DeviationSubject>;
    summary: string;
    status: FindingStatus;
    opened_at: Date;
    last_seen_at: Date;
    resolved_at: Date | null;
    resolution: string | null;
    gap_from: Date | null;
    gap_to: Date | null;
    opened_by_sweep: number | null;
  };
  finding_event: {
    id: Generated<number>;
    finding_id: number;
    at: Date;
    status: Exclude<FindingStatus, "unchanged">;
    sweep_id: number | null;
    note: string;
  };
  source: {
    id: Generated<number>;
    kind: "sensor";
    vantage_id: number;
    watched_from: Date | null;
    watched_until: Date | null;
  };
  source_interval: {
    source_id: number;
    key: string;
    value: Json<JsonValue>;
    /** PostgreSQL range text; read it with lower() and upper(). */
    during: string;
    estimated: boolean;
  };
  gap: {
    id: Generated<number>;
    /** Null: of the installation itself. */
    source_id: number | null;
    cause: string;
    gap_from: Date;
    gap_to: Date;
    detail: string | null;
    recorded_at: Date;
  };
  sensor_invitation: {
    id: Generated<number>;
    name: string;
    token_sha256: string;
    requested_by: string;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
  };
  sensor: {
    id: Generated<number>;
    name: string;
    invitation_id: number;
    public_key: Uint8Array;
    key_id: string;
    host: string;
    platform: string;
    version: string;
    enrolled_at: Date;
    revoked_at: Date | null;
    journal: string | null;
    taken: Generated<number>;
    run: Generated<number>;
    exchange: Generated<number>;
    reported_at: Date | null;
    interval_ms: number | null;
    skew_ms: number | null;
    skew_uncertainty_ms: number | null;
    skew_at: Date | null;
    source_id: number;
  };
  sensor_journal: { sensor_id: number; journal: string; begun_at: Date };
  sensor_clock: { sensor_id: number; clock: string; zero: Date; measured_at: Date };
  sensor_address: { sensor_id: number; valid_from: Date; addresses: Json<string[]> };
  evidence_entry: { index: number; type: EntryType; recorded_at: Date; body: string; leaf_hash: Uint8Array };
  evidence_head: { only: Generated<boolean>; origin: string; size: number; frontier: Uint8Array };
  evidence_checkpoint: { size: number; root_hash: Uint8Array; key_id: string; note: string; signed_at: Date };
  idempotency_key: { principal: string; key: string; digest: string; answer: string | null; expires_at: Date };
}

/** The tables of people; better-auth reads and writes those that begin with `identity_`, too. */
export interface IdentityTables {
  identity_user: {
    id: string;
    email: string;
    email_verified: Generated<boolean>;
    name: string;
    image: string | null;
    two_factor_enabled: Generated<boolean>;
    disabled_at: Date | null;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  identity_session: {
    id: string;
    user_id: string;
    token: string;
    expires_at: Date;
    ip_address: string | null;
    user_agent: string | null;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  identity_account: {
    id: string;
    user_id: string;
    provider_id: string;
    account_id: string;
    password: string | null;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  identity_verification: { id: string; identifier: string; value: string; expires_at: Date };
  identity_passkey: { id: string; user_id: string; name: string | null; created_at: Date | null };
  role_grant: { user_id: string; role: Role; valid_from: Date | null; valid_to: Date | null };
  api_key: {
    id: string;
    user_id: string;
    name: string;
    prefix: string;
    digest: Uint8Array;
    permissions: Json<string[]>;
    created_at: Date;
    expires_at: Date;
    last_used_at: Date | null;
    revoked_at: Date | null;
  };
  one_time_link: {
    digest: Uint8Array;
    purpose: "first-admin" | "set-password";
    user_id: string | null;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
  };
}

/** A connection to the record, or an open transaction on it: what a store function takes first. */
export type Db = Kysely<Tables>;
/** An open transaction: what every function that writes takes first, so that change and evidence commit together. */
export type Tx = Transaction<Tables>;
