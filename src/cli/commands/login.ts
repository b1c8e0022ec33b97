import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { whoamiResult, type WhoamiResult } from "../../contract/index.ts";
import { Fault, formatInstant } from "../../model/index.ts";
import { jsonOption } from "../command-permissions.ts";
import type { Context } from "../context.ts";
import { forgetSession, readSessions, storeSession, type StoredSession } from "../person-file.ts";
import { currentSession, serverOfHome } from "../person.ts";
import { present, tell } from "../present.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";
import { showWhoami } from "../views/login.ts";

interface LoginOptions {
  readonly url?: string;
  readonly certificate?: string;
  readonly user?: string;
  readonly json?: boolean;
}

/** How long the server keeps a session (src/access/io/auth.ts). */
const SESSION = 12 * 60 * 60_000;

export function addLogin(program: Command, context: Context): void {
  const { surroundings } = context;
  program
    .command("login")
    .summary("use the command line as yourself")
    .description(
      "Signs in at a server with address, password and code, none of which is shown or stored. Commands then act as this person instead of the operator, for twelve hours or until portolan logout. Accounts with a passkey or single sign-on only sign in with a browser: the server's page /decide.",
    )
    .option("--url <url>", "the server (default: the one that runs from this home)")
    .option("--certificate <file>", "PEM of the server's certificate, if the system does not trust it")
    .option("--user <email>", "e-mail address of the account (default: ask)")
    .addOption(jsonOption(whoamiResult))
    .addHelpText(
      "after",
      "\nExamples:\n  portolan login\n  portolan login --url https://portolan.example.com\n\nExit codes: 0 signed in, 2 error.",
    )
    .action((options: LoginOptions) => context.ends(login(surroundings, options)));

  program
    .command("logout")
    .summary("end the session that login began")
    .description("Ends the session at the server and deletes it here. Commands act as the operator again.")
    .addHelpText("after", "\nExample:\n  portolan logout\n\nExit codes: 0 signed out, 2 error.")
    .action(() => context.ends(logout(surroundings)));

  program
    .command("whoami")
    .summary("as whom commands act")
    .description("Shows the person who signed in with portolan login, or the operator.")
    .addOption(jsonOption(whoamiResult))
    .addHelpText("after", "\nExample:\n  portolan whoami\n\nExit codes: 0 shown, 2 error.")
    .action(({ json }: { json?: boolean }) =>
      context.ends(
        whoami(surroundings).then((result): ExitCode => {
          present(surroundings, json, result, (page) => showWhoami(page, result));
          return 0;
        }),
      ),
    );
}

async function login(surroundings: Surroundings, options: LoginOptions): Promise<ExitCode> {
  const { ask, askSecret } = surroundings;
  if (ask === undefined || askSecret === undefined) {
    throw new Fault("config-invalid", "Signing in needs a terminal: the password is typed, and not shown.", {
      place: "portolan login",
      next: "Run it on a terminal. A program uses an API key instead: portolan keys make.",
    });
  }
  const place = await placeOf(surroundings, options);
  const { signedInAs, signInAsPerson, signOutPerson } = await import("../../server/index.ts");
  const email = (options.user ?? (await ask(`E-mail address at ${place.url}: `))).trim();
  const password = await askSecret("Password: ");
  const code = (): Promise<string> => askSecret("Code of your authenticator app, or a recovery code: ");
  const session = await signInAsPerson(place, { email, password, code });
  const account = await signedInAs(session);
  const earlier = (await readSessions(surroundings)).find(({ url }) => url === place.url);
  // The session that this one replaces would stay open at the server. It may have ended there already.
  if (earlier !== undefined) await signOutPerson(earlier).catch(() => undefined);
  const stored: StoredSession = { ...session, email: account.email, endsAt: surroundings.clock.now() + SESSION };
  await storeSession(surroundings, stored);
  const result = personResult(stored, account);
  present(surroundings, options.json, result, (page) => showWhoami(page, result));
  return 0;
}

async function logout(surroundings: Surroundings): Promise<ExitCode> {
  const session = await currentSession(surroundings);
  if (session === undefined) {
    tell(surroundings, (page) => page.say`Nobody is signed in.`);
    return 0;
  }
  const { signOutPerson } = await import("../../server/index.ts");
  // The secret is deleted here in any case.
  await forgetSession(surroundings, session.url);
  let away = false;
  try {
    await signOutPerson(session);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "store-unavailable") away = true;
    else if (error.code !== "unauthorized") throw error;
  }
  tell(surroundings, (page) => {
    page.say`Signed out ${session.email}.`;
    if (away) page.say`The server does not respond; the session ends there at ${formatInstant(session.endsAt)}.`;
  });
  return 0;
}

async function whoami(surroundings: Surroundings): Promise<WhoamiResult> {
  const session = await currentSession(surroundings);
  if (session === undefined) {
    return { schema: "portolan.whoami/1", kind: "operator", name: `the operator (${surroundings.user})`, roles: [] };
  }
  const { signedInAs } = await import("../../server/index.ts");
  return personResult(session, await signedInAs(session));
}

function personResult(
  { url }: StoredSession,
  { name, email, roles }: { name: string; email: string; roles: readonly { role: string; inForce: boolean }[] },
): WhoamiResult {
  const inForce = roles.filter((each) => each.inForce).map(({ role }) => role);
  return { schema: "portolan.whoami/1", kind: "person", name: `${name} <${email}>`, roles: inForce, server: url };
}

async function placeOf(
  surroundings: Surroundings,
  { url, certificate }: LoginOptions,
): Promise<{ url: string; certificate?: string | undefined }> {
  const own = await serverOfHome(surroundings);
  if (url === undefined) {
    if (own !== undefined) return own;
    throw new Fault("not-found", "No server runs from this home, so there is nowhere to sign in.", {
      place: "--url",
      next: "Name the server: portolan login --url https://portolan.example.com",
    });
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Fault("config-invalid", `'${url}' is not the URL of a server.`, {
      place: "--url",
      next: "Write it with its scheme: https://portolan.example.com",
    });
  }
  const { origin, protocol, hostname } = new URL(url);
  if (protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(hostname)) {
    throw new Fault("config-invalid", "A password is not sent to another machine in clear text.", {
      place: url,
      next: "Use https, or a tunnel to a loopback address: ssh -L 4600:127.0.0.1:4600 SERVER.",
    });
  }
  if (certificate !== undefined) {
    if (protocol === "http:") {
      throw new Fault("config-invalid", "A server without TLS has no certificate to compare.", {
        place: "--certificate",
        next: "Leave --certificate out, or give the https address of the server.",
      });
    }
    return {
      url: origin,
      certificate: await readFile(resolve(surroundings.directory, certificate), "utf8").catch(unreadable(certificate)),
    };
  }
  return own?.url === origin ? own : { url: origin };
}

function unreadable(file: string): (error: unknown) => never {
  return (error) => {
    throw new Fault("config-invalid", "The certificate cannot be read.", {
      place: file,
      next: "Check the name of the PEM file and its permissions.",
      cause: error,
    });
  };
}
