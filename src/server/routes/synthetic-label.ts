const LABEL = `<p class="synthetic" role="note"><strong>Synthetic record</strong>, made by <code>portolan demo</code>: a simulated network answered, and no real one was scanned.</p>`;

/** A page with the label of a synthetic record above everything else. The server writes it, so no page can leave it out. */
export function labelled(page: string, synthetic: boolean): string {
  return synthetic ? page.replace(/<body[^>]*>/, (body) => `${body}${LABEL}`) : page;
}
