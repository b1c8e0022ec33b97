export { processFor } from "./listener.ts";
export { listeners } from "./io/listeners.ts";
export { listeningEndpoints } from "./listening.ts";
