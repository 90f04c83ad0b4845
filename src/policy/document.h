/* SPDX-License-Identifier: Apache-2.0
 *
 * A policy document as it is written: read from JSON, checked against the grammar, nothing interpreted yet. */
#ifndef ASKI_POLICY_DOCUMENT_H
#define ASKI_POLICY_DOCUMENT_H

#include <askiam/policy.h>

#include "base/memory.h"

typedef struct aski_policy_texts {
  askiam_str *items;
  size_t count, capacity;
} aski_policy_texts;

typedef enum aski_policy_quantifier {
  ASKI_POLICY_PLAIN,
  ASKI_POLICY_FOR_ALL_VALUES,
  ASKI_POLICY_FOR_ANY_VALUE
} aski_policy_quantifier;

/* Without the quantifier and without IfExists. */
typedef enum aski_policy_operator {
  ASKI_POLICY_STRING_EQUALS,
  ASKI_POLICY_STRING_NOT_EQUALS,
  ASKI_POLICY_STRING_EQUALS_IGNORE_CASE,
  ASKI_POLICY_STRING_NOT_EQUALS_IGNORE_CASE,
  ASKI_POLICY_STRING_LIKE,
  ASKI_POLICY_STRING_NOT_LIKE,
  ASKI_POLICY_NUMERIC_EQUALS,
  ASKI_POLICY_NUMERIC_NOT_EQUALS,
  ASKI_POLICY_NUMERIC_LESS_THAN,
  ASKI_POLICY_NUMERIC_LESS_THAN_EQUALS,
  ASKI_POLICY_NUMERIC_GREATER_THAN,
  ASKI_POLICY_NUMERIC_GREATER_THAN_EQUALS,
  ASKI_POLICY_DATE_EQUALS,
  ASKI_POLICY_DATE_NOT_EQUALS,
  ASKI_POLICY_DATE_LESS_THAN,
  ASKI_POLICY_DATE_LESS_THAN_EQUALS,
  ASKI_POLICY_DATE_GREATER_THAN,
  ASKI_POLICY_DATE_GREATER_THAN_EQUALS,
  ASKI_POLICY_BOOL,
  ASKI_POLICY_BINARY_EQUALS,
  ASKI_POLICY_IP_ADDRESS,
  ASKI_POLICY_NOT_IP_ADDRESS,
  ASKI_POLICY_ARN_EQUALS,
  ASKI_POLICY_ARN_NOT_EQUALS,
  ASKI_POLICY_ARN_LIKE,
  ASKI_POLICY_ARN_NOT_LIKE,
  ASKI_POLICY_NULL,
  ASKI_POLICY_OPERATOR_COUNT
} aski_policy_operator;

typedef struct aski_policy_clause { /* one operator and one key of a Condition */
  aski_policy_quantifier quantifier;
  aski_policy_operator op;
  bool if_exists;
  bool has_variables;       /* ${…} means something in its values */
  askiam_str operator_text; /* as it is written */
  askiam_str key;           /* as it is written */
  aski_policy_texts values; /* booleans and numbers as their text; never empty unless the document says [] */
} aski_policy_clause;

typedef struct aski_policy_principals {
  bool anyone; /* "*", or {"AWS": "*"} */
  aski_policy_texts aws, service, federated, canonical;
} aski_policy_principals;

typedef struct aski_policy_statement {
  askiam_str sid; /* absent where it has none */
  bool deny;
  bool has_principal, not_principal;
  aski_policy_principals principals;
  bool not_action;
  aski_policy_texts actions;
  bool has_resource, not_resource;
  aski_policy_texts
      resources; /* "*" or ARNs; one that is cut short, as arn:aws:s3, means * for each part that is missing */
  struct {
    aski_policy_clause *items;
    size_t count, capacity;
  } clauses;
} aski_policy_statement;

typedef struct aski_policy_document {
  bool has_variables; /* Version 2012-10-17: ${…} means something */
  askiam_str id;      /* the member Id; absent where there is none */
  struct {
    aski_policy_statement *items;
    size_t count, capacity;
  } statements;
} aski_policy_document;

/* Reads and checks; everything lives in `arena`. Every finding is told to `finding` (may be NULL). BAD_DATA with the first one where the
 * document is refused. */
askiam_status aski_policy_read(aski_policy_document *out_document, aski_arena *arena, askiam_str json,
                               askiam_policy_kind kind, askiam_policy_finding_fn finding, void *context,
                               askiam_error *error);

/* "StringEquals", … */
const char *aski_policy_operator_name(aski_policy_operator op);

/* What an operator compares. */
typedef enum aski_policy_family {
  ASKI_POLICY_OF_STRINGS,
  ASKI_POLICY_OF_NUMBERS,
  ASKI_POLICY_OF_DATES,
  ASKI_POLICY_OF_BOOLEANS,
  ASKI_POLICY_OF_BINARIES,
  ASKI_POLICY_OF_ADDRESSES,
  ASKI_POLICY_OF_ARNS,
  ASKI_POLICY_OF_PRESENCE /* Null */
} aski_policy_family;
aski_policy_family aski_policy_operator_family(aski_policy_operator op);
/* Whether it holds where nothing equals: StringNotLike, NotIpAddress, … */
bool aski_policy_operator_negated(aski_policy_operator op);

/* A text with wildcards and variables, taken apart: what Action, Resource, Principal and condition values are made of. */
typedef enum aski_policy_part_kind {
  ASKI_POLICY_PART_LITERAL,
  ASKI_POLICY_PART_STAR,    /* any characters, also none */
  ASKI_POLICY_PART_ANY_ONE, /* any one character */
  ASKI_POLICY_PART_VARIABLE /* ${key} or ${key, 'default'} */
} aski_policy_part_kind;

typedef struct aski_policy_part {
  aski_policy_part_kind kind;
  askiam_str text;         /* the literal, or the variable's key */
  askiam_str default_text; /* of a variable; absent where there is none */
} aski_policy_part;

typedef struct aski_policy_template {
  aski_policy_part *items;
  size_t count, capacity;
} aski_policy_template;

/* `wildcards`: whether * and ? mean something here. `variables`: whether ${…} does; ${*}, ${?} and ${$} give literals. NULL, or what is wrong with
 * it, static text. Check arena->failed afterwards. */
const char *aski_policy_template_read(aski_policy_template *out_template, aski_arena *arena, askiam_str text,
                                      bool wildcards, bool variables);

#endif
