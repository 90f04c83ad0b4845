/* SPDX-License-Identifier: Apache-2.0
 *
 * The check of a policy that lies within a larger JSON text, as an import of a whole organisation has it. */
#ifndef ASKI_POLICY_CHECK_H
#define ASKI_POLICY_CHECK_H

#include <askiam/policy.h>

#include "json/json.h"

/* As askiam_policy_check for `node` of a document that was parsed from the cursor's text, in which places are told. The cursor moves on only: check
 * the policies of a text in their order. */
askiam_status aski_policy_check_node(aski_json_document *document, const aski_json *node, aski_json_cursor *cursor,
                                     askiam_policy_kind kind, askiam_policy_finding_fn finding, void *context,
                                     const askiam_allocator *allocator, askiam_error *error);

#endif
