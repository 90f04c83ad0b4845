/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue: who and what exists. It finds candidates for names and loads the facts about a triple; it never
 * scores, chooses or decides. */
#ifndef ASKIAM_BACKEND_CATALOGUE_H
#define ASKIAM_BACKEND_CATALOGUE_H

#include <askiam/backend/backend.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of entity, usable as a mask. */
typedef enum askiam_kind { ASKIAM_KIND_USER = 1, ASKIAM_KIND_APPLICATION = 2, ASKIAM_KIND_ROLE = 4 } askiam_kind;

/* How a term looks for names. Every name of an entity counts: its id, its name, its aliases, a user's e-mail. */
typedef enum askiam_term_mode {
  ASKIAM_TERM_EXACT = 0, /* askiam_text_key(name) or its compact form equals the term's key */
  ASKIAM_TERM_NEAR =
      1, /* applications and roles: every name whose compact key is within `distance` edits; more is fine */
  ASKIAM_TERM_SIMILAR = 2 /* any kind: names worth suggesting; best effort, at most `limit` */
} askiam_term_mode;

/* The key under which a name is looked up: NFKC, case folded, diacritics and default ignorables removed, every run
 * of what is neither letter, digit nor mark one space, none at the ends. "Jos\u00e9 O'Neil" gives "jose o neil".
 * Confusables stay apart. The compact form is the same without spaces. Writes at most `size_bytes` with the NUL,
 * returns the length needed without it; SIZE_MAX where `name` is not UTF-8 or memory ran out. */
ASKIAM_API size_t askiam_text_key(char *buffer, size_t size_bytes, askiam_str name);

/* Many names to look for at once, in ascending order of (mode, key) by bytes. Borrowed for the call. */
typedef struct askiam_terms askiam_terms;

ASKIAM_API size_t askiam_terms_count(const askiam_terms *terms);
ASKIAM_API askiam_term_mode askiam_terms_mode(const askiam_terms *terms, size_t index);
/* Which kinds are wanted: a mask of askiam_kind. */
ASKIAM_API unsigned askiam_terms_kinds(const askiam_terms *terms, size_t index);
/* EXACT: a key, spaced or compact. NEAR: a compact key. SIMILAR: a spaced key; empty lists what there is in the
 * application. */
ASKIAM_API askiam_str askiam_terms_key(const askiam_terms *terms, size_t index);
/* NEAR: most edits (insert, delete, replace, swap neighbours), 1 to 3; digits are always equal. */
ASKIAM_API unsigned askiam_terms_distance(const askiam_terms *terms, size_t index);
/* Roles only: those of this application; absent for all. */
ASKIAM_API askiam_str askiam_terms_application_id(const askiam_terms *terms, size_t index);
/* Most entities wanted for this term and each kind. Where there are more: askiam_candidates_truncated. */
ASKIAM_API size_t askiam_terms_limit(const askiam_terms *terms, size_t index);

/* Where candidates go. The strings are copied. `form` is the name, id, alias or e-mail that answers the term, as
 * it is stored; `application_id` is a role's, else absent. The same entity by two forms is added twice. */
typedef struct askiam_candidates askiam_candidates;
ASKIAM_API askiam_status askiam_candidates_add(askiam_candidates *candidates, size_t term, askiam_kind kind,
                                               askiam_str id, askiam_str name, askiam_str form,
                                               askiam_str application_id);
/* Says that the entity that was added last is not active: it is found, so that a decision can say so, and never
 * suggested. An entity of which nothing is said is active. */
ASKIAM_API void askiam_candidates_inactive(askiam_candidates *candidates);
/* Says that a term has more candidates of a kind than its limit. */
ASKIAM_API void askiam_candidates_truncated(askiam_candidates *candidates, size_t term, askiam_kind kind);

typedef enum askiam_entity_status {
  ASKIAM_ENTITY_ACTIVE = 0,
  ASKIAM_ENTITY_INACTIVE = 1,
  ASKIAM_ENTITY_SUSPENDED = 2 /* users only */
} askiam_entity_status;

typedef enum askiam_grant_status {
  ASKIAM_GRANT_ACTIVE = 0,
  ASKIAM_GRANT_REVOKED = 1,
  ASKIAM_GRANT_EXPIRED = 2
} askiam_grant_status;

/* Everything that rules and rag need to know about (user, application, role). Filled once by the catalogue, then
 * never changed. What is not set does not exist. All strings are copied; all return OK or NO_MEMORY. */
typedef struct askiam_facts askiam_facts;

/* The catalogue's version within which all of it was read. */
ASKIAM_API void askiam_facts_set_version(askiam_facts *facts, uint64_t version);
ASKIAM_API askiam_status askiam_facts_set_user(askiam_facts *facts, askiam_str id, askiam_str name, askiam_str email,
                                               askiam_entity_status status);
