import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./faults.ts";

const ATTEMPTS = 5;

/**
 * Runs a transaction again if PostgreSQL aborted it because of concurrent ones: serialization failure (40001) and
 * deadlock (40P01) leave nothing behind and are expected to succeed when repeated (PostgreSQL manual, section 13.5).
 */
export async function retried<T>(
  transaction: () => Promise<T>,
  pause: (attempt: number) => Promise<unknown> = (attempt) => sleep(5 * 2 ** attempt + Math.random() * 20),
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      const code = codeOf(error);
      if (attempt === ATTEMPTS || (code !== "40001" && code !== "40P01")) throw error;
      await pause(attempt);
    }
  }
}
