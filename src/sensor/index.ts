export { type Listener, processFor } from "./listener.ts";
export { listeners } from "./io/listeners.ts";
