/** What one may do with a notebook, from least to most. */
export const roles = ["viewer", "commenter", "editor", "owner"] as const
export type Role = (typeof roles)[number]
