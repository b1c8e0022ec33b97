import { z } from "zod";
import { connectionFault, problemError, versionFault } from "./answers.ts";
import { createSender, type Outgoing } from "./send-request.ts";

/** Where a person signs in. */
export interface SignInPlace {
  readonly url: string;
  /** PEM of the certificate that the server must have; absent: any that the system trusts. */
  readonly certificate?: string | undefined;
}

/** The cookie of a person who signed in; it is a secret. */
export interface PersonSession extends SignInPlace {
  readonly cookie: string;
}

/** Asked of the person, in this order; the code only if the account has one. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  code(): Promise<string>;
}

const signInAnswer = z.object({ next: z.enum(["done", "code"]) });
const accountAnswer = z.object({
  email: z.string(),
  name: z.string(),
  roles: z.array(z.object({ role: z.string(), inForce: z.boolean() })),
});

export type SignedIn = z.infer<typeof accountAnswer>;

/** Signs in with password and code, as the sign-in page does. Throws the server's fault, in its words. */
export async function signInAsPerson(place: SignInPlace, credentials: Credentials): Promise<PersonSession> {
  const { email, password } = credentials;
  const jar = new Map<string, string>();
  const begun = await send({ ...place, jar }, "POST", "/session", { email, password });
  const answer = signInAnswer.safeParse(await begun.json());
  if (!answer.success) throw versionFault(place.url, answer.error);
  if (answer.data.next === "code") {
    const code = (await credentials.code()).trim();
    await send({ ...place, jar }, "POST", "/session/code", { code, recovery: !/^\d{6}$/.test(code) });
  }
  return { ...place, cookie: cookieOf(jar) };
}

export async function signedInAs(session: PersonSession): Promise<SignedIn> {
  const answered = await send({ ...session, jar: jarOf(session.cookie) }, "GET", "/session/account");
  return accountAnswer.parse(await answered.json());
}

export async function signOutPerson(session: PersonSession): Promise<void> {
  await send({ ...session, jar: jarOf(session.cookie) }, "DELETE", "/session");
}

/** Headers that show the server that its own client makes the request, and not a page of another site (same-site.ts). */
export function headersOfPerson({ url, cookie }: Pick<PersonSession, "url" | "cookie">): Record<string, string> {
  return { cookie, origin: new URL(url).origin };
}

async function send(
  { url, certificate, jar }: SignInPlace & { readonly jar: Map<string, string> },
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const outgoing: Outgoing = {
    method,
    headers: {
      ...headersOfPerson({ url, cookie: cookieOf(jar) }),
      "user-agent": "portolan",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await createSender(url, certificate)(path, outgoing).catch((error: unknown) => {
    throw connectionFault(url, error);
  });
  if (!response.ok) throw await problemError(response, url);
  for (const line of response.headers.getSetCookie()) {
    const [pair = ""] = line.split(";");
    const at = pair.indexOf("=");
    jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return response;
}

function cookieOf(jar: ReadonlyMap<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
}

function jarOf(cookie: string): Map<string, string> {
  return new Map(
    cookie.split("; ").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}
