#include "store/schema.hpp"

#include <array>

namespace colibri::store {

namespace {

// 1: accounts, Drive index, document logs, leases.
const Migration kFirst = {
    R"(CREATE TABLE users (
         id TEXT PRIMARY KEY,
         email TEXT NOT NULL UNIQUE,            -- lower case
         name TEXT NOT NULL,
         password_hash TEXT NOT NULL,           -- empty: none set, sign in by link
         role TEXT NOT NULL CHECK (role IN ('owner', 'user')),
         created_ms INTEGER NOT NULL
       ) STRICT)",
    R"(CREATE TABLE web_sessions (
         token_hash TEXT PRIMARY KEY,           -- sha-256 of the cookie, hex
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         csrf TEXT NOT NULL,
         created_ms INTEGER NOT NULL,
         expires_ms INTEGER NOT NULL,
         last_seen_ms INTEGER NOT NULL
       ) STRICT)",
    "CREATE INDEX web_sessions_of_user ON web_sessions (user_id)",
    R"(CREATE TABLE signin_links (
         token_hash TEXT PRIMARY KEY,
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         expires_ms INTEGER NOT NULL,
         used_ms INTEGER NOT NULL               -- 0: not yet
       ) STRICT)",
    R"(CREATE TABLE notebooks (
         id TEXT PRIMARY KEY,
         owner_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         path TEXT NOT NULL,                    -- in the owner's Drive
         created_ms INTEGER NOT NULL,
         opened_ms INTEGER NOT NULL,            -- 0: never
         UNIQUE (owner_id, path)
       ) STRICT)",
    R"(CREATE TABLE document_snapshots (
         notebook_id TEXT PRIMARY KEY REFERENCES notebooks (id) ON DELETE CASCADE,
         epoch TEXT NOT NULL,
         seq INTEGER NOT NULL,
         state BLOB NOT NULL,
         file_sha256 TEXT NOT NULL,             -- of the .ipynb as we last wrote or read it
         file_size INTEGER NOT NULL,
         file_mtime_ns INTEGER NOT NULL
       ) STRICT)",
    R"(CREATE TABLE document_records (
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         seq INTEGER NOT NULL,
         payload TEXT NOT NULL,
         PRIMARY KEY (notebook_id, seq)
       ) STRICT, WITHOUT ROWID)",
    // A lease may outlive its notebook (removed while it runs), so it refers to none.
    R"(CREATE TABLE leases (
         id TEXT PRIMARY KEY,
         notebook_id TEXT NOT NULL,
         user_id TEXT NOT NULL,
         flavor TEXT NOT NULL,
         image TEXT NOT NULL,
         state TEXT NOT NULL,
         reason TEXT NOT NULL DEFAULT '',
         detail TEXT NOT NULL DEFAULT '',
         token TEXT NOT NULL DEFAULT '',
         created_ms INTEGER NOT NULL,
         ends_ms INTEGER NOT NULL DEFAULT 0,
         uid_slot INTEGER NOT NULL DEFAULT 0,
         supervisor_pid INTEGER NOT NULL DEFAULT 0,
         directory TEXT NOT NULL DEFAULT '',
         last_frame INTEGER NOT NULL DEFAULT 0,
         ended_ms INTEGER NOT NULL DEFAULT 0
       ) STRICT)",
    "CREATE INDEX leases_of_notebook ON leases (notebook_id, ended_ms)",
    R"(CREATE TABLE notebook_blobs (
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         sha256 TEXT NOT NULL,
         bytes INTEGER NOT NULL,
         media_type TEXT NOT NULL,
         PRIMARY KEY (notebook_id, sha256)
       ) STRICT, WITHOUT ROWID)",
};

