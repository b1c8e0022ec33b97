import type * as app from "../app.ts";

/** The part of the application that the command line uses: `src/app.ts`, or a fake in tests. */
export type { App, AppEvent, Demo, EngineDescription, FilesCheck, PublicationConfig } from "../app.ts";
export type AppDoor = Pick<
  typeof app,
  | "chooseDatabase"
  | "createApp"
  | "databaseOfHome"
  | "createWorker"
  | "describeEngine"
  | "checkFiles"
  | "checkScopeDocument"
  | "isSyntheticHome"
  | "listenerOn"
  | "makeDemo"
  | "bundleFiles"
  | "inspectBackup"
  | "notesIn"
  | "restoreRecord"
>;
