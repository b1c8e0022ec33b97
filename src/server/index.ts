export { createRemote } from "./client.ts";
export { isAlive, readRunningServer } from "./running-server.ts";
export { signedInAs, signInAsPerson, signOutPerson } from "./person-session.ts";
export { problemOf } from "./problem.ts";
export { checkServing, publicUrlOf, startServer, type StartServerConfig, type TlsEvent } from "./start.ts";
export { readToken } from "./token.ts";
