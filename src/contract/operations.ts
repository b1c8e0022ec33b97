import type {
  DeviationKind,
  Duration,
  EntryType,
  FindingStatus,
  Instant,
  Principal,
  SweepKind,
  SweepVerdict,
  Transport,
} from "../model/index.ts";
import type {
  EntriesResult,
  EntryResult,
  FindingResult,
  FindingsResult,
  ResolvedResult,
  ScopeResult,
  ScopesResult,
  SweepRecordResult,
  SweepsResult,
} from "./listing.ts";
import type { ExportFormat } from "./exports.ts";
import type { People } from "./access.ts";
import type {
  ApprovalResult,
  AtResult,
  BaselineResult,
  CheckpointResult,
  DiffResult,
  ExposureResult,
  GapsResult,
  ImportResult,
  ProposalResult,
  StatusResult,
  SweepResult,
  VerifyResult,
} from "./results.ts";
import type { InvitationResult, RevocationResult, SensorsResult } from "./sensors.ts";

/** How far a running sweep is. */
export interface SweepProgress {
  readonly sweepId: number;
  readonly phase: "scanning" | "confirming" | "identifying" | "recording";
  /** Endpoints with a result so far, of `planned`. */
  readonly done: number;
  readonly planned: number;
  readonly open: number;
  /** Endpoints a second over the last seconds. */
  readonly rate: number;
  readonly resumedFrom?: number | undefined;
}

export interface SweepRequest {
  /** Addresses, ranges, hostnames inside the scope, or names of assets and scope targets; empty: the whole scope. */
  readonly targets: readonly string[];
  /** nmap port syntax; absent: what each system type asks for. */
  readonly ports?: string | undefined;
  readonly engine: "auto" | "syn" | "connect" | "connect-portable";
  /** Probes per second; never above the scope's own limit. */
  readonly rate?: number | undefined;
  readonly requestedBy: string;
}

/** A file of another scanner that somebody wants in the record. */
export interface ImportRequest {
  /** What the file is called, for messages and the record; not read by that name. */
  readonly file: string;
  /** `auto`: by how the file begins. */
  readonly format: "auto" | "nmap" | "masscan" | "naabu";
  /** From where the scan looked; never the vantage point that this installation looks from. */
  readonly vantage: string;
  /** What the person says was scanned, where the file does not say it: ports in nmap syntax, … */
  readonly ports?: string | undefined;
  /** … on these addresses, ranges, or assets and targets of the scope; empty: on the addresses that the file names. */
  readonly targets: readonly string[];
  readonly requestedBy: string;
}

export interface SweepHooks {
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
  /** Aborting ends the sweep as a recorded `partial`. */
  readonly signal?: AbortSignal | undefined;
}

