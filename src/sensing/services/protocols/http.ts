import { bytes, cursor } from "../bytes.ts";
import { is, OTHER, short, type Field, type Hello, type Parsed, type Reading } from "../reading.ts";
import { programIn } from "./http-programs.ts";
import { readHttp, titleIn, type HttpReply } from "./http-reply.ts";

/** No compression is requested, so there is nothing to inflate. */
const request = (host: string, path: string): Uint8Array =>
  bytes(
    `GET ${path} HTTP/1.1\r\nHost: ${host.replace(/[^\w.:[\]-]/g, "")}\r\nUser-Agent: portolan\r\nAccept: */*\r\n` +
      "Accept-Encoding: identity\r\nConnection: close\r\n\r\n",
  );

/** The second page worth requesting, judging by the first one. At most one, and only pages about the program itself. */
function nextPage({ status, headers, body }: HttpReply): string | undefined {
  if (headers.get("location")?.endsWith("/graph") === true) return "/api/v1/status/buildinfo";
  if (headers.get("location")?.endsWith("/query") === true) return "/api/v1/status/buildinfo";
  if (status === 404 && /404 page not found/.test(body)) return "/version";
  if (status === 404 && /"message":"page not found"/.test(body)) return "/version";
  if (status === 403 && /"apiVersion": ?"v1"/.test(body)) return "/version";
  return undefined;
}

function fieldsOf({ headers, body }: HttpReply): Partial<Record<Field, string>> {
  const fields: [Field, string | undefined][] = [
    ["http.via", headers.get("via")],
    ["http.server", headers.get("server")],
    ["http.powered-by", headers.get("x-powered-by")],
    ["http.realm", headers.get("www-authenticate")],
    ["http.title", titleIn(body)],
    ["http.header", [...headers].map(([name, value]) => `${name}: ${value}`).join("\n")],
    ["http.body", body.slice(0, 4_096)],
  ];
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined && value !== ""));
}

function read(reply: HttpReply): Reading {
  return { service: "http", confidence: "high", ...programIn(reply), fields: fieldsOf(reply) };
}

/** RFC 9112, and servers that answer like it; HTTP/2 servers answer HTTP/1 with a frame of theirs. */
function http(bytesRead: Uint8Array, last: boolean): Parsed {
  const reply = readHttp(bytesRead);
  if (reply === undefined) return http2(bytesRead, last);
  if (reply === "short" || (!reply.whole && !last)) return short(last);
  const reading = read(reply);
  const path = reading.product === undefined || reading.version === undefined ? nextPage(reply) : undefined;
  if (path === undefined) return is(reading);
  return {
    kind: "ask",
    reading,
    send: request("localhost", path),
    reconnect: true,
    next: (answer, done) => {
      const second = readHttp(answer);
      if (second === undefined) return OTHER;
      if (second === "short" || (!second.whole && !done)) return short(done);
      const program = programIn(second);
      return program === undefined ? OTHER : is({ ...reading, ...program });
    },
  };
}

/** RFC 9113, section 3.4: the server's preface is a SETTINGS frame (type 4) on stream 0; GOAWAY (7) may be all it says. */
function http2(reply: Uint8Array, last: boolean): Parsed {
  const head = cursor(reply);
  const length = head.u8() * 65_536 + head.u16();
  const [type, flags, stream] = [head.u8(), head.u8(), head.u32()];
  if (head.short) return reply[0] === 0 && reply.length > 0 ? short(last) : OTHER;
  const isSettings = type === 4 && length % 6 === 0 && length <= 120 && (flags === 0 || (flags === 1 && length === 0));
  const isGoaway = type === 7 && length >= 8 && length <= 512 && flags === 0;
  return stream === 0 && (isSettings || isGoaway) ? is({ service: "http2", confidence: "high" }) : OTHER;
}

const HTTP_PORTS = [
  80, 81, 443, 591, 631, 1080, 2375, 2376, 2379, 2380, 2812, 3000, 3128, 4443, 5000, 5601, 5985, 5984, 6081, 6443, 8000,
  8001, 8008, 8080, 8081, 8082, 8086, 8088, 8118, 8123, 8222, 8443, 8500, 8888, 9000, 9080, 9090, 9091, 9093, 9100,
  9200, 9443, 10250, 10255, 15672, 16686,
];

export const HTTP: Hello = {
  name: "http",
  ports: HTTP_PORTS,
  general: 0,
  hello: (host) => request(host, "/"),
  parse: http,
};

export const HTTP2: Hello = {
  name: "http2",
  ports: [50051],
  general: 7,
  hello: () => bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [0, 0, 0, 4, 0, 0, 0, 0, 0]),
  parse: http2,
};
