// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace pfnscope {
namespace {

tl::unexpected<Error> cannotWrite(const std::string& path, const char* why) {
    return fail({ErrorKind::CannotWrite, {path}, why, "a file in a folder that may be written"});
}

bool writeAll(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(descriptor) == 0;
}

} // namespace

Result<void> writeFileAtomically(const std::string& path, std::string_view content) {
    std::string temporary = path + ".XXXXXX";
    const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor < 0)
        return cannotWrite(path, std::strerror(errno));
    const bool written = writeAll(descriptor, content) && ::fchmod(descriptor, 0644) == 0;
    const int reason = errno;
    ::close(descriptor);
    if (!written || ::rename(temporary.c_str(), path.c_str()) != 0) {
        const int why = written ? errno : reason;
        ::unlink(temporary.c_str());
        return cannotWrite(path, std::strerror(why));
    }
    return {};
}

Result<std::string> readFile(const std::string& path, std::size_t limit) {
    std::error_code code;
    if (std::filesystem::is_directory(path, code))
        return fail({ErrorKind::CannotRead, {path}, "a folder", "a file"});
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail({ErrorKind::CannotRead, {path}, std::strerror(errno), "a file that can be read"});
    std::string content;
    char block[1 << 16];
    while (file.read(block, sizeof block) || file.gcount() > 0) {
        content.append(block, static_cast<std::size_t>(file.gcount()));
        if (content.size() > limit)
            return fail({ErrorKind::Limit, {path}, fmt::format("over {} bytes", limit), "a smaller file"});
    }
    return content;
}

} // namespace pfnscope
