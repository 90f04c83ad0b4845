/* SPDX-License-Identifier: Apache-2.0
 *
 * From configuration text to what the stages take: settings, phrases, the audit key. */
#include "base/file.h"
#include "base/hash.h"
#include "engine/pipeline.h"
#include "rules/soft_codes.h"

enum {
  LARGEST_PATTERNS_BYTES = 4 * 1024 * 1024,
  LARGEST_WORDS_BYTES = 1024 * 1024,
  LARGEST_KEY_BYTES = 4096,
  SHORTEST_KEY_BYTES = 16
};

static void s_read_trace(askiam_engine *engine)
{
  const askiam_config *config = engine->config;
  aski_log_target target = aski_config_log_target(config);
  engine->clock = *aski_config_clock(config);
  engine->trace = (aski_trace){.log = target.log,
                               .log_context = target.log_context,
                               .level = aski_config_log_level(config),
                               .with_sentence = aski_config_bool(config, "log.sentence"),
                               .observer = target.observer,
                               .observer_context = target.observer_context,
                               .clock = &engine->clock};
}

/* A file that the configuration names and that cannot be read is a mistake of the configuration. */
static askiam_status s_read_named(aski_buffer *out, askiam_str path, size_t largest_bytes, const char *what,
                                  askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_file_read(out, path.data, largest_bytes, what, ASKIAM_LAYER_CONFIG, &said);
  if (status == ASKIAM_STATUS_OK) {
    return status;
  }
  return askiam_error_set(error, status == ASKIAM_STATUS_NO_MEMORY ? status : ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                          "%s", said.message);
}

static askiam_status s_read_phrases(askiam_engine *engine, askiam_error *error)
{
  askiam_str path = askiam_config_get(engine->config, "extract.patterns");
  if (path.length == 0) {
    return aski_phrases_new(&engine->phrases, ASKI_STR_NONE, NULL, &engine->allocator, error);
  }
  aski_buffer text;
  aski_buffer_init(&text, &engine->allocator);
  askiam_status status = s_read_named(&text, path, LARGEST_PATTERNS_BYTES, "the patterns file", error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_phrases_new(&engine->phrases, aski_buffer_view(&text), path.data, &engine->allocator, error);
  }
  aski_buffer_clean_up(&text);
  return status;
}

static askiam_status s_read_words(askiam_engine *engine, askiam_error *error)
{
  askiam_str path = askiam_config_get(engine->config, "dialogue.words");
  engine->words = &aski_builtin_dialogue_words;
  if (path.length == 0) {
    return ASKIAM_STATUS_OK;
  }
  aski_buffer text;
  aski_buffer_init(&text, &engine->allocator);
  askiam_status status = s_read_named(&text, path, LARGEST_WORDS_BYTES, "the file of words", error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_dialogue_words_compile(&engine->words, &engine->arena, aski_buffer_view(&text), path.data, error);
  }
  aski_buffer_clean_up(&text);
  return status;
}