/** A page of a list: what follows `after`, the `next` of the page before, and at most `limit` of it. */
export interface Paging {
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface FindingsFilter {
  readonly status?: readonly FindingStatus[] | undefined;
  readonly kind?: readonly DeviationKind[] | undefined;
  readonly asset?: string | undefined;
  readonly vantage?: string | undefined;
  /** First opened at this instant or later, and before that one. */
  readonly openedSince?: Instant | undefined;
  readonly openedUntil?: Instant | undefined;
}

/** Who a mail is from and to; of no other format. */
export interface Addressing {
  readonly mailFrom?: string | undefined;
  readonly mailTo?: readonly string[] | undefined;
}

export interface ExportRequest extends FindingsFilter, Addressing {
  readonly format: ExportFormat;
}

export interface ExportedFindings {
  /** For a person who keeps it: what, the instant it is of, and the extension. */
  readonly fileName: string;
  /** How many findings it is about, and how many of them are open; the content may show fewer, and then says so. */
  readonly findings: number;
  readonly open: number;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface SweepsFilter {
  readonly kind?: readonly SweepKind[] | undefined;
  readonly verdict?: readonly SweepVerdict[] | undefined;
  readonly vantage?: string | undefined;
  readonly startedSince?: Instant | undefined;
  readonly startedUntil?: Instant | undefined;
}

export interface EntriesFilter {
  readonly type?: readonly EntryType[] | undefined;
  readonly recordedSince?: Instant | undefined;
  readonly recordedUntil?: Instant | undefined;
}

/** A request that is to take effect once, however often it is sent. */
export interface IdempotencyKey {
  readonly principal: string;
  readonly key: string;
}

/** A completed port baseline. */
export interface ApprovalRequest {
  /** The YAML. */
  readonly document: string;
  /** The name that its errors are reported under. */
  readonly file: string;
  readonly approvedBy: string;
  /** Who asks, where somebody signed in; absent: whoever runs the installation. */
  readonly principal?: Principal | undefined;
  /** The version in force that the approver saw; 0: there was none. Absent: whichever is. */
  readonly onVersion?: number | undefined;
  /** The answer is kept under this key in the transaction of the approval. */
  readonly idempotencyKey?: IdempotencyKey | undefined;
}

/** An entry of the evidence log that the live events tell of. */
export interface Change {
  readonly index: number;
  readonly type: EntryType;
  /** JSON object of the entry: its time, type and data. */
  readonly body: string;
}

/** Figures for a monitoring system, as of now. */
export interface Figures {
  readonly sweeps: readonly { readonly kind: string; readonly verdict: string; readonly count: number }[];
  readonly endpoints: readonly { readonly vantage: string; readonly state: string; readonly count: number }[];
  readonly findings: readonly { readonly kind: string; readonly status: string; readonly count: number }[];
  readonly gaps: { readonly count: number; readonly seconds: number };
  readonly log: { readonly entries: number; readonly signed: number; readonly signedAt?: Instant | undefined };
  readonly jobs: readonly { readonly state: string; readonly count: number }[];
  /** Of one trivial query, in seconds. */
  readonly databaseSeconds: number;
}

/** What becomes of a request with an idempotency key. */
export type ClaimOutcome =
  | { readonly outcome: "fresh" }
  | { readonly outcome: "answered"; readonly answer: string }
  | { readonly outcome: "running" }
  | { readonly outcome: "other-request" };

/** Answers that are kept, so that a request that is sent again is answered and not performed again. */
export interface IdempotencyStore {
  /** Claims the key for a request of this digest (hex), until it is kept, released, or not renewed for two minutes. */
  begin(once: IdempotencyKey & { readonly digest: string }): Promise<ClaimOutcome>;
  renew(once: IdempotencyKey): Promise<void>;
  keep(once: IdempotencyKey, answer: string): Promise<void>;
  /** The request failed: the same key may be used again. Without effect on a kept answer. */
  release(once: IdempotencyKey): Promise<void>;
}

/** What the server needs beyond what a surface asks for. */
export interface ServerOperations extends Operations {
  /** Entries of index `from` and larger, at most `limit`; and how many the log has. Without `from` only the latter. */
  changes(query: {
    from?: number | undefined;
    limit: number;
  }): Promise<{ readonly size: number; readonly changes: readonly Change[] }>;
  figures(): Promise<Figures>;
  /** Throws when the database does not answer or the head of the log does not fit it. */
  ready(): Promise<void>;
  readonly idempotency: IdempotencyStore;
}

/**
 * Everything a surface can ask for. `createApp` answers from the record itself, `createRemote` asks a running
 * server over its API: the command line does not know which of the two it talks to.
 */
export interface Operations {
  readonly people: People;
  status(): Promise<StatusResult>;
  at(query: { at: Instant; asset?: string | undefined; vantage?: string | undefined }): Promise<AtResult>;
  /** Without an address: every endpoint that is open from some vantage point. */
  exposure(query: {
    at: Instant;
    address?: string | undefined;
    transport?: Transport | undefined;
    port?: number | undefined;
  }): Promise<ExposureResult>;
  diff(query: { from: Instant; to: Instant; vantage?: string | undefined }): Promise<DiffResult>;
  gaps(query: {
    from: Instant;
    to: Instant;
    asset?: string | undefined;
    vantage?: string | undefined;
  }): Promise<GapsResult>;
  /** With `limit` a page, newest first; without it all of them, open ones first. */
  findings(query: FindingsFilter & Partial<Paging>): Promise<FindingsResult>;
  /** A `not-found` fault when there is none of this number; the same of the others. */
  finding(query: { id: number }): Promise<FindingResult>;
  /** The same findings in another format; what cannot be made is a fault before the content begins. */
  exportFindings(request: ExportRequest): Promise<ExportedFindings>;
  sweeps(query: SweepsFilter & Paging): Promise<SweepsResult>;
  sweepRecord(query: { id: number }): Promise<SweepRecordResult>;
  entries(query: EntriesFilter & Paging): Promise<EntriesResult>;
  /** An entry with the proof that it is in the log. */
  entry(query: { index: number }): Promise<EntryResult>;
  scopes(query: Paging): Promise<ScopesResult>;
  /** A recorded scope; without `version` the latest. */
  scope(query: { version?: number | undefined }): Promise<ScopeResult>;
  /** The addresses that the scope means at this moment. */
  resolved(): Promise<ResolvedResult>;
  sweep(request: SweepRequest, hooks: SweepHooks): Promise<SweepResult>;
  /** `content` is the file as it is, of any size; it is read as it comes. */
  importFile(request: ImportRequest, content: AsyncIterable<Uint8Array>): Promise<ImportResult>;
  /** The port baseline in force; a `not-found` fault when none was ever approved. */
  baseline(): Promise<BaselineResult>;
  /** `by`: who proposes, where that is known; they do not approve what comes of it. */
  proposeBaseline(by?: Principal): Promise<ProposalResult>;
  /** An `outdated` fault when `onVersion` is not in force any more. */
  approveBaseline(request: ApprovalRequest): Promise<ApprovalResult>;
  verifyEvidence(): Promise<VerifyResult>;
  checkpoint(): Promise<CheckpointResult>;
  /** The whole record at the instant of the call, in the form of `src/record/backup`. What goes wrong ends the iteration. */
  backup(): AsyncIterable<Uint8Array>;
  /** Sensors on other machines: who they are, when they last reported, how their clocks go. */
  sensors(): Promise<SensorsResult>;
  /** A token that lets one machine enrol under that name, once; `validFor` in milliseconds. */
  inviteSensor(request: { name: string; validFor: Duration; requestedBy: string }): Promise<InvitationResult>;
  /** From then on nothing signed with its key is believed; what it reported stays. */
  revokeSensor(request: { name: string; reason: string; requestedBy: string }): Promise<RevocationResult>;
}
