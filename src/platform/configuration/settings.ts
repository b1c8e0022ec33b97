import { listOf, name, network, onOff, path, text, whole, type Kind } from "./kinds.ts";

/** One thing that can be set. To add one, add it here: file, variables, `config show`, schema and docs follow. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  /** What holds where nobody says otherwise; undefined: the setting is absent then. */
  readonly fallback: T;
  readonly variable: string;
  /** The option of `portolan start` that sets it. */
  readonly option?: string | undefined;
  /** True: the file may set it by its key. What says where the file lies, or is read before it, cannot be in it. */
  readonly inFile: boolean;
  /** True: never an option, never shown, and given by a file that holds it alone: `VARIABLE_FILE`, `keyFile`. */
  readonly secret: boolean;
  readonly about: string;
}

interface Described<T> {
  readonly kind: Kind<T>;
  readonly variable: string;
  readonly option?: string;
  readonly inFile?: boolean;
  readonly secret?: boolean;
  readonly about: string;
}

const always = <T>(fallback: T, { inFile = true, secret = false, ...rest }: Described<T>): Setting<T> => ({
  fallback,
  inFile,
  secret,
  ...rest,
});

const maybe = <T>({ inFile = true, secret = false, ...rest }: Described<T>): Setting<T | undefined> => ({
  fallback: undefined,
  inFile,
  secret,
  ...(rest as Omit<Setting<T | undefined>, "fallback" | "inFile" | "secret">),
});

export const SETTINGS = {
  config: always("portolan.server.yaml", {
    kind: path,
    variable: "PORTOLAN_CONFIG",
    inFile: false,
    about: "the configuration file; need not be there unless it is named",
  }),
  home: always(".portolan", {
    kind: path,
    variable: "PORTOLAN_HOME",
    inFile: false,
    about: "directory of the embedded database, the signing key and the API token",
  }),
  debug: always(false, {
    kind: onOff,
    variable: "PORTOLAN_DEBUG",
    inFile: false,
    about: "also print the stack of an error that nobody foresaw",
  }),
  "database.url": maybe({
    kind: text,
    variable: "DATABASE_URL",
    secret: true,
    about: "a PostgreSQL to keep the record in, instead of the embedded database",
  }),
  identify: always(true, {
    kind: onOff,
    variable: "PORTOLAN_IDENTIFY",
    about: "off: sweeps look at ports and ask nothing of what answers on them",
  }),
  "server.host": always("127.0.0.1", {
    kind: { ...text, schema: name, form: "an address" },
    variable: "PORTOLAN_HOST",
    option: "--host",
    about: "address the API listens on; anything but loopback takes TLS, its own or that of a proxy",
  }),
  "server.port": always(4600, {
    kind: whole(0, 65_535),
    variable: "PORTOLAN_PORT",
    option: "--port",
    about: "port of the API; 0 for any free one",
  }),
  "server.allowHosts": always<readonly string[]>([], {
    kind: listOf(name, "a list of names"),
    variable: "PORTOLAN_ALLOW_HOSTS",
    option: "--allow-host",
    about: "further names the API answers to, e.g. that of a proxy in front of it",
  }),
  "server.publicUrl": maybe({
    kind: text,
    variable: "PORTOLAN_PUBLIC_URL",
    option: "--public-url",
    about: "where browsers reach it, e.g. https://portolan.example.com; passkeys and links are for this name",
  }),
  "server.trustedProxies": always<readonly string[]>([], {
    kind: listOf(network, "a list of addresses and networks"),
    variable: "PORTOLAN_TRUSTED_PROXIES",
    option: "--trust-proxy",
    about: "proxies in front of the API whose X-Forwarded-For and X-Forwarded-Proto are believed",
  }),
  "server.tls.certificate": maybe({
    kind: path,
    variable: "PORTOLAN_TLS_CERTIFICATE",
    option: "--tls-certificate",
    about: "PEM file of the API's certificate and what leads to its authority",
  }),
  "server.tls.key": maybe({
    kind: path,
    variable: "PORTOLAN_TLS_KEY",
    option: "--tls-key",
    about: "PEM file of the certificate's key; no other user may read it",
  }),
  "oidc.issuer": maybe({
    kind: text,
    variable: "PORTOLAN_OIDC_ISSUER",
    about: "an OpenID Connect provider that people sign in at, e.g. https://login.example.com",
  }),
  "oidc.clientId": maybe({
    kind: text,
    variable: "PORTOLAN_OIDC_CLIENT_ID",
    about: "what this installation is called at the provider",
  }),
  "oidc.clientSecret": maybe({
    kind: text,
    variable: "PORTOLAN_OIDC_CLIENT_SECRET",
    secret: true,
    about: "what this installation shows the provider to be it",
  }),
  "oidc.name": always("single sign-on", {
    kind: text,
    variable: "PORTOLAN_OIDC_NAME",
    about: "what the button on the page of signing in says after 'Sign in with'",
  }),
} as const;

export type SettingKey = keyof typeof SETTINGS;
export type Settings = {
  readonly [Key in SettingKey]: (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never;
};

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** The settings without what tells them apart in their types: for what treats all alike. */
export function settingOf(key: SettingKey): Setting<unknown> {
  return SETTINGS[key];
}
