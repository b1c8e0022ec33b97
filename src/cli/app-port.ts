import type * as app from "../app.ts";

/** What the command line needs of the application; `src/app.ts` is it, a fake in tests. */
export type { App, AppEvent, EngineDescription } from "../app.ts";
export type AppDoor = Pick<
  typeof app,
  "createApp" | "createWorker" | "describeEngine" | "checkScopeDocument" | "inspectBackup" | "restoreRecord"
>;
