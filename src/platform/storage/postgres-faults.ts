import { Fault } from "../../model/index.ts";
import { codeOf, messageOf } from "./faults.ts";
import type { DatabasePlace } from "./postgres-place.ts";

export interface ServerFacts {
  /** `server_version_num`: 180004 for 18.4. */
  readonly version: number;
  readonly name: string;
  readonly encoding: string;
  readonly standby: boolean;
}

const OLDEST = 15;

/** The reason why a reachable server cannot hold the record; undefined if it can. */
export function serverFault(facts: ServerFacts, place: DatabasePlace): Fault | undefined {
  if (facts.version < OLDEST * 10_000) {
    return unavailable(
      place,
      `the server is PostgreSQL ${facts.name}`,
      `Use PostgreSQL ${OLDEST} or newer, or unset DATABASE_URL to use the embedded database.`,
    );
  }
  if (facts.encoding !== "UTF8") {
    return unavailable(
      place,
      `the database is encoded in ${facts.encoding}`,
      "Create a database with ENCODING 'UTF8' TEMPLATE template0 and name that one in DATABASE_URL.",
    );
  }
  if (facts.standby) {
    return unavailable(place, "the server is a read-only standby", "Name the primary server in DATABASE_URL.");
  }
  return undefined;
}

/** A connection that could not be established, or broke. `error` may contain the user name, never the password. */
export function connectionFault(error: unknown, place: DatabasePlace): Fault {
  if (error instanceof Fault) return error;
  const fault = (why: string, next: string) => unavailable(place, why, next, error);
  const where = `${place.host}:${place.port}`;
  switch (codeOf(error)) {
    case "ECONNREFUSED":
      return fault(`nothing accepts connections on ${where}`, "Start the database server, or correct DATABASE_URL.");
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return fault(`the name ${place.host} does not resolve`, "Correct the host in DATABASE_URL, or check the DNS.");
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return fault(`${where} does not answer`, "Check the network and firewalls between here and the database.");
    case "28P01":
    case "28000":
      return fault(
        `the server refuses user ${place.user} (${codeOf(error) === "28P01" ? "wrong password" : "not allowed to log in this way"})`,
        "Correct user and password in DATABASE_URL, or the server's pg_hba.conf.",
      );
    case "3D000":
      return fault("the server has no such database", `Create it: CREATE DATABASE ${JSON.stringify(place.database)}.`);
    case "42501":
      return fault(`user ${place.user} is not allowed to connect to it`, "Grant it CONNECT on the database.");
    case "53300":
      return fault(
        `no connection is left (${messageOf(error)})`,
        "End other clients, or raise the limit: max_connections of the server, or CONNECTION LIMIT of the user or the database.",
      );
    case "57P03":
      return fault("the server is starting up or shutting down", "Try again in a moment.");
    default:
      return fault(messageOf(error), "Check the database server and its log, and try again.");
  }
}

/** A migration that failed. Nothing of it is left in the database. */
export function migrationFault(error: unknown, place: DatabasePlace): Fault {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  const message = messageOf(error);
  if (/extension/.test(message) && (code === "0A000" || code === "58P01")) {
    return unavailable(
      place,
      `the server lacks the extension btree_gist (${message})`,
      "Install PostgreSQL's contrib modules on the database server (Debian: in the server package; Red Hat: postgresql-contrib).",
      error,
    );
  }
  if (code === "42501" || code === "3F000") {
    // CREATE on the database allows the extension, which is a trusted one, and the schema of the job queue.
    return unavailable(
      place,
      `user ${place.user} is not allowed to create what Portolan needs there (${message})`,
      `Make ${place.user} the owner of the database, or let its owner run there: GRANT CREATE ON DATABASE ${JSON.stringify(place.database)} TO ${JSON.stringify(place.user)}; GRANT CREATE ON SCHEMA public TO ${JSON.stringify(place.user)}.`,
      error,
    );
  }
  if (isConnectionLost(error)) return connectionFault(error, place);
  return unavailable(
    place,
    `its tables could not be set up (${message})`,
    "Correct the cause that the message names; nothing was changed.",
    error,
  );
}

/** Whether the session is lost: the outcome of a pending COMMIT is then unknown. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  if (/^(08|57P0)/.test(code) || ["ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(code)) return true;
  return (
    error instanceof Error && /^Connection terminated|^Client has encountered a connection error/.test(error.message)
  );
}

function unavailable(place: DatabasePlace, why: string, next: string, cause?: unknown): Fault {
  return new Fault("store-unavailable", `The ${place.text} cannot be used: ${why}`, {
    place: `${place.host}:${place.port}`,
    next,
    cause,
  });
}
