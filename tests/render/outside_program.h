// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/atomic_file.h"

#include <cstdlib>
#include <string>
#include <unistd.h>

/// Programs that we did not write, asked to read what we wrote.
namespace pfnscope::test {

inline bool hasProgram(const std::string& name) {
    return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

/// The exit status of `command` with a file of this content as its last argument; -1 if there is no such
/// file.
inline int runOn(const std::string& command, const std::string& fileName, const std::string& content) {
    const std::string path = "/tmp/pfnscope-" + std::to_string(::getpid()) + "-" + fileName;
    if (!writeFileAtomically(path, content))
        return -1;
    const int status = std::system((command + " " + path).c_str());
    ::unlink(path.c_str());
    return status;
}

} // namespace pfnscope::test
