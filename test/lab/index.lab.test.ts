import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attempt, tool } from "./commands.ts";
import { describeLab, type Lab, lab } from "./index.ts";
import { isLeftover, OVERLAYS, removeLeftovers } from "./namespaces.ts";

/**
 * Connects this many times at once from inside the scanner's namespace and prints the result of each. It gives up
 * before the first retransmission (RFC 6298: one second), so that each connect depends on a single packet.
 */
const CONNECT = `
  const [host, port, times] = process.argv.slice(1);
  for (let i = 0; i < Number(times); i++) {
    const socket = require("node:net").connect({ host, port: Number(port) });
    const say = (text) => { clearTimeout(timer); console.log(text); socket.destroy(); };
    const timer = setTimeout(say, 900, "silent");
    socket.on("connect", () => say("open")).on("error", (error) => say(error.code));
  }
`;

async function connects(lab: Lab, address: string, port: number, times: number): Promise<string[]> {
  const command = [process.execPath, "-e", CONNECT, address, String(port), String(times)] as const;
  const { stdout, stderr } = await lab.scanner.run(command);
  expect(stderr).toBe("");
  return stdout.trim().split("\n");
}

async function connect(lab: Lab, address: string, port: number): Promise<string | undefined> {
  return (await connects(lab, address, port, 1))[0];
}

describeLab("lab", () => {
  let net: Lab;

  beforeAll(async () => {
    net = await lab({
      hosts: [
        { name: "web", listeners: [80, 443] },
        { name: "silent", listeners: [22], filters: [{ does: "drop" }] },
        { name: "guarded", listeners: [22, 5432], filters: [{ does: "reject", ports: [5432] }] },
      ],
      ipv6: true,
      names: { "elsewhere.example": "198.51.100.7" },
    });
  });

  afterAll(() => net.close());

  it("accepts on open ports and refuses on closed ones", async () => {
    const web = net.host("web");
    expect(await connect(net, web.address, 80)).toBe("open");
    expect(await connect(net, web.address6, 443)).toBe("open");
    expect(await connect(net, web.address, 81)).toBe("ECONNREFUSED");
  });

  it("opens and closes while it runs", async () => {
    const web = net.host("web");
    await web.open(8023);
    expect(await connect(net, web.address, 8023)).toBe("open");
    await web.close(8023);
    expect(await connect(net, web.address, 8023)).toBe("ECONNREFUSED");
    await expect(web.close(8023)).rejects.toThrow(/port 8023 .* not open/);
  });

  it("drops, rejects and accepts again as its filters say", async () => {
    expect(await connect(net, net.host("silent").address, 22)).toBe("silent");
    expect(await connect(net, net.host("guarded").address, 5432)).toBe("EHOSTUNREACH");
    expect(await connect(net, net.host("guarded").address, 22)).toBe("open");
    await net.host("guarded").filter();
    expect(await connect(net, net.host("guarded").address, 5432)).toBe("open");
  });

  it("loses some at fifty in a hundred, all at a hundred, none at zero", async () => {
    const web = net.host("web");
    const outcomes = async (percent: number) => {
      await web.filter([{ does: "lose", percent, ports: [80] }]);
      return new Set(await connects(net, web.address, 80, 32));
    };
    expect(await outcomes(100)).toEqual(new Set(["silent"]));
    expect(await outcomes(0)).toEqual(new Set(["open"]));
    expect(await outcomes(50)).toEqual(new Set(["open", "silent"]));
    await web.filter();
  });

  it("resolves the names it was given and no others", async () => {
    const lookup = `require("node:dns").lookup(process.argv[1], (error, address) => console.log(error?.code ?? address))`;
    const ask = async (name: string) => (await net.scanner.run([process.execPath, "-e", lookup, name])).stdout.trim();
    expect(await ask("elsewhere.example")).toBe("198.51.100.7");
    expect(await ask("nowhere.example")).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it("returns the program's exit code and both outputs", async () => {
    const script = `process.stdin.on("data", (d) => { console.log("out " + d); console.error("err"); process.exitCode = 3; })`;
    const result = await net.scanner.run([process.execPath, "-e", script], { input: "hello" });
    expect(result).toEqual({ status: 3, stdout: "out hello\n", stderr: "err\n" });
  });
});

describeLab("lab packet counters", () => {
  let net: Lab;

  beforeAll(async () => {
    net = await lab({ hosts: [{ name: "web", listeners: [80] }] });
  });

  afterAll(() => net.close());

  it("stay at zero while nobody sends, and count a packet to an unused address", async () => {
    // A program that runs, resolves names and listens without sending must leave them at zero, too.
    await net.scanner.run([process.execPath, "-e", `require("node:dns").lookup("localhost", () => {})`]);
    expect(await net.scanner.packets()).toEqual({ sent: 0, received: 0 });
    expect(await net.host("web").packets()).toEqual({ sent: 0, received: 0 });

    expect(await connect(net, "198.51.100.7", 80)).not.toBe("open");
    expect((await net.scanner.packets()).sent).toBeGreaterThan(0);
  });
});

describeLab("lab cleanup", () => {
  it("leaves neither namespaces nor processes behind", async () => {
    const net = await lab({ hosts: [{ name: "web", listeners: [80] }] });
    const namespaces = [net.scanner.namespace, net.host("web").namespace];
    const child = net.scanner.spawn(["sleep", "600"], { stdio: "ignore" });
    const ended = once(child, "exit");
    // It must exist in the namespace before the lab goes, or the test would prove nothing.
    await expect.poll(() => attempt("ip", ["netns", "pids", net.scanner.namespace])).toContain(String(child.pid));
    await net.close();
    await ended;
    const left = [...(await readdir("/run/netns")), ...(await readdir(OVERLAYS).catch(() => []))];
    expect(namespaces.filter((name) => left.includes(name))).toEqual([]);
  });

  it("removes the leftovers of a killed process, and nothing that is in use", async () => {
    const net = await lab({ hosts: [] });
    // No process with this process's number began at tick 1.
    const dead = `portolan-lab-${process.pid}.1-0-web`;
    await tool("ip", ["netns", "add", dead]);
    await mkdir(`${OVERLAYS}/${dead}`, { recursive: true });
    await removeLeftovers();
    const left = await readdir("/run/netns");
    expect(left).not.toContain(dead);
    expect(left).toContain(net.scanner.namespace);
    expect(await readdir(OVERLAYS)).not.toContain(dead);
    await net.close();
  });
});

describe("lab names", () => {
  it("distinguish another process's leftovers from namespaces in use and from those of others", () => {
    expect(isLeftover("portolan-lab-999999999.5-0-web")).toBe(true);
    expect(isLeftover("portolan-lab-probe-12")).toBe(false);
    expect(isLeftover("somebody-elses")).toBe(false);
  });
});
