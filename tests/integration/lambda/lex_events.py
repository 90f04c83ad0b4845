# SPDX-License-Identifier: Apache-2.0
"""Events of Lex V2 as its developer guide has them, and what it takes for a response."""

SLOTS = ("UserName", "ApplicationName", "RoleName", "Justification")
ACTIONS = {"Close", "ConfirmIntent", "Delegate", "ElicitIntent", "ElicitSlot"}


def slot(words, understood=None):
    understood = understood or words
    return {"shape": "Scalar", "value": {"originalValue": words, "interpretedValue": understood, "resolvedValues": [understood]}}


def event(source="DialogCodeHook", intent="AccessRequest", confirmation="None", words="words", attributes=None, names=SLOTS,
          request_attributes=None, **slots):
    """`slots` are words, or None for empty ones; `names` are those that the bot has."""
    filled = {name: None if slots.get(name) is None else slot(slots[name]) for name in names}
    what = {"name": intent, "slots": filled if intent == "AccessRequest" else {}, "confirmationState": confirmation,
            "state": "ReadyForFulfillment" if source == "FulfillmentCodeHook" else "InProgress"}
    whole = {
        "messageVersion": "1.0", "invocationSource": source, "inputMode": "Text",
        "responseContentType": "text/plain; charset=utf-8", "sessionId": "158239347361212", "inputTranscript": words,
        "invocationLabel": "label",
        "bot": {"id": "Y7HYBVHDQC", "name": "askiam", "aliasId": "TSTALIASID", "aliasName": "Test", "localeId": "en_US", "version": "DRAFT"},
        "interpretations": [{"intent": what, "interpretationSource": "Lex", "nluConfidence": 0.84}],
        "proposedNextState": {"dialogAction": {"slotToElicit": "RoleName", "type": "ElicitSlot"}, "intent": what, "prompt": {"attempt": "Initial"}},
        "sessionState": {"sessionAttributes": {} if attributes is None else attributes, "activeContexts": [], "intent": what,
                         "originatingRequestId": "c2f9a5dd-2e3a-4f1c-8a0b-3b9b3fbb3a4e"},
        "transcriptions": [{"transcription": words, "transcriptionConfidence": 1.0}]}
    if request_attributes is not None:
        whole["requestAttributes"] = request_attributes
    return whole


OWN = {"askiam_request", "askiam_summary", "askiam_known"}


def foreign(attributes):
    """What the hook has to give back as it came."""
    return {name: value for name, value in attributes.items() if name not in OWN}


def action_closes(state):
    return state["dialogAction"]["type"] == "Close"


def check(case, asked, answer):
    """What Lex V2 would refuse fails the test."""
    case.assertLessEqual(set(answer), {"sessionState", "messages", "requestAttributes"})
    state, was = answer["sessionState"], asked["sessionState"]
    case.assertLessEqual(set(state), {"activeContexts", "sessionAttributes", "dialogAction", "intent"})
    case.assertEqual(foreign(state["sessionAttributes"]), foreign(was["sessionAttributes"]))
    case.assertTrue(all(isinstance(value, str) for name, value in state["sessionAttributes"].items() if name in OWN))
    case.assertFalse(action_closes(state) and set(state["sessionAttributes"]) & OWN)
    case.assertEqual(answer.get("requestAttributes"), asked.get("requestAttributes"))
    action = state["dialogAction"]
    case.assertIn(action["type"], ACTIONS)
    case.assertEqual(set(action), {"type", "slotToElicit"} if action["type"] == "ElicitSlot" else {"type"})
    if action["type"] == "ElicitIntent":
        case.assertNotIn("intent", state)
    else:
        intent = state["intent"]
        case.assertEqual(set(intent), {"name", "slots", "state", "confirmationState"})
        case.assertIn(intent["state"], {"Failed", "Fulfilled", "InProgress", "ReadyForFulfillment"})
        case.assertEqual(intent["state"] in ("Failed", "Fulfilled"), action["type"] == "Close")
        case.assertIn(intent["confirmationState"], {"Confirmed", "Denied", "None"})
        for name, value in intent["slots"].items():
            if value is not None and value != was["intent"]["slots"].get(name):
                case.assertEqual((set(value), value["shape"]), ({"shape", "value"}, "Scalar"))
                case.assertEqual(set(value["value"]), {"originalValue", "interpretedValue", "resolvedValues"})
        if action["type"] == "ElicitSlot":
            case.assertIsNone(intent["slots"].get(action["slotToElicit"]))
    messages = answer.get("messages", [])
    if action["type"] != "Delegate":
        case.assertTrue(messages)
    for message in messages:
        if message["contentType"] == "PlainText":
            case.assertTrue(0 < len(message["content"]) <= 1024)
            continue
        case.assertEqual((message["contentType"], set(message)), ("ImageResponseCard", {"contentType", "imageResponseCard"}))
        card = message["imageResponseCard"]
        case.assertTrue(0 < len(card["title"]) <= 250)
        case.assertTrue(0 < len(card["buttons"]) <= 5)
        for button in card["buttons"]:
            case.assertEqual(set(button), {"text", "value"})
            case.assertTrue(0 < len(button["text"]) <= 50 and 0 < len(button["value"]) <= 50)


def say(answer):
    return " ".join(message.get("content", "") for message in answer.get("messages", []))


def buttons(answer):
    return [button["value"] for message in answer.get("messages", []) if "imageResponseCard" in message
            for button in message["imageResponseCard"]["buttons"]]
