/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is calling: principals, and the two ways to prove to be one, a signed token (JWT) or an API key. docs/auth.md. */
#ifndef ASKIAM_AUTH_H
#define ASKIAM_AUTH_H

#include <askiam/audit.h>
#include <askiam/config.h>
#include <askiam/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* May ask for somebody else: a `user_id` that differs from the principal. */
#define ASKIAM_SCOPE_ON_BEHALF "on-behalf"
/* May see everybody's requests, their evidence and their documents. */
#define ASKIAM_SCOPE_AUDIT "audit"

/* Somebody whose identity was proved. Immutable; any thread. Lives on after its engine is destroyed. */
typedef struct askiam_principal askiam_principal;

/* A principal that the host has authenticated itself. `id` is 1 to 256 bytes, as ids are; `method` says how
 * ("iam", "lex", "host"; at most 32 of [a-z0-9-]); `scopes` and `groups` are separated by spaces and may be
 * absent. BAD_DATA otherwise. `allocator` may be NULL (malloc). Destroy with askiam_principal_destroy. */
ASKIAM_API askiam_status askiam_principal_new(askiam_principal **out_principal, askiam_str id, const char *method,
                                              askiam_str scopes, askiam_str groups, const askiam_allocator *allocator,
                                              askiam_error *error);
/* The principal (method "jwt", without an end) of a token that somebody else has verified, such as API Gateway.
 * `claims_json` is the object of its claims as they were handed on, and is read as askiam_token_verify reads a token's:
 * by the settings auth.claims.…, and an email names nobody until it is verified. A list may also be a text, "[a b]", and
 * of groups "a,b": so API Gateway writes it. Nothing else is looked at: whoever handed the claims on answers for
 * signature, issuer, audience and time. NOT_PERMITTED says why they name nobody. `allocator` may be NULL (malloc).
 * Destroy with askiam_principal_destroy. */
ASKIAM_API askiam_status askiam_principal_from_claims(askiam_principal **out_principal, askiam_str claims_json,
                                                      const askiam_config *config, const askiam_allocator *allocator,
                                                      askiam_error *error);
/* NULL does nothing. */
ASKIAM_API void askiam_principal_destroy(askiam_principal *principal);
/* Of these four each is borrowed from the principal; the absent string where it has none, or is NULL. */
ASKIAM_API askiam_str askiam_principal_id(const askiam_principal *principal);
ASKIAM_API askiam_str askiam_principal_method(const askiam_principal *principal); /* "jwt", "key", "iam", … */
ASKIAM_API askiam_str askiam_principal_scopes(const askiam_principal *principal); /* separated by single spaces */
ASKIAM_API askiam_str askiam_principal_groups(const askiam_principal *principal); /* likewise */
/* When the proof ends, UTC milliseconds; 0: it does not. */
ASKIAM_API int64_t askiam_principal_expires_at_ms(const askiam_principal *principal);
/* 1 where it has this scope, by its exact name; else 0. */
ASKIAM_API int askiam_principal_has_scope(const askiam_principal *principal, const char *scope);

/* Verifies a JSON Web Token in compact form (RFC 7519; RS256, ES256, EdDSA, or HS256 by a configured key), a
 * "Bearer" before it allowed, by the settings auth.…: the key is chosen by `kid` and alone decides the algorithm.
 * NOT_PERMITTED says why in words that are fit for a log, never for the caller; UNAVAILABLE where the key set
 * cannot be had; CONFIG where none is configured. It may wait for a key set: about 5 s, and never longer than
 * request.timeout_ms. Destroy the principal with askiam_principal_destroy. */
ASKIAM_API askiam_status askiam_token_verify(askiam_principal **out_principal, askiam_engine *engine, askiam_str token,
                                             askiam_error *error);
/* The same for a host that has only `timeout_ms` left: the least of that and request.timeout_ms counts; 0: that alone.
 * A key set that is not fetched in time leaves the old one in its place, where it still serves. */
ASKIAM_API askiam_status askiam_token_verify_within(askiam_principal **out_principal, askiam_engine *engine,
                                                    askiam_str token, int64_t timeout_ms, askiam_error *error);
/* 1 where the engine is to verify tokens: one of auth.issuer, auth.audience, auth.jwks, auth.hs256_key_file is set. That
 * another which is needed is missing then is CONFIG at the first token. 0: API keys are all that it takes; of NULL, too.
 * Any thread. */
ASKIAM_API int askiam_token_is_configured(const askiam_engine *engine);

/* What a new API key is to be. Append-only, `size` is sizeof. */
typedef struct askiam_key_options {
  size_t size;
  askiam_str owner_id;   /* the principal that its bearer is; required */
  askiam_str name;       /* for people; at most 256 bytes; may be absent */
  askiam_str scopes;     /* separated by spaces; may be absent */
  int64_t expires_at_ms; /* 0: it does not end */
  int64_t per_minute;    /* requests a minute in the long run; 0: auth.key_per_minute */
  int64_t burst;         /* requests at once; 0: auth.key_burst */
} askiam_key_options;

/* Makes a key: *out_json {"id", "key", "owner", "name", "scopes" (separated by single spaces), "state",
 * "created_at", "expires_at", "revoked_at", "per_minute", "burst"}. "key" is the secret, told this once: the store
 * has a salted hash. Its owner need not be known to the catalogue; as long as he is not, his requests end in
 * USER_UNKNOWN. INVALID_ARGUMENT says which option could not be. Free with askiam_string_free, after wiping it where
 * that matters. */
ASKIAM_API askiam_status askiam_key_create(char **out_json, askiam_engine *engine, const askiam_key_options *options,
                                           askiam_error *error);
/* Every key, a line each, the oldest first, as above but never with its secret or hash; "state" is active, expired
 * or revoked. `line` may call the engine; anything but OK ends the list with that status. */
ASKIAM_API askiam_status askiam_key_list(askiam_engine *engine, askiam_line_fn line, void *context,
                                         askiam_error *error);
/* From now on the key is refused. NOT_FOUND for an unknown id; OK where it was revoked before. */
ASKIAM_API askiam_status askiam_key_revoke(askiam_engine *engine, askiam_str key_id, askiam_error *error);
/* The principal that bears this key (its owner, method "key", its scopes and end), and one request less in its
 * bucket; only who has the secret can use the bucket up. NOT_PERMITTED for a key that is unknown, wrong, expired or
 * revoked, without a difference; RATE_LIMITED where its bucket is empty: *out_wait_ms (may be NULL) says when to
 * come back. */
ASKIAM_API askiam_status askiam_key_verify(askiam_principal **out_principal, int64_t *out_wait_ms,
                                           askiam_engine *engine, askiam_str key, askiam_error *error);
/* The same for a host that has only `timeout_ms` left, as askiam_token_verify_within has it. */
ASKIAM_API askiam_status askiam_key_verify_within(askiam_principal **out_principal, int64_t *out_wait_ms,
                                                  askiam_engine *engine, askiam_str key, int64_t timeout_ms,
                                                  askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
