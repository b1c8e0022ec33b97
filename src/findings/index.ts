/** Confirmed deviations and their life. */
export { transitions, type Gone, type Transition } from "./life.ts";
