export { createRemote, type RemoteConfig } from "./client.ts";
export { isAlive, presencePath, readPresence, type Presence } from "./presence.ts";
export { problemOf } from "./problem.ts";
export { DEFAULT_HOST, DEFAULT_PORT, startServer, type RunningServer, type StartServerConfig } from "./start.ts";
export { readToken, tokenPath } from "./token.ts";
