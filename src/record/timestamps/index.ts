/** Timestamps (RFC 3161): others who state, by their own clock, when they had a checkpoint of this log. */
export { certificatesIn, nameOf } from "./chain.ts";
export type { Untimed } from "./gaps.ts";
export { imprintOf, timestampRequest } from "./request.ts";
export { checkTimestamp, type Timestamp } from "./response.ts";
export { askAuthority, type Authority, type Timestamping } from "./io/ask-authority.ts";
export { loadAuthorities } from "./io/authority-file.ts";
export { timestampBindings } from "./io/bindings.ts";
export {
  keepTimestamp,
  lastTimestamped,
  timestampsOf,
  untimedSince,
  verifyTimestamps,
  type StoredTimestamp,
  type TimestampsReport,
} from "./io/timestamp-store.ts";
