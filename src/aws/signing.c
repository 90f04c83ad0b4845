/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/signing.h"

#include "http/url.h"

/* What regions are made of; it becomes part of host names. */
static bool s_is_region(askiam_str region)
{
  for (size_t i = 0; i < region.length; ++i) {
    char byte = region.data[i];
    if (!((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-')) {
      return false;
    }
  }
  return region.length > 0 && region.length <= ASKI_AWS_REGION_MAX_BYTES && region.data[0] != '-' &&
         region.data[region.length - 1] != '-';
}

askiam_status aski_aws_signing_open(aski_aws_signing *out_signing, const askiam_backend_options *options,
                                    const char *service, askiam_layer layer, askiam_error *error)
{
  *out_signing = (aski_aws_signing){.region = ""};
  askiam_str region = askiam_backend_options_get(options, "aws.region");
  size_t length = strlen(service);
  if (!s_is_region(region)) {
    return askiam_error_set(
        error, ASKIAM_STATUS_CONFIG, layer,
        "aws.region: must be a region of AWS, such as eu-west-1, best by AWS_REGION in the environment");
  }
  if (length > ASKI_AWS_SERVICE_MAX_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, layer, "the name of a service is too long");
  }
  askiam_status status = aski_aws_provider_open(&out_signing->provider, options, layer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  memcpy(out_signing->region, region.data, region.length);
  memcpy(out_signing->service, service, length);
  out_signing->settings =
      aski_sigv4_settings_for(askiam_str_from(out_signing->service), askiam_str_from(out_signing->region));
  return ASKIAM_STATUS_OK;
}

askiam_status aski_aws_check_endpoint(askiam_str url, const char *key, askiam_layer layer, askiam_error *error)
{
  aski_url parsed;
  if (!aski_url_parse(&parsed, url) || aski_str_present(parsed.userinfo) || aski_str_present(parsed.query)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer,
                            "%s: must be a plain http:// or https:// URL without a password and a query", key);
  }
  return parsed.secure || aski_url_is_loopback(&parsed)
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer, "%s: another machine is asked over https:// only",
                                key);
}

void aski_aws_signing_close(aski_aws_signing *signing)
{
  aski_aws_provider_close(&signing->provider);
  *signing = (aski_aws_signing){.region = ""};
}

askiam_status aski_aws_sign(const aski_aws_signing *signing, aski_http_request *request, aski_arena *arena,
                            const askiam_call *call, askiam_error *error)
{
  return aski_sigv4_sign_request(request, arena, &signing->settings, &signing->provider.source, call, error);
}
