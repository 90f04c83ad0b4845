/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom claims name by the settings auth.claims.…, whoever verified them. */
#ifndef ASKI_ENGINE_CLAIMS_H
#define ASKI_ENGINE_CLAIMS_H

#include <askiam/auth.h>
#include <askiam/config.h>

#include "auth/identity.h"

/* Borrowed from the configuration. */
aski_claim_names aski_claims_names(const askiam_config *config);
/* The principal of an identity that was read, its method "jwt". NOT_PERMITTED where it cannot be one: that is the
 * token's fault. */
askiam_status aski_claims_principal(askiam_principal **out_principal, const aski_identity *identity,
                                    const askiam_allocator *allocator, askiam_error *error);

#endif
