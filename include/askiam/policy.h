/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies in the JSON language of AWS IAM: checked, compiled once, evaluated many times. Usable alone, without an
 * engine or a store. The language: AWS IAM User Guide, "IAM JSON policy elements reference" and "Policy evaluation
 * logic". */
#ifndef ASKIAM_POLICY_H
#define ASKIAM_POLICY_H

#include <askiam/api.h>
#include <askiam/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a document is attached to: this says which members it must and must not have, and which part it plays.
 * Append-only. */
typedef enum askiam_policy_kind {
  ASKIAM_POLICY_IDENTITY = 0, /* to the principal: no Principal */
  ASKIAM_POLICY_RESOURCE =
      1, /* to the resource: with Principal or NotPrincipal; Resource may be absent (trust policies) */
  ASKIAM_POLICY_PERMISSION_BOUNDARY = 2, /* as an identity policy, but only limits */
  ASKIAM_POLICY_SESSION = 3,             /* as an identity policy, but only limits, for one session */
  ASKIAM_POLICY_SERVICE_CONTROL = 4,     /* of an organisation, by level: each level must allow */
  ASKIAM_POLICY_RESOURCE_CONTROL = 5,    /* likewise, about the resource's account */
  ASKIAM_POLICY_ENDPOINT = 6,            /* of the network endpoint that the request passes */
  ASKIAM_POLICY_ACCESS_REQUEST = 7 /* about access requests (docs/policies.md): Principal may be absent: everybody */
} askiam_policy_kind;

/* "identity", "resource", "permission_boundary", … Static; any thread. */
ASKIAM_API const char *askiam_policy_kind_name(askiam_policy_kind kind);

typedef enum askiam_policy_decision {
  ASKIAM_POLICY_IMPLICITLY_DENIED = 0, /* nothing allows it */
  ASKIAM_POLICY_ALLOWED = 1,
  ASKIAM_POLICY_EXPLICITLY_DENIED = 2
} askiam_policy_decision;

/* "ImplicitlyDenied", "Allowed", "ExplicitlyDenied". Static; any thread. */
ASKIAM_API const char *askiam_policy_decision_name(askiam_policy_decision decision);

/* Documents on their way into a set. Not shared by threads. */
typedef struct askiam_policy_builder askiam_policy_builder;

/* `allocator` may be NULL (malloc); else it is copied, and its context must outlive the builder and the set. */
ASKIAM_API askiam_status askiam_policy_builder_new(askiam_policy_builder **out_builder,
                                                   const askiam_allocator *allocator, askiam_error *error);
ASKIAM_API void askiam_policy_builder_destroy(askiam_policy_builder *builder);

/* Adds one document. `level` counts from 0 for SERVICE_CONTROL and RESOURCE_CONTROL (at most 15), and is 0 for all
 * others. `id` names it in explanations and may be absent. Both texts are copied. BAD_DATA for a document that AWS
 * would refuse: the message has line, column and member; the builder is then as it was. */
ASKIAM_API askiam_status askiam_policy_builder_add(askiam_policy_builder *builder, askiam_policy_kind kind,
                                                   unsigned level, askiam_str id, askiam_str json, askiam_error *error);

/* A compiled set of documents. Immutable: any number of threads may evaluate it at once, without locks. */
typedef struct askiam_policy_set askiam_policy_set;

/* Compiles what was added; afterwards the builder is empty and may be used again. */
ASKIAM_API askiam_status askiam_policy_builder_build(askiam_policy_set **out_set, askiam_policy_builder *builder,
                                                     askiam_error *error);
ASKIAM_API void askiam_policy_set_destroy(askiam_policy_set *set);

/* Who asks for what, in which circumstances. Used by one thread at a time, also where it is only evaluated: it
 * brings the memory that evaluation works with. */
typedef struct askiam_policy_request askiam_policy_request;

typedef enum askiam_policy_request_field {
  /* An ARN (user, role, assumed-role or federated-user session, root, or arn:aws:askiam:::user/ID), a service's name
   * ("lambda.amazonaws.com"), or "anonymous". */
  ASKIAM_POLICY_PRINCIPAL = 0,
  ASKIAM_POLICY_ACTION = 1,          /* "service:Name"; its case does not matter */
  ASKIAM_POLICY_RESOURCE_ARN = 2,    /* or "*" where the action knows no resources */
  ASKIAM_POLICY_RESOURCE_ACCOUNT = 3 /* 12 digits; absent: the one in the resource's ARN, else the principal's */
} askiam_policy_request_field;

ASKIAM_API askiam_status askiam_policy_request_new(askiam_policy_request **out_request,
                                                   const askiam_allocator *allocator, askiam_error *error);
