/** The listening sockets of this machine, and the processes behind them. */
export { bindScope, BIND_SCOPES, type BindScope } from "./bind-scope.ts";
export type { BoundSocket } from "./bound-socket.ts";
export type { Changes } from "./changes.ts";
export { listenerFor, listenerKey, type Listener } from "./listener.ts";
export { listeningEndpoints } from "./listening.ts";
export { watchListeners, type ListenerWatch, type ListenerWatchDeps } from "./io/listener-watch.ts";
export { boundSockets, listeners } from "./io/listeners.ts";
export { createOwnerSearch } from "./io/owners.ts";
export { openSocketSource } from "./io/socket-source.ts";
