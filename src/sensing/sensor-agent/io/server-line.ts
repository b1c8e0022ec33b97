import { createHash, type KeyObject } from "node:crypto";
import { Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent, request as secureRequest, type RequestOptions } from "node:https";
import { connect, getCACertificates, type ConnectionOptions, type TLSSocket } from "node:tls";
import { Fault, FAULT_CODES, type FaultCode } from "../../../model/index.ts";
import { signRequest } from "../signature.ts";

/** How the server is authenticated: by an authority, or by a pinned certificate. */
export interface ServerTrust {
  /** PEM of the authorities that may vouch for it; absent: those of Node and of the system. */
  readonly ca?: string | undefined;
  /** SHA-256 of its certificate, lower-case hex: then nothing else is checked. */
  readonly fingerprint?: string | undefined;
}

export interface ServerLine {
  /** Sends a signed request. Throws the server's fault, or `store-unavailable` if there was no response. */
  post(path: string, body: () => unknown): Promise<{ readonly answer: unknown; readonly roundTrip: number }>;
  close(): void;
}

const PATIENCE = 15_000;
/** Responses are a few hundred bytes. */
const LONGEST_ANSWER = 65_536;

export function openServerLine(config: {
  readonly url: URL;
  readonly trust: ServerTrust;
  readonly key: KeyObject;
  readonly wall: () => number;
  readonly patience?: number | undefined;
}): ServerLine {
  const { url, key, patience = PATIENCE } = config;
  refuseClearText(url);
  const secure = url.protocol === "https:";
  const agent = secure ? secureAgent(config.trust) : new PlainAgent({ keepAlive: true, maxSockets: 1 });

  function send(path: string, body: () => unknown): Promise<{ status: number; text: string; roundTrip: number }> {
    return new Promise((resolve, reject) => {
      let began = performance.now();
      const options: RequestOptions = { method: "POST", agent, signal: AbortSignal.timeout(patience) };
      const target = new URL(path, url);
      const outgoing = secure ? secureRequest(target, options) : plainRequest(target, options);
      outgoing.on("error", reject);
      outgoing.on("response", (incoming) => {
        const roundTrip = performance.now() - began;
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("error", reject);
        incoming.on("data", (chunk: string) => {
          text += chunk;
          if (text.length > LONGEST_ANSWER) incoming.destroy(new Error("the answer has no end"));
        });
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, text, roundTrip }));
      });
      // A report is dated when it leaves, not when the connection was requested.
      const write = (): void => {
        const bytes = JSON.stringify(body());
        const signed = signRequest({ method: "POST", path: target.pathname, body: bytes, at: config.wall() }, key);
        outgoing.setHeader("content-digest", signed["content-digest"]);
        outgoing.setHeader("signature-input", signed["signature-input"]);
        outgoing.setHeader("signature", signed.signature);
        outgoing.setHeader("content-type", "application/json");
        outgoing.setHeader("content-length", Buffer.byteLength(bytes));
        began = performance.now();
        outgoing.end(bytes);
      };
      outgoing.once("socket", (socket) => {
        if (!socket.connecting) write();
        else socket.once(secure ? "secureConnect" : "connect", write);
      });
    });
  }

  return {
    async post(path, body) {
      let answered: { status: number; text: string; roundTrip: number };
      try {
        answered = await send(path, body);
      } catch (error) {
        if (error instanceof Fault) throw error;
        throw unreachable(url, error);
      }
      const value = parsed(answered.text);
      if (answered.status === 200) return { answer: value, roundTrip: answered.roundTrip };
      throw serverFault(url, answered.status, value);
    },
    close: () => agent.destroy(),
  };
}

/** Anybody on the path could answer a report in the clear, and read the machine's listeners in it. */
export function refuseClearText(url: URL): void {
  if (url.protocol === "https:") return;
  if (url.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) return;
  throw new Fault("config-invalid", "A sensor talks to a server on another machine only over https.", {
    place: url.origin,
    next: "Give the server a certificate (portolan start --tls-certificate FILE --tls-key FILE) and name it with https://.",
  });
}

function secureAgent({ ca, fingerprint }: ServerTrust): Agent {
  const common = { keepAlive: true, maxSockets: 1, minVersion: "TLSv1.2", maxCachedSessions: 0 } as const;
  if (fingerprint === undefined) return new Agent({ ...common, ca: ca ?? knownAuthorities() });
  const agent = new Agent(common);
  // The request gets the connection only after the certificate was compared with the fingerprint.
  agent.createConnection = (options, done) => {
    const socket: TLSSocket = connect({ ...(options as ConnectionOptions), rejectUnauthorized: false }, () => {
      const shown = createHash("sha256").update(socket.getPeerCertificate().raw).digest("hex");
      if (shown === fingerprint) return done?.(null, socket);
      socket.destroy();
      done?.(otherCertificate(shown), socket);
    });
    socket.once("error", (error: Error) => done?.(error, socket));
    return undefined;
  };
  return agent;
}

function knownAuthorities(): string[] {
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

function otherCertificate(shown: string): Fault {
  return new Fault("unauthorized", `The server presents a different certificate than the pinned one: ${shown}`, {
    next: "If its certificate was renewed, start the sensor with the new fingerprint. If not, this is another server.",
  });
}

function unreachable(url: URL, error: unknown): Fault {
  const why = reasonOf(error);
  return new Fault("store-unavailable", `The server cannot be reached (${why}).`, {
    place: url.origin,
    next: CERTIFICATE.test(why)
      ? "Name its authority with --ca FILE, or its certificate with --fingerprint SHA256."
      : "Check that it runs, and that this machine reaches it.",
    cause: error,
  });
}

const CERTIFICATE = /CERT|SELF_SIGNED|ISSUER|ALTNAME/;

function reasonOf(error: unknown): string {
  return error instanceof Error ? ("code" in error ? String(error.code) : error.message) : "unknown error";
}

/** Whether the same request may succeed later: nobody answered, or a server that is not ready. */
export function mayPass({ cause }: Fault): boolean {
  if (cause instanceof Error) return !CERTIFICATE.test(reasonOf(cause));
  return typeof cause === "object" && cause !== null && "status" in cause && Number(cause.status) >= 500;
}

function serverFault(url: URL, status: number, value: unknown): Fault {
  const { code, detail, next } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const known = FAULT_CODES.find((each) => each === code) ?? codeOf(status);
  return new Fault(known, typeof detail === "string" ? detail.slice(0, 500) : `The server answered HTTP ${status}.`, {
    place: url.origin,
    next: typeof next === "string" ? next.slice(0, 500) : "Check that a Portolan server runs at this address.",
    cause: { status },
  });
}

/** Possibly from a proxy in front of the server: not a reason to end the sensor. */
function codeOf(status: number): FaultCode {
  return status === 400 ? "config-invalid" : "store-unavailable";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
