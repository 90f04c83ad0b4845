/* SPDX-License-Identifier: Apache-2.0
 *
 * A catalogue of one's own: people and roles that live in this program (think of an HR system or LDAP), registered as the store "hr".
 * It only finds names and tells facts; reading the sentence, checking and deciding remain the library's. Nothing is recorded,
 * because the store has no journal: so it is a dry run. No file is touched. */
#include <askiam/askiam.h>
#include <askiam/backend/catalogue.h>
#include <stdio.h>

typedef struct person {
  const char *id, *name, *department;
  const char *holds; /* one role */
} person;
typedef struct entitlement {
  const char *id, *name, *needs, *conflicts;
} entitlement;

static const person people[] = {{"ada", "Ada Lovelace", "Finance", "viewer"},
                                {"bob", "Bob Cratchit", "Finance", "payer"}};
static const char application_id[] = "ledger", application_name[] = "General Ledger";
static const entitlement roles[] = {{"viewer", "Ledger Viewer", NULL, NULL},
                                    {"approver", "Payment Approver", "viewer", "payer"},
                                    {"payer", "Payment Creator", NULL, "approver"}};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static askiam_str text(const char *literal) { return askiam_str_from(literal); }
static int same(askiam_str left, const char *right)
{
  return right != NULL && left.length == strlen(right) && memcmp(left.data, right, left.length) == 0;
}

static const entitlement *find_role(askiam_str id)
{
  for (size_t i = 0; i < COUNT(roles); ++i) {
    if (same(id, roles[i].id)) {
      return &roles[i];
    }
  }
  return NULL;
}

static askiam_status open_store(void **out_self, void *context, const askiam_backend_options *options,
                                askiam_error *error)
{
  (void)context;
  (void)options;
  (void)error;
  *out_self = NULL;
  return ASKIAM_STATUS_OK;
}

/* A number that moves with every change: here nothing does. */
static askiam_status version(void *self, const askiam_call *call, uint64_t *out_version, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)error;
  *out_version = 1;
  return ASKIAM_STATUS_OK;
}

/* Offers an entity for a term. More than was asked for is fine, so NEAR and SIMILAR get every name: the library measures how near
 * they are. EXACT compares keys, spaced or without spaces. */
