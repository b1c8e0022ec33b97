import { Fault, networkOf, type Clock, type Duration } from "../model/index.ts";

/** Wrong guesses without a wait: people mistype. */
const FREE = 5;
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 15 * 60_000;
/** After this long without a guess, a pair starts again from zero failures. */
const FORGET = 24 * 60 * 60_000;
/** The most pairs to keep; the one that was quiet longest is dropped first. */
const PAIRS = 50_000;

interface Pair {
  failures: number;
  nextAt: number;
  lastAt: number;
}

export interface GuessLimiter {
  /**
   * Takes one attempt, which counts as failed until {@link GuessLimiter.succeeded}: guesses sent all at once do not
   * slip through. If the attempt is not allowed, it takes nothing and returns how long to wait.
   */
  attempt(account: string, address: string): Duration | undefined;
  succeeded(account: string, address: string): void;
}

/**
 * Slows guessing down by account and address together. After {@link FREE} failures the next attempt of that pair waits
 * a second, then two, four, up to a quarter of an hour. No account is ever locked: an attacker at another address must
 * not be able to keep its owner out (NIST SP 800-63B section 5.2.2 requires a limit, not a lock).
 */
export function createGuessLimiter({ clock }: { readonly clock: Clock }): GuessLimiter {
  const pairs = new Map<string, Pair>();
  const keyOf = (account: string, address: string): string => `${networkOf(address)} ${account.toLowerCase()}`;

  return {
    attempt(account, address) {
      const now = clock.now();
      const key = keyOf(account, address);
      const known = pairs.get(key);
      const pair =
        known === undefined || now - known.lastAt > FORGET ? { failures: 0, nextAt: now, lastAt: now } : known;
      if (now < pair.nextAt) return pair.nextAt - now;
      pair.failures += 1;
      pair.lastAt = now;
      if (pair.failures >= FREE) {
        pair.nextAt = now + Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(30, pair.failures - FREE));
      }
      // Moved to the end: the order of the map is the order of the last attempts.
      pairs.delete(key);
      pairs.set(key, pair);
      if (pairs.size > PAIRS) pairs.delete(pairs.keys().next().value ?? "");
      return undefined;
    },
    succeeded(account, address) {
      pairs.delete(keyOf(account, address));
    },
  };
}

export function waiting(milliseconds: number): Fault {
  const seconds = Math.ceil(milliseconds / 1_000);
  return new Fault("throttled", "Too many attempts from this address on this account.", {
    next: `Wait ${seconds} ${seconds === 1 ? "second" : "seconds"}, then try again.`,
  });
}
