import { spawnSync } from "node:child_process";
import { identifyEach } from "../src/sensing/services/index.ts";
import type { ServiceIdentity } from "../src/model/index.ts";
import { startServers } from "./run-servers.ts";
import { upstream } from "./servers.ts";

export interface Answer {
  readonly service: string;
  readonly product: string;
  readonly version: string;
}

export interface Row {
  readonly name: string;
  readonly package: string;
  readonly port: number;
  readonly truth: string;
  readonly ours: Answer;
  readonly detail: string;
  readonly nmap: Answer;
}

export interface Result {
  readonly rows: readonly Row[];
  readonly seconds: { readonly ours: number; readonly nmap: number };
}

const NOTHING: Answer = { service: "", product: "", version: "" };

function detailOf({ access, distribution, tls }: ServiceIdentity): string {
  const certificate = tls?.certificates[0];
  return [
    access,
    distribution,
    tls?.versions.join("/"),
    certificate === undefined ? undefined : `${certificate.keyType} ${certificate.keyBits ?? ""}`.trim(),
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}

function readNmap(xml: string): Map<number, Answer> {
  const found = new Map<number, Answer>();
  for (const [, port, body = ""] of xml.matchAll(/<port protocol="tcp" portid="(\d+)">(.*?)<\/port>/gs)) {
    const service = /<service ([^>]*)>/.exec(body)?.[1] ?? "";
    const attribute = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(service)?.[1] ?? "";
    const guessed = attribute("method") === "table";
    found.set(Number(port), {
      service: guessed ? "" : attribute("name"),
      product: attribute("product"),
      version: attribute("version"),
    });
  }
  return found;
}

const { servers, stop } = await startServers(process.argv.slice(2));
try {
  const ports = servers.map(({ port }) => port);
  const ours = new Map<number, ServiceIdentity>();
  const began = performance.now();
  await identifyEach(
    ports.map((port) => ({ address: "127.0.0.1", transport: "tcp" as const, port })),
    {
      pacer: { take: () => 0 },
      concurrency: 32,
      perHost: 32,
      onResult: ({ port }, result) => void (result.kind === "identified" && ours.set(port, result.identity)),
    },
  );
  const between = performance.now();
  const nmap = spawnSync("nmap", ["-sV", "-n", "-Pn", "-p", ports.join(","), "-oX", "-", "127.0.0.1"], {
    encoding: "utf8",
  });
  const seconds = { ours: (between - began) / 1_000, nmap: (performance.now() - between) / 1_000 };
  const theirs = readNmap(nmap.stdout);
  const rows = servers.map(({ name, package: from, port, truth }): Row => {
    const own = ours.get(port);
    return {
      name,
      package: from,
      port,
      truth: upstream(truth),
      ours:
        own === undefined ? NOTHING : { service: own.service, product: own.product ?? "", version: own.version ?? "" },
      detail: own === undefined ? "" : detailOf(own),
      nmap: theirs.get(port) ?? NOTHING,
    };
  });
  process.stdout.write(JSON.stringify({ rows, seconds } satisfies Result));
} finally {
  stop();
}
