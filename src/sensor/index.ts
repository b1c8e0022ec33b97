/** What waits on this machine for others to speak to it, and who that is. */
export { bindScope, BIND_SCOPES, type BindScope } from "./bind-scope.ts";
export type { BoundSocket } from "./bound-socket.ts";
export { listenerFor, type Listener } from "./listener.ts";
export { listeningEndpoints } from "./listening.ts";
export { boundSockets, listeners } from "./io/listeners.ts";
