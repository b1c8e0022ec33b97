import { once } from "node:events";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codeAt, PASSWORD } from "../../../test/access.ts";
import { makeCertificate } from "../../../test/certificates.ts";
import { eachDatabase } from "../../../test/databases.ts";
import { openDeciding, yamlOf, type Deciding } from "../../../test/deciding.ts";
import { fakeCommandLine } from "../../../test/fakes/command-line.ts";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { startServer, type StartServerConfig } from "../../server/index.ts";
import { run } from "../run.ts";

const cli = fakeCommandLine();
const DAY = 24 * 60 * 60_000;

eachDatabase("portolan login", (open) => {
  /** A command line whose home holds no record, as another user of the machine has it. */
  async function withSite(
    work: (
      site: Deciding,
      portolan: (argv: readonly string[], answers?: string[], other?: object) => Promise<Ran>,
    ) => Promise<void>,
  ): Promise<void> {
    const site = await openDeciding(await open(), { listens: true });
    const env = { PORTOLAN_HOME: join(cli.directory, "no-record"), XDG_CONFIG_HOME: join(cli.directory, "config") };
    try {
      await site.join("eve@example.com", "engineer");
      await site.join("ann@example.com", "approver");
      site.pass(2 * DAY);
      await work(site, async (argv, answers, other) => {
        const around = cli.surroundings({ env: { ...env, ...other }, ...(answers === undefined ? {} : { answers }) });
        const exit = await run(argv, around);
        return { exit, out: around.printed.out, err: around.printed.err };
      });
    } finally {
      await site.close();
    }
  }
  /** Another server of the same accounts. */
  async function serve(
    site: Deciding,
    settings: Partial<StartServerConfig>,
  ): Promise<Awaited<ReturnType<typeof startServer>>> {
    const server = await startServer({
      operations: fakeOperations(),
      identity: site.identity,
      home: cli.directory,
      version: "0",
      port: 0,
      clock: { now: site.now },
      onUnexpected: () => undefined,
      ...settings,
    });
    site.identity.serveAt(server.url);
    return server;
  }
  interface Ran {
    readonly exit: number;
    readonly out: string;
    readonly err: string;
  }

  it("lets two people propose and approve as themselves, and keeps neither password nor code", async () => {
    await withSite(async (site, portolan) => {
      const login = ["login", "--url", site.origin];
      await writeFile(join(cli.directory, "baseline.yaml"), yamlOf(443));
      expect((await portolan(["whoami"])).out).toContain("the operator (jane)");
      expect(await portolan(login, ["eve@example.com", PASSWORD])).toMatchObject({
        exit: 0,
        out: expect.stringContaining("eve <eve@example.com>, signed in at http://localhost:"),
      });
      const submitted = await portolan(["baseline", "submit", "baseline.yaml", "--json"]);
      const { proposal } = (JSON.parse(submitted.out) as { proposal: { proposal: string; proposedBy: string } })
        .proposal;
      expect(submitted.out).toContain("eve <eve@example.com>");
      expect(await portolan(["baseline", "approve", proposal.slice(0, 12)])).toMatchObject({
        exit: 2,
        err: expect.stringContaining("permission baseline:approve"),
      });

      const path = join(cli.directory, "config", "portolan", "sessions.json");
      expect([((await stat(path)).mode & 0o777).toString(8), (await stat(join(path, ".."))).mode & 0o077]).toEqual([
        "600",
        0,
      ]);
      expect(await readFile(path, "utf8")).not.toContain(PASSWORD);

      expect((await portolan([...login, "--user", "ann@example.com"], [PASSWORD])).exit).toBe(0);
      expect((await portolan(["whoami", "--json"])).out).toContain('"ann <ann@example.com>"');
      expect(await portolan(["baseline", "approve", "baseline.yaml", "--by", "Bob"])).toMatchObject({
        exit: 2,
        err: expect.stringContaining("You are signed in as ann@example.com"),
      });
      expect((await portolan(["baseline", "approve", "000000000000"])).err.replaceAll(/\s+/g, " ")).toContain(
        "List them: portolan baseline proposals. Give the whole hash of an older one.",
      );
      expect((await portolan(["baseline", "proposals", "--json"])).out).toContain(proposal);
      expect((await portolan(["baseline", "approve", proposal.slice(0, 12)])).out).toMatch(
        /approved by ann\s+<ann@example\.com>/,
      );
      expect((await portolan(["logout"])).err).toContain("Signed out ann@example.com");
      await expect(stat(path)).rejects.toThrow("ENOENT");
      const ended = (await site.entries()).filter(({ type }) => type === "signed-out").map(({ data }) => data["by"]);
      expect(ended).toEqual(["eve <eve@example.com>", "ann <ann@example.com>"]);
    });
  });

  it("asks for the code of an authenticator app", async () => {
    await withSite(async (site, portolan) => {
      const browser = await site.as("ann@example.com");
      const { uri } = (await browser.send("POST", "/session/codes", { password: PASSWORD })).body as { uri: string };
      await browser.send("POST", "/session/codes/confirmation", { code: codeAt(uri, Date.now()) });
      const login = ["login", "--url", site.origin, "--user", "ann@example.com"];
      expect((await portolan(login, [PASSWORD, "000000"])).exit).toBe(2);
      expect((await portolan(["whoami"])).out).toContain("the operator");
      expect((await portolan(login, [PASSWORD, codeAt(uri, Date.now())])).exit).toBe(0);
    });
  });

  it("trusts a server by its certificate, read from the file that is named", async () => {
    const tls = makeCertificate(cli.directory, "server", "-addext", "subjectAltName=IP:127.0.0.1");
    await withSite(async (site, portolan) => {
      const server = await serve(site, { tls });
      const login = (file: string) =>
        portolan(["login", "--url", server.url, "--certificate", file], ["eve@example.com", PASSWORD]);
      const refused = await login("servr.pem");
      expect(refused.exit).toBe(2);
      expect(refused.err).toContain("Check the name of the PEM file and its permissions.");
      expect(await login("server.pem")).toMatchObject({ exit: 0, out: expect.stringContaining(server.url) });
      await server.stop();
    });
  });

  it("leads on from a server that does not respond, and from another program in its place", async () => {
    await withSite(async (site, portolan) => {
      const { port } = new URL(site.origin);
      const login = ["login", "--url", site.origin];
      const eve = ["eve@example.com", PASSWORD];
      expect((await portolan(login, eve)).exit).toBe(0);
      await site.server.close();
      const away = await portolan(["baseline", "history"]);
      expect(away.exit).toBe(2);
      expect(away.err.replaceAll(/\s+/g, " ")).toContain(
        "Start it with `portolan start`. To work as the operator of this machine instead, without a server: portolan logout.",
      );
      const left = await portolan(["logout"]);
      expect(left.exit, left.err).toBe(0);
      expect(left.err).toContain("The server does not respond; the session ends there at");
      expect((await portolan(["whoami"])).out).toContain("the operator");

      const stranger = createServer((_request, response) => response.writeHead(404).end("oops"));
      await once(stranger.listen(Number(port), "127.0.0.1"), "listening");
      const other = await portolan(login, eve);
      expect(other.exit).toBe(2);
      expect(other.err.replaceAll(/\s+/g, " ")).toContain(
        "Name the address of a Portolan server; or stop that program, and start Portolan in its place: portolan start.",
      );
      await withSite(async (right, there) => {
        expect((await there(["login", "--url", right.origin], eve)).exit).toBe(0);
        expect((await there(["logout"])).exit).toBe(0);
      });
      stranger.closeAllConnections();
      stranger.close();
      await once(stranger, "close");
      const started = await serve(site, { port: Number(port) });
      site.identity.serveAt(site.origin);
      try {
        const again = await portolan(login, eve);
        expect(again.exit, again.err).toBe(0);
        expect((await portolan(["findings"])).exit).not.toBe(2);
      } finally {
        await started.stop();
      }
    });
  });

  it("does not act as the operator once the session has ended, and refuses clear text and pipes", async () => {
    await withSite(async (site, portolan) => {
      await portolan(["login", "--url", site.origin, "--user", "ann@example.com"], [PASSWORD]);
      await site.identity
        .people({ kind: "operator", name: "operator", roles: ["admin"] })
        .users.disable({ id: "ann@example.com" });
      const ended = await portolan(["baseline", "history"]);
      expect(ended.err).toContain("The session of ann@example.com has ended.");
      expect([ended.exit, ended.out]).toEqual([2, ""]);
      expect(ended.err.replaceAll(/\s+/g, " ")).toContain(
        "Sign in again with portolan login, or act as the operator of this machine again: portolan logout.",
      );
      await site.identity
        .people({ kind: "operator", name: "operator", roles: ["admin"] })
        .users.enable({ id: "ann@example.com" });
      await portolan(["login", "--url", site.origin, "--user", "ann@example.com"], [PASSWORD]);
      expect((await portolan(["baseline", "history"])).exit).toBe(0);
      expect((await portolan(["logout"])).exit).toBe(0);
      expect((await portolan(["whoami"])).out).toContain("the operator");

      expect((await portolan(["login", "--url", "portolan"], ["x", "y"])).err).toContain("Write it with its scheme:");
      expect((await portolan(["login", "--url", site.origin], ["eve@example.com", PASSWORD])).exit).toBe(0);
      await portolan(["logout"]);
      expect((await portolan(["login", "--url", "http://192.0.2.1:4600"], ["x", "y"])).err).toContain("in clear text");
      expect((await portolan(["login", "--url", site.origin])).err).toContain("needs a terminal");
      const pinned = ["login", "--url", site.origin, "--certificate", "server.pem"];
      expect((await portolan(pinned, ["eve@example.com", PASSWORD])).err).toContain("Leave --certificate out");
      expect((await portolan(["login", "--url", site.origin], ["eve@example.com", PASSWORD])).exit).toBe(0);

      await portolan(["logout"]);
      await rm(join(cli.directory, "config"), { recursive: true });
      await writeFile(join(cli.directory, "config"), "");
      const login = ["login", "--url", site.origin];
      const answers = ["eve@example.com", PASSWORD];
      expect((await portolan(login, answers)).err).toContain("Set XDG_CONFIG_HOME to a directory");
      const elsewhere = { XDG_CONFIG_HOME: join(cli.directory, "elsewhere") };
      expect((await portolan(login, answers, elsewhere)).exit).toBe(0);
      expect((await portolan(["login"], ["x", "y"])).err).toContain("No server runs from this home");
    });
  });
});
