# SPDX-License-Identifier: Apache-2.0
"""A stand-in for Amazon Bedrock's runtime in front of an aimock: it lets through only what AWS's own SDK (botocore) would have signed and sent in
this way, answers Titan's InvokeModel itself, and has aimock answer Converse.

    server.py PORT   (ASKIAM_TEST_AIMOCK and ASKIAM_TEST_AIMOCK_KEY name the aimock)
"""

import datetime
import hashlib
import http.client
import http.server
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.session
import botocore.validate

REGION, KEY, SECRET, TOKEN = "eu-west-1", "AKIDEXAMPLE", "hunter2/EXAMPLE+KEY=", "hunter2-session=="
PATH = re.compile(r"/model/([^/?]+)/(invoke|converse)")
CONVERSE = botocore.session.get_session().get_service_model("bedrock-runtime").operation_model("Converse").input_shape
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def signature_problem(method, url, headers, body):
    """Why AWS would not take the signature; None where it would."""
    found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
                         headers.get("Authorization", ""))
    if not found:
        return "there is no signature"
    credential, names, signature = found.groups()
    time = headers.get("X-Amz-Date", "")
    sent = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs((datetime.datetime.now(datetime.timezone.utc) - sent).total_seconds()) > 300:
        return "it is too old"
    if credential != f"{KEY}/{time[:8]}/{REGION}/bedrock/aws4_request":
        return "it is signed for something else"
    token = headers.get("X-Amz-Security-Token")
    if token not in (None, TOKEN) or (token is None) != ("x-amz-security-token" not in names.split(";")):
        return "the session is another one"
    signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials(KEY, SECRET, token), "bedrock", REGION)
    request = botocore.awsrequest.AWSRequest(method, url, {name: headers[name] for name in names.split(";")}, body)
    request.context["timestamp"] = time
    wanted = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    return None if wanted == signature else "the signature is wrong"


def titan_vector(text, dimension):
    """Numbers that depend on the text alone."""
    digest, numbers = text.encode(), []
    while len(numbers) < dimension:
        digest = hashlib.sha256(digest).digest()
        numbers += [byte / 127.5 - 1 for byte in digest]
    return numbers[:dimension]


def titan(body):
    if set(body) != {"inputText", "dimensions", "normalize", "embeddingTypes"} or body["embeddingTypes"] != ["float"]:
        return 400, {"message": "Malformed input request"}
    if not body["inputText"] or body["dimensions"] not in (256, 512, 1024) or body["normalize"] is not True:
        return 400, {"message": "Malformed input request"}
    vector = titan_vector(body["inputText"], body["dimensions"])
    return 200, {"embedding": vector, "inputTextTokenCount": 3, "embeddingsByType": {"float": vector}}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(200, {"ready": True})

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = PATH.fullmatch(self.path)
        if not found or urllib.parse.quote(urllib.parse.unquote(found[1]), safe="-_.~") != found[1]:
            return self.answer(404, {"message": "There is no such operation"})
        problem = signature_problem(self.command, f"http://{self.headers['Host']}{self.path}", self.headers, raw)
        if problem:
            return self.answer(403, {"message": problem})
        body = json.loads(raw)
        if found[2] == "invoke":
            return self.answer(*titan(body))
        report = botocore.validate.ParamValidator().validate({"modelId": urllib.parse.unquote(found[1]), **body}, CONVERSE)
        if report.has_errors():
            return self.answer(400, {"message": report.generate_report()})
        return self.converse(raw)

    def converse(self, raw):
        """The request goes on with what of it aimock does not read, the form of the answer, in a header that its journal keeps."""
        body = json.loads(raw)
        form = json.dumps({name: body[name] for name in ("outputConfig", "toolConfig") if name in body})
        headers = {"Content-Type": "application/json", "X-Form": form,
                   "Authorization": f"Bearer {os.environ['ASKIAM_TEST_AIMOCK_KEY']}"}
        request = urllib.request.Request(os.environ["ASKIAM_TEST_AIMOCK"] + self.path, raw, headers, method="POST")
        try:
            with DIRECT.open(request, timeout=60) as answer:
                self.answer(answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            self.answer(error.code, error.read(), error.headers)
        except (http.client.HTTPException, OSError):
            self.close_connection = True

    def answer(self, status, body, headers=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if headers is not None and headers.get("Retry-After"):
            self.send_header("Retry-After", headers["Retry-After"])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # torn connections are what some tests are about
            super().handle_error(request, client_address)


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
