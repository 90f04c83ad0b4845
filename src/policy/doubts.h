/* SPDX-License-Identifier: Apache-2.0
 *
 * What AWS would take in a policy about access requests although it can never do what it looks like: such policies know one action, one kind of
 * resource, one kind of principal and a list of keys (docs/policies.md). All of these warn, and only in a document of that kind. */
#ifndef ASKI_POLICY_DOUBTS_H
#define ASKI_POLICY_DOUBTS_H

#include "policy/reader.h"

void aski_policy_doubt_action(aski_policy_reader *reader, const aski_json *node, askiam_str text);
void aski_policy_doubt_resource(aski_policy_reader *reader, const aski_json *node, askiam_str text);
void aski_policy_doubt_principal(aski_policy_reader *reader, const aski_json *node, askiam_str text);
/* A condition's key, where its name is. */
void aski_policy_doubt_clause(aski_policy_reader *reader, const aski_json *node, const aski_policy_clause *clause);
void aski_policy_doubt_variables(aski_policy_reader *reader, const aski_json *node,
                                 const aski_policy_template *template);

#endif
