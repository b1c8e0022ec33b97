import pg from "pg";
import { Fault } from "../../model/index.ts";

/** The location of a PostgreSQL database without secrets, safe to show in messages. */
export interface DatabasePlace {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** `database portolan on db.internal:5432 as user portolan` */
  readonly text: string;
}

/**
 * Reads a `postgresql://` URL (libpq, "Connection URIs"), with PGHOST and similar variables for the parts it omits.
 * Neither the URL nor an error that may quote it is passed on: it holds a password.
 */
export function parseDatabaseUrl(databaseUrl: string): DatabasePlace {
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) throw invalid("does not begin with postgresql://");
  let client: pg.Client;
  try {
    client = new pg.Client({ connectionString: databaseUrl });
  } catch {
    throw invalid("cannot be read as a URL, or names a certificate file that cannot be read");
  }
  const { host, port } = client;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid("has an invalid port");
  const user = shown(client.user ?? "");
  const database = shown(client.database ?? client.user ?? "");
  return {
    host: shown(host),
    port,
    database,
    user,
    text: `database ${database} on ${shown(host)}:${port} as user ${user}`,
  };
}

/** The database that a URL names, for people and without its password. */
export function databaseText(databaseUrl: string): string {
  const { database, host, port } = parseDatabaseUrl(databaseUrl);
  return `database ${database} on ${host}:${port}`;
}

function shown(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, "?").slice(0, 200);
}

function invalid(why: string): Fault {
  return new Fault("config-invalid", `DATABASE_URL ${why}`, {
    place: "DATABASE_URL",
    next: "Write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE, with special characters of the password in %XX form, or unset it to use the embedded database.",
  });
}
