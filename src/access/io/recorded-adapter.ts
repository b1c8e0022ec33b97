import { AsyncLocalStorage } from "node:async_hooks";
import { kyselyAdapter } from "@better-auth/kysely-adapter";
import { APIError, type DBAdapter, type DBAdapterInstance } from "better-auth";
import { recordChange } from "../../record/change/index.ts";
import type { Clock } from "../../model/index.ts";
import { holdRule, type Db, type Store, type Tx } from "../../platform/storage/index.ts";
import { eventOf, hasEntries, type Act, type Done, type Row } from "./events-of-changes.ts";

export interface RecordedAdapterDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  /** Called before a session begins, in the transaction that stores it. */
  readonly mayBegin: (tx: Tx, user: string) => Promise<boolean>;
}

export interface RecordedAdapter {
  /** For better-auth's `database`. */
  readonly instance: DBAdapterInstance;
  /** Runs `work` as this act: its changes are recorded as done by it. */
  during<T>(act: Act, work: () => Promise<T>): Promise<T>;
  /** The act in which this is called. */
  acting(): Act | undefined;
}

/**
 * better-auth's adapter over our store. Every change that is an event of the record is appended to the evidence log in
 * the transaction of the change. better-auth by itself would write only the change, without an entry.
 */
export function recordedAdapter({ store, clock, mayBegin }: RecordedAdapterDeps): RecordedAdapter {
  const acts = new AsyncLocalStorage<Act>();
  const over = (db: Db): DBAdapterInstance => kyselyAdapter(db, { type: "postgres", transaction: false });

  const instance: DBAdapterInstance = (options) => {
    const plain = over(store.db)(options);
    /** Makes a change with the entry that it has, if it is one of an act that the record keeps. */
    const recorded = async <T>(
      done: Omit<Done, "result">,
      work: (adapter: DBAdapter) => Promise<T>,
      before?: (tx: Tx) => Promise<void>,
    ): Promise<T> => {
      const act = acts.getStore();
      if (before === undefined && (act === undefined || !hasEntries(done))) return await work(plain);
      return await recordChange({ store }, clock.now(), async (change) => {
        await before?.(change.tx);
        const result = await work(over(change.tx)(options));
        const event = act === undefined ? undefined : await eventOf(change.tx, act, { ...done, result: rowIn(result) });
        if (event !== undefined) change.append({ ...event, at: clock.now() });
        return result;
      });
    };
    const adapter: DBAdapter = {
      ...plain,
      create: async (request) => {
        const { model, data } = request;
        const done = { model, kind: "create", data, where: [] } as const;
        if (model !== "session") return await recorded(done, (on) => on.create(request));
        return await recorded(
          done,
          (on) => on.create(request),
          async (tx) => {
            // A request that disables this user at the same time waits, and then ends this session, too.
            await holdRule(tx, "users");
            if (await mayBegin(tx, String(data["userId"]))) return;
            throw new APIError("FORBIDDEN", { message: "disabled", code: "DISABLED" });
          },
        );
      },
      update: async (request) => {
        const { model, update: data, where } = request;
        return await recorded({ model, kind: "update", data, where }, (on) => on.update(request));
      },
      incrementOne: async (request) => {
        const { model, set: data = {}, where } = request;
        return await recorded({ model, kind: "update", data, where }, (on) => on.incrementOne(request));
      },
      delete: async (request) => {
        const { model, where } = request;
        await recorded({ model, kind: "delete", data: {}, where }, (on) => on.delete(request));
      },
      // Each change commits separately, as with better-auth on a database without transactions.
      transaction: async (work) => await work(adapter),
    };
    return adapter;
  };
  return { instance, during: (act, work) => acts.run(act, work), acting: () => acts.getStore() };
}

function rowIn(result: unknown): Row {
  return typeof result === "object" && result !== null ? (result as Row) : {};
}