/* The key is the file's content without white space at its ends; too short a one protects nothing. */
static askiam_status s_read_key(askiam_engine *engine, askiam_error *error)
{
  askiam_str path = askiam_config_get(engine->config, "audit.key_file");
  if (path.length == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = s_read_named(&engine->audit_key, path, LARGEST_KEY_BYTES, "the audit key file", error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  engine->audit.key = aski_str_trim(aski_buffer_view(&engine->audit_key));
  if (engine->audit.key.length < SHORTEST_KEY_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "%s: an audit key needs at least %d bytes", path.data, SHORTEST_KEY_BYTES);
  }
  return ASKIAM_STATUS_OK;
}

/* What a replay needs to repeat rules and decision. */
static askiam_status s_write_replay(askiam_engine *engine, askiam_error *error)
{
  const aski_settings *settings = &engine->settings;
  aski_buffer buffer;
  aski_buffer_init(&buffer, &engine->allocator);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "mode", aski_mode_name(settings->decide.mode));
  aski_json_write_number(&writer, "threshold", settings->decide.threshold, -1);
  aski_json_write_string(&writer, "on_abstain", askiam_config_get(engine->config, "decision.on_abstain"));
  aski_json_write_string(&writer, "soft_codes", askiam_config_get(engine->config, "decision.soft_codes"));
  aski_json_write_bool(&writer, "rag_enabled", settings->decide.rag_enabled);
  aski_json_write_text(&writer, "policy_mode", aski_policy_mode_name(settings->policy_mode));
  aski_json_write_string(&writer, "judge", askiam_config_get(engine->config, "judge.backend"));
  aski_json_close_object(&writer);
  engine->settings.replay_json = aski_arena_copy(&engine->arena, aski_buffer_view(&buffer));
  bool good = !buffer.failed && !engine->arena.failed &&
              aski_sha256_hex(engine->settings.replay_json, engine->settings.config_hash);
  aski_buffer_clean_up(&buffer);
  return good ? ASKIAM_STATUS_OK
              : askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory for settings");
}

static void s_wire(askiam_engine *engine)
{
  engine->stages = &aski_stages_fused;
  const askiam_config *config = engine->config;
  engine->rag = (aski_rag){.catalogue = &engine->catalogue,
                           .search = &engine->search,
                           .embedder = &engine->embedder,
                           .judge = &engine->judge,
                           .enabled = engine->settings.decide.rag_enabled,
                           .top_k = (size_t)aski_config_integer(config, "rag.top_k"),
                           .evidence_limit = (size_t)aski_config_integer(config, "rag.evidence_limit"),
                           .evidence = &engine->evidence};
  engine->audit = (aski_audit){.journal = &engine->journal,
                               .allocator = &engine->allocator,
                               .key = engine->audit.key,
                               .random = NULL,
                               .config_hash = askiam_str_from(engine->settings.config_hash)};
  engine->import =
      (aski_import){.admin = &engine->admin, .embedder = &engine->embedder, .allocator = &engine->allocator};
  engine->index = (aski_index){.admin = &engine->admin,
                               .catalogue = &engine->catalogue,
                               .search = &engine->search,
                               .embedder = &engine->embedder,
                               .backend = askiam_config_get(engine->config, "search.backend"),
                               .allocator = &engine->allocator};
}

askiam_status aski_engine_read_settings(askiam_engine *engine, askiam_error *error)
{
  const askiam_config *config = engine->config;
  s_read_trace(engine);
  bool rag_first = aski_str_equal_text(askiam_config_get(config, "decision.mode"), "rag_first");
  bool ask = aski_str_equal_text(askiam_config_get(config, "decision.on_abstain"), "ask");
  bool allowlist = aski_str_equal_text(askiam_config_get(config, "policy.mode"), "allowlist");
  engine->settings = (aski_settings){
      .decide = {.mode = rag_first ? ASKI_MODE_RAG_FIRST : ASKI_MODE_GUARDED,
                 .threshold = aski_config_number(config, "decision.threshold"),
                 .on_abstain = ask ? ASKI_ON_ABSTAIN_ASK : ASKI_ON_ABSTAIN_RULES,
                 .rag_enabled = aski_config_bool(config, "rag.enabled")},
      .policy_mode = allowlist ? ASKI_POLICY_MODE_ALLOWLIST : ASKI_POLICY_MODE_GUARDRAIL,
      .request_timeout_ms = aski_config_integer(config, "request.timeout_ms"),
      .rag_timeout_ms = aski_config_integer(config, "rag.timeout_ms"),
      .audit_enabled = aski_config_bool(config, "audit.enabled"),
  };
  askiam_status status =
      aski_rules_soft_codes(&engine->settings.soft_codes, askiam_config_get(config, "decision.soft_codes"), error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_write_replay(engine, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_phrases(engine, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_words(engine, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_key(engine, error);
  }
  s_wire(engine);
  return status;
}
