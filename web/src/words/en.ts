/**
 * Every word that the page's building blocks, lists and outputs show, in English: the table that
 * the others must match. `{name}` is filled in by `t`; `.one` and `.other` are chosen by `tn`.
 */
export const en = {
  "action.cancel": "Cancel",
  "action.close": "Close",
  "action.delete": "Delete",
  "action.rename": "Rename",
  "action.dismiss": "Dismiss",
  "action.retry": "Try again",

  "app.name": "Colibri",
  "app.tagline": "Notebooks on your own machines",
  "app.loading": "Loading…",

  "field.email": "E-mail",
  "field.name": "Name",
  "field.password": "Password",
  "field.new_password": "New password",
  "field.repeat_password": "Repeat the password",
  "field.show_password": "Show the password",
  "field.hide_password": "Hide the password",

  "form.email_invalid": "This is not an e-mail address.",
  "form.name_missing": "Please enter your name.",
  "form.password_missing": "Please enter your password.",
  "form.password_short": "At least {min} characters, please.",
  "form.password_differs": "The two passwords differ.",

  "sign_in.submit": "Sign in",

  "setup.title": "Set up your account",
  "setup.text": "You came by a one-time link. Choose how to sign in from now on.",
  "setup.submit": "Save and go on",
  "setup.later": "Later",
  "setup.password_hint": "{min} characters or more. A sentence is easy to remember.",

  "list.not_notebook": "Only .ipynb files can be uploaded here.",
  "list.rename_title": "Rename notebook",
  "list.rename_label": "New name",

  "account.menu": "Account of {name}",
  "account.settings": "Settings",
  "account.sign_out": "Sign out",

  "theme.light": "Light",
  "theme.dark": "Dark",
  "theme.system": "As the system",
  "language.label": "Language",

  "time.just_now": "just now",

  "toast.region": "Messages",

  "output.cut": "… {lines} ({size}) not kept …",
  "output.lines.one": "1 line",
  "output.lines.other": "{count} lines",
  "output.dropped.one": "1 more output was not kept",
  "output.dropped.other": "{count} more outputs were not kept",
  "output.show_all": "Show all",
  "output.show_less": "Show less",
  "output.image": "Output image",
  "output.image_failed": "The image could not be shown.",
  "output.image_huge": "A very large image: {width} × {height} pixels.",
  "output.image_show": "Show it anyway",
  "output.load_failed": "This output could not be loaded.",
  "output.loading": "Loading output…",
  "output.frame_title": "Output of the cell",
  "output.frame_untrusted": "This output runs code of its own. It can reach nothing of yours.",
  "output.frame_run": "Show it",
  "output.port_gone": "The runtime of this program has ended.",
  "output.port_title": "Port {place} of the runtime",
  "output.frame_stopped": "This output kept restarting and was stopped.",
  "output.type_note": "{type} cannot be drawn yet; shown as text.",
  "output.type_only_note": "{type} cannot be drawn yet.",
  "output.json_more.one": "… 1 more",
  "output.json_more.other": "… {count} more",
  "output.json_items.one": "1 item",
  "output.json_items.other": "{count} items",
  "output.json_expand": "Expand",
  "output.json_collapse": "Collapse",
  "output.json_expand_all": "Expand all",
  "output.json_collapse_all": "Collapse all",
  "output.json_copy": "Copy JSON",
  "output.json_copied": "Copied",
} as const
