/* SPDX-License-Identifier: Apache-2.0
 *
 * What the claims of a JSON Web Token (RFC 7519) must say, so that it is meant for us, and now. Pure. */
#ifndef ASKI_AUTH_JWT_H
#define ASKI_AUTH_JWT_H

#include "auth/jws.h"

enum { ASKI_JWT_VALUES_MAX = 2048 };

/* Borrowed texts. */
typedef struct aski_jwt_rules {
  askiam_str issuer;         /* what iss must be */
  askiam_str audiences;      /* of which one must be in the claim; separated by spaces */
  askiam_str audience_claim; /* "aud" */
  int64_t skew_ms;           /* how far the issuer's clock may be from ours */
} aski_jwt_rules;

/* NOT_PERMITTED where the header's typ says that it is another kind of token, as one for logout (RFC 8725, 3.11). */
askiam_status aski_jwt_check_type(const aski_json *header, askiam_error *error);
/* NOT_PERMITTED where exp is missing or over, nbf or iat are in the future, iss or the audience are not ours, or one is
 * of a wrong type. *out_end_ms is exp. */
askiam_status aski_jwt_check(int64_t *out_end_ms, const aski_json *claims, const aski_jwt_rules *rules, int64_t now_ms,
                             askiam_error *error);

#endif
