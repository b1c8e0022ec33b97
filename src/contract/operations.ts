import type { Duration, FindingStatus, Instant } from "../model/index.ts";
import type {
  ApprovalResult,
  AtResult,
  BaselineResult,
  CheckpointResult,
  DiffResult,
  FindingsResult,
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

/**
 * Everything a surface can ask for. `createApp` answers from the record itself, `createRemote` asks a running
 * server over its API: the command line does not know which of the two it talks to.
 */
export interface Operations {
  status(): Promise<StatusResult>;
  at(query: { at: Instant; asset?: string | undefined; vantage?: string | undefined }): Promise<AtResult>;
  diff(query: { from: Instant; to: Instant; vantage?: string | undefined }): Promise<DiffResult>;
  gaps(query: {
    from: Instant;
    to: Instant;
    asset?: string | undefined;
    vantage?: string | undefined;
  }): Promise<GapsResult>;
  findings(query: { status?: readonly FindingStatus[] | undefined }): Promise<FindingsResult>;
  sweep(request: SweepRequest, hooks: SweepHooks): Promise<SweepResult>;
  /** `content` is the file as it is, of any size; it is read as it comes. */
  importFile(request: ImportRequest, content: AsyncIterable<Uint8Array>): Promise<ImportResult>;
  /** The port baseline in force; a `not-found` fault when none was ever approved. */
  baseline(): Promise<BaselineResult>;
  proposeBaseline(): Promise<ProposalResult>;
  /** `document` is the YAML, `file` the name its errors are reported under. */
  approveBaseline(request: { document: string; file: string; approvedBy: string }): Promise<ApprovalResult>;
  verifyEvidence(): Promise<VerifyResult>;
  checkpoint(): Promise<CheckpointResult>;
  /** The whole record at the instant of the call, in the form of `src/backup`. What goes wrong ends the iteration. */
  backup(): AsyncIterable<Uint8Array>;
  /** Sensors on other machines: who they are, when they last reported, how their clocks go. */
  sensors(): Promise<SensorsResult>;
  /** A token that lets one machine enrol under that name, once; `validFor` in milliseconds. */
  inviteSensor(request: { name: string; validFor: Duration; requestedBy: string }): Promise<InvitationResult>;
  /** From then on nothing signed with its key is believed; what it reported stays. */
  revokeSensor(request: { name: string; reason: string; requestedBy: string }): Promise<RevocationResult>;
}
