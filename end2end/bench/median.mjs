// The median, as the benches and the table of codecs state it.

/** The middle value; of an even number of values the upper one of the two in the middle. */
export const median = (values) => [...values].sort((one, other) => one - other)[values.length >> 1];