// 2: sharing. A role is viewer, commenter or editor; the owner stands in notebooks.
const Migration kSharing = {
    R"(CREATE TABLE notebook_access (
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         role TEXT NOT NULL,
         granted_by TEXT NOT NULL,              -- a user, who may be gone
         created_ms INTEGER NOT NULL,
         PRIMARY KEY (notebook_id, user_id)
       ) STRICT, WITHOUT ROWID)",
    "CREATE INDEX notebook_access_of_user ON notebook_access (user_id)",
    // For addresses without an account: becomes access with the account.
    R"(CREATE TABLE notebook_invitations (
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         email TEXT NOT NULL,                   -- lower case
         role TEXT NOT NULL,
         invited_by TEXT NOT NULL,
         created_ms INTEGER NOT NULL,
         PRIMARY KEY (notebook_id, email)
       ) STRICT, WITHOUT ROWID)",
    "CREATE INDEX notebook_invitations_of_email ON notebook_invitations (email)",
    // The role of every signed-in user who opens the address; empty: none.
    "ALTER TABLE notebooks ADD COLUMN link_role TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE notebooks ADD COLUMN editors_share INTEGER NOT NULL DEFAULT 1",
    // The notebook that a playground was made from; empty: a notebook with a file.
    "ALTER TABLE notebooks ADD COLUMN origin_id TEXT NOT NULL DEFAULT ''",
    R"(CREATE TABLE notebook_user_state (
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         starred INTEGER NOT NULL DEFAULT 0,
         opened_ms INTEGER NOT NULL DEFAULT 0,  -- 0: never
         trusted INTEGER NOT NULL DEFAULT 0,    -- 1: ran it although somebody else wrote it
         comments_read_seq INTEGER NOT NULL DEFAULT 0,
         PRIMARY KEY (user_id, notebook_id)
       ) STRICT, WITHOUT ROWID)",
    "CREATE INDEX notebook_user_state_of_notebook ON notebook_user_state (notebook_id)",
    R"(INSERT INTO notebook_user_state (user_id, notebook_id, opened_ms)
         SELECT owner_id, id, opened_ms FROM notebooks WHERE opened_ms > 0)",
};

// Accounts: invitations, links with a purpose, OpenID Connect, sessions told apart, API tokens.
const Migration kAccounts = {
    "ALTER TABLE users ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE users ADD COLUMN disabled_ms INTEGER NOT NULL DEFAULT 0",   // 0: may sign in
    "ALTER TABLE users ADD COLUMN last_seen_ms INTEGER NOT NULL DEFAULT 0",  // 0: never
    "UPDATE users SET last_seen_ms = created_ms",  // Whoever was there before may have signed in.
    "ALTER TABLE web_sessions ADD COLUMN method TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE web_sessions ADD COLUMN user_agent TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE web_sessions ADD COLUMN address TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE signin_links ADD COLUMN purpose TEXT NOT NULL DEFAULT ''",
    // Addresses that may get an account: `invited` by somebody, or asked for on the sign-up page.
    R"(CREATE TABLE invitations (
         token_hash TEXT PRIMARY KEY,
         email TEXT NOT NULL,
         kind TEXT NOT NULL CHECK (kind IN ('invited', 'sign_up')),
         role TEXT NOT NULL CHECK (role IN ('owner', 'user')),
         invited_by TEXT NOT NULL,              -- a user, who may be gone; empty for sign_up
         created_ms INTEGER NOT NULL,
         expires_ms INTEGER NOT NULL
       ) STRICT)",
    "CREATE INDEX invitations_of_email ON invitations (email)",
    // An address that becomes a user's when its link is opened.
    R"(CREATE TABLE email_changes (
         token_hash TEXT PRIMARY KEY,
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         email TEXT NOT NULL,
         expires_ms INTEGER NOT NULL
       ) STRICT)",
    // Whom an OpenID Connect provider means by a subject.
    R"(CREATE TABLE linked_sign_ins (
         issuer TEXT NOT NULL,
         subject TEXT NOT NULL,
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         email TEXT NOT NULL,                   -- as the provider had it at the last sign-in
         created_ms INTEGER NOT NULL,
         used_ms INTEGER NOT NULL,
         PRIMARY KEY (issuer, subject)
       ) STRICT)",
    "CREATE INDEX linked_sign_ins_of_user ON linked_sign_ins (user_id)",
    R"(CREATE TABLE api_tokens (
         id TEXT PRIMARY KEY,
         token_hash TEXT NOT NULL UNIQUE,
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         name TEXT NOT NULL,
         scopes TEXT NOT NULL,                  -- separated by blanks
         created_ms INTEGER NOT NULL,
         expires_ms INTEGER NOT NULL,
         used_ms INTEGER NOT NULL               -- 0: never
       ) STRICT)",
    "CREATE INDEX api_tokens_of_user ON api_tokens (user_id)",
};

