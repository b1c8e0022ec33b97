/** Requests that are sent again: answered from what was kept, not performed again. */
export { createKeptAnswers, keepAnswer } from "./io/kept-answers.ts";
