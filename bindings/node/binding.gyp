# SPDX-License-Identifier: Apache-2.0
# The source build at installation, against a libaskiam that is installed: scripts/install.js runs it where there is no prebuilt addon.
{
  "targets": [
    {
      "target_name": "askiam",
      "sources": ["<!@(node scripts/flags.js sources)"],
      "include_dirs": ["<!(node scripts/flags.js headers)"],
      "cflags": ["-std=c11", "-fvisibility=hidden", "<!@(node scripts/flags.js cflags)"],
      "defines": ["_POSIX_C_SOURCE=200809L"],
      "libraries": ["<!@(node scripts/flags.js libs)"],
      "xcode_settings": {
        "OTHER_CFLAGS": ["-std=c11", "-fvisibility=hidden", "<!@(node scripts/flags.js cflags)"]
      }
    }
  ]
}
