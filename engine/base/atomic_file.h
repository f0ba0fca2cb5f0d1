// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace pfnscope {

/// A file that grows beside its target and takes the target's place in one rename: whoever reads sees the old
/// content or the new, never a part of either, whenever the writer is killed. One that is not committed
/// leaves no trace.
class AtomicFile {
public:
    static Result<AtomicFile> create(const std::string& path);
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;
    ~AtomicFile();

    Result<void> write(std::string_view content);
    Result<void> commit(); ///< to the disk, then over the target; nothing may be written after it

private:
    AtomicFile(std::string path, std::string temporary, int descriptor);
    void close();

    std::string path_;
    std::string temporary_; ///< empty once it has become the target
    int descriptor_;
};

/// A whole file in one call of the above.
Result<void> writeFileAtomically(const std::string& path, std::string_view content);

/// A whole file; refuses folders, and files over `limit` bytes (ErrorKind::Limit) before reading them.
Result<std::string> readFile(const std::string& path, std::size_t limit = 64U << 20);

} // namespace pfnscope
