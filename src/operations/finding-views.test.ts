import { expect, it } from "vitest";
import { portSubject, type Finding } from "../model/index.ts";
import { addressSet } from "../scope/index.ts";
import type { HostSockets } from "./host-sockets.ts";
import { findingViews } from "./finding-views.ts";

const finding = (port: number, life: Partial<Finding> = {}): Finding =>
  ({
    id: port,
    fingerprint: "f",
    kind: "unauthorized-open",
    vantage: "inside",
    subject: portSubject({ asset: "web-1", addresses: ["10.0.0.2", "10.0.0.3"], transport: "tcp", port }),
    summary: "",
    status: "new",
    openedAt: 1,
    lastSeenAt: 1,
    ...life,
  }) as Finding;
const machine = (address: string, sockets: HostSockets["sockets"]): HostSockets => ({
  addresses: addressSet([{ first: address, last: address }]),
  sockets,
});
const socket = (port: number, process?: string) =>
  ({ transport: "tcp", address: "0.0.0.0", port, bind: "any", process, user: "root" }) as const;

it("names the processes behind an open port, on each machine that reports its listeners", async () => {
  const machines = [
    machine("10.0.0.2", [socket(23, "inetd"), { ...socket(24, "sshd"), unit: "ssh.service" }]),
    machine("10.0.0.3", [{ ...socket(23, "telnetd"), container: "4f1c" }, socket(25)]),
  ];
  const views = await findingViews([finding(23), finding(24), finding(25), finding(26)], () =>
    Promise.resolve(machines),
  );
  expect(views.map(({ processes }) => processes)).toEqual([
    ["inetd (root)", "telnetd (root, container 4f1c)"],
    ["sshd (root, ssh.service)"],
    undefined,
    undefined,
  ]);
});

it("queries no machine where no open finding is about a port, and believes none that was not observing", async () => {
  const never = (): Promise<never> => Promise.reject(new Error("nobody asked"));
  const ended = finding(23, { status: "resolved", resolvedAt: 2, resolution: "observed closed" });
  expect((await findingViews([ended], never))[0]).not.toHaveProperty("processes");
  const blind = () => Promise.resolve([machine("10.0.0.2", undefined)]);
  expect((await findingViews([finding(23)], blind))[0]).not.toHaveProperty("processes");
});