// History: versions of notebooks as manifests of shared parts, what ran, and which document the
// file holds.
const Migration kHistory = {
    R"(CREATE TABLE revisions (
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         number INTEGER NOT NULL,
         time_ms INTEGER NOT NULL,
         kind TEXT NOT NULL,
         name TEXT NOT NULL,
         pinned INTEGER NOT NULL,
         kept INTEGER NOT NULL,                 -- 1: a person pinned or named it
         authors TEXT NOT NULL,                 -- JSON
         cells INTEGER NOT NULL,
         seq INTEGER NOT NULL,                  -- of the document that it holds
         manifest_sha256 TEXT NOT NULL,
         manifest TEXT NOT NULL,                -- zstd in base64, as data and file_base
         PRIMARY KEY (notebook_id, number)
       ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE revision_parts (
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         sha256 TEXT NOT NULL,
         data TEXT NOT NULL,
         blobs TEXT NOT NULL,                   -- hashes of outputs beside the store, by blanks
         PRIMARY KEY (notebook_id, sha256)
       ) STRICT)",
    R"(CREATE TABLE executions (
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         execution TEXT NOT NULL,
         seq INTEGER NOT NULL,                  -- of the record that queued it
         place INTEGER NOT NULL,                -- in that record
         runtime TEXT NOT NULL,                 -- empty: not started
         cell TEXT NOT NULL,
         user_id TEXT NOT NULL,
         user_name TEXT NOT NULL,
         source TEXT NOT NULL,
         source_bytes INTEGER NOT NULL,         -- more than source has: it was cut
         queued_ms INTEGER NOT NULL,
         started_ms INTEGER NOT NULL,           -- 0: not yet, as finished_ms
         finished_ms INTEGER NOT NULL,
         status TEXT NOT NULL,                  -- empty: not finished
         reason TEXT NOT NULL,
         count INTEGER NOT NULL,                -- 0: none
         PRIMARY KEY (notebook_id, execution)
       ) STRICT)",
    "CREATE INDEX executions_in_order ON executions (notebook_id, seq, place)",
    "ALTER TABLE document_snapshots ADD COLUMN file_inode INTEGER NOT NULL DEFAULT 0",
    // The file was written from the document at this seq; -1: from no such document, or not known.
    "ALTER TABLE document_snapshots ADD COLUMN file_seq INTEGER NOT NULL DEFAULT -1",
    // What the file holds, when it is not what the document was at file_seq.
    "ALTER TABLE document_snapshots ADD COLUMN file_base TEXT NOT NULL DEFAULT ''",
    // What the file is about to become; empty: nothing else.
    "ALTER TABLE document_snapshots ADD COLUMN next_sha256 TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE document_snapshots ADD COLUMN next_seq INTEGER NOT NULL DEFAULT -1",
};

// A snapshot is text, which PostgreSQL keeps apart from bytes.
const Migration kSnapshotText = {
    "ALTER TABLE document_snapshots ADD COLUMN text TEXT NOT NULL DEFAULT ''",
    "UPDATE document_snapshots SET text = CAST(state AS TEXT)",
    "ALTER TABLE document_snapshots DROP COLUMN state",
    "ALTER TABLE document_snapshots RENAME COLUMN text TO state",
};

// Runtimes: one that its owner lets others use.
const Migration kSharedRuntimes = {
    "ALTER TABLE leases ADD COLUMN shared INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX leases_of_user ON leases (notebook_id, user_id, created_ms)",
};

// Links that whoever shares a notebook hands on, where no mail shows whose an address is.
const Migration kHandedLinks = {
    "ALTER TABLE invitations ADD COLUMN handed INTEGER NOT NULL DEFAULT 0",
};

// Accounts that are being deleted: begun, and to be finished whatever happens meanwhile.
const Migration kDeletions = {
    R"(CREATE TABLE account_deletions (
         user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
         created_ms INTEGER NOT NULL
       ) STRICT)",
};

// Runtimes that wait in the queue, on accelerators; what each person has used of these.
const Migration kQueue = {
    "ALTER TABLE leases ADD COLUMN kernel TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE leases ADD COLUMN kernel_chosen INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE leases ADD COLUMN follows TEXT NOT NULL DEFAULT ''",       // id of another lease
    "ALTER TABLE leases ADD COLUMN accelerators TEXT NOT NULL DEFAULT ''",  // ids, by blanks
    "ALTER TABLE leases ADD COLUMN kept_ms INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE leases ADD COLUMN language TEXT NOT NULL DEFAULT ''",  // of its person's mails
    R"(CREATE TABLE accelerator_usage (
         user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
         faded_ms INTEGER NOT NULL,             -- weighted, as of as_of_ms
         as_of_ms INTEGER NOT NULL,
         week_start_ms INTEGER NOT NULL,
         week_ms INTEGER NOT NULL
       ) STRICT)",
};

// Files of runtimes that have ended: what can be downloaded of them.
const Migration kKeptFiles = {
    R"(CREATE TABLE kept_files (
         runtime_id TEXT PRIMARY KEY,
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         notebook_id TEXT NOT NULL,
         title TEXT NOT NULL,
         flavor TEXT NOT NULL,
         reason TEXT NOT NULL,
         ended_ms INTEGER NOT NULL,
         files INTEGER NOT NULL,                -- -1: not looked at yet
         bytes INTEGER NOT NULL,
         room INTEGER NOT NULL                  -- of the disk
       ) STRICT)",
};

