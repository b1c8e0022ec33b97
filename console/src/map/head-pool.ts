/** Headings in the DOM for the lines, or the columns, in view: elements are reused as others come into view. */
export interface HeadPool {
  /** Shows `[first, last)`. */
  show(first: number, last: number): void;
  /** Forgets what the elements say, because another map is shown. */
  reset(): void;
}

export function createHeadPool(
  box: HTMLElement,
  fill: (element: HTMLElement, index: number) => void,
  place: (element: HTMLElement, index: number) => void,
): HeadPool {
  const shown = new Map<number, HTMLElement>();
  const free: HTMLElement[] = [];
  return {
    show(first, last) {
      for (const [index, element] of shown) {
        if (index >= first && index < last) continue;
        shown.delete(index);
        free.push(element);
      }
      for (let index = first; index < last; index += 1) {
        if (shown.has(index)) continue;
        let element = free.pop();
        if (element === undefined) {
          element = document.createElement("div");
          box.append(element);
        }
        element.hidden = false;
        fill(element, index);
        place(element, index);
        shown.set(index, element);
      }
      for (const element of free) element.hidden = true;
    },
    reset() {
      free.push(...shown.values());
      shown.clear();
    },
  };
}
