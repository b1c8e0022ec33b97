/** Most connections of the API, however many descriptors there are. */
const MOST_CONNECTIONS = 1_000;

/**
 * The descriptors that connections of the API may hold, of so many in all: a quarter. The rest is for the product's own
 * work, so that nobody outside can end the monitoring by connecting.
 */
export function shareOfConnections(limit: number): number {
  return Math.min(MOST_CONNECTIONS, Math.max(1, Math.floor(limit / 4)));
}
