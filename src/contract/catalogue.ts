import { backupOperations } from "./backup.ts";
import { baselineOperations } from "./baseline/operations.ts";
import { boundaryOperations } from "./boundary.ts";
import { clockOperations } from "./clock.ts";
import { configurationOperations } from "./configuration.ts";
import { continuityOperations } from "./continuity.ts";
import type { CallOf, Declaration, Route } from "./define-operation.ts";
import { doctorOperations } from "./doctor.ts";
import { eventOperations, type Change } from "./events.ts";
import { evidenceOperations } from "./evidence/operations.ts";
import { exposureOperations } from "./exposure.ts";
import { findingOperations, type AllFindings } from "./findings/operations.ts";
import { gapOperations } from "./gaps.ts";
import { healthOperations, type Figures } from "./health.ts";
import { historyOperations } from "./history/operations.ts";
import type { IdempotencyStore } from "./idempotency.ts";
import { importOperations } from "./imports.ts";
import { keyOperations } from "./keys.ts";
import { retentionOperations } from "./retention.ts";
import { sampleOperations } from "./sample.ts";
import { scopeOperations } from "./scope.ts";
import { sensorOperations } from "./sensors/operations.ts";
import { sessionOperations } from "./sessions.ts";
import { statusOperations } from "./status.ts";
import { sweepOperations } from "./sweeps/operations.ts";
import { userOperations } from "./users.ts";

/** Operations that act as one principal: the signed-in user over the API, the operator on the record itself. */
const PEOPLE = { users: userOperations, keys: keyOperations, sessions: sessionOperations };

/** Every operation by subject, in the order of the OpenAPI document. */
export const OPERATIONS = {
  status: statusOperations,
  history: historyOperations,
  gaps: gapOperations,
  continuity: continuityOperations,
  sample: sampleOperations,
  exposure: exposureOperations,
  findings: findingOperations,
  baseline: baselineOperations,
  sweeps: sweepOperations,
  imports: importOperations,
  evidence: evidenceOperations,
  retention: retentionOperations,
  clock: clockOperations,
  scope: scopeOperations,
  boundary: boundaryOperations,
  events: eventOperations,
  health: healthOperations,
  doctor: doctorOperations,
  configuration: configurationOperations,
  backup: backupOperations,
  ...PEOPLE,
  sensors: sensorOperations,
};

export type Subject = keyof typeof OPERATIONS;

type CallsOf<Group> = {
  readonly [Name in keyof Group as Group[Name] extends Route ? never : Name]: CallOf<Group[Name]>;
};

type Calls<Groups> = {
  readonly [Group in keyof Groups as keyof CallsOf<Groups[Group]> extends never ? never : Group]: CallsOf<
    Groups[Group]
  >;
};

/**
 * Everything that the command line or another surface can call. `createApp` works on the record itself, `createRemote`
 * calls a running server over its API; the command line does not know which of the two it uses.
 */
export type Operations = Calls<typeof OPERATIONS> & { readonly findings: AllFindings };

/** Operations that are not one request with one JSON response. The client has its own implementation of each. */
export type OwnCalls = {
  readonly [
    Group in keyof typeof OPERATIONS as keyof SpecialsOf<(typeof OPERATIONS)[Group]> extends never ? never : Group
  ]: SpecialsOf<(typeof OPERATIONS)[Group]>;
} & { readonly findings: AllFindings };

type SpecialsOf<Group> = {
  readonly [Name in keyof Group as Group[Name] extends { readonly kind: "special" } ? Name : never]: CallOf<
    Group[Name]
  >;
};

export type People = Calls<typeof PEOPLE>;

/** Whether the subject is one of {@link People}. */
export function isOfPeople(subject: string): subject is keyof People {
  return subject in PEOPLE;
}

/** The server's operations: those of every surface, and some of its own. */
export type ServerOperations = Operations & {
  /** At most `limit` entries, beginning with index `from`, and the size of the log. Without `from`, only the size. */
  changes(query: {
    from?: number | undefined;
    limit: number;
  }): Promise<{ readonly size: number; readonly changes: readonly Change[] }>;
  figures(): Promise<Figures>;
  /** Throws if the database does not respond or the head of the log does not match the log. */
  ready(): Promise<void>;
  readonly idempotency: IdempotencyStore;
};

export interface Declared {
  readonly subject: Subject;
  readonly name: string;
  readonly declaration: Declaration;
}

/** All operations as one list. */
export const DECLARED: readonly Declared[] = Object.entries(OPERATIONS).flatMap(([subject, group]) =>
  Object.entries<Declaration>(group).map(([name, declaration]) => ({
    subject: subject as Subject,
    name,
    declaration,
  })),
);
