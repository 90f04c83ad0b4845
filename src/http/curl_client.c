/* SPDX-License-Identifier: Apache-2.0
 *
 * The client over libcurl: a pool of handles, each with the connections that it left open. */
#include <pthread.h>
#include <unistd.h>

#include "base/memory.h"
#include "http/curl_exchange.h"
#include "http/url.h"

/* More handles than these are made where more threads send at once, and thrown away afterwards. */
enum { IDLE_MAX = 8 };

typedef struct curl_client {
  const askiam_allocator *allocator;
  aski_curl_settings settings;
  char *ca_file;
  char *proxy;
  char *no_proxy;
  pthread_mutex_t mutex; /* guards what follows */
  aski_curl_slot *idle;
  size_t idle_count;
} curl_client;

/* libcurl counts its initialisations itself, but older ones do not guard that count. The one global effect that is
 * allowed. */
static pthread_mutex_t s_global_mutex = PTHREAD_MUTEX_INITIALIZER;

static bool s_global_init(void)
{
  pthread_mutex_lock(&s_global_mutex);
  bool good = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  pthread_mutex_unlock(&s_global_mutex);
  return good;
}

static void s_global_clean_up(void)
{
  pthread_mutex_lock(&s_global_mutex);
  curl_global_cleanup();
  pthread_mutex_unlock(&s_global_mutex);
}

static void s_destroy_slot(const curl_client *client, aski_curl_slot *slot)
{
  curl_easy_cleanup(slot->easy);
  curl_multi_cleanup(slot->multi);
  aski_release(client->allocator, slot);
}

static aski_curl_slot *s_new_slot(const curl_client *client)
{
  aski_curl_slot *slot = aski_acquire_zeroed(client->allocator, 1, sizeof *slot);
  if (slot == NULL) {
    return NULL;
  }
  slot->easy = curl_easy_init();
  slot->multi = curl_multi_init();
  if (slot->easy == NULL || slot->multi == NULL) {
    s_destroy_slot(client, slot);
    return NULL;
  }
  return slot;
}

static aski_curl_slot *s_take(curl_client *client)
{
  pthread_mutex_lock(&client->mutex);
  aski_curl_slot *slot = client->idle;
  if (slot != NULL) {
    client->idle = slot->next;
    --client->idle_count;
  }
  pthread_mutex_unlock(&client->mutex);
  return slot != NULL ? slot : s_new_slot(client);
}

static void s_give_back(curl_client *client, aski_curl_slot *slot)
{
  pthread_mutex_lock(&client->mutex);
  bool kept = client->idle_count < IDLE_MAX;
  if (kept) {
    slot->next = client->idle;
    client->idle = slot;
    ++client->idle_count;
  }
  pthread_mutex_unlock(&client->mutex);
  if (!kept) {
    s_destroy_slot(client, slot);
  }
}

static askiam_status s_send(void *self, const askiam_call *call, const aski_http_request *request,
                            aski_http_response *response, askiam_error *error)
{
  curl_client *client = self;
  aski_curl_slot *slot = s_take(client);
  if (slot == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, request->layer, "out of memory for a request");
  }
  askiam_status status = aski_curl_exchange(slot, &client->settings, call, request, response, error);
  s_give_back(client, slot);
  return status;
}

/* Without libcurl's own initialisation. */
static void s_free(curl_client *client)
{
  if (client->proxy != NULL) {
    aski_wipe(client->proxy, strlen(client->proxy)); /* its URL may hold a password */
  }
  aski_release(client->allocator, client->ca_file);
  aski_release(client->allocator, client->proxy);
  aski_release(client->allocator, client->no_proxy);
  aski_release(client->allocator, client);
}

static void s_close(void *self)
{
  curl_client *client = self;
  while (client->idle != NULL) {
    aski_curl_slot *slot = client->idle;
    client->idle = slot->next;
    s_destroy_slot(client, slot);
  }
  pthread_mutex_destroy(&client->mutex);
  s_free(client);
  s_global_clean_up();
}

/* A copy in *out; what is NULL or empty stays NULL. */
static bool s_copy(char **out, const askiam_allocator *allocator, const char *text)
{
  *out = text == NULL || text[0] == 0 ? NULL : aski_copy_text(allocator, askiam_str_from(text));
  return text == NULL || text[0] == 0 || *out != NULL;
}

/* Where the certificates are that this system trusts, if libcurl was built for one that keeps them elsewhere (a program
 * that was linked on another); NULL: where libcurl looks by itself. */
static const char *s_trusted(void)
{
  static const char *const usual[] = {"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt",
                                      "/etc/ssl/cert.pem"};
  const curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);
  if (version->age < CURLVERSION_SEVENTH || version->cainfo == NULL || access(version->cainfo, R_OK) == 0) {
    return NULL;
  }
  for (size_t i = 0; i < sizeof usual / sizeof *usual; ++i) {
    if (access(usual[i], R_OK) == 0) {
      return usual[i];
    }
  }
  return NULL;
}

static curl_client *s_new(const aski_http_options *options)
{
  const askiam_allocator *allocator = options->allocator;
  curl_client *client = aski_acquire_zeroed(allocator, 1, sizeof *client);
  if (client == NULL) {
    return NULL;
  }
  client->allocator = allocator;
  bool own_trust = options->ca_file != NULL && options->ca_file[0] != 0;
  if (!s_copy(&client->ca_file, allocator, own_trust ? options->ca_file : s_trusted()) ||
      !s_copy(&client->proxy, allocator, options->proxy) || !s_copy(&client->no_proxy, allocator, options->no_proxy) ||
      pthread_mutex_init(&client->mutex, NULL) != 0) {
    s_free(client);
    return NULL;
  }
  client->settings = (aski_curl_settings){client->ca_file, client->proxy, client->no_proxy};
  return client;
}

/* "[scheme://][user:password@]host[:port]". libcurl would repeat another one in its messages, password and all. */
static bool s_is_proxy(askiam_str text)
{
  static const char *const schemes[] = {"http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://"};
  char plain[ASKI_URL_MAX_BYTES + 1] = "http://";
  size_t lead = strlen(plain);
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; ++i) {
    size_t length = strlen(schemes[i]);
    if (text.length > length && curl_strnequal(text.data, schemes[i], length) != 0) {
      text = aski_str_slice(text, length, text.length);
      break;
    }
  }
  if (text.length > sizeof plain - 1 - lead) {
    return false;
  }
  memcpy(plain + lead, text.data, text.length);
  aski_url url;
  bool good = aski_url_parse(&url, (askiam_str){plain, lead + text.length}) && !aski_str_present(url.query) &&
              url.path.length <= 1;
  aski_wipe(plain, sizeof plain);
  return good;
}

bool aski_http_supported(void) { return true; }

askiam_status aski_http_client_new(aski_http_client *out_client, const aski_http_options *options, askiam_layer layer,
                                   askiam_error *error)
{
  *out_client = (aski_http_client){0};
  if (options->proxy != NULL && options->proxy[0] != 0 && !s_is_proxy(askiam_str_from(options->proxy))) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer,
                            "http.proxy: must be the address of a proxy, such as http://proxy:3128; it is not repeated "
                            "here, as it may hold a password");
  }
  if (!s_global_init()) {
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, layer, "libcurl could not be initialised");
  }
  curl_client *client = s_new(options);
  if (client == NULL) {
    s_global_clean_up();
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "out of memory for an HTTP client");
  }
  *out_client = (aski_http_client){s_send, s_close, client};
  return ASKIAM_STATUS_OK;
}