// The Drive: what a file cannot tell. Paths are those in the user's Drive.
const Migration kDrive = {
    // Which file it was when we looked last, so that one that is moved keeps its id; 0: not known.
    "ALTER TABLE notebooks ADD COLUMN file_inode INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE notebooks ADD COLUMN file_born_ns INTEGER NOT NULL DEFAULT 0",
    R"(CREATE TABLE drive_trash (
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         name TEXT NOT NULL,                    -- in the folder Trash
         origin TEXT NOT NULL,                  -- empty: not known
         trashed_ms INTEGER NOT NULL,
         PRIMARY KEY (user_id, name)
       ) STRICT, WITHOUT ROWID)",
    "CREATE INDEX drive_trash_by_time ON drive_trash (trashed_ms)",
    R"(CREATE TABLE drive_stars (
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         path TEXT NOT NULL,
         inode INTEGER NOT NULL,
         born_ns INTEGER NOT NULL,
         PRIMARY KEY (user_id, path)
       ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE drive_texts (
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         path TEXT NOT NULL,
         size INTEGER NOT NULL,                 -- of the file when it was read, as the next two
         mtime_ns INTEGER NOT NULL,
         inode INTEGER NOT NULL,
         text TEXT NOT NULL,                    -- in lower case
         PRIMARY KEY (user_id, path)
       ) STRICT)",
    R"(CREATE TABLE drive_uploads (
         id TEXT PRIMARY KEY,
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         path TEXT NOT NULL,                    -- that the file shall have
         bytes INTEGER NOT NULL,                -- that it shall have
         replaces INTEGER NOT NULL,             -- 1: a file that has this path
         boot TEXT NOT NULL,                    -- of this host when it began
         created_ms INTEGER NOT NULL
       ) STRICT)",
    "CREATE INDEX drive_uploads_of_user ON drive_uploads (user_id)",
};

// Secrets of a person, each readable with the server's key only, and the notebooks that may have
// them.
const Migration kSecrets = {
    R"(CREATE TABLE secrets (
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         name TEXT NOT NULL,
         sealed TEXT NOT NULL,                  -- nonce and ciphertext, base64
         created_ms INTEGER NOT NULL,
         changed_ms INTEGER NOT NULL,
         PRIMARY KEY (user_id, name)
       ) STRICT)",
    R"(CREATE TABLE secret_access (
         user_id TEXT NOT NULL,
         name TEXT NOT NULL,
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         PRIMARY KEY (user_id, name, notebook_id),
         FOREIGN KEY (user_id, name) REFERENCES secrets (user_id, name) ON DELETE CASCADE
       ) STRICT)",
};

// What people have chosen for their pages.
const Migration kUserSettings = {
    R"(CREATE TABLE user_settings (
         user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
         settings TEXT NOT NULL                 -- JSON, an object
       ) STRICT)",
};

// How people are connected to GitHub, and where they have their notebooks there.
const Migration kGitHub = {
    R"(CREATE TABLE github_accounts (
         user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
         kind TEXT NOT NULL,                    -- token, oauth
         login TEXT NOT NULL,
         scopes TEXT NOT NULL,                  -- as GitHub tells them
         sealed TEXT NOT NULL,                  -- the token: nonce and ciphertext, base64
         created_ms INTEGER NOT NULL
       ) STRICT)",
    R"(CREATE TABLE github_targets (
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         targets TEXT NOT NULL,                 -- JSON, an object
         PRIMARY KEY (user_id, notebook_id)
       ) STRICT)",
};

// Notebooks that may mount a person's Drive without asking again.
const Migration kDriveConsents = {
    R"(CREATE TABLE drive_consents (
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
         given_ms INTEGER NOT NULL,
         PRIMARY KEY (user_id, notebook_id)
       ) STRICT)",
};

// Other clouds that people have connected.
const Migration kClouds = {
    R"(CREATE TABLE clouds (
         id TEXT PRIMARY KEY,
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         name TEXT NOT NULL,
         kind TEXT NOT NULL,                    -- as rclone names it
         sealed TEXT NOT NULL,                  -- folder and options, in JSON
         created_ms INTEGER NOT NULL,
         UNIQUE (user_id, name)
       ) STRICT)",
};

// A change is a new migration at the end; one that others may have run is never edited.
const std::array kMigrations = {&kFirst,        &kSharing,        &kAccounts,      &kHistory,
                                &kSnapshotText, &kSharedRuntimes, &kHandedLinks,   &kDeletions,
                                &kQueue,        &kKeptFiles,      &kDrive,         &kSecrets,
                                &kUserSettings, &kGitHub,         &kDriveConsents, &kClouds};

}  // namespace

std::span<const Migration* const> migrations() {
  return kMigrations;
}

}  // namespace colibri::store
