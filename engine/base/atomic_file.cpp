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
#include <utility>

namespace pfnscope {
namespace {

tl::unexpected<Error> cannotWrite(const std::string& path, const char* why) {
    return fail({ErrorKind::CannotWrite, {path}, why, "a file in a folder that may be written"});
}

} // namespace

Result<AtomicFile> AtomicFile::create(const std::string& path) {
    std::string temporary = path + ".XXXXXX";
    const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor < 0)
        return cannotWrite(path, std::strerror(errno));
    return AtomicFile(path, std::move(temporary), descriptor);
}

AtomicFile::AtomicFile(std::string path, std::string temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
    close();
    if (!temporary_.empty())
        ::unlink(temporary_.c_str());
}

void AtomicFile::close() {
    if (descriptor_ >= 0)
        ::close(std::exchange(descriptor_, -1));
}

Result<void> AtomicFile::write(std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor_, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return cannotWrite(path_, std::strerror(errno));
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> AtomicFile::commit() {
    if (::fsync(descriptor_) != 0 || ::fchmod(descriptor_, 0644) != 0)
        return cannotWrite(path_, std::strerror(errno));
    close();
    if (::rename(temporary_.c_str(), path_.c_str()) != 0)
        return cannotWrite(path_, std::strerror(errno));
    temporary_.clear();
    return {};
}

Result<void> writeFileAtomically(const std::string& path, std::string_view content) {
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    if (auto written = file->write(content); !written)
        return written;
    return file->commit();
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
