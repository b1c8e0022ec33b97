import { describeEndOfLife, type Lifecycle } from "../../sensing/services/index.ts";
import { describeService, type Instant, type ServiceIdentity } from "../../model/index.ts";
import { isExpectedService } from "./service-names.ts";
import { enumerate } from "./wording.ts";

export const SERVICE_KINDS = ["service-changed", "insecure-service", "outdated-service"] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

export interface ServiceProblem {
  readonly kind: ServiceKind;
  /** Continues "tcp port 443 on web-1": `is telnet, which …`. */
  readonly text: string;
  /** Of `outdated-service` alone. */
  readonly program?: Program;
}

/** A program past its end of life, and since when. */
export interface Program {
  readonly product: string;
  readonly version: string;
  /** `nginx 1.18 is past its end of life since …`. */
  readonly ended: string;
}

/** Protocols that send everything in the clear, passwords included. */
const IN_THE_CLEAR: ReadonlySet<string> = new Set(["telnet", "ftp", "rlogin", "rsh", "rexec"]);
/** Services that give their data to anyone who connects, unless they require a login. */
const WORTH_A_LOGIN: ReadonlySet<string> = new Set([
  "redis",
  "memcached",
  "mongodb",
  "elasticsearch",
  "couchdb",
  "postgresql",
  "mysql",
  "mqtt",
  "docker",
  "vnc",
  "x11",
  "jdwp",
  "imap",
  "beanstalk",
  "gearman",
]);
const OLD_TLS: ReadonlySet<string> = new Set(["SSLv3", "TLSv1.0", "TLSv1.1"]);

/** Problems of the identified service, each kind at most once. `expected` is the service of the authorized port. */
export function serviceProblems(
  identity: ServiceIdentity,
  expected: string | undefined,
  now: Instant,
  lifecycle: Lifecycle | undefined,
): ServiceProblem[] {
  const problems: ServiceProblem[] = [];
  if (expected !== undefined && isExpectedService(expected, identity) === false) {
    problems.push({ kind: "service-changed", text: `is ${describeService(identity)}, and authorized as ${expected}` });
  }
  const reasons = insecurities(identity);
  if (reasons.length > 0) {
    problems.push({ kind: "insecure-service", text: `is ${describeService(identity)}: ${enumerate(reasons)}` });
  }
  const { version } = identity;
  const ended = lifecycle?.endOfLife(identity, now);
  if (ended !== undefined) {
    const packaged =
      identity.distribution === undefined
        ? ""
        : `; packaged by ${identity.distribution}, which may have backported fixes: low confidence`;
    const text = `${describeEndOfLife(ended)}${packaged}`;
    problems.push({
      kind: "outdated-service",
      text: `is ${describeService(identity)}: ${text}`,
      ...(version === undefined ? {} : { program: { product: ended.product, version, ended: text } }),
    });
  }
  return problems;
}

function insecurities({ service, access, tls }: ServiceIdentity): string[] {
  const reasons: string[] = [];
  if (tls === undefined && IN_THE_CLEAR.has(service)) reasons.push("everything is sent in the clear");
  if (access === "anonymous" && WORTH_A_LOGIN.has(service)) reasons.push("it requires no password");
  const old = tls?.versions.filter((version) => OLD_TLS.has(version)) ?? [];
  if (old.length > 0) reasons.push(`it speaks ${enumerate(old)}`);
  const weak = tls?.weakSuites ?? [];
  if (weak.length > 0) reasons.push(`it accepts ${enumerate(weak)}`);
  return reasons;
}
