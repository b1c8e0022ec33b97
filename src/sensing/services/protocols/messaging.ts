import { bytes, cursor, latin1, u16, u32 } from "../bytes.ts";
import { is, OTHER, short, type Hello, type Parsed, type Reading } from "../reading.ts";

/**
 * AMQP 0-9-1, section 2.3.7: Connection.Start carries the server's own description; other versions answer their header.
 */
function amqp(reply: Uint8Array, last: boolean): Parsed {
  const head = latin1(reply.subarray(0, 8));
  if (head.startsWith("AMQP")) return head.length < 8 ? short(last) : is({ service: "amqp", confidence: "high" });
  if (head.length < 8) return "AMQP".startsWith(head) || head.startsWith("\x01\0\0") ? short(last) : OTHER;
  if (!head.startsWith("\x01\0\0")) return OTHER;
  const length = cursor(reply.subarray(3)).u32();
  if (length < 8 || length > 16_384) return OTHER;
  if (reply.length < length + 8 && !last) return short(last);
  const start = cursor(reply.subarray(7));
  if (start.u16() !== 10 || start.u16() !== 10) return OTHER;
  const text = latin1(reply.subarray(0, 8_192));
  const property = (name: string): string | undefined => {
    const at = text.indexOf(`${name}S`);
    if (at < 0) return undefined;
    const value = cursor(reply.subarray(at + name.length + 1));
    return latin1(value.take(Math.min(value.u32(), 64)));
  };
  const [product, version] = [property("\x07product"), property("\x07version")];
  return is({
    service: "amqp",
    confidence: "high",
    ...(product === undefined ? {} : { product }),
    ...(version === undefined ? {} : { version }),
  });
}

/** MQTT 3.1.1, section 3.1: a clean session without client id, user or will, alive for 10 s. */
const MQTT_CONNECT = bytes(0x10, 12, u16(4), "MQTT", 4, 2, u16(10), u16(0));
const VERSION_TOPIC = "$SYS/broker/version";
const MQTT_SUBSCRIBE = bytes(0x82, VERSION_TOPIC.length + 5, u16(1), u16(VERSION_TOPIC.length), VERSION_TOPIC, 0);

/** CONNACK 0 is a session for anybody. Only the broker's version is requested; no message is read. */
function mqtt(reply: Uint8Array, last: boolean): Parsed {
  if (reply.length < 4) return reply[0] === 0x20 && (reply[1] ?? 2) === 2 ? short(last) : OTHER;
  const [type, length, flags, code = 255] = reply;
  if (type !== 0x20 || length !== 2 || (flags ?? 2) > 1 || code > 5) return OTHER;
  const reading: Reading = { service: "mqtt", confidence: "high" };
  if (code === 4 || code === 5) return is({ ...reading, access: "authenticated" });
  if (code !== 0) return is(reading);
  const open: Reading = { ...reading, access: "anonymous" };
  return {
    kind: "ask",
    reading: open,
    send: MQTT_SUBSCRIBE,
    next: (answer, done) => {
      const text = latin1(answer.subarray(0, 512));
      const at = text.indexOf(VERSION_TOPIC);
      if (at < 0) return short(done);
      return is({ ...open, fields: { "mqtt.version": text.slice(at + VERSION_TOPIC.length, at + 128) } });
    },
  };
}

/** Kafka protocol: ApiVersions version 0 with correlation id 0x504f5254; the answer repeats the id. */
const KAFKA_ID = "PORT";
function kafka(reply: Uint8Array, last: boolean): Parsed {
  const read = cursor(reply);
  const length = read.u32();
  const id = latin1(read.take(4));
  const error = read.u16();
  const count = read.u32();
  if (read.short) return short(last);
  if (id !== KAFKA_ID || length > 16_384 || (error !== 0 && error !== 35) || count > 512) return OTHER;
  return is({ service: "kafka", confidence: "high" });
}

function kafkaHello(): Uint8Array {
  const body = bytes(u16(18), u16(0), KAFKA_ID, u16(8), "portolan");
  return bytes(u32(body.length), body);
}

/** RFC 6120, section 4.2: the answer to an initial stream header is another one. */
function xmpp(reply: Uint8Array, last: boolean): Parsed {
  const text = latin1(reply.subarray(0, 1_024));
  if (text.length < 2) return short(last);
  if (!text.startsWith("<")) return OTHER;
  if (!text.includes("<stream:stream")) return last || text.length > 512 ? OTHER : short(last);
  return is({ service: "xmpp", confidence: "high" });
}

export const MESSAGING_HELLOS: readonly Hello[] = [
  { name: "amqp", ports: [5671, 5672], general: 9, hello: () => bytes("AMQP", [0, 0, 9, 1]), parse: amqp },
  { name: "mqtt", ports: [1883, 8883], general: 10, hello: () => MQTT_CONNECT, parse: mqtt },
  { name: "kafka", ports: [9092, 9093, 9094], general: 18, hello: kafkaHello, parse: kafka },
  {
    name: "xmpp",
    ports: [5222, 5223, 5269],
    hello: () =>
      bytes(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>",
      ),
    parse: xmpp,
  },
  {
    name: "irc",
    ports: [6660, 6665, 6666, 6667, 6668, 6669, 6697, 7000],
    hello: () => bytes("VERSION\r\n"),
    parse: (reply, last) => {
      const text = latin1(reply.subarray(0, 512));
      if (text.length < 16 && !last) return short(last);
      return /^:[\w.-]{1,80} (451|NOTICE|421|020|351) /.test(text)
        ? is({ service: "irc", confidence: "high", fields: { "irc.reply": text } })
        : OTHER;
    },
  },
];
