// Marks, in a compiled component style, where the prefix of a class goes once its style isolation is known.
export const CLASS_SCOPE = "__SCOPE__";
