export { calendar, type CalendarRow, type Day } from "./calendar.ts";
export { shape, svgText, type Drawing, type Shape } from "./drawing.ts";
export { KINDS, paintOf, PRINT, type Kind, type Palette } from "./palette.ts";
export type { TimeRange } from "./time-axis.ts";
export { timeline, type Lane, type Layout, type Span, type Timeline } from "./timeline.ts";
