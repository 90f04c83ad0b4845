/* SPDX-License-Identifier: Apache-2.0
 *
 * What claims say of somebody: found by configured names, and turned into the lists that a principal has. */
#ifndef ASKI_AUTH_CLAIMS_H
#define ASKI_AUTH_CLAIMS_H

#include "json/json.h"

/* With its end; longer names are no claim's. */
enum { ASKI_CLAIM_NAME_MAX_BYTES = 256 };

/* The claim of this name, or, where the name begins with a slash, the one at this JSON Pointer ("/realm_access/roles",
 * RFC 6901). NULL where there is none. */
const aski_json *aski_claims_find(const aski_json *claims, askiam_str name);
/* Appends the words of a claim, a space between: of a text those that it has, of a list its texts, one each. '%', and in
 * a text of a list white space and controls, become %XX, so that no text makes two words, or another's: one name is one
 * word in whatever form it comes. False where the claim is neither, or a list has something else. NULL and null have
 * none. */
bool aski_claims_append_words(aski_buffer *out, const aski_json *claim);
/* The same of claims that API Gateway hands on. It writes a list as the text "[a b]", in REST APIs as "a,b", which
 * counts as one where `commas` part. What is in such a list and a blank in itself cannot be told from two words. */
bool aski_claims_append_relayed(aski_buffer *out, const aski_json *claim, bool commas);
/* The next word of a list that is separated by spaces, which is cut off; of length 0 at the end. */
askiam_str aski_claims_next_word(askiam_str *words);

#endif
