// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/atomic_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

/// Files that say what an export has to look like. PFNSCOPE_UPDATE_GOLDEN=1 writes them anew; the change is
/// then there to be looked at before it is committed.
namespace pfnscope::test {

inline void expectGolden(const std::string& name, const std::string& content) {
    const std::string path = std::string(PFNSCOPE_SOURCE_DIR) + "/tests/golden/expected/" + name;
    if (const char* update = std::getenv("PFNSCOPE_UPDATE_GOLDEN"); update != nullptr && *update == '1') {
        ASSERT_TRUE(writeFileAtomically(path, content).has_value()) << path;
        return;
    }
    const auto expected = readFile(path);
    ASSERT_TRUE(expected.has_value()) << toText(expected.error()) << "\nPFNSCOPE_UPDATE_GOLDEN=1 writes it";
    EXPECT_EQ(content, *expected) << path << " says otherwise; PFNSCOPE_UPDATE_GOLDEN=1 writes it anew";
}

} // namespace pfnscope::test
