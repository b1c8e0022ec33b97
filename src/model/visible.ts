/**
 * Characters that show nothing and take part in no word: the format characters (Cf) and what Unicode says to ignore
 * where it is not supported, such as the Hangul fillers, which are letters by category; and the empty Braille pattern.
 * The joiners of Persian and Indic names and the variation selectors of emoji are not among them.
 */
const INVISIBLE =
  /[[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}]--[\p{Join_Control}\p{Variation_Selector}]]/v;
const SHOWN = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u{2800}]/v;

/**
 * Whether a person can read the text as a name: it shows something, and hides nothing. Names stand for people, keys and
 * machines on screens and in the record, where two that look the same must be the same.
 */
export function isVisible(text: string): boolean {
  return SHOWN.test(text) && !INVISIBLE.test(text);
}
