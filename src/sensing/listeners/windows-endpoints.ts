import { z } from "zod";
import type { Transport } from "../../model/index.ts";
import { canonicalAddress } from "../../scope/index.ts";
import type { BoundSocket } from "./bound-socket.ts";

/** The query for PowerShell: NetTCPIP's endpoints, and the processes behind them, as one JSON document. */
export const POWERSHELL_SCRIPT = [
  "$ErrorActionPreference = 'SilentlyContinue'",
  "[Console]::OutputEncoding = [Text.Encoding]::UTF8",
  "[pscustomobject]@{",
  "  tcp = @(Get-NetTCPConnection -State Listen | Select-Object LocalAddress, LocalPort, OwningProcess)",
  "  udp = @(Get-NetUDPEndpoint | Select-Object LocalAddress, LocalPort, OwningProcess)",
  "  processes = @(Get-Process | Select-Object Id, ProcessName, Path)",
  "} | ConvertTo-Json -Depth 3 -Compress",
].join("\n");

const whole = z.int().min(0).max(0xffff_ffff);
const endpoint = z.object({ LocalAddress: z.string(), LocalPort: whole, OwningProcess: whole });
const program = z.object({ Id: whole, ProcessName: z.string().nullish(), Path: z.string().nullish() });
const list = z.array(z.unknown());
const answer = z.object({ tcp: list, udp: list, processes: list });

/** Reads what {@link POWERSHELL_SCRIPT} prints. Undefined for any other document; odd elements are skipped. */
export function socketsOfPowerShell(output: string): BoundSocket[] | undefined {
  const parsed = answer.safeParse(jsonIn(output));
  if (!parsed.success) return undefined;
  const { tcp, udp, processes } = parsed.data;
  const programs = new Map(known(program, processes).map((each) => [each.Id, each]));
  const read = (transport: Transport, endpoints: readonly unknown[]): BoundSocket[] =>
    known(endpoint, endpoints).flatMap(({ LocalAddress, LocalPort, OwningProcess: pid }) => {
      // A link-local address carries its interface: fe80::1%12.
      const address = canonicalAddress(LocalAddress.replace(/%.*$/, ""));
      if (address === undefined || LocalPort < 1 || LocalPort > 65_535) return [];
      const { ProcessName: process, Path: executable } = programs.get(pid) ?? {};
      return [
        {
          transport,
          address,
          port: LocalPort,
          pid,
          ...(typeof process === "string" ? { process } : {}),
          ...(typeof executable === "string" ? { executable } : {}),
        },
      ];
    });
  return [...read("tcp", tcp), ...read("udp", udp)];
}

function known<T>(shape: z.ZodType<T>, elements: readonly unknown[]): T[] {
  return elements.flatMap((element) => {
    const parsed = shape.safeParse(element);
    return parsed.success ? [parsed.data] : [];
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "").trim());
  } catch {
    return undefined;
  }
}