ASKIAM_API void askiam_policy_request_destroy(askiam_policy_request *request);
/* Forgets everything but keeps its memory. */
ASKIAM_API void askiam_policy_request_clear(askiam_policy_request *request);
/* Copies. BAD_DATA for what cannot be such a field. An absent value takes the field back. */
ASKIAM_API askiam_status askiam_policy_request_set(askiam_policy_request *request, askiam_policy_request_field field,
                                                   askiam_str value, askiam_error *error);
/* One more value of a context key ("aws:SourceIp"; its case does not matter). An absent value makes the key
 * present without values. What is not given is not there: nothing follows from the principal. Numbers, dates,
 * addresses and truth as text, bytes in Base64. Copies. BAD_DATA where key or value is not UTF-8 or longer than
 * 128 KiB, beyond 4,096 keys, and beyond 16 MiB in all. */
ASKIAM_API askiam_status askiam_policy_request_add(askiam_policy_request *request, askiam_str key, askiam_str value,
                                                   askiam_error *error);

/* One statement that matched the request. Borrowed from the set. */
typedef struct askiam_policy_match {
  askiam_policy_kind kind;
  unsigned level;
  size_t policy; /* its place among the documents of its kind and level, in the order of adding */
  askiam_str id;
  size_t statement; /* its place in the document */
  askiam_str sid;   /* absent where it has none */
  int deny;
} askiam_policy_match;
typedef void (*askiam_policy_match_fn)(void *context, const askiam_policy_match *match);

/* Decides. Allocates nothing, takes no lock, cannot fail: what is missing denies. `match` (may be NULL) is told
 * every statement that matches, by kind, level, policy and statement. Depends neither on the order of documents
 * nor on their number of copies. */
ASKIAM_API askiam_policy_decision askiam_policy_evaluate(const askiam_policy_set *set,
                                                         const askiam_policy_request *request,
                                                         askiam_policy_match_fn match, void *context);

/* Why, as one JSON object: {"decision", "reason" (a sentence that names no statement), "summary" (that and which
 * statements decided), "statements": [{"kind", "level", "policy", "id", "statement", "sid", "effect", "matched",
 * "applies" (its kind has a say about who asks), "principal", "action", "resource" (booleans), "conditions":
 * [{"operator", "key", "values", "actual", "matched"}]}], "omitted"}. A condition, and a statement whose
 * "resource" is false, has also "unresolved": {"key", "values"} where a variable in its values, or resources,
 * stands for nothing: which one, and how many values the request has for it, none or several. Of more than 1,000
 * statements only those are listed whose principal, action and resource match; the others are counted in
 * "omitted". Owned: askiam_policy_string_free with the same allocator. */
ASKIAM_API askiam_status askiam_policy_explain(char **out_json, const askiam_policy_set *set,
                                               const askiam_policy_request *request, const askiam_allocator *allocator,
                                               askiam_error *error);

/* The contract's `policy eval`: a JSON object with policies and a request in, {"decision", "matched"} or {"error"}
 * out. BAD_DATA where `json` is not of this form. Owned: askiam_policy_string_free with the same allocator. */
ASKIAM_API askiam_status askiam_policy_evaluate_json(char **out_json, askiam_str json,
                                                     const askiam_allocator *allocator, askiam_error *error);

/* The same question; the answer is askiam_policy_explain's object, or {"error"} as well. */
ASKIAM_API askiam_status askiam_policy_explain_json(char **out_json, askiam_str json, const askiam_allocator *allocator,
                                                    askiam_error *error);

ASKIAM_API void askiam_policy_string_free(char *text, const askiam_allocator *allocator);

/* What is wrong or doubtful in a document. Borrowed for the call. */
typedef struct askiam_policy_finding {
  int warning; /* 0: AWS refuses it */
  size_t line; /* from 1; likewise the column, in characters */
  size_t column;
  askiam_str path; /* "Statement[1].Condition.IpAddress" */
  askiam_str message;
} askiam_policy_finding;
typedef void (*askiam_policy_finding_fn)(void *context, const askiam_policy_finding *finding);

/* Tells everything that is wrong or doubtful in a document of at most 256 KiB, in the order of its text
 * (docs/policies.md). BAD_DATA where it is refused, `error` then has the first thing that is wrong; OK where there
 * are warnings at most. `finding` and `allocator` may be NULL. Any thread. */
ASKIAM_API askiam_status askiam_policy_check(askiam_str json, askiam_policy_kind kind, askiam_policy_finding_fn finding,
                                             void *context, const askiam_allocator *allocator, askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
