/* SPDX-License-Identifier: Apache-2.0
 *
 * Suggestions and lists for questions: what answers.c needs from the catalogue. */
#ifndef ASKI_EXTRACT_ANSWER_H
#define ASKI_EXTRACT_ANSWER_H

#include "extract/work.h"

typedef struct aski_answerer {
  aski_work *work;
  askiam_status status; /* the first failure of the catalogue */
  const aski_leftover *unclear;
} aski_answerer;

/* The names most like these words: at most five suggestions altogether. */
void aski_answer_suggest(aski_answerer *answerer, askiam_kind kind, size_t first, size_t last);
void aski_answer_suggest_options(aski_answerer *answerer, const aski_span *span);
/* "A, B or C", at most six. */
askiam_str aski_answer_list_options(aski_answerer *answerer, const aski_span *span, bool names);
askiam_str aski_answer_list_roles(aski_answerer *answerer, askiam_str application_id);
/* The applications of a role's options. */
askiam_str aski_answer_list_applications(aski_answerer *answerer, const aski_span *role);
/* Everything named in what asks. */
askiam_str aski_answer_list_mentions(aski_answerer *answerer);
askiam_str aski_answer_application_name(aski_answerer *answerer, askiam_str id);

#endif
