/* SPDX-License-Identifier: Apache-2.0
 *
 * Facts as JSON, as they are stored with a decision for replay. Times are integers, so that nothing is lost;
 * attributes are a list, because a catalogue may tell a key twice. */
#include "model/facts.h"
#include "model/reader.h"

static const char *s_entity_status(size_t status)
{
  static const char *const names[] = {"active", "inactive", "suspended"};
  return status < sizeof names / sizeof *names ? names[status] : "inactive";
}

static const char *s_grant_status(size_t status)
{
  static const char *const names[] = {"active", "revoked", "expired"};
  return status < sizeof names / sizeof *names ? names[status] : "revoked";
}

static void s_write_user(const aski_fact_user *user, aski_json_writer *writer, const char *name)
{
  if (!user->found) {
    aski_json_write_null(writer, name);
    return;
  }
  aski_json_open_object(writer, name);
  aski_json_write_string(writer, "id", user->id);
  aski_json_write_string(writer, "name", user->name);
  aski_json_write_string(writer, "email", user->email);
  aski_json_write_text(writer, "status", s_entity_status(user->status));
  aski_json_open_array(writer, "attributes");
  for (size_t i = 0; i < user->attributes.count; ++i) {
    aski_json_open_object(writer, NULL);
    aski_json_write_string(writer, "key", user->attributes.items[i].key);
    aski_json_write_string(writer, "value", user->attributes.items[i].value);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
  aski_json_close_object(writer);
}

static void s_write_application(const aski_fact_application *application, aski_json_writer *writer)
{
  if (!application->found) {
    aski_json_write_null(writer, "application");
    return;
  }
  aski_json_open_object(writer, "application");
  aski_json_write_string(writer, "id", application->id);
  aski_json_write_string(writer, "name", application->name);
  aski_json_write_string(writer, "owner", application->owner);
  aski_json_write_text(writer, "status", s_entity_status(application->status));
  aski_json_close_object(writer);
}

static void s_write_role(const aski_fact_role *role, aski_json_writer *writer)
{
  if (!role->found) {
    aski_json_write_null(writer, "role");
    return;
  }
  aski_json_open_object(writer, "role");
  aski_json_write_string(writer, "id", role->id);
  aski_json_write_string(writer, "app_id", role->application_id);
  aski_json_write_string(writer, "name", role->name);
  aski_json_write_string(writer, "description", role->description);
  aski_json_write_string(writer, "risk", role->risk);
  aski_json_write_text(writer, "status", s_entity_status(role->status));
  aski_json_open_array(writer, "permissions");
  for (size_t i = 0; i < role->permissions.count; ++i) {
    aski_json_write_string(writer, NULL, role->permissions.items[i]);
  }
  aski_json_close_array(writer);
  aski_json_close_object(writer);
}

static void s_write_grants(const aski_facts *facts, aski_json_writer *writer)
{
  aski_json_open_array(writer, "grants");
  for (size_t i = 0; i < facts->grants.count; ++i) {
    const aski_grant *grant = &facts->grants.items[i];
    aski_json_open_object(writer, NULL);
    aski_json_write_string(writer, "role_id", grant->role_id);
    aski_json_write_string(writer, "role_name", grant->role_name);
    aski_json_write_integer(writer, "granted_at_ms", grant->granted_at_ms);
    aski_json_write_integer(writer, "expires_at_ms", grant->expires_at_ms);
    aski_json_write_text(writer, "status", s_grant_status(grant->status));
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

static void s_write_links(const aski_role_link *links, size_t count, aski_json_writer *writer, const char *name)
{
  aski_json_open_array(writer, name);
  for (size_t i = 0; i < count; ++i) {
    aski_json_open_object(writer, NULL);
    aski_json_write_string(writer, "role_id", links[i].role_id);
    aski_json_write_string(writer, "role_name", links[i].role_name);
    aski_json_write_string(writer, "reason", links[i].reason);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

static void s_write_queries(const aski_facts *facts, aski_json_writer *writer)
{
  aski_json_open_array(writer, "queries");
  for (size_t i = 0; i < facts->queries.count; ++i) {
    aski_json_open_object(writer, NULL);
    aski_json_write_string(writer, "name", facts->queries.items[i].name);
    aski_json_write_unsigned(writer, "rows", facts->queries.items[i].rows);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

void aski_facts_write_json(const aski_facts *facts, aski_json_writer *writer, const char *name)
{
  aski_json_open_object(writer, name);
  aski_json_write_unsigned(writer, "version", facts->version);
  s_write_user(&facts->user, writer, "user");
  s_write_user(&facts->requester, writer, "requester");
  s_write_application(&facts->application, writer);
  s_write_role(&facts->role, writer);
  s_write_grants(facts, writer);
  s_write_links(facts->prerequisites.items, facts->prerequisites.count, writer, "prerequisites");
  s_write_links(facts->conflicts.items, facts->conflicts.count, writer, "conflicts");
  aski_json_write_bool(writer, "restricted", facts->restricted);
  aski_json_write_string(writer, "restriction_reason", facts->restriction_reason);
  aski_json_write_unsigned(writer, "policy_count", facts->policy_count);
  aski_json_write_string(writer, "policy_hash", facts->policy_hash);
  s_write_queries(facts, writer);
  aski_json_close_object(writer);
}

static void s_read_user(aski_reader *reader, aski_fact_user *user, const aski_json *node)
{
  if (node == NULL) {
    return;
  }
  user->found = true;
  user->id = aski_reader_text(reader, node, "id");
  user->name = aski_reader_optional_text(reader, node, "name");
  user->email = aski_reader_optional_text(reader, node, "email");
  user->status = (askiam_entity_status)aski_reader_choice(reader, node, "status", s_entity_status, 3);
  const aski_json *attributes = aski_reader_member(reader, node, "attributes", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(attributes); item != NULL; item = aski_json_next(item)) {
    aski_attribute *added = ASKI_ARENA_PUSH(reader->arena, &user->attributes);
    if (added != NULL) {
      *added =
          (aski_attribute){aski_reader_text(reader, item, "key"), aski_reader_optional_text(reader, item, "value")};
    }
  }
}

static void s_read_application(aski_reader *reader, aski_fact_application *application, const aski_json *node)
{
  if (node == NULL) {
    return;
  }
  application->found = true;
  application->id = aski_reader_text(reader, node, "id");
  application->name = aski_reader_optional_text(reader, node, "name");
  application->owner = aski_reader_optional_text(reader, node, "owner");
  application->status = (askiam_entity_status)aski_reader_choice(reader, node, "status", s_entity_status, 3);
}

static void s_read_role(aski_reader *reader, aski_fact_role *role, const aski_json *node)
{
  if (node == NULL) {
    return;
  }
  role->found = true;
  role->id = aski_reader_text(reader, node, "id");
  role->application_id = aski_reader_optional_text(reader, node, "app_id");
  role->name = aski_reader_optional_text(reader, node, "name");
  role->description = aski_reader_optional_text(reader, node, "description");
  role->risk = aski_reader_optional_text(reader, node, "risk");
  role->status = (askiam_entity_status)aski_reader_choice(reader, node, "status", s_entity_status, 3);
  const aski_json *permissions = aski_reader_member(reader, node, "permissions", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(permissions); item != NULL; item = aski_json_next(item)) {
    askiam_str *added = ASKI_ARENA_PUSH(reader->arena, &role->permissions);
    if (aski_json_type_of(item) != ASKI_JSON_STRING) {
      aski_reader_fail(reader, "permissions", "a list of strings");
    } else if (added != NULL) {
      *added = aski_arena_copy(reader->arena, aski_json_string(item));
    }
  }
}

static void s_read_grants(aski_reader *reader, aski_facts *facts, const aski_json *list)
{
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    aski_grant *added = ASKI_ARENA_PUSH(reader->arena, &facts->grants);
    if (added != NULL) {
      added->role_id = aski_reader_text(reader, item, "role_id");
      added->role_name = aski_reader_optional_text(reader, item, "role_name");
      added->granted_at_ms = aski_reader_integer(reader, item, "granted_at_ms");
      added->expires_at_ms = aski_reader_integer(reader, item, "expires_at_ms");
      added->status = (askiam_grant_status)aski_reader_choice(reader, item, "status", s_grant_status, 3);
    }
  }
}

static void s_read_link(aski_reader *reader, aski_role_link *added, const aski_json *item)
{
  if (added != NULL) {
    added->role_id = aski_reader_text(reader, item, "role_id");
    added->role_name = aski_reader_optional_text(reader, item, "role_name");
    added->reason = aski_reader_optional_text(reader, item, "reason");
  }
}

static void s_read_lists(aski_reader *reader, aski_facts *facts, const aski_json *node)
{
  s_read_grants(reader, facts, aski_reader_member(reader, node, "grants", ASKI_JSON_ARRAY));
  const aski_json *list = aski_reader_member(reader, node, "prerequisites", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    s_read_link(reader, ASKI_ARENA_PUSH(reader->arena, &facts->prerequisites), item);
  }
  list = aski_reader_member(reader, node, "conflicts", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    s_read_link(reader, ASKI_ARENA_PUSH(reader->arena, &facts->conflicts), item);
  }
  list = aski_reader_member(reader, node, "queries", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    aski_query *added = ASKI_ARENA_PUSH(reader->arena, &facts->queries);
    if (added != NULL) {
      *added = (aski_query){aski_reader_text(reader, item, "name"), aski_reader_unsigned(reader, item, "rows")};
    }
  }
}

askiam_status aski_facts_read_json(aski_facts *out_facts, aski_arena *arena, const aski_json *node, askiam_error *error)
{
  aski_reader reader;
  aski_reader_init(&reader, arena, error);
  aski_facts_init(out_facts, arena);
  out_facts->version = aski_reader_unsigned(&reader, node, "version");
  s_read_user(&reader, &out_facts->user, aski_reader_optional(&reader, node, "user", ASKI_JSON_OBJECT));
  s_read_user(&reader, &out_facts->requester, aski_reader_optional(&reader, node, "requester", ASKI_JSON_OBJECT));
  s_read_application(&reader, &out_facts->application,
                     aski_reader_optional(&reader, node, "application", ASKI_JSON_OBJECT));
  s_read_role(&reader, &out_facts->role, aski_reader_optional(&reader, node, "role", ASKI_JSON_OBJECT));
  s_read_lists(&reader, out_facts, node);
  out_facts->restricted = aski_reader_bool(&reader, node, "restricted");
  out_facts->restriction_reason = aski_reader_optional_text(&reader, node, "restriction_reason");
  out_facts->policy_count = aski_reader_unsigned(&reader, node, "policy_count");
  out_facts->policy_hash = aski_reader_optional_text(&reader, node, "policy_hash");
  return aski_reader_end(&reader);
}
