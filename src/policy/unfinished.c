/* SPDX-License-Identifier: Apache-2.0
 *
 * Stands in for the room while it is built. */
#include "policy/policy.h"

#define NOT_YET(error)                                                                                                 \
  askiam_error_set((error), ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE, "policies are not supported yet")

askiam_status askiam_policy_explain(char **out, const askiam_policy_set *set, const askiam_policy_request *request,
                                    const askiam_allocator *allocator, askiam_error *error)
{
  (void)set, (void)request, (void)allocator;
  *out = NULL;
  return NOT_YET(error);
}