ASKIAM_API askiam_status askiam_facts_add_user_attribute(askiam_facts *facts, askiam_str key, askiam_str value);
ASKIAM_API askiam_status askiam_facts_set_requester(askiam_facts *facts, askiam_str id, askiam_str name,
                                                    askiam_entity_status status);
ASKIAM_API askiam_status askiam_facts_set_application(askiam_facts *facts, askiam_str id, askiam_str name,
                                                      askiam_str owner, askiam_entity_status status);
ASKIAM_API askiam_status askiam_facts_set_role(askiam_facts *facts, askiam_str id, askiam_str application_id,
                                               askiam_str name, askiam_str description, askiam_str risk,
                                               askiam_entity_status status);
ASKIAM_API askiam_status askiam_facts_add_permission(askiam_facts *facts, askiam_str permission);
/* An assignment of the user, whatever its state; `expires_at_ms` 0 is without end. Times are UTC milliseconds. */
ASKIAM_API askiam_status askiam_facts_add_grant(askiam_facts *facts, askiam_str role_id, askiam_str role_name,
                                                int64_t granted_at_ms, int64_t expires_at_ms,
                                                askiam_grant_status status);
ASKIAM_API askiam_status askiam_facts_add_prerequisite(askiam_facts *facts, askiam_str role_id, askiam_str role_name);
/* Conflicts of the role with roles that the user has any assignment of, or that are its prerequisites, must be
 * told; telling all is fine. */
ASKIAM_API askiam_status askiam_facts_add_conflict(askiam_facts *facts, askiam_str role_id, askiam_str role_name,
                                                   askiam_str reason);
/* The user is barred from the role. */
ASKIAM_API askiam_status askiam_facts_set_restriction(askiam_facts *facts, askiam_str reason);
/* How many policies there are, and a hash that changes with any of them (hexadecimal; empty for none). */
ASKIAM_API askiam_status askiam_facts_set_policies(askiam_facts *facts, uint64_t count, askiam_str hash);
/* For `queries_executed`: one statement that was run, and how many rows it gave. */
ASKIAM_API askiam_status askiam_facts_add_query(askiam_facts *facts, const char *name, uint64_t rows);

/* People, for likeness. */
typedef struct askiam_people askiam_people;
ASKIAM_API size_t askiam_people_count(const askiam_people *people);
ASKIAM_API askiam_str askiam_people_id(const askiam_people *people, size_t index);
/* One who exists need not have anything added but this; copied. */
ASKIAM_API void askiam_people_found(askiam_people *people, size_t index);
ASKIAM_API askiam_status askiam_people_add_attribute(askiam_people *people, size_t index, askiam_str key,
                                                     askiam_str value);
/* A role that the person holds now. */
ASKIAM_API askiam_status askiam_people_add_role(askiam_people *people, size_t index, askiam_str role_id);

/* Receives one policy document (AWS IAM JSON), borrowed for the call; anything but OK ends the walk with that
 * status. */
typedef askiam_status (*askiam_policy_fn)(void *context, askiam_str id, uint64_t revision, askiam_str policy_json);

/* Append-only; `size` is sizeof(askiam_catalogue_vtable) of the author's headers. Slots may be called by several
 * threads. */
typedef struct askiam_catalogue_vtable {
  size_t size; /* Mandatory */
  /* A number that moves with every change of the catalogue. Mandatory. */
  askiam_status (*version)(void *self, const askiam_call *call, uint64_t *out_version, askiam_error *error);
  /* Adds the candidates of all terms, in one step. Mandatory. */
  askiam_status (*candidates)(void *self, const askiam_call *call, const askiam_terms *terms,
                              askiam_candidates *candidates, askiam_error *error);
  /* Loads the facts, in one step and within one version. What an id does not find stays unset: that is no error.
   * Any id may be absent, then nothing is looked up for it. A role is loaded by its id, whichever application it
   * belongs to. Mandatory. */
  askiam_status (*facts)(void *self, const askiam_call *call, askiam_str user_id, askiam_str requester_id,
                         askiam_str application_id, askiam_str role_id, askiam_facts *facts, askiam_error *error);
  /* Attributes and held roles of many people, in one step. Optional: people are then not alike or unlike. */
  askiam_status (*people)(void *self, const askiam_call *call, askiam_people *people, askiam_error *error);
  /* Hands on the documents of the policy set with this hash (askiam_facts_set_policies), in the order of ids: the
   * present one, or one of the past. NOT_FOUND where there is none such. Optional: where there are policies, the
   * check POLICY then fails. */
  askiam_status (*policies)(void *self, const askiam_call *call, askiam_str set_hash, askiam_policy_fn policy,
                            void *context, askiam_error *error);
} askiam_catalogue_vtable;

#ifdef __cplusplus
}
#endif
#endif
