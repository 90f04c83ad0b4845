# SPDX-License-Identifier: Apache-2.0
"""An endpoint with FastAPI: POST /requests {"text": "I need …"}, GET /status/{request_id}.

    pip install fastapi uvicorn ./bindings/python
    ASKIAM_STORE=sqlite:iam.db uvicorn --app-dir examples/python_fastapi app:app

The engine is made in the lifespan, so in each worker after its fork. `caller` stands for your authentication: behind a proxy that
sets x-user, and strips it from what clients send.
"""

import contextlib
from typing import Annotated

import askiam
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from pydantic import BaseModel


class Ask(BaseModel):
    text: str
    request_id: str | None = None


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI):
    with askiam.Engine(environment=True) as app.state.engine:
        yield


app = FastAPI(lifespan=lifespan)


def caller(x_user: Annotated[str, Header()]) -> str:
    return x_user


def answer(decision: askiam.Decision, status_code: int = 200) -> Response:
    return Response(decision.to_json(), status_code, media_type="application/json")


@app.post("/requests")
async def requests(ask: Ask, request: Request, user: Annotated[str, Depends(caller)]) -> Response:
    context = {"ip": request.client.host if request.client else None, "user_agent": request.headers.get("user-agent")}
    try:
        decision = await request.app.state.engine.validate_async(
            ask.text, user=user, context=context, request_id=ask.request_id
        )
    except (askiam.BadData, askiam.Conflict, askiam.StoreError) as problem:
        code = {askiam.BadData: 400, askiam.Conflict: 409}.get(type(problem), 503)
        if problem.decision is None:
            raise HTTPException(code, problem.message) from problem
        return answer(problem.decision, code)
    return answer(decision)


@app.get("/status/{request_id}")
def status(request_id: str, request: Request, user: Annotated[str, Depends(caller)]) -> Response:
    try:
        return answer(request.app.state.engine.status(request_id, requester=user))
    except askiam.NotFound as problem:
        raise HTTPException(404, problem.message) from problem
