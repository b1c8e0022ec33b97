import type { Greeting, Hello } from "../reading.ts";
import { DIRECTORY_HELLOS } from "./directory.ts";
import { HTTP, HTTP2 } from "./http.ts";
import { LINE_GREETINGS } from "./line-greetings.ts";
import { MESSAGING_HELLOS } from "./messaging.ts";
import { MONGODB } from "./mongodb.ts";
import { MYSQL } from "./mysql.ts";
import { SCREEN_HELLOS, VNC } from "./screens.ts";
import { JDWP, SOCKS } from "./socks.ts";
import { STORE_HELLOS } from "./stores.ts";
import { RLOGIN, TELNET } from "./telnet.ts";

/**
 * Protocols whose server speaks first. A greeting that none of them reads may still be the reply of one of {@link
 * HELLOS}.
 */
export const GREETINGS: readonly Greeting[] = [...LINE_GREETINGS, MYSQL, VNC, TELNET];

export const HELLOS: readonly Hello[] = [
  HTTP,
  HTTP2,
  ...STORE_HELLOS,
  MONGODB,
  ...DIRECTORY_HELLOS,
  ...MESSAGING_HELLOS,
  ...SCREEN_HELLOS,
  SOCKS,
  JDWP,
  RLOGIN,
];
