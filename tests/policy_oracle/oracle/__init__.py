# SPDX-License-Identifier: Apache-2.0
"""AWS IAM policies evaluated a second time: slowly, obviously, and from AWS's documentation alone.

Nothing here is taken from the C room src/policy, so that the two can find each other's mistakes. Each rule names the page it
comes from (all of the IAM User Guide, unless said otherwise). `evaluate` takes what `askiam policy eval` takes, and answers alike.
"""

from .evaluation import evaluate, evaluate_access  # noqa: F401
from .grammar import Refused, check  # noqa: F401
