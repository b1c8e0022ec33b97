import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createTransport } from "nodemailer";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { describe, expect, it } from "vitest";
import { HOSTILE, hostileExport, hostileFinding } from "../../../../test/hostile.ts";
import { toTheSecond } from "../columns.ts";
import { sheetOf } from "../sheet.ts";
import { visible } from "../visible.ts";
import { renderSheet } from "./render.ts";

const ADDRESSING = { mailFrom: "portolan@example.com", mailTo: ["ops@example.com", "audit@example.com"] };

async function messageOf(exported = hostileExport(), addressing = ADDRESSING): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of renderSheet(sheetOf(exported), "mail", addressing)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The only header fields that the message may have, in any order. */
const FIELDS = ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];

describe("a mail of hostile findings", () => {
  it("has only ASCII lines that end in CRLF and are not too long", async () => {
    const message = (await messageOf()).toString("latin1");
    expect(message.replaceAll("\r\n", "")).not.toMatch(/[^\x20-\x7e]/);
    expect(message.split("\r\n").filter((line) => line.length > 78)).toEqual([]);
  });

  it.each(Object.entries(HOSTILE))("has only its own header fields and parts: %s", async (_name, text) => {
    const mail = await PostalMime.parse(await messageOf(hostileExport([text], text)));
    expect(mail.headers.map(({ key }) => key).sort()).toEqual(FIELDS);
    expect(mail.attachments).toEqual([]);
    expect(mail.from).toEqual({ name: "Portolan", address: "portolan@example.com" });
    expect(mail.to?.map(({ address }) => address)).toEqual(ADDRESSING.mailTo);
    expect([mail.cc, mail.bcc, mail.replyTo, mail.sender]).toEqual([undefined, undefined, undefined, undefined]);
    const shown = visible(text);
    // Folding removes spaces at the beginning of the name.
    const blankless = (given: string): string => given.replaceAll(/\s+/g, " ");
    expect(blankless(mail.subject ?? "")).toContain(blankless(shown.slice(0, 70)));
    const { fields } = hostileFinding(1, text);
    const within = mail.text?.split(shown.slice(0, 1_900)).length ?? 0;
    expect(within).toBeGreaterThanOrEqual(fields.length);
  });

  it("reaches an SMTP server unchanged, for its recipients only", async () => {
    const received: { to: string[]; bytes: Buffer }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["AUTH", "STARTTLS"],
      onData(stream, session, done) {
        const pieces: Uint8Array[] = [];
        stream.on("data", (piece: Uint8Array) => pieces.push(piece));
        stream.on("end", () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          received.push({ to, bytes: Buffer.concat(pieces) });
          done();
        });
      },
    });
    const listening = server.listen(0, "127.0.0.1");
    await once(listening, "listening");
    try {
      const { port } = listening.address() as AddressInfo;
      const message = await messageOf();
      const mail = await PostalMime.parse(message);
      await createTransport({ host: "127.0.0.1", port, ignoreTLS: true }).sendMail({
        envelope: { from: mail.from?.address ?? "", to: (mail.to ?? []).map(({ address = "" }) => address) },
        raw: message,
      });
      expect(received).toHaveLength(1);
      expect(received[0]?.to).toEqual(ADDRESSING.mailTo);
      expect(received[0]?.bytes.equals(message)).toBe(true);
    } finally {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });

  it("is the same message when it is made again, dated by the instant of its content", async () => {
    const [one, other] = [await messageOf(), await messageOf()];
    expect(one.equals(other)).toBe(true);
    const mail = await PostalMime.parse(one);
    expect(toTheSecond(mail.date ?? "")).toBe("2026-03-14T09:00:00Z");
    const elsewhere = await PostalMime.parse(await messageOf(hostileExport(), { ...ADDRESSING, mailTo: [] }));
    expect(elsewhere.messageId).not.toBe(mail.messageId);
    expect(elsewhere.to ?? []).toEqual([]);
  });
});
