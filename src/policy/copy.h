/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies of documents that take no more memory than they need: what is read grows by doubling, and a set keeps many. */
#ifndef ASKI_POLICY_COPY_H
#define ASKI_POLICY_COPY_H

#include "policy/document.h"

/* Check arena->failed afterwards. */
void aski_policy_document_copy(aski_policy_document *out, aski_arena *arena, const aski_policy_document *document);

#endif
