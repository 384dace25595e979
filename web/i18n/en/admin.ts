/** Texts: the admin's room. @module */

/** Texts. */
export const admin = {
  title: "Admin",
};
