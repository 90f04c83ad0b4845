/* SPDX-License-Identifier: Apache-2.0
 *
 * One question as JSON: policies and a request about them. */
#ifndef ASKI_POLICY_LINE_H
#define ASKI_POLICY_LINE_H

#include "policy/set.h"
#include "json/json.h"

typedef struct aski_policy_question {
  askiam_str text;
  aski_json_document *json;
  askiam_policy_builder *builder;
  askiam_policy_request *request;
  askiam_error refused; /* a document that AWS would refuse: said so, that is the answer */
} aski_policy_question;

/* Reads all of it. BAD_DATA where it is not of the contract's form. Clean up in any case. */
askiam_status aski_policy_question_read(aski_policy_question *out, askiam_str text, const askiam_allocator *allocator,
                                        askiam_error *error);
void aski_policy_question_clean_up(aski_policy_question *question);

#endif