static askiam_status offer(const askiam_terms *terms, size_t term, askiam_candidates *out, askiam_kind kind,
                           const char *id, const char *name, const char *application)
{
  const char *const forms[] = {id, name};
  if ((askiam_terms_kinds(terms, term) & (unsigned)kind) == 0) {
    return ASKIAM_STATUS_OK;
  }
  for (size_t i = 0; i < COUNT(forms); ++i) {
    char key[128], compact[128];
    size_t length = 0;
    askiam_text_key(key, sizeof key, text(forms[i]));
    for (const char *at = key; *at != 0; ++at) {
      if (*at != ' ') {
        compact[length++] = *at;
      }
    }
    compact[length] = 0;
    askiam_str wanted = askiam_terms_key(terms, term);
    int fits = askiam_terms_mode(terms, term) != ASKIAM_TERM_EXACT || same(wanted, key) || same(wanted, compact);
    askiam_status status =
        fits ? askiam_candidates_add(out, term, kind, text(id), text(name), text(forms[i]), text(application))
             : ASKIAM_STATUS_OK;
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status candidates(void *self, const askiam_call *call, const askiam_terms *terms, askiam_candidates *out,
                                askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  (void)self;
  (void)call;
  (void)error;
  for (size_t term = 0; term < askiam_terms_count(terms) && status == ASKIAM_STATUS_OK; ++term) {
    status = offer(terms, term, out, ASKIAM_KIND_APPLICATION, application_id, application_name, NULL);
    for (size_t i = 0; i < COUNT(people) && status == ASKIAM_STATUS_OK; ++i) {
      status = offer(terms, term, out, ASKIAM_KIND_USER, people[i].id, people[i].name, NULL);
    }
    for (size_t i = 0; i < COUNT(roles) && status == ASKIAM_STATUS_OK; ++i) {
      status = offer(terms, term, out, ASKIAM_KIND_ROLE, roles[i].id, roles[i].name, application_id);
    }
  }
  return status;
}

/* What is not set does not exist. The builders copy; their failures are noticed by the library. */
static void tell_person(askiam_facts *out, askiam_str user_id, askiam_str requester_id)
{
  for (size_t i = 0; i < COUNT(people); ++i) {
    const person *one = &people[i];
    if (same(requester_id, one->id)) {
      askiam_facts_set_requester(out, text(one->id), text(one->name), ASKIAM_ENTITY_ACTIVE);
    }
    if (same(user_id, one->id)) {
      askiam_facts_set_user(out, text(one->id), text(one->name), text(NULL), ASKIAM_ENTITY_ACTIVE);
      askiam_facts_add_user_attribute(out, text("department"), text(one->department));
      const entitlement *held = find_role(text(one->holds));
      askiam_facts_add_grant(out, text(held->id), text(held->name), 0, 0, ASKIAM_GRANT_ACTIVE);
    }
  }
}

static void tell_role(askiam_facts *out, const entitlement *role)
{
  askiam_facts_set_role(out, text(role->id), text(application_id), text(role->name), text(""), text("medium"),
                        ASKIAM_ENTITY_ACTIVE);
  const entitlement *needed = find_role(text(role->needs));
  const entitlement *conflicting = find_role(text(role->conflicts));
  if (needed != NULL) {
    askiam_facts_add_prerequisite(out, text(needed->id), text(needed->name));
  }
  if (conflicting != NULL) {
    askiam_facts_add_conflict(out, text(conflicting->id), text(conflicting->name), text("segregation of duties"));
  }
}

static askiam_status facts(void *self, const askiam_call *call, askiam_str user_id, askiam_str requester_id,
                           askiam_str wanted_application_id, askiam_str role_id, askiam_facts *out, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)error;
  askiam_facts_set_version(out, 1);
  tell_person(out, user_id, requester_id);
  if (same(wanted_application_id, application_id)) {
    askiam_facts_set_application(out, text(application_id), text(application_name), text("ada"), ASKIAM_ENTITY_ACTIVE);
  }
  if (find_role(role_id) != NULL) {
    tell_role(out, find_role(role_id));
  }
  return askiam_facts_add_query(out, "hr", 1);
}

static const askiam_catalogue_vtable table = {
    .size = sizeof table, .version = version, .candidates = candidates, .facts = facts};
static const askiam_store_driver driver = {.size = sizeof driver, .open = open_store, .catalogue = &table};

static int ask(askiam_engine *engine, const char *user_id, const char *sentence)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_request *request = NULL;
  askiam_decision *decision = NULL;
  int good = askiam_request_new(&request, NULL, &error) == ASKIAM_STATUS_OK &&
             askiam_request_set(request, ASKIAM_REQUEST_USER_ID, text(user_id), &error) == ASKIAM_STATUS_OK &&
             askiam_request_set(request, ASKIAM_REQUEST_TEXT, text(sentence), &error) == ASKIAM_STATUS_OK;
  if (good) {
    askiam_request_set_dry_run(request, 1);
    good = askiam_validate(&decision, engine, request, &error) == ASKIAM_STATUS_OK;
  }
  printf("%s: \"%s\"\n  %s: %s\n", user_id, sentence,
         good ? askiam_verdict_name(askiam_decision_verdict(decision)) : "ERROR",
         good ? askiam_decision_get(decision, ASKIAM_DECISION_REASON).data : error.message);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  return good;
}

int main(void)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  int good = askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK &&
             askiam_register_store(config, "hr", &driver, NULL, &error) == ASKIAM_STATUS_OK &&
             askiam_config_set(config, "catalogue.url", "hr:people", &error) == ASKIAM_STATUS_OK &&
             askiam_config_set(config, "rag.enabled", "false", &error) == ASKIAM_STATUS_OK &&
             askiam_engine_new(&engine, config, &error) == ASKIAM_STATUS_OK;
  if (good) {
    good = ask(engine, "ada", "I need the Payment Approver role in General Ledger") &&
           ask(engine, "bob", "I need the Payment Approver role in General Ledger");
  } else {
    fprintf(stderr, "%s\n", error.message);
  }
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return good ? 0 : 1;
}
