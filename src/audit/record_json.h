/* SPDX-License-Identifier: Apache-2.0
 *
 * The spec's AuditLogger reads JSON: {request_id, user_id, validation_result, context}. */
#ifndef ASKI_AUDIT_RECORD_JSON_H
#define ASKI_AUDIT_RECORD_JSON_H

#include "audit/audit.h"

/* The bytes of a member's value in the text of a well-formed object; absent where there is none (or its name is
 * written with escapes). Linear, no memory. */
askiam_str aski_audit_slice(askiam_str object, const char *name);

/* The member by which a pipeline says that a record is its own: {"sentence", "case": what a replay needs}. */
#define ASKI_AUDIT_PIPELINE "pipeline"
/* Adds to an entry what that member of the event `json` has. The entry borrows from `json` then. BAD_DATA where it
 * is of another decision. */
askiam_status aski_audit_read_case(aski_audit_entry *entry, aski_arena *arena, askiam_str json,
                                   const askiam_allocator *allocator, askiam_error *error);

/* Reads and checks it. The entry's strings live in `arena` or are `json`'s; its decision is owned by the caller:
 * askiam_decision_destroy. */
askiam_status aski_audit_read_entry(aski_audit_entry *out_entry, aski_arena *arena, askiam_str json,
                                    const askiam_allocator *allocator, askiam_error *error);

#endif
