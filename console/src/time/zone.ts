/** The zone of this browser, by its IANA name. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
