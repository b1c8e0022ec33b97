import { bytes, latin1 } from "../bytes.ts";
import { is, OTHER, short, type Greeting, type Parse, type Parsed, type Reading } from "../reading.ts";

/** The longest accepted first line. */
const LONGEST_LINE = 1_024;

/** The first line without its end; undefined while it is not whole. */
export function firstLine(reply: Uint8Array, last: boolean): string | undefined {
  const end = reply.indexOf(10);
  if (end >= 0) return latin1(reply.subarray(0, Math.min(end, LONGEST_LINE))).replace(/\r$/, "");
  return last || reply.length > LONGEST_LINE ? latin1(reply.subarray(0, LONGEST_LINE)) : undefined;
}

/** A parser for servers that greet with one line; `read` returns undefined for any other line. */
function byLine(starts: string, read: (line: string, reply: Uint8Array) => Reading | undefined): Parse {
  return (reply, last) => {
    const head = latin1(reply.subarray(0, starts.length));
    if (!starts.startsWith(head) || reply.length === 0) return OTHER;
    const line = firstLine(reply, last);
    if (line === undefined || head.length < starts.length) return short(last);
    const reading = read(line, reply);
    return reading === undefined ? OTHER : is(reading);
  };
}

/** RFC 4253, section 4.2: `SSH-protoversion-softwareversion SP comments`, after any number of other lines. */
function ssh(reply: Uint8Array, last: boolean): Parsed {
  const text = latin1(reply.subarray(0, 4_096));
  const start = text.startsWith("SSH-") ? 0 : text.indexOf("\nSSH-") + 1;
  if (start === 0 && !text.startsWith("SSH-")) return "SSH-".startsWith(text) && !last ? short(last) : OTHER;
  const line = firstLine(reply.subarray(start), last);
  if (line === undefined) return short(last);
  const version = /^SSH-(\d{1,2}\.\d{1,2})-(.*)$/.exec(line);
  if (version === null) return OTHER;
  return is({ service: "ssh", confidence: "high", fields: { "ssh.software": version[2] ?? "" } });
}

/** RFC 959 and RFC 5321 begin alike. Where the greeting is ambiguous, the reply to EHLO decides. */
function twoTwenty(reply: Uint8Array, last: boolean): Parsed {
  const head = latin1(reply.subarray(0, 4));
  if (!/^(220|421|554|500)[ -]?$/.test(head)) {
    return head.length < 4 && !last && ["220", "421", "554"].some((code) => code.startsWith(head))
      ? short(last)
      : OTHER;
  }
  const line = firstLine(reply, last);
  if (line === undefined) return short(last);
  const text = latin1(reply.subarray(0, 1_024));
  const ftp: Reading = { service: "ftp", confidence: "high", fields: { "ftp.banner": text } };
  const smtp: Reading = { service: "smtp", confidence: "high", fields: { "smtp.banner": text } };
  if (/\b(E?SMTP|LMTP|Postfix|Exim|Sendmail)\b/i.test(text)) return is(smtp);
  if (/FTP/i.test(text) || !head.startsWith("220")) return head.startsWith("554") ? is(smtp) : is(ftp);
  return {
    kind: "ask",
    reading: { ...ftp, confidence: "low" },
    send: bytes("EHLO portolan.invalid\r\n"),
    next: (answer, done) => {
      const code = latin1(answer.subarray(0, 4));
      if (code.length < 4) return short(done);
      return is(/^250[ -]/.test(code) ? smtp : { ...ftp, confidence: "medium" });
    },
  };
}

/** RFC 3501, section 7.1: `* OK`, `* PREAUTH` (no authentication is asked for) or `* BYE`. */
const imap = byLine("* ", (line) => {
  if (!/^\* (OK|PREAUTH|BYE)\b/i.test(line)) return undefined;
  const anonymous = /^\* PREAUTH/i.test(line);
  return {
    service: "imap",
    confidence: "high",
    ...(anonymous ? { access: "anonymous" as const } : {}),
    fields: { "imap.banner": line },
  };
});

/** RFC 1939, section 4. */
const pop3 = byLine("+OK", (line) => ({ service: "pop3", confidence: "high", fields: { "pop3.banner": line } }));

/** The rsync daemon names its protocol, not its version. */
const rsync = byLine("@RSYNCD: ", (line) => {
  const protocol = /^@RSYNCD: (\d{1,3}(?:\.\d{1,3})?)/.exec(line)?.[1];
  return protocol === undefined ? undefined : { service: "rsync", product: "rsync", confidence: "high" };
});

/** NATS client protocol: `INFO {json}`. */
const nats = byLine("INFO {", (line) => {
  const version = /"version":"([\w.+-]{1,40})"/.exec(line)?.[1];
  const authenticated = /"auth_required":true/.test(line);
  return {
    service: "nats",
    product: "NATS",
    ...(version === undefined ? {} : { version }),
    confidence: "high",
    access: authenticated ? "authenticated" : "anonymous",
  };
});

const mpd = byLine("OK MPD ", () => ({ service: "mpd", product: "Music Player Daemon", confidence: "high" }));

const tarantool = byLine("Tarantool ", (line) => {
  const version = /^Tarantool (\d[\w.+-]{0,40})/.exec(line)?.[1];
  return {
    service: "tarantool",
    product: "Tarantool",
    ...(version === undefined ? {} : { version }),
    confidence: "high",
  };
});

/** Subversion's own protocol greets with a list that holds its versions and abilities, without an end of line. */
function svn(reply: Uint8Array, last: boolean): Parsed {
  const text = latin1(reply.subarray(0, 64));
  if (text.startsWith("( success ( 2 2 ")) return is({ service: "svn", product: "Subversion", confidence: "high" });
  return text !== "" && "( success ( 2 2 ".startsWith(text) ? short(last) : OTHER;
}

/** RFC 1459: servers may speak before anybody registered. */
const irc = byLine(":", (line) =>
  /^:[\w.-]{1,80} (NOTICE|020|439|451) /.test(line)
    ? { service: "irc", confidence: "high", fields: { "irc.reply": line } }
    : undefined,
);

export const LINE_GREETINGS: readonly Greeting[] = [
  { name: "ssh", ports: [22, 2022, 2200, 2222, 22222], parse: ssh },
  { name: "smtp-ftp", ports: [21, 25, 465, 587, 990, 2121, 2525], parse: twoTwenty },
  { name: "imap", ports: [143, 993], parse: imap },
  { name: "pop3", ports: [110, 995], parse: pop3 },
  { name: "rsync", ports: [873], parse: rsync },
  { name: "nats", ports: [4222], parse: nats },
  { name: "mpd", ports: [6600], parse: mpd },
  { name: "tarantool", ports: [3301], parse: tarantool },
  { name: "svn", ports: [3690], parse: svn },
  { name: "irc", ports: [], parse: irc },
];
