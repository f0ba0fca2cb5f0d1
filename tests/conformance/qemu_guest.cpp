// SPDX-License-Identifier: GPL-3.0-or-later
#include "conformance/qemu_guest.h"

#include "conformance/guest/layout.h"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace pfnscope::conformance {
namespace {

static_assert(GuestProgram::kBootTop == GUEST_BOOT_TOP);

using hw::AccessType;

Word stubIndex(AccessType type) {
    switch (type) {
    case AccessType::Read:
        return 0;
    case AccessType::Write:
        return 1;
    case AccessType::Fetch:
        return 2;
    case AccessType::ReadModifyWrite:
        return 3;
    }
    return 0;
}

/// The guest's physical memory: a file that QEMU shares.
class GuestMemory {
public:
    GuestMemory() {
        path_ = (std::filesystem::temp_directory_path() / "pfnscope-guest-XXXXXX").string();
        const int file = ::mkstemp(path_.data());
        if (file < 0)
            return;
        if (::ftruncate(file, GUEST_MEMORY) == 0)
            base_ = ::mmap(nullptr, GUEST_MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        ::close(file);
    }
    ~GuestMemory() {
        if (base_ != MAP_FAILED)
            ::munmap(base_, GUEST_MEMORY);
        ::unlink(path_.c_str());
    }
    GuestMemory(const GuestMemory&) = delete;
    GuestMemory& operator=(const GuestMemory&) = delete;

    bool isOpen() const { return base_ != MAP_FAILED; }
    const std::string& path() const { return path_; }
    Word* at(std::uint64_t physical) const { return static_cast<Word*>(base_) + physical / sizeof(Word); }

private:
    std::string path_;
    void* base_ = MAP_FAILED;
};

void layTables(const GuestMemory& memory, unsigned levels) {
    constexpr Word kTable = 0x27; // P, R/W, U/S, A
    *memory.at(GUEST_LEVELS) = levels;
    *memory.at(GUEST_BOOT_TOP) = guestEntry(levels);
    *memory.at(GUEST_PML4) = GUEST_PDPT | kTable;
    memory.at(GUEST_PDPT)[0] = GUEST_IDENTITY_PD | kTable;
    memory.at(GUEST_PDPT)[1] = GUEST_USER_PD | kTable;
    for (Word i = 0; i < kWordsPerFrame; ++i)
        memory.at(GUEST_IDENTITY_PD)[i] = i << 21 | 0xe3; // P, R/W, A, D, PS
    *memory.at(GUEST_USER_PD) = GUEST_USER_PT | kTable;
    *memory.at(GUEST_USER_PT) = GUEST_STUBS | 0x65; // P, U/S, A, D
}

void layCode(const GuestMemory& memory) {
    const std::uint8_t stubs[4][16] = {
        {0x48, 0x8b, 0x07, 0x0f, 0x0b},              // mov rax, [rdi]; ud2
        {0x48, 0x89, 0x37, 0x0f, 0x0b},              // mov [rdi], rsi; ud2
        {0xff, 0xe7},                                // jmp rdi
        {0xf0, 0x48, 0x0f, 0xc1, 0x37, 0x0f, 0x0b}}; // lock xadd [rdi], rsi; ud2
    std::memcpy(memory.at(GUEST_STUBS), stubs, sizeof stubs);
    for (std::uint64_t at = kPool.raw(); at < (kPool + kPoolSize).raw(); at += 16)
        *memory.at(at) = poolWord(PhysAddr(at));
}

/// The exit status of QEMU, or -1.
int runQemu(const std::string& memoryPath) {
    const std::string backend = "memory-backend-file,id=ram,size=" + std::to_string(GUEST_MEMORY) +
                                ",share=on,mem-path=" + memoryPath;
    const char* const arguments[] = {"timeout", "500", PFNSCOPE_QEMU, "-machine", "pc,memory-backend=ram",
                                     "-object", backend.c_str(), "-m", "512M",
                                     // Two CPUs, so that a locked read-modify-write is one to TCG.
                                     "-cpu", "max", "-smp", "2", "-accel", "tcg,thread=multi", "-nodefaults",
                                     "-display", "none", "-no-reboot", "-device",
                                     "isa-debug-exit,iobase=0xf4", "-kernel", PFNSCOPE_GUEST, nullptr};
    pid_t child = 0;
    if (::posix_spawnp(&child, "timeout", nullptr, nullptr, const_cast<char* const*>(arguments), environ) !=
        0)
        return -1;
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

Word poolWord(PhysAddr at) {
    return 0xb8ULL | at.raw() << 8 | 0x0b0fULL << 40;
}
PhysAddr poolAddress(Word word) {
    return PhysAddr(word >> 8 & 0xffffffff);
}

Word guestEntry(unsigned levels) {
    return (levels == 5 ? GUEST_PML4 : GUEST_PDPT) | 0x27;
}

void GuestProgram::write(PhysAddr at, Word value) {
    words_.insert(words_.end(), {OP_WRITE, at.raw(), value});
}
void GuestProgram::setRegisters(const hw::Registers& r) {
    words_.insert(words_.end(), {OP_REGISTERS, r.cr0, r.cr3, r.cr4, r.efer, r.pkru, r.pkrs});
}
void GuestProgram::access(const hw::Access& access, const hw::Registers& registers, Word stored) {
    words_.insert(words_.end(), {OP_ACCESS, access.at.raw(), stubIndex(access.type),
                                 access.isUser() ? 3U : 0U, registers.rflags, stored});
}
void GuestProgram::read(PhysAddr at) {
    words_.insert(words_.end(), {OP_READ, at.raw()});
}
void GuestProgram::invlpg(VirtAddr at) {
    words_.insert(words_.end(), {OP_INVLPG, at.raw()});
}
void GuestProgram::movToCr3(Word value) {
    words_.insert(words_.end(), {OP_CR3, value});
}
void GuestProgram::touch(VirtAddr at, std::uint64_t pages, std::uint64_t count) {
    words_.insert(words_.end(), {OP_TOUCH, at.raw(), pages, count});
}

GuestAccess GuestResults::nextAccess() {
    GuestAccess access;
    const Word first = nextWord();
    access.vector = static_cast<std::uint32_t>(first);
    access.errorCode = static_cast<std::uint32_t>(first >> 32);
    access.cr2 = VirtAddr(nextWord());
    access.rax = nextWord();
    access.rsi = nextWord();
    return access;
}

bool haveQemu() {
    return std::string_view(PFNSCOPE_QEMU) != "" && ::access(PFNSCOPE_QEMU, X_OK) == 0;
}

std::optional<GuestResults> runGuest(const GuestProgram& program, unsigned levels, std::size_t resultWords,
                                     std::string& why) {
    const GuestMemory memory;
    const std::size_t bytes = (program.words().size() + 1) * sizeof(Word);
    if (!memory.isOpen() || GUEST_OPS + bytes > GUEST_RESULTS ||
        GUEST_RESULTS + resultWords * sizeof(Word) > GUEST_MEMORY - (16U << 20)) {
        why = "the program does not fit into the guest, or the guest's memory cannot be made";
        return std::nullopt;
    }
    layTables(memory, levels);
    layCode(memory);
    std::memcpy(memory.at(GUEST_OPS), program.words().data(), bytes - sizeof(Word));
    const int status = runQemu(memory.path());
    if (status != (0x20 << 1 | 1)) {
        why = "QEMU ended with " + std::to_string(status);
        return std::nullopt;
    }
    const Word* const first = memory.at(GUEST_RESULTS);
    return GuestResults(std::vector<Word>(first, first + resultWords));
}

} // namespace pfnscope::conformance
