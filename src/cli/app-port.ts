import type * as app from "../app.ts";

/** The part of the application that the command line uses: `src/app.ts`, or a fake in tests. */
export type { App, AppEvent, EngineDescription, FilesCheck, PublicationConfig } from "../app.ts";
export type AppDoor = Pick<
  typeof app,
  | "chooseDatabase"
  | "createApp"
  | "databaseOfHome"
  | "createWorker"
  | "describeEngine"
  | "checkFiles"
  | "checkScopeDocument"
  | "listenerOn"
  | "bundleFiles"
  | "inspectBackup"
  | "notesIn"
  | "restoreRecord"
>;
