import { AsyncLocalStorage } from "node:async_hooks";
import { kyselyAdapter } from "@better-auth/kysely-adapter";
import { APIError, type DBAdapter, type DBAdapterInstance } from "better-auth";
import { recordChange } from "../../record/change/index.ts";
import type { Clock, Entry } from "../../model/index.ts";
import { holdRule, type Db, type Store, type Tx } from "../../platform/storage/index.ts";

/** The act for which better-auth is working. */
export interface Act {
  readonly method: "password" | "code" | "recovery-code" | "passkey" | "sso" | "account";
  readonly address: string;
  /** The user who is already signed in; undefined before sign-in. */
  readonly user?: string | undefined;
}

type Row = Readonly<Record<string, unknown>>;

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
    const entriesOf = async (model: string, change: Change): Promise<Entry[]> => {
      const act = acts.getStore();
      if (act === undefined) return [];
      const data = await eventOf(plain, act, model, change);
      return data === undefined ? [] : [{ ...data, at: clock.now() }];
    };
    const recorded = async <T>(entries: readonly Entry[], work: (adapter: DBAdapter) => Promise<T>): Promise<T> => {
      if (entries.length === 0) return await work(plain);
      return await recordChange({ store }, clock.now(), async (change) => {
        change.append(...entries);
        return await work(over(change.tx)(options));
      });
    };
    const adapter: DBAdapter = {
      ...plain,
      create: async (request) => {
        const entries = await entriesOf(request.model, { kind: "create", data: request.data });
        if (request.model === "session") {
          return await recordChange({ store }, clock.now(), async (change) => {
            // A request that disables this user at the same time waits, and then ends this session, too.
            await holdRule(change.tx, "users");
            if (!(await mayBegin(change.tx, String(request.data["userId"])))) {
              throw new APIError("FORBIDDEN", { message: "disabled", code: "DISABLED" });
            }
            change.append(...entries);
            return await over(change.tx)(options).create(request);
          });
        }
        return await recorded(entries, (on) => on.create(request));
      },
      update: async (request) => {
        const entries = await entriesOf(request.model, { kind: "update", data: request.update });
        return await recorded(entries, (on) => on.update(request));
      },
      delete: async (request) => {
        const entries = await entriesOf(request.model, { kind: "delete", data: {} });
        await recorded(entries, (on) => on.delete(request));
      },
      // Each change commits separately, as with better-auth on a database without transactions.
      transaction: async (work) => await work(adapter),
    };
    return adapter;
  };
  return { instance, during: (act, work) => acts.run(act, work), acting: () => acts.getStore() };
}

interface Change {
  readonly kind: "create" | "update" | "delete";
  readonly data: Row;
}

type Event = Entry extends infer Each ? (Each extends Entry ? Omit<Each, "at"> : never) : never;

/** The entry for a change of a row; undefined if the change has none. */
async function eventOf(
  adapter: DBAdapter,
  act: Act,
  model: string,
  { kind, data }: Change,
): Promise<Event | undefined> {
  const { method, address } = act;
  switch (model) {
    case "session": {
      if (kind !== "create" || method === "account") return undefined;
      const user = await adapter.findOne<Row>({
        model: "user",
        where: [{ field: "id", value: String(data["userId"]) }],
      });
      // better-auth creates a session before it requests the code, and deletes it at once: nobody signed in by it.
      if (method === "password" && user?.["twoFactorEnabled"] === true) return undefined;
      return { type: "signed-in", data: { user: String(user?.["email"]), method, address } };
    }
    case "twoFactor": {
      const user = act.user ?? "";
      if (kind === "delete") return { type: "second-factor-changed", data: { user, change: "codes ended", address } };
      if (kind !== "update") return undefined;
      if (data["verified"] === true) {
        return { type: "second-factor-changed", data: { user, change: "codes set up", address } };
      }
      return undefined;
    }
    case "passkey": {
      if (kind === "update") return undefined;
      const change = kind === "create" ? "added" : "removed";
      return { type: "passkey-changed", data: { user: act.user ?? "", change, address } };
    }
    case "account": {
      if (kind !== "create") return undefined;
      const user = await adapter.findOne<Row>({
        model: "user",
        where: [{ field: "id", value: String(data["userId"]) }],
      });
      return {
        type: "sso-linked",
        data: { user: String(user?.["email"]), provider: String(data["providerId"]), address },
      };
    }
    default:
      return undefined;
  }
}
