import { backupOperations } from "./backup.ts";
import { baselineOperations } from "./baseline.ts";
import type { CallOf, Declaration, Route } from "./define-operation.ts";
import { doctorOperations } from "./doctor.ts";
import { eventOperations, type Change } from "./events.ts";
import { evidenceOperations } from "./evidence.ts";
import { exposureOperations } from "./exposure.ts";
import { findingOperations, type AllFindings } from "./findings/operations.ts";
import { healthOperations, type Figures } from "./health.ts";
import { historyOperations } from "./history/operations.ts";
import type { IdempotencyStore } from "./idempotency.ts";
import { importOperations } from "./imports.ts";
import { keyOperations } from "./keys.ts";
import { scopeOperations } from "./scope.ts";
import { sensorOperations } from "./sensors/operations.ts";
import { sessionOperations } from "./sessions.ts";
import { statusOperations } from "./status.ts";
import { sweepOperations } from "./sweeps/operations.ts";
import { userOperations } from "./users.ts";

/** What is asked as one principal: over the API whoever signed in, on the record itself the operator. */
const PEOPLE = { users: userOperations, keys: keyOperations, sessions: sessionOperations };

/** Every operation by subject, in the order in which the document of the API shows them. */
export const OPERATIONS = {
  status: statusOperations,
  history: historyOperations,
  exposure: exposureOperations,
  findings: findingOperations,
  baseline: baselineOperations,
  sweeps: sweepOperations,
  imports: importOperations,
  evidence: evidenceOperations,
  scope: scopeOperations,
  events: eventOperations,
  health: healthOperations,
  doctor: doctorOperations,
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
 * Everything a surface can ask for. `createApp` answers from the record itself, `createRemote` asks a running
 * server over its API: the command line does not know which of the two it talks to.
 */
export type Operations = Calls<typeof OPERATIONS> & { readonly findings: AllFindings };

/** Those that are not one request and one JSON answer: whoever asks over the network has a way of its own for each. */
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

/** What the server needs beyond what a surface asks for. */
export type ServerOperations = Operations & {
  /** Entries of index `from` and larger, at most `limit`; and how many the log has. Without `from` only the latter. */
  changes(query: {
    from?: number | undefined;
    limit: number;
  }): Promise<{ readonly size: number; readonly changes: readonly Change[] }>;
  figures(): Promise<Figures>;
  /** Throws when the database does not answer or the head of the log does not fit it. */
  ready(): Promise<void>;
  readonly idempotency: IdempotencyStore;
};

export interface Declared {
  readonly subject: Subject;
  readonly name: string;
  readonly declaration: Declaration;
}

/** All of them in a row. */
export const DECLARED: readonly Declared[] = Object.entries(OPERATIONS).flatMap(([subject, group]) =>
  Object.entries<Declaration>(group).map(([name, declaration]) => ({
    subject: subject as Subject,
    name,
    declaration,
  })),
);
